"""Which of two values stays when two records become one, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True)
class Told:
    """A value of one record: as it is, in words, and where it came from, as far as that is known."""

    values: tuple[Any, ...]
    text: str
    is_empty: bool
    origin: Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    side: Side
    why: Why


def weigh(
    first: Told,
    second: Told,
    *,
    is_joined: bool = False,
    known_better: Callable[[Told, Told], Verdict | None] | None = None,
) -> Verdict:
    """Which of two values of one field stays; the first record is the one that was there before.

    Args:
        is_joined: whether the field can hold both (tags, notes).
        known_better: what a domain knows about its own fields, where both say something.
    """
    if first.values == second.values or (first.is_empty and second.is_empty):
        return Verdict(Side.BOTH, Why.SAME)
    if first.is_empty or second.is_empty:
        return Verdict(Side.SECOND if first.is_empty else Side.FIRST, Why.ONLY)
    if is_joined:
        return Verdict(Side.BOTH, Why.JOINED)
    if known_better is not None and (verdict := known_better(first, second)):
        return verdict
    for key, why in (("confirmed_on", Why.CONFIRMED), ("by_hand", Why.BY_HAND)):
        told = [_of_origin(each.origin, key) for each in (first, second)]
        if told[0] != told[1]:
            return Verdict(higher(*told), why)
    words = [set(fold(each.text).replace(",", " ").split()) for each in (first, second)]
    if words[0] != words[1] and (words[0] <= words[1] or words[1] <= words[0]):
        return Verdict(higher(len(words[0]), len(words[1])), Why.FULLER)
    days = [_of_origin(each.origin, "at") for each in (first, second)]
    if days[0] != days[1] and all(days):
        return Verdict(higher(*days), Why.LATER)
    return Verdict(Side.FIRST, Why.OLDER_ENTRY)


def higher(first: Any, second: Any) -> Side:
    return Side.SECOND if second > first else Side.FIRST


def _of_origin(origin: Mapping[str, str], key: str) -> str:
    if key == "by_hand":
        return "1" if origin.get("via") == "hand" else ""
    return origin.get(key, "")
