"""No text, however odd, keeps the program busy: a pattern that backtracks holds every thread until it is done."""

import contextlib
import importlib
import itertools
import pkgutil
import re
import signal

import pytest
from django.core.exceptions import ValidationError

import kundig
from kundig.accounts.passwords import ObviousPasswordValidator
from kundig.parties.rules.names import split_name
from kundig.platform.formats import formats
from kundig.platform.phones import normalised
from kundig.records.imports.guessing.shapes import share_of
from kundig.records.imports.mapping import system_of

SECONDS = 1.0
UNITS = [*"1aA -.,/@_<#", "a.", "a ", "1 ", "1.", "a-", "dr.", "(1)", "a@"]
BEGINNINGS = ("", "dipl.", "1", "a", "www.", "+49", "(", '"')
ENDS = ("!", "\n!", "x")
REPEATED = 30
"""Enough for a pattern that doubles its work with each sign to need minutes."""


@pytest.fixture(autouse=True)
def _impatience():
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def _patiently(what):
    """Fail if what follows takes longer than a moment."""
    signal.signal(signal.SIGALRM, lambda *_args: pytest.fail(f"this takes too long: {what}"))
    signal.setitimer(signal.ITIMER_REAL, SECONDS)


def patterns():
    found = {}
    for module in pkgutil.walk_packages(kundig.__path__, "kundig."):
        if module.name.endswith(("__main__", ".wsgi", ".asgi")) or ".bench" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found.setdefault(value, f"{module.name}.{name}")
    return sorted(found.items(), key=lambda item: item[1])


def test_no_pattern_doubles_its_work_with_each_sign():
    for pattern, name in patterns():
        for beginning, unit, end in itertools.product(BEGINNINGS, UNITS, ENDS):
            text = f"{beginning}{unit * REPEATED}{end}"
            _patiently(f"{name} with {text!r}")
            pattern.search(text.encode() if isinstance(pattern.pattern, bytes) else text)
            pattern.fullmatch(text.encode() if isinstance(pattern.pattern, bytes) else text)


def _password(text):
    ObviousPasswordValidator().validate(text)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (formats("de").parse_number, "1" * 200_000 + "x"),
        (formats("de").parse_number, "1" * 200_000),
        (lambda text: normalised(text, country="DE"), "030" + "-" * 200_000 + "x"),
        (system_of, "1" * 200 + "x.csv"),
        (system_of, "neu" * 70 + "x.csv"),
        (split_name, "dipl." + "a" * 40 + "! Berg"),
        (split_name, "dipl." + "a.-" * 40 + "! Berg"),
        (_password, "a" + "1," * 100_000 + "x"),
        (lambda text: share_of("word", [text] * 200), ("a-" * 60)[:119] + "!"),
    ],
    ids=["number", "digits", "phone", "file", "copies", "title", "titles", "password", "words"],
)
def test_no_long_text_is_read_for_long(read, text):
    _patiently(text[:20])
    with contextlib.suppress(ValueError, ValidationError):
        read(text)
