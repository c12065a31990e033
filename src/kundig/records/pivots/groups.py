"""The groups of a dimension: how the database makes them, what they are called, and which list stands behind one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext as _

from kundig.records.kinds.choices import Choice
from kundig.records.kinds.references import Reference
from kundig.records.veils import veil_of

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.pivots.offered import Dimension

_BEGINNINGS: dict[str, Any] = {"year": TruncYear, "quarter": TruncQuarter, "month": TruncMonth}
_MONTHS = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Group:
    """Records with one value. `condition` is the list of them as a parameter of an address; None if there is none."""

    value: Any
    label: str
    condition: tuple[str, str] | None


def expressions(dimension: Dimension, name: str) -> dict[str, Any]:
    """What to group by under `name`; of a reference the id of the related record, whose title `titles` knows."""
    field = dimension.field
    if dimension.step:
        return {name: _BEGINNINGS[dimension.step](field.path)}
    return {name: F(f"{field.path}_id" if isinstance(field.kind, Reference) else field.path)}


def titles(dimension: Dimension, values: Iterable[Any]) -> dict[Any, str]:
    """Titles of the related records among these values of a dimension: asked for the groups that were found, because
    joining them to a million rows before these are put together costs more than the rest."""
    kind = dimension.field.kind
    if not isinstance(kind, Reference):
        return {}
    wanted = {value for value in values if value is not None and value is not HIDDEN}
    return dict(kind.model._base_manager.filter(pk__in=wanted).values_list("pk", kind.title())) if wanted else {}


class _Hidden:
    """Stands for the related records that the reader may not see: they are one group, and no list leads to them."""


HIDDEN = _Hidden()


def untold(dimension: Dimension, values: Iterable[Any], user: User) -> set[Any]:
    """Those of these values of a dimension that are records which the reader may not see."""
    veil = veil_of(dimension.field, user)
    return set() if veil is None else veil.hidden_among(values)


def group_of(dimension: Dimension, value: Any, title: Any, formats: Formats) -> Group:
    """The group of a value, as `expressions` brought it."""
    field = dimension.field
    if value is HIDDEN:
        return Group(HIDDEN, _("(not visible to you)"), None)
    if value in (None, ""):
        return Group(None, _("Not stated"), ("filter", f"{field.name} is empty"))
    if dimension.step:
        return _period(dimension, value.date() if isinstance(value, dt.datetime) else value, formats)
    if isinstance(field.kind, Reference):
        return Group(value, str(title or _("(no name)")), (field.name, str(value)))
    typed = field.kind.typed(formats, value)
    return Group(value, field.kind.text(formats, value) or typed, (field.name, typed))


def _period(dimension: Dimension, first: dt.date, formats: Formats) -> Group:
    months = first.year * 12 + first.month - 1 + _MONTHS[dimension.step]
    after = dt.date(months // 12, months % 12 + 1, 1) if months // 12 <= dt.MAXYEAR else dt.date.max
    label = str(first.year)
    if dimension.step == "quarter":
        label = _("Q%(quarter)d %(year)d") % {"quarter": (first.month + 2) // 3, "year": first.year}
    elif dimension.step == "month":
        label = f"{formats.months[first.month - 1]} {first.year}"
    name = dimension.field.name
    return Group(first, label, ("filter", f"{name} >= {first.isoformat()} and {name} < {after.isoformat()}"))


def in_order(dimension: Dimension, groups: Iterable[Group]) -> list[Group]:
    """Choices as they are listed, periods as they follow one another, all else by name; what is not stated last."""
    kind = dimension.field.kind
    places = {value: number for number, (value, _label) in enumerate(kind.choices)} if isinstance(kind, Choice) else {}

    def place(group: Group) -> tuple[Any, ...]:
        period = group.value.isoformat() if dimension.step and group.value else ""
        return (
            (group.value is None) + 2 * (group.value is HIDDEN),
            period,
            places.get(group.value, len(places)),
            group.label.casefold(),
        )

    return sorted(groups, key=place)
