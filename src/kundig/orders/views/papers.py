"""Confirmations, delivery notes and protocols as PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.orders.models import Delivery, Order, Protocol
from kundig.orders.queries.amounts import may_read_amounts
from kundig.orders.queries.documents import confirmation_pdf, delivery_note_pdf, protocol_pdf
from kundig.orders.views.shared import UserView


class PaperView(UserView):
    """GET answers the document."""

    model: ClassVar[type[models.Model]]
    paper: ClassVar[Callable[[Any], bytes]]

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record: Any = self.visible(self.model, record_id)
        answer = HttpResponse(type(self).paper(record), content_type="application/pdf")
        name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in record.number)
        answer["Content-Disposition"] = f'inline; filename="{name.encode("ascii", "replace").decode()}.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class OrderPaperView(PaperView):
    """Refuses whoever may not read the amounts that stand in it."""

    model = Order
    paper = confirmation_pdf

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        if not may_read_amounts(self.user, "orders"):
            raise PermissionDenied(_("You may not read the amounts that stand in this document."))
        return super().get(request, record_id)


class DeliveryPaperView(PaperView):
    model = Delivery
    paper = delivery_note_pdf


class ProtocolPaperView(PaperView):
    model = Protocol
    paper = protocol_pdf
