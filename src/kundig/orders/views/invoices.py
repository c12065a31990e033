"""Making, issuing, correcting and handing out invoices."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.catalog.enums import unit_words
from kundig.orders import actions
from kundig.orders.models import Contract, Invoice, Order, Return
from kundig.orders.queries.billing import charge_left, creditable
from kundig.orders.queries.invoices import lines_of
from kundig.orders.queries.papers import subject_of
from kundig.orders.queries.reading import readable
from kundig.orders.rules.einvoice import LARGEST, Unreadable, read_document
from kundig.orders.views.shared import UserView
from kundig.platform.formats import current_formats
from kundig.platform.typesetting import NotTypeset
from kundig.records import registry

logger = logging.getLogger(__name__)


class PaperView(UserView):
    """GET hands an invoice out: as PDF ("pdf"), as XRechnung in UBL ("ubl") or in CII ("cii")."""

    def get(self, request: HttpRequest, invoice_id: UUID, form: str) -> HttpResponse:
        invoice = self.visible(Invoice, invoice_id)
        name = subject_of(invoice).replace(" ", "-")
        if form == "pdf":
            inline = "inline" if invoice.is_draft else "attachment"
            try:
                paper = actions.paper_of(invoice)
            except NotTypeset:
                logger.exception("the paper of invoice %s could not be set", invoice.pk)
                words = _("The PDF cannot be made. The e-invoice can be had nevertheless.")
                if invoice.is_draft:
                    words = _("The PDF cannot be made.")
                return self.refused(ValidationError(words), back=f"/invoices/{invoice.pk}/")
            return self.file(paper, "application/pdf", f"{name}.pdf", how=inline)
        if invoice.is_draft:
            raise Http404(_("A draft is no e-invoice yet: issue it first."))
        if form not in ("ubl", "cii"):
            raise Http404(_("There is no page at this address."))
        ending = ".xml" if form == "ubl" else "-cii.xml"
        return self.file(actions.paper_of(invoice, form=form), "application/xml", f"{name}{ending}")

    def file(self, content: bytes, kind: str, name: str, *, how: str = "attachment") -> HttpResponse:
        answer = HttpResponse(content, content_type=kind)
        answer["Content-Disposition"] = f'{how}; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class IssueView(UserView):
    """POST issues a draft."""

    def post(self, request: HttpRequest, invoice_id: UUID) -> HttpResponse:
        invoice = self.visible(Invoice, invoice_id)
        address = f"/invoices/{invoice.pk}/"
        try:
            issued = actions.issue_invoice(invoice, by=self.user)
        except ValidationError as error:
            return self.refused(error, back=address)
        messages.success(request, _("%(number)s is issued.") % {"number": issued.number})
        return redirect(address)


class MakeView(UserView):
    """POST makes a draft: of an order (with `?delivered=1` only of what was delivered), of a contract's next period, or
    the credit note for a return."""

    def post(self, request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
        invoice: Invoice | None
        try:
            if kind == "order":
                order = self.visible(Order, record_id)
                invoice = actions.invoice_order(order, only_delivered="delivered" in request.GET, by=self.user)
            elif kind == "contract":
                invoice = actions.invoice_contract(self.visible(Contract, record_id), by=self.user)
            elif kind == "return":
                invoice = self.credit_for(self.visible(Return, record_id))
            else:
                raise Http404(_("There is no page at this address."))
        except ValidationError as error:
            return self.refused(error, back="/invoices/")
        messages.success(request, _("The draft is made. Look at it, and issue it."))
        return redirect(f"/invoices/{invoice.pk}/")

    def credit_for(self, returned: Return) -> Invoice:
        description: Any = registry.for_model(Invoice)
        if not description.may(self.user, Action.CREATE):
            raise PermissionDenied(_("You may not make invoices."))
        note = actions.credit_return(returned, by=self.user)
        if note is None:
            raise ValidationError(_("Nothing of this return is to be credited."))
        return note


class CreditView(UserView):
    """GET asks how much of each position is given back, POST makes the credit note and issues it."""

    def get(self, request: HttpRequest, invoice_id: UUID) -> HttpResponse:
        return self.shown(self.creditable(invoice_id), {}, "")

    def post(self, request: HttpRequest, invoice_id: UUID) -> HttpResponse:
        invoice = self.creditable(invoice_id)
        errors: dict[str, str] = {}
        quantities = {}
        left = creditable(invoice)
        for key in left:
            text = request.POST.get(f"quantity-{key}", "").strip()
            try:
                quantities[key] = current_formats().parse_number(text) if text else Decimal(0)
            except (ValueError, InvalidOperation, ValidationError):
                errors[str(key)] = _("“%(text)s” is no number.") % {"text": text[:40]}
        reason = request.POST.get("reason", "")
        if left and not errors and not any(quantities.values()):
            return self.shown(
                invoice, request.POST, _("Say how much of which position is given back: all are at zero.")
            )
        if not errors:
            try:
                note = actions.credit_invoice(invoice, quantities, reason=reason, by=self.user)
            except ValidationError as error:
                if not hasattr(error, "error_dict"):
                    return self.shown(invoice, request.POST, " ".join(error.messages))
                errors = {key: texts[0] for key, texts in error.message_dict.items()}
            else:
                messages.success(request, _("%(number)s is issued.") % {"number": note.number})
                return redirect(f"/invoices/{note.pk}/")
        return self.shown(invoice, request.POST, "", errors)

    def creditable(self, invoice_id: UUID) -> Invoice:
        invoice = self.visible(Invoice, invoice_id)
        description: Any = registry.for_model(Invoice)
        if not description.may(self.user, Action.CHANGE, invoice):
            raise PermissionDenied(_("You may look at this invoice, but not correct it."))
        if invoice.is_draft or invoice.is_credit_note:
            raise Http404(_("Only an issued invoice is credited; a draft is changed or deleted."))
        return invoice

    def shown(
        self, invoice: Invoice, posted: Mapping[str, Any], general: str, errors: Mapping[str, str] | None = None
    ) -> HttpResponse:
        formats = current_formats()
        left = creditable(invoice)
        rows = [
            {
                "id": str(each.pk), "title": each.title, "most": formats.number(left[each.pk]),
                "unit": unit_words(each.unit, left[each.pk]),
                "value": posted.get(f"quantity-{each.pk}", formats.number(left[each.pk])),
                "error": (errors or {}).get(str(each.pk), ""),
            }
            for each in lines_of(invoice) if each.pk in left
        ]  # fmt: skip
        charge = charge_left(invoice)
        context = {
            "charge": formats.money(charge, invoice.currency) if charge else "",
            "record": invoice, "rows": rows, "reason": posted.get("reason", ""), "general": general,
            "is_wrong": bool(general or errors),
        }  # fmt: skip
        status = 422 if general or errors else 200
        return render(self.request, "orders/invoices/credit.html", context, status=status)


class ReadView(UserView):
    """GET asks for an e-invoice that somebody has sent us, POST shows what it says. Nothing of it is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "orders/invoices/read.html", {})

    def post(self, request: HttpRequest) -> HttpResponse:
        upload: Any = request.FILES.get("file")
        if upload is None:
            context = {"error": _("Choose a file: XRechnung (XML) or ZUGFeRD (PDF).")}
            return render(request, "orders/invoices/read.html", context, status=422)
        try:
            document = read_document(upload.read(LARGEST + 1))
        except Unreadable as error:
            return render(request, "orders/invoices/read.html", {"error": str(error)}, status=422)
        return render(request, "orders/invoices/read.html", {"shown": readable(document), "name": upload.name})
