"""The table in groups: its heads with counts and sums, the rows of one group, and the menu of what to group by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kundig.records.fields import Field
from kundig.records.grouping import MOST_GROUPS, Line, added, lines_of
from kundig.records.patience import TooSlow
from kundig.records.pivots.offered import Dimension, dimensions
from kundig.records.saved.state import group_of

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.description import Description
    from kundig.records.listing import Listing

Address = Callable[..., str]


@dataclass(frozen=True)
class Groups:
    """The groups of a table as its template shows them; `notice` where they cannot be had as asked for."""

    dimension: Dimension | None
    lines: list[dict[str, Any]]
    notice: str = ""


def chosen_group(description: Description, user: User, key: str) -> Dimension | None:
    return next((one for one in dimensions(description, user) if one.key == key), None)


def groups(
    asked: Listing, params: dict[str, list[str]], columns: list[Field], *, formats: Formats, address: Address
) -> Groups:
    """What `group` of the address or of the view asks for; no groups where it asks for none."""
    key = group_of(asked.view, params)
    if not key:
        return Groups(None, [])
    dimension = chosen_group(asked.description, asked.user, key)
    if dimension is None:
        return Groups(None, [], _("This list cannot be put in groups by “%(field)s”.") % {"field": key[:40]})
    try:
        lines, complete = lines_of(asked.every(), dimension, columns, user=asked.user, formats=formats)
    except TooSlow:
        return Groups(None, [], _("Among so many records grouping would take too long. A filter or a search helps."))
    notice = "" if complete else _("Only the %(most)d largest groups are shown.") % {"most": MOST_GROUPS}
    summed = {column.name for column in added(columns)}
    return Groups(
        dimension,
        [
            {
                "number": number,
                "label": line.group.label,
                "count": formats.number(line.count),
                "href": behind(line, asked, params, address),
                "cells": [
                    {
                        "text": line.text(column, formats) if column.name in summed else "",
                        "numeric": column.name in summed,
                    }
                    for column in columns
                ],
            }
            for number, line in enumerate(lines)
        ],
        notice,
    )


def behind(line: Line, asked: Listing, params: dict[str, list[str]], address: Address) -> str:
    """The address of the list of one group; "" of the records whose value the reader may not know."""
    if line.group.condition is None:
        return ""
    name, value = line.group.condition
    if name == "filter":
        text = asked.filter.text if asked.filter is not None else ""
        value = f"({text}) and {value}" if text else value
    return address(params, **{"group": "" if asked.view is not None else None, name: value})


def menu(asked: Listing, params: dict[str, list[str]], address: Address) -> dict[str, Any]:
    """What a list can be put in groups by, as links."""
    found = dimensions(asked.description, asked.user)
    return {
        "current": group_of(asked.view, params),
        "none": address(params, group="" if asked.view is not None else None),
        "dimensions": [{"key": one.key, "label": one.label, "href": address(params, group=one.key)} for one in found],
    }
