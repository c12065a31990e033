"""What is known about customer lists beyond single columns: whose mail address it is, which part of a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kundig.parties.actions.importing.targets import CONTACT, KEY, MAIL, NAME, NUMBER
from kundig.parties.rules.names import split_name
from kundig.platform.folding import fold

_OFFICES = frozenset(
    "info kontakt contact office mail post service support sales verkauf vertrieb einkauf bestellung buchhaltung "
    "rechnung zentrale empfang kanzlei praxis hotel team shop hello hallo admin".split()
)


def adjusted(guesses: dict[str, str], *, samples: Mapping[str, Sequence[str]], is_person: bool) -> dict[str, str]:
    """Guessed targets (column → target), corrected by how the columns belong together."""
    guesses = dict(guesses)
    if is_person:
        _split_or_family_name(guesses)
    else:
        _whose_mail(guesses, samples)
        _company_or_person(guesses)
    _number_of_nobody(guesses, samples)
    return guesses


def _column_of(guesses: Mapping[str, str], target: str) -> str:
    return next((column for column, chosen in guesses.items() if chosen == target), "")


def _split_or_family_name(guesses: dict[str, str]) -> None:
    """Beside "Vorname", a column "Name" is the family name."""
    whole = _column_of(guesses, NAME)
    if whole and _column_of(guesses, "first_name") and not _column_of(guesses, "family_name"):
        guesses[whole] = "family_name"


def _company_or_person(guesses: dict[str, str]) -> None:
    """Beside "Firma" and "Vorname", a column "Name" is the family name of the contact person."""
    first, family = f"{CONTACT}.first_name", f"{CONTACT}.family_name"
    if not _column_of(guesses, first) or _column_of(guesses, family):
        return
    name = next((c for c, target in guesses.items() if not target and fold(c) in ("name", "name 1")), "")
    if name:
        guesses[name] = family


def _number_of_nobody(guesses: dict[str, str], samples: Mapping[str, Sequence[str]]) -> None:
    """In a file without any name, the first column of equally long numbers is what customers are known by."""
    if {NAME, KEY, NUMBER, "first_name", "family_name"} & set(guesses.values()):
        return
    for column, values in samples.items():
        lengths = {len(value) for value in values}
        if not guesses[column] and len(values) > 1 and len(lengths) == 1 and all(map(str.isalnum, values)):
            guesses[column] = KEY
            return


def _whose_mail(guesses: dict[str, str], samples: Mapping[str, Sequence[str]]) -> None:
    """A mail address that carries the name of the contact person is that person's, not the company's."""
    mail, contact = _column_of(guesses, MAIL), _column_of(guesses, f"{CONTACT}.{NAME}")
    family = _column_of(guesses, f"{CONTACT}.family_name")
    if not mail or not (contact or family) or _column_of(guesses, f"{CONTACT}.{MAIL}"):
        return
    names = {fold(split_name(value).family_name) for value in samples.get(contact, ())}
    names |= {fold(value) for value in samples.get(family, ())}
    names = {name for name in names if len(name) > 2}
    boxes = [fold(value.partition("@")[0]) for value in samples.get(mail, ())]
    personal = sum(any(name in box for name in names) for box in boxes)
    if boxes and personal * 2 > sum(box not in _OFFICES for box in boxes) and personal * 3 > len(boxes):
        guesses[mail] = f"{CONTACT}.{MAIL}"
