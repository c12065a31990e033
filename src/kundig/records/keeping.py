"""What a domain above keeps in step with records, in the transaction that changes them, however that happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from kundig.records.description import Description

Keeper = Callable[[Sequence[UUID]], None]
Unless = Callable[[Any], bool]
_keepers: dict[type[models.Model] | None, list[tuple[Keeper, bool, Unless | None]]] = defaultdict(list)


def register_keeper(
    model: type[models.Model], function: Keeper, *, of_new: bool = True, unless: Unless | None = None
) -> None:
    """Call `function` with the ids of records of `model` that came, changed or went; it must cost next to nothing
    where it has nothing to do. Not of those that came, where these bring what is kept with them (`of_new`); not of one
    that is at hand and tells by itself that there is nothing to do (`unless`). Called in `apps.ready()`."""
    _keepers[model._meta.concrete_model].append((function, of_new, unless))


def keep(
    description: Description, ids: Sequence[Any], *, new: bool = False, record: models.Model | None = None
) -> None:
    """Have everything kept in step, inside the transaction that changed these records, or made them; `record` is the
    only one, as it was written."""
    for function, of_new, unless in _keepers.get(description.model._meta.concrete_model, ()):
        needs_nothing = record is not None and unless is not None and unless(record)
        if ids and (of_new or not new) and not needs_nothing:
            function([UUID(str(record_id)) for record_id in ids])
