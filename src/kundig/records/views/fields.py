"""One field of one record: its editor, and its value after saving."""

from __future__ import annotations

import re
from html import escape
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform import ui
from kundig.platform.htmx import changed, target_tag, with_toast
from kundig.records.actions import change_record
from kundig.records.editors import editor
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.ledger.sets import Opened, change_set
from kundig.records.rows import Row, RowPlan
from kundig.records.tables import Table
from kundig.records.views.base import ObjectView
from kundig.records.views.files import with_uploads

CELL_ID = re.compile(r"[rfh][0-9a-f-]{36}-[a-z_]+")


class FieldView(ObjectView):
    """GET answers the editor (`?show` the plain value), PUT saves; both in the tag that asked (td, th or dd)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.field_name = kwargs.pop("field")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        field = self.field()
        if "show" in request.GET:
            found = self.shown(request, record_id, field)
            if found is None:
                raise Http404(self.missing())
            return HttpResponse(found[0])
        row = self.row(self.record(record_id, action=Action.CHANGE), field)
        typed = self.typed(field, row)
        return HttpResponse(self.form(request, record_id, field, values=self.values(field, row), seen=typed))

    def put(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return self.save(request, record_id, QueryDict(request.body), {})

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        """The same for a file, which a browser can only send by POST."""
        self.record(record_id, action=Action.CHANGE)
        return self.save(request, record_id, *with_uploads(request, self.description, self.user))

    def save(
        self, request: HttpRequest, record_id: UUID, data: QueryDict, errors: dict[str, list[str]]
    ) -> HttpResponse:
        field = self.field()
        refused = ""
        with transaction.atomic(), change_set(by=self.user) as changes:
            record = self.record(record_id, action=Action.CHANGE, lock=True)
            row = self.row(record, field)
            before, now = self.values(field, row), self.typed(field, row)
            raw = field.kind.posted(field, data)
            try:
                if field.name in errors:
                    raise ValidationError(errors[field.name])
                value = self.parsed(field, row, raw)
                if data.get("seen") not in (None, now):
                    raise ValidationError(self.conflict(field, before))
                change_record(self.description, record, {field.name: value}, by=self.user)
            except ValidationError as error:
                transaction.set_rollback(True)  # No more queries in here: the editor is written after the end.
                refused = " ".join(error.messages)
        if refused:
            form = self.form(request, record_id, field, values=before, seen=now, raw=raw, error=refused)
            return HttpResponse(form, status=422)
        found = self.shown(request, record_id, field)
        if found is None:
            messages.success(request, _("Changed. It is not visible to you any more."))
            return redirect(self.description.url())
        html, after = found
        response = HttpResponse(html)
        if field.kind.to_json(*after) == field.kind.to_json(*before):
            return response
        return self.answer_change(response, record_id, field, changes)

    def answer_change(self, response: HttpResponse, record_id: UUID, field: Field, changes: Opened) -> HttpResponse:
        message = _("%(field)s changed.") % {"field": str(field.label)[:1].upper() + str(field.label)[1:]}
        with_toast(response, message, undo=f"/undo/{changes.id}/")
        return changed(response, f"{self.description.name}:{record_id}")

    # -- values -----------------------------------------------------------------------------------------------------

    def field(self) -> Field:
        field = self.description.fields_for(self.user).get(self.field_name)
        if field is None:
            raise Http404(_("There is no field “%(name)s”.") % {"name": self.field_name[:60]})
        if not field.editable:
            raise PermissionDenied(_("“%(field)s” cannot be changed by hand.") % {"field": field.label})
        if not self.description.may_write(self.user, field):
            raise PermissionDenied(
                _("Your role lets you read “%(field)s”, but not change it.") % {"field": field.label}
            )
        return field

    def row(self, record: Model, field: Field) -> dict[str, Any]:
        """Query path → value: the record's own columns, and what else the field reads (the title of a reference)."""
        row = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
        if all(source in row for source in field.sources):
            return row
        plan = RowPlan([field], self.user)
        return row | plan.as_dict(plan.one(self.description.everything(), record.pk) or ())

    def values(self, field: Field, row: dict[str, Any]) -> Row:
        return tuple(row[source] for source in field.sources)

    def typed(self, field: Field, row: dict[str, Any]) -> str:
        return field.kind.typed(self.formats, *self.values(field, row))

    def parsed(self, field: Field, row: dict[str, Any], raw: Any) -> Any:
        value = field.kind.parse(raw, field=field, reading=Reading(user=self.user, formats=self.formats, row=row))
        if field.required and field.kind.is_empty(value):
            raise ValidationError(_("“%(field)s” must not be empty.") % {"field": field.label})
        return value

    def conflict(self, field: Field, now: Row) -> str:
        text = field.text(self.formats, *now) or _("nothing")
        return _("Somebody changed this to “%(text)s” in the meantime. Enter again replaces it, Esc keeps it.") % {
            "text": text
        }

    # -- HTML -------------------------------------------------------------------------------------------------------

    def place(self, request: HttpRequest, record_id: UUID) -> tuple[str, str]:
        tag, cell_id = target_tag(request)
        if tag not in ("td", "th", "dd") or not CELL_ID.fullmatch(cell_id):
            return "dd", f"f{record_id}-{self.field_name}"
        return tag, cell_id

    def shown(self, request: HttpRequest, record_id: UUID, field: Field) -> tuple[str, Row] | None:
        """The value in the tag that shows it, and the value itself; None where the user does not see the record."""
        tag, cell_id = self.place(request, record_id)
        table = Table(self.description, [field], self.formats, user=self.user, may_change=True)
        plan = RowPlan([field], self.user) if tag == "dd" else table.plan
        found = plan.seen(self.description, self.user, record_id)
        if found is None:
            return None
        values = plan.values(found, field)
        if tag == "dd":
            return shown_value(field, self.formats, values, cell_id), values
        return table.head(record_id, found) if tag == "th" else table.cell(record_id, field, found), values

    def form(
        self,
        request: HttpRequest,
        record_id: UUID,
        field: Field,
        *,
        values: Row,
        seen: str,
        raw: Any = None,
        error: str = "",
    ) -> str:
        tag, cell_id = self.place(request, record_id)
        return render_to_string(
            "records/_field_editor.html",
            {
                "tag": tag,
                "cell_id": cell_id,
                "field": field,
                "address": f"{self.description.url(record_id)}fields/{field.name}/",
                "control": editor(
                    field,
                    self.formats,
                    values=values,
                    raw=raw,
                    control_id=f"{cell_id}-input",
                    error=error,
                    error_id=f"{cell_id}-error",
                    in_cell=True,
                    description=self.description,
                    user=self.user,
                ),
                "seen": seen,
                "error": error,
            },
            request,
        )


def shown_value(field: Field, formats: Any, values: Row, cell_id: str, *, editable: bool = True) -> str:
    """A `<dd>` with a value; one that may be edited carries its id, its field and a pencil."""
    html = field.kind.block(formats, *values)
    if field.kind.is_empty(*values):
        words = _("add") if editable else "–"
        html = f'<span class="muted">{escape(words)}</span>'
    if not editable:
        return f"<dd>{html}</dd>"
    return f'<dd id="{cell_id}" data-field="{field.name}">{html}{ui.icon("pencil")}</dd>'
