"""What has to hear of values that were calculated after the fact: search, browsers, and formulas further on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kundig.platform import outbox
from kundig.records import search
from kundig.records.calculated.formulas import Formula
from kundig.records.description import Description
from kundig.records.events import ValuesCalculated

AT_ONCE = 500
Stored = Mapping[UUID, Mapping[str, Any]]
"""Record → its calculated values, as they are stored."""


@dataclass(frozen=True)
class Cause:
    """What values elsewhere follow from: a change set and by what means it came; "" where from the day."""

    change_set: str = ""
    via: str = ""


@dataclass(frozen=True)
class Follower:
    """Whoever wants to know what calculated values were before they followed a change elsewhere."""

    wants: Callable[[Description, frozenset[str]], bool]
    """Whether it has something to do with these fields of an object at all."""
    hear: Callable[[Description, Stored, Cause], None]
    """Called in the transaction that calculated, with what was stored before of the records that are different now."""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def followers_of(description: Description, formulas: Sequence[Formula]) -> list[Follower]:
    names = frozenset(formula.name for formula in formulas)
    return [follower for follower in _followers if follower.wants(description, names)]


def tell(
    description: Description, ids: Sequence[UUID], formulas: Sequence[Formula], *, cause: Cause | None = None
) -> None:
    """Say, in the transaction at hand, that these records have other values in the fields of these formulas."""
    names = tuple(formula.name for formula in formulas)
    cause = cause or Cause()
    if set(names) & set(description.search.split()):
        search.refresh(description, ids)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        outbox.publish(ValuesCalculated(description.name, tuple(map(str, part)), names, cause.change_set, cause.via))
