"""The columns of a table: which ones, in what order, how wide; each person's own, or those of a saved view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kundig.records.saved import remembered
from kundig.records.saved.models import Arrangement, SavedView

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field

NARROWEST, WIDEST = 48, 960
MOST_COLUMNS = 60
DENSITIES = ("", "compact", "relaxed")


@dataclass(frozen=True)
class Column:
    """A column of a table; `width` in pixels, 0 where the kind of field decides."""

    field: Field
    width: int = 0


@dataclass(frozen=True)
class Layout:
    """How one person sees the table of an object or of one of its views."""

    columns: tuple[Column, ...]
    density: str
    is_changed: bool
    """Whether it differs from what the view (or the description) says."""
    hidden: tuple[str, ...] = ()
    """Columns of the view that this person may not read."""


def arrangements(user: User, description: Description) -> Mapping[Any, Arrangement]:
    """All that a person set up for an object: id of the view, or None, → arrangement."""
    return remembered.seen_by(user, description).arrangements


def layout(user: User, description: Description, view: SavedView | None, kept: Mapping[Any, Arrangement]) -> Layout:
    """The columns for `user`: as they set them up, else those of the view, else those of the description."""
    mine = kept.get(view.pk if view is not None else None)
    said = view.columns if view is not None else []
    known = description.fields_for(user)
    wanted = (mine.columns if mine is not None else []) or said
    columns = [Column(known[one["name"]], one["width"]) for one in read(wanted) if one["name"] in known]
    density = mine.density if mine is not None and mine.density else view.density if view is not None else ""
    hidden = tuple(one["name"] for one in read(said) if one["name"] not in known)
    changed = mine is not None and bool(
        (mine.columns and read(mine.columns) != read(said)) or (mine.density and mine.density != density_of(view))
    )
    if not columns:
        columns = [Column(field) for field in description.table_columns(user)]
    return Layout(tuple(columns), density, changed, hidden)


def density_of(view: SavedView | None) -> str:
    return view.density if view is not None else ""


def read(columns: Any) -> list[dict[str, Any]]:
    """Columns as they are kept; what is none is left out, each field stands once."""
    found: dict[str, dict[str, Any]] = {}
    for one in columns if isinstance(columns, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("name"), str) and one["name"] not in found:
            width = one.get("width")
            is_width = isinstance(width, int) and not isinstance(width, bool) and width > 0
            found[one["name"]] = {"name": one["name"], "width": fitted(width) if is_width else 0}
    return list(found.values())[:MOST_COLUMNS]


def fitted(width: Any) -> int:
    return max(NARROWEST, min(WIDEST, int(width)))


def plain(columns: Iterable[Column]) -> list[dict[str, Any]]:
    return [{"name": column.field.name, "width": column.width} for column in columns]


@remembered.changed
def arrange(
    user: User,
    description: Description,
    view: SavedView | None,
    *,
    columns: list[dict[str, Any]] | None = None,
    density: str | None = None,
) -> None:
    """Remember columns or density for this person; what they may not read is left out."""
    known = description.fields_for(user)
    mine, _made = Arrangement.objects.get_or_create(user=user, object=description.name, view=view)
    if columns is not None:
        mine.columns = [one for one in read(columns) if one["name"] in known]
    if density is not None:
        mine.density = density if density in DENSITIES else ""
    mine.save(update_fields=["columns", "density"])


@remembered.changed
def forget(user: User, description: Description, view: SavedView | None) -> None:
    """Show the table again as the view, or the object, has it."""
    Arrangement.objects.filter(user=user, object=description.name, view=view).update(columns=[], density="")


def densities() -> list[tuple[str, str]]:
    return [("", _("As in my settings")), ("compact", _("Compact")), ("relaxed", _("Relaxed"))]
