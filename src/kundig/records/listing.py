"""What a list was asked for (`view`, `filter`, `q`, `field=value`, `sort`, place), checked against the description."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.platform.sorting import SortKey, sort_key
from kundig.records import paging, rights, search
from kundig.records.conditions import Condition, ConditionError, Problem
from kundig.records.conditions import read as read_condition
from kundig.records.custom.storage import PATHS, column_of
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import Reference
from kundig.records.paging import Cursor, Keys, Sift
from kundig.records.saved.models import SavedView

# Words that fields must not be called, because lists use them.
RESERVED = frozenset({"q", "sort", "limit", "after", "before", "columns", "as", "view", "filter", "group", "fields"})
MOST_FOUND = 500
"""Matches of a text search that a list shows; whoever has more should say more."""

RARE = 200
"""Up to so many rows with a tag are looked up by their ids."""
_SETTINGS = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
_BY_TAGS = "; ".join(
    [*(f"SET LOCAL {name} = off" for name in _SETTINGS), f"SET LOCAL gin_fuzzy_search_limit = {5 * RARE}"]
)
_AS_USUAL = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in (*_SETTINGS, "gin_fuzzy_search_limit"))


@dataclass(frozen=True)
class Listing:
    """A checked question for a list. `conditions` are pairs of field and accepted values.

    A `refused` one answers nothing: its filter could not be understood, or uses what its reader may not read. Nothing
    is safer than more than was asked for.
    """

    description: Description
    user: User
    q: str = ""
    sort: str = ""
    descending: bool = False
    conditions: tuple[tuple[Field, tuple[Any, ...]], ...] = ()
    cursor: Cursor | None = None
    filter: Condition | None = None
    view: SavedView | None = None
    refused: bool = False

    def rows(self, action: Action = Action.READ) -> QuerySet:
        """What the user may see and asked for, unsorted; of a text search the best matches."""
        rows = self._without_words(action)
        if self.q:
            rows = rows.filter(pk__in=search.matching_ids(self.user, self.description, self.q, limit=MOST_FOUND))
        return rows

    def every(self, action: Action = Action.READ) -> QuerySet:
        """The same with all matches of a text search, however many: for counts, exports and bulk work."""
        rows = self._without_words(action)
        if self.q:
            rows = rows.filter(pk__in=search.every_match(self.user, self.description, self.q, few=MOST_FOUND))
        return rows

    def _without_words(self, action: Action) -> QuerySet:
        rows = self._without_filter(action)
        return rows if self.filter is None else rows.filter(self.filter.q())

    def _without_filter(self, action: Action) -> QuerySet:
        rows = self.description.visible_to(self.user, action)
        if self.refused:
            return rows.none()
        for field, values in self.conditions:
            condition = _condition(field, values)
            rows = narrowed(rows, condition) if isinstance(field.kind, Several) else rows.filter(condition)
        return rows

    def page(self, *, limit: int) -> Keys:
        rows, sift = self.sifted()
        is_all = not self.is_narrowed and not self.refused and rights.reads_all(self.description, self.user)
        return paging.page_of(
            rows,
            sort=self.sort_path,
            descending=self.descending,
            limit=limit,
            cursor=self.cursor,
            sift=sift,
            every=self.description if is_all else None,
        )

    def sifted(self) -> tuple[QuerySet, Sift | None]:
        """The rows, and apart from them what collections have to say: `paging.page_of` asks that of a few at a time."""
        if self.filter is None or self.q:  # what a search has found is few
            return self.rows(), None
        own, sift = self.filter.apart()
        return self._without_filter(Action.READ).filter(own), sift

    @property
    def sort_path(self) -> str:
        return sort_path(self.description, self.sort)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.conditions or self.filter is not None)

    def at(self, cursor: Cursor | None) -> Listing:
        return replace(self, cursor=cursor)


class ListingError(ValidationError):
    """A question that cannot be asked: parameter → message. `problems` are the places in the filter's text."""

    def __init__(self, errors: Mapping[str, str], problems: Sequence[Problem] = ()) -> None:
        super().__init__(dict(errors))
        self.problems = list(problems)


def sort_path(description: Description, name: str) -> str:
    if name == "id":
        return "id"
    return description.field(name).sort_path


def listing(description: Description, user: User, params: Mapping[str, Sequence[str]], *, formats: Formats) -> Listing:
    """Read the parameters of an address.

    Raises:
        ListingError: with a dict parameter → message, naming what is not known and what would be.
    """
    errors: dict[str, str] = {}
    problems: list[Problem] = []
    view = None
    try:
        view = view_asked(description, user, params)
        params = with_view(params, view)
    except ValidationError as error:
        errors["view"] = " ".join(error.messages)
    condition = None
    try:
        text = _first(params, "filter").replace("\x00", "").strip()
        condition = read_condition(text, description, user) if text else None
    except ConditionError as error:
        errors["filter"], problems = " ".join(error.messages), error.problems
    conditions = []
    for name, values in params.items():
        if name in RESERVED or not any(values):
            continue
        try:
            field = _filterable(description, user, name)
            reading = Reading(user=user, formats=formats, row={})
            conditions.append((field, tuple(_read(field, value, reading) for value in values if value)))
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
    sort, descending = description.first_sort(user), False
    asked = _first(params, "sort")
    if asked or sort.startswith("-"):
        sort, descending = (asked or sort).removeprefix("-"), (asked or sort).startswith("-")
    cursor = None
    try:
        _check_sort(description, user, sort)
        place = _first(params, "after") or _first(params, "before")
        if place:
            cursor = paging.decode_cursor(
                place, paging._plain(column_of(description.model, sort_path(description, sort)))
            )
    except ValidationError as error:
        errors["after" if "sort" not in str(error.code) else "sort"] = " ".join(error.messages)
    if errors:
        raise ListingError(errors, problems)
    q = _first(params, "q").replace("\x00", "").strip()[:200]
    return Listing(description, user, q, sort, descending, tuple(conditions), cursor, condition, view)


ALL = "all"
"""As a `view`: the list itself, also where a view of one's own opens first."""
OF_VIEW = ("filter", "q", "sort")
"""Parameters that a view stands for; whoever gives one of them, also an empty one, replaces that of the view."""


def view_asked(description: Description, user: User, params: Mapping[str, Sequence[str]]) -> SavedView | None:
    """The saved view that an address names.

    Raises:
        ValidationError: if there is none, or it is nobody's that `user` shares anything with.
    """
    asked = _first(params, "view")
    if not asked or asked == ALL:
        return None
    try:
        found: SavedView | None = (
            SavedView.objects.for_user(user).filter(object=description.name, pk=UUID(asked[:40])).first()
        )
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("This view does not exist any more, or is not shared with you."))
    return found


def with_view(params: Mapping[str, Sequence[str]], view: SavedView | None) -> Mapping[str, Sequence[str]]:
    """The parameters with what the view adds to them."""
    if view is None:
        return params
    return {**{name: [getattr(view, name)] for name in OF_VIEW}, **params}


def listing_or_nothing(
    description: Description, user: User, params: Mapping[str, Sequence[str]], *, formats: Formats
) -> tuple[Listing, ListingError | None]:
    """The same for pages, which answer in any case, and what is wrong.

    Where the filter or the view cannot be had the list is empty; of other parameters that cannot be read it takes none.
    """
    try:
        return listing(description, user, params, formats=formats), None
    except ListingError as error:
        if not {"filter", "view"} & set(error.error_dict):
            return listing(description, user, {}, formats=formats), error
        return replace(listing(description, user, {}, formats=formats), refused=True), error


def _first(params: Mapping[str, Sequence[str]], name: str) -> str:
    values = params.get(name) or [""]
    return values[0]


def _filterable(description: Description, user: User, name: str) -> Field:
    known = description.fields_for(user)
    field = known.get(name)
    if field is None or field.model_field is None:
        raise ValidationError(unknown_name(name, known))
    return field


def unknown_name(name: str, known: Mapping[str, Any]) -> str:
    """A sentence that says a name is not known, and which one was probably meant."""
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return _("There is no field “%(name)s”. Did you mean “%(near)s”?") % {"name": name[:60], "near": near[0]}
    return _("There is no field “%(name)s”. Known are: %(known)s.") % {"name": name[:60], "known": ", ".join(known)}


def _check_sort(description: Description, user: User, name: str) -> None:
    if name == "id":
        return
    field = description.fields.get(name)
    if field is None or not field.sort_path or not description.may_read(user, field):
        known = {n: f for n, f in description.fields_for(user).items() if f.sort_path}
        raise ValidationError(unknown_name(name, known), code="sort")


def _read(field: Field, value: str, reading: Reading) -> Any:
    if "\x00" in value:
        raise ValidationError(_("The text contains a character that cannot be stored (NUL)."))
    if isinstance(field.kind, Several):
        return value
    if isinstance(field.kind, Reference) and value == "me" and reading.user is not None:
        return reading.user.pk
    return field.kind.parse(value, field=field, reading=reading)


def _condition(field: Field, values: tuple[Any, ...]) -> Any:
    """Any of the values; texts are compared as they are sorted, so that case and umlauts do not matter."""
    if isinstance(field.kind, Several):
        return Q(**{f"{field.path}__overlap": list(values)})
    if field.path.startswith(PATHS) and field.sort_path.endswith("_key"):
        return Q(**{f"{field.sort_path}__in": [sort_key(value) for value in values]})
    if keys := same_keys(field.description.model, field.name, values):
        return Q(**{f"{field.name}_key__in": keys})
    path = f"{field.path}_id" if isinstance(field.kind, Reference) else field.path
    return Q(**{f"{path}__in": list(values)})


def narrowed(rows: QuerySet, condition: Q) -> QuerySet:
    """`rows` with one of these tags. PostgreSQL takes every unknown tag for frequent and would leaf through the whole
    table in the order it is to be shown in, finding nothing. So the index of tags alone is asked for a few first; of a
    frequent tag it gives a part, always more than a few."""
    every = rows.model._base_manager.filter(condition)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BY_TAGS)
        ids = list(every.values_list("pk", flat=True)[: RARE + 1])
        cursor.execute(_AS_USUAL)
    return rows.filter(pk__among=ids) if len(ids) <= RARE else rows.filter(condition)


def same_keys(model: type[models.Model], name: str, values: Iterable[str]) -> list[str]:
    """The sort keys that rows with these texts have; none where the model keeps no key of this column alone."""
    try:
        column = model._meta.get_field(f"{name}_key")
    except FieldDoesNotExist:
        return []
    keys = [column.key_for(value) for value in values] if isinstance(column, SortKey) else []
    return [key for key in keys if key is not None]
