"""Erasing a record for privacy: asked once more, because nothing brings it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.records.erasure import erase_record, may_erase
from kundig.records.rows import RowPlan
from kundig.records.views.base import ObjectView


class EraseView(ObjectView):
    """GET asks for the name of the record; POST with it erases."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        self.erasable(record_id)
        return self.page(request, record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.erasable(record_id)
        if " ".join(request.POST.get("sure", "").split()) != " ".join(self.title(record_id).split()):
            return self.page(request, record_id, wrong=True)
        try:
            erase_record(self.description, record, by=self.user)
        except ValidationError as error:
            return self.page(request, record_id, error=" ".join(error.messages))
        messages.success(request, _("Erased."))
        return redirect(self.description.url())

    def erasable(self, record_id: UUID) -> Any:
        record = self.record(record_id)
        if not may_erase(self.description, self.user, record):
            raise PermissionDenied(_("Erasing for privacy is for administrators who may delete this."))
        return record

    def title(self, record_id: UUID) -> str:
        field = self.description.field(self.description.title)
        plan = RowPlan([field], self.user)
        row = plan.one(self.description.visible_to(self.user), record_id)
        return field.text(self.formats, *plan.values(row, field)) if row else ""

    def page(self, request: HttpRequest, record_id: UUID, **context: Any) -> HttpResponse:
        context |= {
            "description": self.description,
            "title": self.title(record_id) or _("(no name)"),
            "here": self.description.url(record_id),
        }
        status = 422 if context.get("wrong") or context.get("error") else 200
        return render(request, "records/erase.html", context, status=status)
