"""Much that is planned, promised or handed over at once, as it is: what another program kept, or a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kundig.records import search
from kundig.timeline.actions.writing import described
from kundig.timeline.models import Appointment, Handover, Promise, Task


def bring_in(
    *,
    tasks: Iterable[Mapping[str, Any]] = (),
    appointments: Iterable[Mapping[str, Any]] = (),
    promises: Iterable[Mapping[str, Any]] = (),
    handovers: Iterable[Mapping[str, Any]] = (),
) -> int:
    """Make records out of the values of their columns, within the transaction and change set at hand; answers how many.
    Nobody is told, and nothing is checked: it is for what stood somewhere else already."""
    made = 0
    kinds: tuple[tuple[Any, Iterable[Mapping[str, Any]]], ...] = (
        (Task, tasks), (Appointment, appointments), (Promise, promises)
    )  # fmt: skip
    for model, rows in kinds:
        records = model.objects.bulk_create([model(**values) for values in rows])
        search.refresh(described(model), [record.pk for record in records])
        made += len(records)
    return made + len(Handover.objects.bulk_create([Handover(**values) for values in handovers]))
