"""The shapes a list can take, as table, board, pivot table and so on: a small register for the switch on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kundig.records.rights import worked_out

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

_shapes: list[Shape] = []


@dataclass(frozen=True)
class Shape:
    """A way to look at a list: its segment of the address ("" for the table), its word, whether an object has it."""

    name: str
    label: Any
    icon: str
    offered: Callable[[Description, User], bool]


def register_shape(shape: Shape) -> None:
    """Offer a further shape of every list that has it, in the order in which they are registered."""
    _shapes.append(shape)


def switcher(description: Description, user: User, *, current: str, query: str) -> list[dict[str, Any]]:
    """The shapes of an object as links that keep search and filters; nothing where the table is the only one."""
    found = [
        {
            "label": shape.label,
            "icon": shape.icon,
            "href": description.url() + (f"{shape.name}/" if shape.name else "") + (f"?{query}" if query else ""),
            "is_current": shape.name == current,
        }
        for shape in _offered(description, user)
    ]
    return found if len(found) > 1 else []


def _offered(description: Description, user: User) -> list[Shape]:
    return worked_out(
        user, (description, "shapes"), lambda: [shape for shape in _shapes if shape.offered(description, user)]
    )


def shape_names(description: Description, user: User) -> set[str]:
    """The shapes that a list of the object can take for `user`; "" is the table, which every one has."""
    return {"", *(shape.name for shape in _offered(description, user))}
