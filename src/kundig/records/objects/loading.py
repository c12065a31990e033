"""The objects that somebody has made, in the registry of this process; `custom.loading` says when."""

from __future__ import annotations

from kundig.records import registry
from kundig.records.objects.describing import OwnDescription, description_of
from kundig.records.objects.models import CustomObject


def load() -> None:
    """Register what there is now, in the order in which it was made; retired ones are on no surface."""
    rows = CustomObject.objects.filter(retired_at=None, deleted_at=None).order_by("pk")
    registry.exchange(own_names(), {row.name: description_of(row) for row in rows})


def forget() -> None:
    """As if nothing had been loaded."""
    registry.exchange(own_names(), {})


def own_names() -> set[str]:
    return {each.name for each in registry.descriptions() if isinstance(each, OwnDescription)}
