"""Which of two values stays when two parties become one, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import Lifecycle
from kundig.platform.sorting import fold


class Side(StrEnum):
    """Whose value stays."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class Why(StrEnum):
    """Why it stays; `REASONS` has it in words."""

    SAME = "same"
    WRITTEN = "written"
    ONLY = "only"
    JOINED = "joined"
    FURTHER = "further"
    LEGAL_FORM = "legal_form"
    CONFIRMED = "confirmed"
    BY_HAND = "by_hand"
    FULLER = "fuller"
    LATER = "later"
    OLDER_ENTRY = "older_entry"
    CHOSEN = "chosen"


REASONS: Mapping[Why, Any] = {
    Why.SAME: _("the same"),
    Why.WRITTEN: _("the same, only written differently"),
    Why.ONLY: _("the only entry"),
    Why.JOINED: _("both stay"),
    Why.FURTHER: _("the relation is further along"),
    Why.LEGAL_FORM: _("with the legal form"),
    Why.CONFIRMED: _("confirmed last"),
    Why.BY_HAND: _("entered by hand"),
    Why.FULLER: _("more complete"),
    Why.LATER: _("entered later"),
    Why.OLDER_ENTRY: _("from the older entry"),
    Why.CHOSEN: _("chosen by you"),
}
FORMER_NUMBER = "Kundig"
"""The system under whose name the number of a party that went stays known: search and imports find it there."""
_FURTHER = (Lifecycle.CONTACT, Lifecycle.LEAD, Lifecycle.FORMER, Lifecycle.CUSTOMER)


@dataclass(frozen=True)
class Told:
    """A value of one party: as it is, in words, and where it came from (an entry of `origins`)."""

    values: tuple[Any, ...]
    text: str
    is_empty: bool
    origin: Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    side: Side
    why: Why


def weigh(
    name: str, first: Told, second: Told, *, is_joined: bool = False, legal_forms: tuple[str, str] = ("", "")
) -> Verdict:
    """Which of two values of the field called `name` stays; the first party is the one that was there before.

    Args:
        is_joined: whether the field can hold both (tags, notes).
        legal_forms: those found in the two values, where the field is the name of a company.
    """
    if first.values == second.values or (first.is_empty and second.is_empty):
        return Verdict(Side.BOTH, Why.SAME)
    if first.is_empty or second.is_empty:
        return Verdict(Side.SECOND if first.is_empty else Side.FIRST, Why.ONLY)
    if is_joined:
        return Verdict(Side.BOTH, Why.JOINED)
    if name == "lifecycle":
        return Verdict(_higher(*(_rank(each.values[0]) for each in (first, second))), Why.FURTHER)
    if bool(legal_forms[0]) != bool(legal_forms[1]):
        return Verdict(Side.FIRST if legal_forms[0] else Side.SECOND, Why.LEGAL_FORM)
    for key, why in (("confirmed_on", Why.CONFIRMED), ("by_hand", Why.BY_HAND)):
        told = [_of_origin(each.origin, key) for each in (first, second)]
        if told[0] != told[1]:
            return Verdict(_higher(*told), why)
    words = [set(fold(each.text).replace(",", " ").split()) for each in (first, second)]
    if words[0] != words[1] and (words[0] <= words[1] or words[1] <= words[0]):
        return Verdict(_higher(len(words[0]), len(words[1])), Why.FULLER)
    days = [_of_origin(each.origin, "at") for each in (first, second)]
    if days[0] != days[1] and all(days):
        return Verdict(_higher(*days), Why.LATER)
    return Verdict(Side.FIRST, Why.OLDER_ENTRY)


def _of_origin(origin: Mapping[str, str], key: str) -> str:
    if key == "by_hand":
        return "1" if origin.get("via") == "hand" else ""
    return origin.get(key, "")


def _rank(lifecycle: str) -> int:
    return next((place for place, each in enumerate(_FURTHER) if each == lifecycle), -1)


def _higher(first: Any, second: Any) -> Side:
    return Side.SECOND if second > first else Side.FIRST
