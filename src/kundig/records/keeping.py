"""What a domain above keeps in step with records, in the transaction that changes them, however that happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from kundig.records.description import Description

Keeper = Callable[[Sequence[UUID]], None]
_keepers: dict[type[models.Model] | None, list[Keeper]] = defaultdict(list)


def register_keeper(model: type[models.Model], function: Keeper) -> None:
    """Call `function` with the ids of records of `model` that came, changed or went; it must cost next to nothing
    where it has nothing to do. Called in `apps.ready()`."""
    _keepers[model._meta.concrete_model].append(function)


def keep(description: Description, ids: Sequence[Any]) -> None:
    """Have everything kept in step, inside the transaction that changed these records."""
    for function in _keepers.get(description.model._meta.concrete_model, ()):
        function([UUID(str(record_id)) for record_id in ids])
