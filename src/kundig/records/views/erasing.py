"""Erasing a record for privacy: asked once more, because nothing brings it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.records.erasure import erase_record, may_erase, what_stays
from kundig.records.rows import RowPlan
from kundig.records.views.base import ObjectView


class EraseView(ObjectView):
    """GET asks for the name of the record; POST with it erases."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return self.page(request, record_id, self.erasable(record_id))

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.erasable(record_id)
        if " ".join(request.POST.get("sure", "").split()) != " ".join(self.title(record_id).split()):
            return self.page(request, record_id, record, wrong=True)
        try:
            erase_record(self.description, record, by=self.user)
        except ValidationError as error:
            return self.page(request, record_id, record, error=" ".join(error.messages))
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

    def page(self, request: HttpRequest, record_id: UUID, record: Any, **context: Any) -> HttpResponse:
        """What stays, until when and why, stands there before anybody confirms; so does why it is too early."""
        status = 422 if context else 200
        try:
            context["stays"] = what_stays(self.description, record)
        except ValidationError as error:
            context |= {"error": " ".join(error.messages), "is_too_early": True}
        context |= {
            "description": self.description,
            "title": self.title(record_id) or _("(no name)"),
            "here": self.description.url(record_id),
        }
        return render(request, "records/erase.html", context, status=status)
