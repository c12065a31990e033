"""What a domain above keeps in step with records, in the transaction that changes them, however that happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from kundig.records.description import Description

Keeper = Callable[[Sequence[UUID]], None]
_keepers: dict[type[models.Model] | None, list[tuple[Keeper, bool]]] = defaultdict(list)


def register_keeper(model: type[models.Model], function: Keeper, *, of_new: bool = True) -> None:
    """Call `function` with the ids of records of `model` that came, changed or went; it must cost next to nothing
    where it has nothing to do. Not of those that came, where these bring what is kept with them (`of_new`). Called in
    `apps.ready()`."""
    _keepers[model._meta.concrete_model].append((function, of_new))


def keep(description: Description, ids: Sequence[Any], *, new: bool = False) -> None:
    """Have everything kept in step, inside the transaction that changed these records, or made them."""
    for function, of_new in _keepers.get(description.model._meta.concrete_model, ()):
        if ids and (of_new or not new):
            function([UUID(str(record_id)) for record_id in ids])
