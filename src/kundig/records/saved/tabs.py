"""The tabs above a list: the list itself, then one's views, each a link to its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kundig.records.listing import ALL
from kundig.records.saved import remembered
from kundig.records.saved.models import SavedView

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description


@dataclass(frozen=True)
class Tab:
    """One view as a link; `view_id` is "" for the list itself."""

    view_id: str
    name: str
    href: str
    is_current: bool
    is_shared: bool
    version: int = 0


def address_of(description: Description, view: SavedView | None) -> str:
    """Where a view opens, in its shape."""
    if view is None:
        return f"{description.url()}?view={ALL}"
    shape = f"{view.shape}/" if view.shape else ""
    return f"{description.url()}{shape}?view={view.pk}"


def tabs_of(user: User, description: Description, current: SavedView | None) -> list[Tab]:
    """The tabs, in this person's own order; nothing where there is no view yet."""
    return [
        Tab(
            str(view.pk),
            view.name,
            address_of(description, view),
            current is not None and view.pk == current.pk,
            view.owner_id != user.pk,
            view.version,
        )
        for view in remembered.seen_by(user, description).views
    ]
