"""Which objects have a map: those with a position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kundig.records.kinds.places import Position

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field


@dataclass(frozen=True)
class MapView:
    """What a description says about its map: the field whose value is the position."""

    position: str

    @property
    def names(self) -> str:
        """All fields it names, for the check at start."""
        return self.position


def position_of(description: Description, user: User) -> Field | None:
    """The position that the map of `user` shows: the one the description names, or the first; None without any."""
    known = description.fields_for(user)
    if description.map is not None:
        return known.get(description.map.position)
    return next((field for field in known.values() if isinstance(field.kind, Position)), None)
