"""Kinds of touchpoints: domains register theirs in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.timeline.enums import Direction

GROUPS: Mapping[str, Any] = {
    "talks": _("Talks"),
    "messages": _("Messages"),
    "notes": _("Notes"),
    "dates": _("Tasks and events"),
    "business": _("Business"),
    "data": _("Files and data"),
}
"""What histories are filtered by as one."""


@dataclass(frozen=True)
class TouchpointKind:
    """A kind of contact: `name` is what the database keeps, at most 20 characters.

    `is_contact`: two people speak with each other, which counts for the rhythm of contacts. Of a message
    (`is_message`) that is known only from its direction.
    """

    name: str
    label: Any
    icon: str
    group: str = "notes"
    is_contact: bool = False
    is_message: bool = False
    composer: bool = False
    """Whether people note it by hand."""

    def is_real(self, direction: str) -> bool:
        """Whether it counts for the rhythm of contacts: two have spoken, or the customer has written to us."""
        return self.is_contact or (self.is_message and direction in (Direction.IN, Direction.BOTH))


_kinds: dict[str, TouchpointKind] = {}


def register_kind(kind: TouchpointKind) -> None:
    """Make a kind known under its name.

    Raises:
        ValueError: if the name is taken or too long, or there is no such group.
    """
    if kind.name in _kinds:
        raise ValueError(f"Two kinds of touchpoints are called {kind.name!r}")
    if len(kind.name) > 20:
        raise ValueError(f"The name of a kind of touchpoints has at most 20 characters, {kind.name!r} has more")
    if kind.group not in GROUPS:
        raise ValueError(f"There is no group {kind.group!r} of kinds; there are {', '.join(GROUPS)}")
    _kinds[kind.name] = kind


def kind_of(name: str) -> TouchpointKind | None:
    return _kinds.get(name)


def kinds() -> list[TouchpointKind]:
    """All of them, in the order in which they were registered."""
    return list(_kinds.values())
