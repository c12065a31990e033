"""What is known about values of parties when two become one, beyond what holds for all records."""

from __future__ import annotations

from kundig.parties.enums import Lifecycle
from kundig.records.merging.weighing import Side, Told, Verdict, Why, higher

FORMER_NUMBER = "Kundig"
"""The system under whose name the number of a party that went stays known: search and imports find it there."""
_FURTHER = (Lifecycle.CONTACT, Lifecycle.LEAD, Lifecycle.FORMER, Lifecycle.CUSTOMER)


def known_better(name: str, first: Told, second: Told, *, legal_forms: tuple[str, str] = ("", "")) -> Verdict | None:
    """Which of two values of the field called `name` stays, where it is one of which parties know more.

    Args:
        legal_forms: those found in the two values, where the field is the name of a company.
    """
    if name == "lifecycle":
        return Verdict(higher(*(_rank(each.values[0]) for each in (first, second))), Why.FURTHER)
    if bool(legal_forms[0]) != bool(legal_forms[1]):
        return Verdict(Side.FIRST if legal_forms[0] else Side.SECOND, Why.LEGAL_FORM)
    return None


def _rank(lifecycle: str) -> int:
    return next((place for place, each in enumerate(_FURTHER) if each == lifecycle), -1)
