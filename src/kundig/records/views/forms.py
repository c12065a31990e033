"""Creating and editing a record with all its fields at once; deleting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.records import layouts, registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.forms import RecordForm
from kundig.records.kinds.base import Reading
from kundig.records.layouts.forms import in_order
from kundig.records.rows import RowPlan
from kundig.records.views.base import ObjectView
from kundig.records.views.files import with_uploads


class FormView(ObjectView):
    """What creating and editing share: the page, and 422 with the form where something is wrong."""

    def answer(
        self, request: HttpRequest, form: RecordForm, *, record_id: UUID | None = None, status: int = 200
    ) -> HttpResponse:
        layout = layouts.layout_for(self.description, self.user)
        shown, hidden = in_order(form.controls, layout, self.description, is_new=record_id is None)
        partial = bool(getattr(request, "htmx", None)) and request.method == "POST"
        context = {
            "description": self.description,
            "form": form,
            "controls": shown,
            "hidden_controls": hidden,
            "record_id": record_id,
            "title": self.name_of(form.row) if record_id else "",
            "back": self.description.url(record_id),
            # Not asked in the template: it would call what it finds.
            "looks_for_similar": record_id is None and self.description.finds_similar is not None,
        }
        return render(request, "records/_form.html" if partial else "records/form.html", context, status=status)

    def name_of(self, row: dict[str, Any]) -> str:
        """How the record stands above its form; what is only a relation is told by the name at its other end."""
        title = self.description.field(self.description.title)
        return title.text(self.formats, *(row.get(source) for source in title.sources)) or _("(no name)")

    def form(self, row: dict[str, Any], request: HttpRequest) -> RecordForm:
        if request.method != "POST":
            return RecordForm(self.description, self.user, self.formats, row)
        data, errors = with_uploads(request, self.description, self.user)
        return RecordForm(self.description, self.user, self.formats, row, data, errors)


class CreateView(FormView):
    action = Action.CREATE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request, self.form(self.beginning(request), request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(self.beginning(request), request)
        values = form.read()
        if form.errors:
            return self.answer(request, form, status=422)
        try:
            record = create_record(self.description, self.said(values), by=self.user)
        except ValidationError as error:
            form.refuse(error)
            return self.answer(request, form, status=422)
        messages.success(request, _("%(title)s is saved.") % {"title": self.title_of(record)})
        return redirect(self.whole_of(record) or self.description.url(record.pk))

    def said(self, values: dict[str, Any]) -> dict[str, Any]:
        """Without what was left empty to follow from the rest."""
        fields, unsaid = self.description.fields, self.description.unsaid.split()
        return {name: v for name, v in values.items() if name not in unsaid or not fields[name].kind.is_empty(v)}

    def whole_of(self, record: models.Model) -> str:
        """The page of what a position and the like is a part of: the next one is added there. "" for all others."""
        if not self.description.parent or self.description.nav:
            return ""
        whole = getattr(record, self.description.parent)
        described = (
            each
            for each in registry.covering(type(whole))
            if all(getattr(whole, name) == value for name, value in each.where.items())
        )
        found = next(described, None)
        return found.url(whole.pk) if found is not None else ""

    def title_of(self, record: models.Model) -> str:
        plan = RowPlan([self.description.field(self.description.title)])
        row = plan.one(self.description.everything(), record.pk)
        return str(row[1]) if row and row[1] else str(self.description.label)

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        """What a new record starts with: the model's defaults, oneself as the person responsible, `?field=value`."""
        blank = self.description.model(**self.description.where)
        row: dict[str, Any] = {}
        for field in self.description.form_fields(self.user):
            for source in field.sources:
                row[source] = getattr(blank, source, None)
        for name in self.description.unsaid.split():
            row.update(dict.fromkeys(self.description.fields[name].sources))
        if self.description.owner:
            row[f"{self.description.owner}_id"], row[f"{self.description.owner}__name"] = self.user.pk, self.user.name
        for name in request.GET:
            self.prefill(row, name, request.GET[name])
        return row

    def prefill(self, row: dict[str, Any], name: str, value: str) -> None:
        """Take a value from the address into the form; what cannot be read is left out, it was only a suggestion."""
        field = self.description.fields_for(self.user).get(name)
        if field is None or not self.description.may_write(self.user, field):
            return
        try:
            parsed = field.kind.parse(value, field=field, reading=Reading(self.user, self.formats, row))
        except ValidationError:
            return
        row.update(field.kind.columns(field, parsed))
        if len(field.sources) == 2 and field.sources[0].endswith("_id"):
            related = field.kind.model._default_manager  # type: ignore[attr-defined]
            row[field.sources[1]] = related.filter(pk=parsed).values_list(field.kind.title(), flat=True).first()  # type: ignore[attr-defined]


class EditView(FormView):
    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        self.record(record_id, action=Action.CHANGE)
        return self.answer(request, self.form(self.row(record_id), request), record_id=record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        with transaction.atomic():
            # Actions write the record as it was read here: nobody else may write it meanwhile.
            return self.save(request, self.record(record_id, action=Action.CHANGE, lock=True))

    def save(self, request: HttpRequest, record: models.Model) -> HttpResponse:
        record_id = record.pk
        form = self.form(self.row(record_id), request)
        values = form.read()
        changes = {} if form.errors else form.changes(values)
        if form.errors:
            return self.answer(request, form, record_id=record_id, status=422)
        try:
            change_record(self.description, record, changes, by=self.user)
        except ValidationError as error:
            form.refuse(error)
            return self.answer(request, form, record_id=record_id, status=422)
        messages.success(request, _("Saved."))
        return redirect(self.description.url(record_id))

    def row(self, record_id: UUID) -> dict[str, Any]:
        plan = RowPlan(
            [self.description.field(self.description.title), *self.description.form_fields(self.user)], self.user
        )
        row = plan.one(self.description.visible_to(self.user), record_id)
        if row is None:
            raise Http404(self.missing())
        return plan.as_dict(row)


class DeleteView(ObjectView):
    action = Action.DELETE

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        try:
            with transaction.atomic():
                # What is checked is what goes: nobody else may write it meanwhile.
                record = self.record(record_id, action=Action.DELETE, lock=True)
                delete_record(self.description, record, by=self.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.description.url(record_id))
        messages.success(request, _("Deleted."))
        return redirect(self.description.url())
