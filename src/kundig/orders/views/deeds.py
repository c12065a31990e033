"""Doing something with an order or what follows from it: one button, or a form of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.orders.models import Asset, Contract, Delivery, Order, Protocol, Return
from kundig.orders.panels.deeds import Deed, read
from kundig.orders.panels.steps import DEEDS
from kundig.orders.views.shared import UserView
from kundig.records import registry
from kundig.records.ledger import change_set


class DeedView(UserView):
    """GET asks what must be known, POST does it and leads to the page of what came of it."""

    model: ClassVar[type[models.Model]]

    def get(self, request: HttpRequest, record_id: UUID, deed: str) -> HttpResponse:
        record, found = self.asked(record_id, deed)
        return self.shown(record, found, None, {})

    def post(self, request: HttpRequest, record_id: UUID, deed: str) -> HttpResponse:
        record, found = self.asked(record_id, deed)
        try:
            given = read(found, record, request.POST)
            with change_set(by=self.user) as changes:
                after = found.run(record, given, self.user)
        except ValidationError as error:
            if found.is_button:
                return self.refused(error, back=self.page_of(record))
            return self.shown(record, found, request.POST, _errors(error))
        back = "" if found.is_final else f"/undo/{changes.id}/"
        messages.success(request, _("Done: %(what)s.") % {"what": found.label}, extra_tags=back)
        return redirect(self.page_of(after))

    def asked(self, record_id: UUID, deed: str) -> tuple[Any, Deed]:
        record = self.visible(self.model, record_id)
        description: Any = registry.for_model(self.model)
        found = next((each for each in DEEDS[self.model] if each.key == deed), None)
        if found is None:
            raise Http404(_("There is no page at this address."))
        if not description.may(self.user, Action.CHANGE, record):
            raise PermissionDenied(
                _("You may look at this, but not change it. The person responsible or an administrator can.")
            )
        return record, found

    def page_of(self, record: models.Model) -> str:
        description: Any = registry.for_model(type(record))
        return str(description.url(record.pk))

    def shown(
        self, record: models.Model, deed: Deed, data: Mapping[str, str] | None, errors: Mapping[str, str]
    ) -> HttpResponse:
        description: Any = registry.for_model(type(record))
        names = {asked.name for asked in deed.asks}
        rows = [
            {
                "row": row, "error": errors.get(str(row.id), ""),
                "value": row.value if data is None else data.get(f"row-{row.id}", ""),
                "serials": "" if data is None else data.get(f"serials-{row.id}", ""),
            }
            for row in (deed.rows(record) if deed.rows else ())
        ]  # fmt: skip
        shown_rows = {str(each["row"].id) for each in rows}  # type: ignore[attr-defined]
        context = {
            "record": record, "description": description, "deed": deed, "rows": rows, "back": self.page_of(record),
            "asks": [
                {"asked": asked, "error": errors.get(asked.name, ""),
                 "value": asked.value(record) if data is None else data.get(asked.name, "")}
                for asked in deed.asks
            ],
            "general": [text for name, text in errors.items() if name not in names | shown_rows],
            "is_wrong": bool(errors),
        }  # fmt: skip
        return render(self.request, "orders/deeds/form.html", context, status=422 if errors else 200)


def _errors(error: ValidationError) -> dict[str, str]:
    if hasattr(error, "error_dict"):
        return {name: " ".join(texts) for name, texts in error.message_dict.items()}
    return {"": " ".join(error.messages)}


class OrderDeedView(DeedView):
    model = Order


class DeliveryDeedView(DeedView):
    model = Delivery


class ReturnDeedView(DeedView):
    model = Return


class ContractDeedView(DeedView):
    model = Contract


class AssetDeedView(DeedView):
    model = Asset


class ProtocolDeedView(DeedView):
    model = Protocol
