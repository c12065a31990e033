"""The words of a condition's text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kundig.records.conditions.problems import refuse

KEYWORDS = frozenset(
    {
        "and",
        "or",
        "not",
        "in",
        "is",
        "empty",
        "contains",
        "starts",
        "ends",
        "with",
        "true",
        "false",
        "me",
        "today",
        "now",
    }
)
UNITS = {unit: f"{name}s" for name in ("minute", "hour", "day", "week", "month", "year") for unit in (name, f"{name}s")}
CLOSING = {'"': '"', "„": "“", "“": "”"}
"""Quotes as people type and paste them: what closes which."""

_TOKEN = re.compile(
    r"""
    (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<time>\d{1,2}:\d\d)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<sign>!=|<>|<=|>=|[=<>()+\-*/,.])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """`kind` is word, keyword, value, sign or end; `value` what it stands for."""

    kind: str
    text: str
    value: Any
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The words of `text`, closed by one of kind "end".

    Raises:
        ConditionError: at a character that begins nothing, or a quote that nothing closes.
    """
    found: list[Token] = []
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            found.append(Token("end", "", None, place, place))
            return found
        token = _quoted(text, place) if text[place] in CLOSING else _plain(text, place)
        found.append(token)
        place = token.end


def _quoted(text: str, start: int) -> Token:
    closing, content, place = CLOSING[text[start]], "", start + 1
    while place < len(text) and text[place] != closing:
        if text[place] == "\\" and place + 1 < len(text):
            place += 1
        content += text[place]
        place += 1
    if place == len(text):
        raise refuse(_("A quotation mark is opened here and closed nowhere."), start, len(text))
    if "\x00" in content:
        raise refuse(_("The text contains a character that cannot be stored (NUL)."), start, place + 1)
    return Token("value", text[start : place + 1], content, start, place + 1)


def _plain(text: str, start: int) -> Token:
    match = _TOKEN.match(text, start)
    if match is None:
        raise refuse(_("“%(sign)s” means nothing here.") % {"sign": text[start]}, start, start + 1)
    kind, word, end = str(match.lastgroup), match.group(), match.end()
    if kind == "word":
        lower = word.lower()
        return (
            Token("keyword", lower, lower, start, end) if lower in KEYWORDS else Token("word", word, word, start, end)
        )
    if kind == "sign":
        return Token("sign", "!=" if word == "<>" else word, word, start, end)
    return Token("value", word, _value(kind, word, start, end), start, end)


def _value(kind: str, word: str, start: int, end: int) -> Any:
    if kind == "number":
        return Decimal(word)
    try:
        if kind == "date":
            return dt.date.fromisoformat(word)
        if kind == "moment":
            return dt.datetime.fromisoformat(word)
        return dt.time.fromisoformat(word.zfill(5))
    except ValueError as error:
        raise refuse(_("There is no such day or time: “%(text)s”.") % {"text": word}, start, end) from error
