"""The table of a kind of object: whole page, its sheet alone, its rows, one row, its count."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform.htmx import part
from kundig.records import paging
from kundig.records.bulk.bar import bar_of
from kundig.records.exports.files import Form
from kundig.records.fields import Field
from kundig.records.filters.views import FilterBar, without_editors
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.references import Reference, UserReference
from kundig.records.listing import OF_VIEW, RESERVED, Listing, listing_or_nothing, view_asked
from kundig.records.paging import Keys
from kundig.records.patience import TooSlow, at_most
from kundig.records.rows import Row
from kundig.records.saved.arranging import Layout, arrangements, layout
from kundig.records.saved.models import Arrangement, SavedView
from kundig.records.saved.state import is_changed
from kundig.records.saved.tabs import address_of, tabs_of
from kundig.records.shapes import switcher
from kundig.records.tables import Table, is_numeric
from kundig.records.views.groups import groups, menu

PAGE = 50
PAGE_MS = 3000
"""As long a page may be looked for where a filter narrows the list."""
MOST_OPTIONS = 40


@dataclass(frozen=True)
class Heading:
    """A column's head: where a click leads and how it is sorted now ("" if not)."""

    name: str
    label: Any
    css: str
    width: int
    """In pixels; 0 where the kind of field decides."""
    numeric: bool
    href: str
    state: str


@dataclass(frozen=True)
class FilterChip:
    """A field that the list can be narrowed by, with its choices as links."""

    name: str
    label: Any
    value: str
    chosen: str
    clear: str
    options: list[tuple[str, str, bool]]


class ListView(FilterBar):
    def get(self, request: HttpRequest) -> HttpResponse:
        params = without_editors(request.GET)
        if not params and not part(request) and (first := self.first_view()):
            return redirect(first)
        asked, error = listing_or_nothing(self.description, self.user, params, formats=self.formats)
        notice = " ".join(error.messages) if error and not error.problems else ""
        if error and not asked.refused:
            params = {}
        if (picked := self.picked(request, asked)) is not None:
            return picked
        wanted = part(request)
        if wanted == "m-group":
            return render(request, "records/grouping/_group_menu.html", menu(asked, params, self.address))
        if wanted.startswith("f-"):
            field = next((f for f in self.filters() if f.name == wanted[2:]), None)
            chip = self.chip(field, params, complete=True) if field else None
            return render(request, "records/_filter_options.html", {"chip": chip})
        if wanted.startswith("count"):
            count = paging.count_of(asked.every())
            return render(
                request,
                "records/_count.html",
                {"count": count, "number": self.formats.number(count.value), "description": self.description},
            )
        table = self.table(request)
        widths = {column.field.name: column.width for column in self.layout(request).columns}
        keys, slow = self.keys(asked)
        rows = self.rows(table, keys)
        if wanted.startswith("gr-"):
            more = self.address(params) if keys.after else ""
            context = {"rows": table.rows(rows), "more": more, "span": len(table.columns) + 1}
            return render(request, "records/grouping/_group_rows.html", context)
        columns = [table.title, *table.columns]
        grouped = groups(asked, params, columns, formats=self.formats, address=self.address)
        if grouped.dimension is not None:
            keys = Keys([], 0, None, None)
        context = {
            "description": self.description,
            "listing": asked,
            "notice": " ".join(filter(None, (notice, slow, grouped.notice))),
            "groups": grouped if grouped.dimension is not None else None,
            "filter": self.filter_bar(asked, params, error),
            "table": table,
            "rows": table.rows(rows),
            "is_filtered": asked.is_narrowed or asked.refused,
            "headings": [self.heading(column, asked, params, widths) for column in (table.title, *table.columns)],
            "chips": [self.chip(field, params) for field in self.filters()],
            "first": self.formats.number(keys.position + 1),
            "last": self.formats.number(keys.position + len(rows)),
            "before": self.address(params, before=keys.before.encode()) if keys.before else "",
            "after": self.address(params, after=keys.after.encode()) if keys.after else "",
            "shape": "",
            "bare": self.description.url(),
            "has_more": bool(keys.before or keys.after),
            "here": self.address(params),
            "query": self.query(params),
            "counted": zlib.crc32(self.query(params, sort=None).encode()),
            "views": self.views_bar(asked, params, shape=""),
            "shapes": switcher(self.description, self.user, current="", query=self.query(params, sort=None)),
            "may_create": self.description.may(self.user, Action.CREATE),
            "adds_to": self.adds_to(asked),
            "importable": not self.description.parent,
            "bulk": bar_of(self.description, self.user),
            "export_forms": [(form.value, form.label) for form in Form if form is not Form.EDIT],
            "edit_form": Form.EDIT if self.description.may(self.user, Action.CHANGE) else None,
        }
        return render(request, "records/_list.html" if wanted == "content" else "records/list.html", context)

    def adds_to(self, asked: Listing) -> str:
        """The record to which rows that are pasted below the others belong: the one whose parts this table shows."""
        if not self.description.parent or not self.description.may(self.user, Action.CREATE):
            return ""
        of = [values for field, values in asked.conditions if field.name == self.description.parent]
        return str(of[0][0]) if len(of) == 1 and len(of[0]) == 1 and of[0][0] else ""

    def keys(self, asked: Listing) -> tuple[Keys, str]:
        """The ids of the page, and what to say if finding them takes too long: not every filter has an index."""
        if not asked.is_narrowed:
            return asked.page(limit=PAGE), ""
        try:
            with at_most(PAGE_MS):
                return asked.page(limit=PAGE), ""
        except TooSlow:
            what = {"what": self.description.label_plural}
            return Keys([], 0, None, None), (
                _("Among so many %(what)s this filter takes too long. Narrow it further, or sort another way.") % what
            )

    # -- rows and columns -------------------------------------------------------------------------------------------

    def table(self, request: HttpRequest) -> Table:
        may_change = self.description.may(self.user, Action.CHANGE)
        asked: dict[str, Any] = {"view": request.GET.get("view", "")[:40]}
        asked |= {name: request.GET.getlist(name) for name in ("columns", "filter")}
        asked = {name: value for name, value in asked.items() if value}
        columns = self.columns(request)
        table = Table(self.description, columns, self.formats, user=self.user, may_change=may_change, asked=asked)
        if any(request.GET.get(name) for name in ("filter", "view")):
            query = self.query(without_editors(request.GET), sort=None, group=None)
            table.explained = f"why/?{escape(query)}"
        return table

    def columns(self, request: HttpRequest) -> list[Field]:
        """The columns this person chose, or the view has, or the description; `columns` of the address before all."""
        known = self.description.fields_for(self.user)
        asked = [known[name] for name in request.GET.getlist("columns") if name in known]
        return asked or [column.field for column in self.layout(request).columns]

    def layout(self, request: HttpRequest) -> Layout:
        try:
            view = view_asked(self.description, self.user, dict(request.GET.lists()))
        except ValidationError:
            view = None
        return layout(self.user, self.description, view, self.arrangements)

    @cached_property
    def arrangements(self) -> Mapping[Any, Arrangement]:
        return arrangements(self.user, self.description)

    # -- saved views ------------------------------------------------------------------------------------------------

    def first_view(self) -> str:
        """The address of the view that this person's list begins with; "" for the list itself."""
        mine = self.arrangements.get(None)
        if mine is None or mine.first_view_id is None:
            return ""
        view = SavedView.objects.for_user(self.user).filter(pk=mine.first_view_id).first()
        return address_of(self.description, view) if view else ""

    def views_bar(self, asked: Listing, params: dict[str, list[str]], *, shape: str) -> dict[str, Any]:
        """What the tabs above a list show, and whether there is something to save."""
        view = asked.view
        table = layout(self.user, self.description, view, self.arrangements)
        return {
            "tabs": tabs_of(self.user, self.description, view),
            "all": address_of(self.description, None),
            "view": view,
            "hidden": [str(name) for name in table.hidden],
            "is_changed": not asked.refused and is_changed(asked, params, shape=shape, arranged=table.is_changed),
            "may_change": view is not None and view.may_change(self.user),
            "shape": shape,
            "query": self.query(params),
            "density": table.density,
        }

    def rows(self, table: Table, keys: Keys) -> list[Row]:
        """The rows of a page in the order of its keys; one query by id."""
        return table.plan.in_order(self.description, keys.ids)

    # -- addresses --------------------------------------------------------------------------------------------------

    def query(self, params: dict[str, list[str]], **changes: str | None) -> str:
        """The parameters that stay when the place in the list is left, with `changes` (None takes one out)."""
        kept = {name: values for name, values in params.items() if name not in ("after", "before", "columns")}
        for name, value in changes.items():
            kept[name] = [] if value is None else [value]
        # Beside a view an empty parameter says that the list has none, whatever the view says.
        empty = (*OF_VIEW, "group") if any(kept.get("view", ())) else ()
        return urlencode({n: [v for v in values if v or n in empty] for n, values in kept.items()}, doseq=True)

    def address(self, params: dict[str, list[str]], **changes: str | None) -> str:
        query = self.query(params, **changes)
        return f"?{query}" if query else self.description.url()

    def heading(self, column: Field, asked: Listing, params: dict[str, list[str]], widths: dict[str, int]) -> Heading:
        state = ""
        if column.name == asked.sort:
            state = "descending" if asked.descending else "ascending"
        href = ""
        if column.sort_path:
            href = self.address(params, sort=f"-{column.name}" if state == "ascending" else column.name)
        css = "col-who" if column.name == self.description.title else column.kind.column
        width = widths.get(column.name, 0)
        return Heading(column.name, column.label, css, width, is_numeric(column), href, state)

    def filters(self) -> list[Field]:
        offered = self.description.shown(self.description.filters, self.user)
        return [field for field in offered if _has_options(field) and field.name not in RESERVED]

    def chip(self, field: Field, params: dict[str, list[str]], *, complete: bool = False) -> FilterChip:
        """The chip of a field; its choices come when its menu opens (`complete`)."""
        value = params.get(field.name, [""])[0]
        found = self.choices(field) if complete or (value and not isinstance(field.kind, Reference)) else []
        chosen = next((label for option, label in found if option == value), "") or self.named(field, value)
        options = [
            (label, self.address(params, **{field.name: option}), option == value)
            for option, label in (found if complete else ())
        ]
        clear = self.address(params, **{field.name: None})
        return FilterChip(field.name, field.label, value, chosen, clear, options)

    def named(self, field: Field, value: str) -> str:
        """What a record is called that the list is narrowed by: it may be none of those that the menu shows."""
        kind = field.kind
        if not value or not isinstance(kind, Reference):
            return value
        is_user = isinstance(kind, UserReference)
        if is_user and value == "me":
            return str(_("me"))
        try:
            rows = kind.candidates(self.user).filter(pk=UUID(value))
        except ValueError:
            return value
        return str(rows.values_list("name" if is_user else kind.title(), flat=True).first() or value)

    def choices(self, field: Field) -> list[tuple[str, str]]:
        kind = field.kind
        if isinstance(kind, Choice):
            return [(value, str(label)) for value, label in kind.choices]
        if isinstance(kind, YesNo):
            return [("true", _("yes")), ("false", _("no"))]
        if isinstance(kind, Country):
            return kind.options(self.formats.language)
        if isinstance(kind, UserReference):
            others = kind.candidates(self.user).exclude(pk=self.user.pk).order_by("name").values_list("pk", "name")
            return [("me", _("me")), *((str(pk), name) for pk, name in others[:MOST_OPTIONS])]
        if isinstance(kind, Reference):
            found = kind.candidates(self.user).order_by(kind.title()).values_list("pk", kind.title())
            return [(str(pk), title) for pk, title in found[:MOST_OPTIONS]]
        return []


def _has_options(field: Field) -> bool:
    return isinstance(field.kind, Choice | YesNo | Country | Reference)


class RowView(ListView):
    """One row, fetched anew when somebody changed its record."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:  # type: ignore[override]
        table = self.table(request)
        row = table.plan.one(self.description.visible_to(self.user), record_id)
        if row is None:
            # Whoever has it on the screen need not be told that somebody deleted it, or gave it to others.
            gone = f'<hx-partial hx-target="#r{record_id}" hx-swap="delete"></hx-partial>'
            return HttpResponse(gone, status=404)
        return HttpResponse(table.row(row))
