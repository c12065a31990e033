"""What a list shows at present, as a view would keep it; and whether that differs from the view it began with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kundig.records.listing import RESERVED, Listing, listing
from kundig.records.saved.arranging import arrangements, layout, plain
from kundig.records.saved.models import SavedView
from kundig.records.saved.question import whole_condition

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.description import Description

CONTROLS = {"after", "before", "limit", "as"}
MOST_SETTINGS, LONGEST_SETTING = 20, 300


def split(
    description: Description, params: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The parameters of the list, and those of its shape."""
    of_list = {n: list(v) for n, v in params.items() if n in RESERVED or n in description.fields}
    return of_list, {n: list(v) for n, v in params.items() if n not in of_list}


def state_of(
    description: Description, user: User, params: Mapping[str, Sequence[str]], *, shape: str, formats: Formats
) -> dict[str, Any]:
    """What `SavedView` keeps of a list with these parameters.

    Raises:
        ValidationError: if they ask for what is not known; nothing is saved that could not be shown.
    """
    of_list, of_shape = split(description, params)
    asked = listing(description, user, of_list, formats=formats)
    condition = whole_condition(asked)
    table = layout(user, description, asked.view, arrangements(user, description))
    begun = asked.view.settings if asked.view is not None and asked.view.shape == shape else {}
    given = {n: [each[:LONGEST_SETTING] for each in v] for n, v in of_shape.items() if any(v)}
    return {
        "shape": shape,
        "columns": plain(table.columns) if table.is_changed or asked.view is not None else [],
        "sort": sort_of(asked, of_list),
        "filter": condition.text if condition is not None else "",
        "q": asked.q,
        "group": group_of(asked.view, params),
        "density": table.density,
        "settings": {**begun, **dict(list(given.items())[:MOST_SETTINGS])},
    }


def sort_of(asked: Listing, params: Mapping[str, Sequence[str]]) -> str:
    """The order that was asked for; "" where the object's own holds."""
    if not any(params.get("sort", ())):
        return asked.view.sort if asked.view is not None else ""
    return f"-{asked.sort}" if asked.descending else asked.sort


def group_of(view: SavedView | None, params: Mapping[str, Sequence[str]]) -> str:
    if "group" in params:
        return (params["group"] or [""])[0][:90]
    return view.group if view is not None else ""


def is_changed(asked: Listing, params: Mapping[str, Sequence[str]], *, shape: str, arranged: bool) -> bool:
    """Whether the list differs from its view; without a view, whether it is anything but the whole list."""
    view = asked.view
    of_shape = {
        n: list(v) for n, v in params.items() if n not in RESERVED and n not in asked.description.fields and any(v)
    }
    if view is None:
        return asked.is_narrowed or bool(sort_of(asked, params)) or bool(group_of(None, params)) or bool(of_shape)
    filters = asked.filter.text if asked.filter is not None else ""
    return (
        arranged
        or view.shape != shape
        or bool(asked.conditions)
        or filters != view.filter
        or asked.q != view.q
        or sort_of(asked, params) != view.sort
        or group_of(view, params) != view.group
        or any(view.settings.get(n) != v for n, v in of_shape.items())
    )
