"""What the ledger costs: processor time of the same writes with it and without it, each taken back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kundig.parties.models import ContactPoint, Party
from kundig.platform.copying import copy_lines
from kundig.platform.ids import many_ids
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.records.ledger import sets
from kundig.records.ledger.triggers import watched_models
from kundig.web.bench.requests import measure
from kundig.web.bench.scenarios import Bench

UPDATED, COPIED, ROUNDS = 10_000, 100_000, 5
BUDGETS = {"a save through the program": 1.25, "UPDATE of 10,000 rows": 1.7, "COPY of 100,000 rows": 1.4}


@dataclass(frozen=True)
class Share:
    """One kind of write: CPU milliseconds without and with the ledger."""

    name: str
    without: float
    with_it: float

    @property
    def factor(self) -> float:
        return self.with_it / self.without

    def row(self) -> dict[str, Any]:
        return {
            "what": self.name,
            "without_ms": round(self.without, 2),
            "with_ms": round(self.with_it, 2),
            "factor": round(self.factor, 2),
            "budget": BUDGETS[self.name],
        }


def ledger_costs(bench: Bench) -> Iterator[Share]:
    """Each kind of write, measured in turns with and without the ledger, so that both meet the same machine."""
    parties = list(Party.objects.filter(kind="org").values_list("pk", flat=True)[:UPDATED])
    if not parties:
        return
    yield _compared("a save through the program", _save(bench, parties), times=bench.runs)
    yield _compared("UPDATE of 10,000 rows", _update(parties))
    yield _compared("COPY of 100,000 rows", _copy(parties[0]))


def _compared(name: str, work: Callable[[], None], *, times: int = 1) -> Share:
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _round in range(ROUNDS):
        for is_on in (False, True):
            with _taken_back(is_on=is_on):
                cost = measure(name, [work] * times, warm=3 if times > 1 else 0)
            taken[is_on] += cost.total()
    return Share(name, median(taken[False]), median(taken[True]))


@contextmanager
def _taken_back(*, is_on: bool) -> Iterator[None]:
    """Whatever is written inside is rolled back; without the ledger neither its triggers run nor anybody tells them."""
    tell = sets._tell
    with transaction.atomic():
        if not is_on:
            sets._tell = lambda setting, *, for_transaction: None
            with connection.cursor() as cursor:
                for table in watched_models():
                    for trigger in ("insert", "update", "delete"):
                        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ledger_{trigger}')
        try:
            yield
        finally:
            sets._tell = tell
        transaction.set_rollback(True)


def _save(bench: Bench, parties: list[UUID]) -> Callable[[], None]:
    """Without the request around it, of which the ledger's part would be smaller still."""
    description = registry.get("organisations")
    assert description is not None, "organisations are described"
    numbers = count()

    def save() -> None:
        number = next(numbers)
        record = description.model._default_manager.get(pk=parties[number % len(parties)])
        change_record(description, record, {"industry": f"Prüfung {number}"}, by=bench.user)

    return save


def _update(parties: list[UUID]) -> Callable[[], None]:
    numbers = count()

    def update() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE parties_party SET industry = %s, changed_at = now() WHERE id = ANY(%s)",
                [f"Prüfung {next(numbers)}", parties],
            )

    return update


def _copy(party: UUID) -> Callable[[], None]:
    columns = ("id", "party_id", "kind", "value", "normalised", "usage", "label", "is_main", "do_not_use", "source")

    def copy() -> None:
        ids = many_ids()
        copy_lines(
            ContactPoint, columns,
            (f"{next(ids)}\t{party}\tmail\tp{n}@x.example\tp{n}@x.example\t\t\tf\tf\tbench\n" for n in range(COPIED)),
        )  # fmt: skip
        with connection.cursor() as cursor:
            # What is rolled back is never checked; what stays is, before it is there.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return copy
