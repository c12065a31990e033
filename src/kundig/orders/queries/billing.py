"""What is still to be charged, and what can still be given back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from kundig.catalog.queries import line_net, to_cents
from kundig.orders.enums import Decision, InvoiceKind, InvoiceState
from kundig.orders.models import Contract, ContractLine, Invoice, InvoiceLine, Order, OrderLine, ReturnLine
from kundig.orders.queries.invoices import rebate_of
from kundig.platform.composed import composed_once
from kundig.records.traces import asked_once

NOTHING = Decimal(0)
DAY = dt.timedelta(days=1)
GIVEN = Coalesce("given_back", "quantity")


@dataclass(frozen=True)
class Billable:
    """A position of an order, and how much of it is to be charged."""

    line: OrderLine
    quantity: Decimal


def creditable(invoice: Invoice) -> dict[UUID, Decimal]:
    """By the ids of its positions, in their order: how much no credit note has given back, drafts included."""
    given: dict[UUID, Decimal] = defaultdict(Decimal)
    for key, quantity in InvoiceLine.objects.filter(corrects__invoice=invoice).values_list("corrects_id", GIVEN):
        given[key] += quantity
    return {
        key: quantity - given[key]
        for key, quantity in invoice.lines.order_by("position", "id").values_list("pk", "quantity")
        if quantity > given[key]
    }


def given_for(line: InvoiceLine, quantity: Decimal, *, is_rest: bool) -> Decimal:
    """The net amount that so much of a position gives back. Parts are rounded each for itself: the last one is what is
    left of the amount, to the cent."""
    given = sum((each.net for each in line.corrections.all()), start=NOTHING)
    left = line.net - given
    return left if is_rest else min(line_net(quantity, line.unit_price, line.discount), left)


def rebate_back(invoice: Invoice, net: Decimal, *, is_rest: bool) -> Decimal:
    """What of the discount on a whole invoice belongs to positions of it that come to `net`, and is not given back with
    them. With the last ones it is what is left of it, to the cent."""
    rebate = rebate_of(invoice)
    if not rebate:
        return rebate
    left = rebate - (invoice.corrections.aggregate(sum=Sum("rebate_amount"))["sum"] or NOTHING)
    whole = sum((line.net for line in invoice.lines.all()), NOTHING)
    return left if is_rest else min(to_cents(rebate * net / whole if whole else NOTHING), left)


def charge_left(invoice: Invoice) -> Decimal:
    """What was charged beside its positions and no credit note has given back, drafts included."""
    given = invoice.corrections.aggregate(sum=Sum("charge_amount"))["sum"] or NOTHING
    return max(invoice.charge_amount - given, NOTHING)


def charged(lines: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Of positions of orders, by their ids: how much is on invoices, drafts included. What was given back is to be
    charged again, but for what came back."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for key, kind, quantity in _charged(ids=list(lines)):
        found[key] += -quantity if kind == InvoiceKind.CREDIT_NOTE else quantity
    return found


@composed_once
def _charged(*, ids: Collection[UUID]) -> QuerySet[Any, Any]:
    return (
        InvoiceLine.objects.filter(order_line__id__among=ids, invoice__returned=None)
        .exclude(Q(invoice__kind=InvoiceKind.CREDIT_NOTE) & Q(invoice__issued_on=None))
        .values_list("order_line_id", "invoice__kind")
        .annotate(sum=Sum(GIVEN))
        .order_by()
    )


def never_charged(lines: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Of positions of orders, by their ids: how much came back for a credit without standing on an invoice. There is
    nothing to be charged for it."""
    return dict(_never_charged(ids=list(lines)))


@composed_once
def _never_charged(*, ids: Collection[UUID]) -> QuerySet[Any, Any]:
    rows = ReturnLine.objects.filter(order_line__id__among=ids, decision=Decision.CREDIT, not_charged__gt=0)
    return rows.order_by().values_list("order_line_id").annotate(sum=Sum("not_charged"))


def positions_of(order: Order) -> list[OrderLine]:
    """Its positions in their order; for the page of the order read once."""
    return asked_once(order, "positions", lambda: _positions(order=order.pk))


@composed_once
def _positions(*, order: UUID) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).order_by("position", "id")


def billable(order: Order, *, only_delivered: bool = False) -> list[Billable]:
    """What of an order is on no invoice yet and did not come back; with `only_delivered` only as far as it has gone to
    the customer, and what nobody sends."""
    everything, delivered = billable_by_now(order)
    return delivered if only_delivered else everything


def billable_by_now(order: Order) -> tuple[list[Billable], list[Billable]]:
    """Both: what is on no invoice yet, and what of it has gone to the customer."""
    lines = positions_of(order)
    done = charged(line.pk for line in lines)
    for key, quantity in never_charged(line.pk for line in lines).items():
        done[key] += quantity
    everything, delivered = [], []
    for line in lines:
        before = done.get(line.pk, NOTHING)
        if (rest := line.quantity - before) > 0:
            everything.append(Billable(line, rest))
        if (rest := (line.delivered if line.ships else line.quantity) - before) > 0:
            delivered.append(Billable(line, rest))
    return everything, delivered


@dataclass(frozen=True)
class Period:
    """Days of a contract that are to be charged. `whole_until` is the day on which a whole period would end that begins
    with the first of them: the prices are for that."""

    begins: dt.date
    ends: dt.date
    whole_until: dt.date


def next_period(contract: Contract) -> Period:
    """The period that is charged next: the first one that was given back, else the one after the last that stands on an
    invoice. What lies before the first invoice of a contract was charged elsewhere. Of what was given back only those
    days count that the contract, as it is agreed today, runs and has a price for: its days may have been corrected."""
    charged_, given_back = _periods(contract)
    for begins, ends in sorted(given_back):
        until = ends if contract.ends_on is None else min(ends, contract.ends_on)
        for first, last in _left_of(max(begins, contract.starts_on), until, charged_):
            agreed = _first_agreed(contract, first, last)
            if agreed is not None:
                whole = _whole(contract, agreed)
                # Where nothing later is charged, periods go on as if the one that was given back had never been: it may
                # have had another length.
                is_last = all(each < agreed for each, _last in charged_)
                return Period(agreed, whole if is_last else min(last, whole), whole)
    last_day = max((ends for _begins, ends in charged_), default=None)
    begins = contract.starts_on if last_day is None else max(contract.starts_on, last_day + DAY)
    until = _whole(contract, begins)
    return Period(begins, until, until)


def _first_agreed(contract: Contract, begins: dt.date, ends: dt.date) -> dt.date | None:
    """The first of these days on which the price of a position holds."""
    holding = (Q(valid_from=None) | Q(valid_from__lte=ends)) & (Q(valid_until=None) | Q(valid_until__gte=begins))
    since = contract.lines.filter(holding).values_list("valid_from", flat=True)
    return min((max(begins, each or begins) for each in since), default=None)


def period_from(contract: Contract, begins: dt.date, ends: dt.date | None) -> Period:
    """The period that begins on a day: up to `ends`, else a whole one, or as far as the next that is charged."""
    whole = _whole(contract, begins)
    later = min((first for first, _last in _periods(contract)[0] if first > begins), default=None)
    until = ends or (whole if later is None else min(whole, later - DAY))
    return Period(begins, until, ends or whole)


def charged_within(contract: Contract, period: Period) -> tuple[dt.date, dt.date] | None:
    """The first period that is charged already and has days of this one."""
    there = sorted(_periods(contract)[0])
    return next((each for each in there if each[0] <= period.ends and each[1] >= period.begins), None)


def _periods(contract: Contract) -> tuple[list[tuple[dt.date, dt.date]], list[tuple[dt.date, dt.date]]]:
    """The periods on invoices of a contract: those that are charged (or drafted), and those that were given back."""
    found: dict[bool, list[tuple[dt.date, dt.date]]] = {False: [], True: []}
    for each in Invoice.objects.filter(contract=contract, kind=InvoiceKind.INVOICE):
        if each.period_from is not None and each.period_until is not None:
            found[each.state == InvoiceState.CREDITED].append((each.period_from, each.period_until))
    return found[False], found[True]


def _left_of(
    begins: dt.date, ends: dt.date, charged_: list[tuple[dt.date, dt.date]]
) -> Iterator[tuple[dt.date, dt.date]]:
    """What of a period is not charged again, in pieces."""
    for first, last in sorted(charged_):
        if begins < first <= ends:
            yield begins, first - DAY
        if first <= ends and last >= begins:
            begins = last + DAY
    if begins <= ends:
        yield begins, ends


def _whole(contract: Contract, begins: dt.date) -> dt.date:
    return _plus_months(begins, contract.billing_months, anchor=contract.starts_on.day) - DAY


def lines_on(contract: Contract, day: dt.date) -> list[ContractLine]:
    """The positions of a contract with the prices that hold on a day."""
    holding = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_until=None) | Q(valid_until__gte=day))
    return list(contract.lines.filter(holding).select_related("product").order_by("position", "id"))


def _plus_months(day: dt.date, months: int, *, anchor: int) -> dt.date:
    """So many months later, on the day `anchor` of the month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month, min(anchor, last))
