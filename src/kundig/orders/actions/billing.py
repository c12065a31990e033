"""Invoices out of what was ordered, delivered, or agreed by contract: drafts, which somebody looks at and issues."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.enums import TaxCategory, TaxClass
from kundig.catalog.models import Line
from kundig.catalog.queries import rate_on, rounded_price
from kundig.orders.actions.invoices import create_invoice, keep_sums
from kundig.orders.actions.settling import tell_pages
from kundig.orders.actions.writing import described, locked
from kundig.orders.enums import OrderState
from kundig.orders.models import Contract, Delivery, Invoice, InvoiceLine, Order
from kundig.orders.queries.billing import Period, billable, charged_within, lines_on, next_period, period_from
from kundig.orders.queries.invoices import language_of
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set

TAKEN = (
    "product_id", "number", "title", "text", "unit", "unit_price", "discount", "tax_category", "tax_percent",
    "unit_cost",
)  # fmt: skip


def invoice_order(order: Order, *, only_delivered: bool = False, by: User, via: Via = Via.HAND) -> Invoice:
    """A draft with everything of an order that is on no invoice yet, or only what was delivered of it.

    The order's row is locked, so that two who charge at once do not charge twice.

    Raises:
        PermissionDenied: if `by` may not make invoices, or not read the order.
        ValidationError: if the order is cancelled, or nothing is left to be charged.
    """
    _require(order, by)
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        found = locked(Order, order.pk)
        if found.state == OrderState.CANCELLED:
            raise ValidationError(_("Order %(number)s was cancelled; it is not charged.") % {"number": found.number})
        rest = billable(found, only_delivered=only_delivered)
        if not rest:
            words = _("Everything that was delivered of order %(number)s is on an invoice already.")
            if not only_delivered:
                words = _("Everything of order %(number)s is on an invoice already.")
            raise ValidationError(words % {"number": found.number})
        values: dict[str, Any] = {"order": found}
        days = Delivery.objects.filter(order=found).order_by("-shipped_on").values_list("shipped_on", flat=True)
        if (last := days.first()) is not None:
            values["delivered_on"] = last
        invoice = create_invoice(values, by=by, via=via)
        for place, each in enumerate(rest, start=1):
            _take(
                each.line, invoice, place, taxed_on=found.ordered_on, quantity=each.quantity, order_line_id=each.line.pk
            )
        _done(invoice, by=by, via=via)
    return invoice


def invoice_contract(
    contract: Contract, *, by: User, begins: dt.date | None = None, ends: dt.date | None = None, via: Via = Via.HAND
) -> Invoice:
    """A draft for a period of a contract: the one that is next, unless another is named.

    Raises:
        PermissionDenied: like `invoice_order`.
        ValidationError: if the period is charged already, lies outside the contract, or nothing is agreed for it.
    """
    _require(contract, by)
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        found = locked(Contract, contract.pk)
        period = next_period(found) if begins is None else period_from(found, begins, ends)
        begins, whole_until = period.begins, ends or period.whole_until
        ends = ends or period.ends
        if found.ends_on is not None:
            if begins > found.ends_on:
                raise ValidationError(
                    _("Contract %(number)s ended on %(day)s; it is charged to its end.")
                    % {"number": found.number, "day": current_formats().date(found.ends_on)}
                )
            ends = min(ends, found.ends_on)
        _refuse_charged(found, Period(begins, ends, whole_until))
        lines = lines_on(found, begins)
        if not lines:
            raise ValidationError(
                _("Contract %(number)s has no position whose price holds on %(day)s.")
                % {"number": found.number, "day": current_formats().date(begins)}
            )
        values = {
            "party": found.party_id, "person": found.person_id, "currency": found.currency, "period_from": begins,
            "period_until": ends, "team": found.team_id,
        }  # fmt: skip
        invoice = create_invoice(values, by=by, via=via)
        invoice.contract = found
        invoice.save(update_fields=("contract", "changed_at"))
        for place, line in enumerate(lines, start=1):
            _take(
                line, invoice, place, taxed_on=line.valid_from or found.starts_on, quantity=line.quantity,
                **_for_days(line, invoice, days=(ends - begins).days + 1, whole=(whole_until - begins).days + 1),
            )  # fmt: skip
        _done(invoice, by=by, via=via)
    return invoice


def _refuse_charged(contract: Contract, period: Period) -> None:
    day = current_formats().date
    if period.begins < contract.starts_on:
        raise ValidationError(
            _("Contract %(number)s begins on %(day)s; before that nothing is agreed.")
            % {"number": contract.number, "day": day(contract.starts_on)}
        )
    there = charged_within(contract, period)
    if there is not None:
        raise ValidationError(
            _("Contract %(number)s is charged from %(first)s to %(last)s already.")
            % {"number": contract.number, "first": day(there[0]), "last": day(there[1])}
        )


def _take(line: Line, invoice: Invoice, place: int, *, taxed_on: dt.date, **values: Any) -> None:
    taken = {name: getattr(line, name) for name in TAKEN} | {"tax_percent": _rate(line, invoice, taxed_on)} | values
    InvoiceLine.objects.create(invoice=invoice, position=place, **taken)


def _rate(line: Line, invoice: Invoice, taxed_on: dt.date) -> Decimal:
    """The tax rate of the day of the supply (§ 27 (1) UStG), where the position bears one that held on `taxed_on`, the
    day on which it was agreed; another one somebody has typed, and it stays."""
    on = invoice.delivered_on or invoice.period_from
    if on is None or line.tax_category != TaxCategory.STANDARD:
        return line.tax_percent
    country = company().country
    own = line.product.tax_class if line.product is not None else TaxClass.STANDARD
    for tax_class in dict.fromkeys((own, *TaxClass.values)):
        with suppress(ValidationError):  # no such rate is known
            if rate_on(country, tax_class, taxed_on) == line.tax_percent:
                return rate_on(country, tax_class, on)
    return line.tax_percent


def _for_days(line: Line, invoice: Invoice, *, days: int, whole: int) -> dict[str, Any]:
    """What a position comes to for so many days of a whole period, and that it says so."""
    if days >= whole:
        return {}
    with override(language_of(invoice)):
        words = _("%(days)d of %(whole)d days") % {"days": days, "whole": whole}
    return {"unit_price": rounded_price(line.unit_price * days / whole), "text": f"{line.text}\n{words}".strip()}


def _done(invoice: Invoice, *, by: User, via: Via) -> None:
    keep_sums(invoice)
    announce(described(Invoice), [invoice.pk], by=by if by.pk else None, via=via)
    tell_pages(invoice)


def _require(record: Any, by: User) -> None:
    if not by.pk:
        return
    if not described(Invoice).may(by, Action.CREATE):
        raise PermissionDenied(_("You may not make invoices."))
    description = registry.for_model(type(record))
    if description is not None and not description.may(by, Action.READ, record):
        raise PermissionDenied(_("You may not do this with “%(what)s”.") % {"what": record})
