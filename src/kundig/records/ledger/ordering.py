"""In which order tables are gone through: first what others are part of; what goes, after all that points at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import PROTECT, RESTRICT

from kundig.records.ledger.tables import Watched


def steps(tables: Mapping[int, Watched], numbers: Collection[int], *, is_leaving: bool) -> list[frozenset[int]]:
    """These tables in the order in which their rows come back; or, with `is_leaving`, in which they are deleted: what
    the database must not lose while another row names it goes after that. Tables that are not watched come first."""
    known = {number: tables[number] for number in numbers if number in tables}
    found = [frozenset(numbers) - known.keys()]
    for depth in sorted({each.depth for each in known.values()}, reverse=is_leaving):
        beside = {number: each for number, each in known.items() if each.depth == depth}
        found += _layers(beside) if is_leaving else [frozenset(beside)]
    return [step for step in found if step]


def _layers(beside: Mapping[int, Watched]) -> list[frozenset[int]]:
    """Those first that no other one of them points at; those that point at each other together."""
    found: list[frozenset[int]] = []
    rest = dict(beside)
    while rest:
        needed = {
            number for number, each in rest.items()
            if any(other is not each and _needs(other, each) for other in rest.values())
        }  # fmt: skip
        step = frozenset(rest.keys() - needed) or frozenset(rest)
        found.append(step)
        rest = {number: each for number, each in rest.items() if number not in step}
    return found


def _needs(one: Watched, other: Watched) -> bool:
    """Whether rows of the other stay as long as one of these names them."""
    for column in one.references.values():
        remote: Any = column.remote_field
        target = column.related_model
        if remote.on_delete in (PROTECT, RESTRICT) and (
            issubclass(target, other.model) or issubclass(other.model, target)
        ):
            return True
    return False
