"""How well we know a customer: which values are missing, and which have stood unchecked for longer than they hold.

The database keeps the sum of it on the party's row (migration `0002_quality`); here the same is told value by value. It
is about data, never about whoever looks after the customer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kundig.parties.enums import Countable, PartyKind

EVERYTHING = "*"
DEFAULT_FIELDS: dict[str, tuple[str, ...]] = {
    PartyKind.ORGANISATION: ("phone", "mail", "street", "postal_code", "city", "industry"),
    PartyKind.PERSON: ("mail", "phone", "salutation"),
    PartyKind.HOUSEHOLD: ("street", "postal_code", "city", "phone", "mail"),
}
"""What counts until an administrator says otherwise, the most wanted first."""
REACHED_BY = ("phone", "mobile", "mail", "website")
PLACE = ("street", "postal_code", "city", "region", "country")
WORK = ("organisation", "function")
HALF_LIVES: dict[str, int] = {
    **dict.fromkeys(REACHED_BY, 24), **dict.fromkeys(PLACE, 36), **dict.fromkeys(WORK, 18),
}  # fmt: skip
"""Months after which half of such values have become wrong, as a rule of thumb; of all others `LONG_LIVED`."""
LONG_LIVED = 48
LONGEST = 240
STANDS_FOR = {"phone": "mobile"}
"""A value that another one can stand for: somebody with a mobile number can be called."""


@dataclass(frozen=True)
class Rule:
    """What counts for parties of a kind, the most wanted first, and for how many months each holds."""

    fields: tuple[str, ...]
    months: tuple[int, ...]


@dataclass(frozen=True)
class Old:
    """A value that has stood unchecked for too long; `is_doubted` where something speaks against it."""

    field: str
    since: dt.date
    is_doubted: bool


@dataclass(frozen=True)
class Quality:
    completeness: int
    missing: tuple[str, ...]
    old: tuple[Old, ...]
    confirmed_on: dt.date | None
    """The day since which all that counts is known to be right."""


def default_rule(kind: str) -> Rule:
    fields = DEFAULT_FIELDS[kind]
    return Rule(fields, tuple(half_life(field) for field in fields))


def half_life(field: str) -> int:
    return HALF_LIVES.get(field, LONG_LIVED)


def countable(kind: str) -> list[Countable]:
    """What can count for parties of this kind."""
    others = {
        PartyKind.ORGANISATION: {"salutation", "first_name", "family_name", "organisation", "function", "birthday"},
        PartyKind.PERSON: {"legal_form", "industry", "employees", "revenue", "vat_id", "parent"},
    }
    left_out = others.get(PartyKind(kind), set().union(*others.values()))
    return [each for each in Countable if each.value not in left_out]


def quality_of(
    values: Mapping[str, Any], origins: Mapping[str, Any], rule: Rule, *, created_on: dt.date, today: dt.date
) -> Quality:
    """What is missing and old among the columns of a party."""
    missing: list[str] = []
    old: list[Old] = []
    first: dt.date | None = None
    for field, months in zip(rule.fields, rule.months, strict=True):
        if not _is_there(values, field):
            missing.append(field)
            continue
        entry = origins.get(field) or origins.get(STANDS_FOR.get(field, ""))
        since = _checked_on(entry) or _checked_on(origins.get(EVERYTHING)) or created_on
        first = since if first is None else min(first, since)
        is_doubted = bool(entry and entry.get("doubted_on"))
        if is_doubted or months_later(since, months) <= today:
            old.append(Old(field, since, is_doubted))
    counted = len(rule.fields)
    completeness = 100 * (counted - len(missing)) // counted if counted else 100
    return Quality(completeness, tuple(missing), tuple(old), first)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _is_there(values: Mapping[str, Any], field: str) -> bool:
    return any(values.get(name) not in (None, "") for name in (field, STANDS_FOR.get(field, "")))


def _checked_on(entry: Mapping[str, Any] | None) -> dt.date | None:
    text: Sequence[Any] = [entry.get("confirmed_on"), entry.get("at")] if entry else []
    return next((dt.date.fromisoformat(each) for each in text if each), None)
