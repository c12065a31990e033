"""What of a customer's business stays when they are erased for privacy, and what goes.

docs/decisions/invoices-stay-when-their-customer-goes.md tells which is which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.orders.actions.writing import described
from kundig.orders.enums import ContractState, OrderState, ReturnState
from kundig.orders.models import Asset, Contract, DebtorAccount, Delivery, Invoice, Order, Protocol, Reminder, Return
from kundig.parties.actions import refuse_stand_in, stand_in_for
from kundig.records.actions import announce
from kundig.records.erasure import Staying, erase_record
from kundig.records.events import Via
from kundig.records.ledger.erasing import erase_columns
from kundig.records.ledger.tables import watched_tables

INVOICES_KEPT, LETTERS_KEPT = 8, 6
"""Years from the end of the year: vouchers (§ 147 AO, § 14b UStG) and business letters (§ 257 HGB)."""
NOT_OVER = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.PARTLY)
FREE_TEXTS: dict[type[models.Model], tuple[str, Sequence[str]]] = {
    Order: ("pk", ("note",)),
    Delivery: ("order", ("note",)),
    Return: ("order", ("complaint", "inspection")),
    Contract: ("pk", ("note", "cancel_note")),
}
"""What somebody has written down beside a document: how its rows are found, and the columns that are emptied."""
MOST_NAMED = 5


def what_stays_of_orders(ids: Sequence[UUID]) -> list[Staying]:
    """In words, what the law wants kept of these customers' business, until when and why.

    Raises:
        ValidationError: while something between them and the house is not over.
    """
    _refuse_what_is_open(ids)
    found = []
    for model, day, years, why in (
        (Invoice, "issued_on", INVOICES_KEPT, _("vouchers, § 147 AO and § 14b UStG; as issued, with name and address")),
        (Order, "ordered_on", LETTERS_KEPT, _("business letters, § 257 HGB and § 147 AO; with the addresses on them")),
        (Contract, "ends_on", LETTERS_KEPT, _("business letters, § 257 HGB and § 147 AO")),
        (Reminder, "issued_on", LETTERS_KEPT, _("business letters, § 257 HGB and § 147 AO")),
        (Protocol, "done_on", LETTERS_KEPT, _("business letters, § 257 HGB and § 147 AO; as they were signed")),
    ):
        rows = kept(model, ids)
        last = rows.aggregate(last=models.Max(day))["last"]
        if last is not None:
            found.append(Staying(_named(model, rows), last.year + years, why))
    return found


def forget_in_orders(ids: Sequence[UUID], by: User) -> None:
    """Let documents go over to an anonymous customer before these parties are erased; drafts and machines go, and so
    does what was written down beside the documents. What was issued stays as it was issued.

    Raises:
        ValidationError: while something between them and the house is not over.
    """
    _refuse_what_is_open(ids)
    for party_id in ids:
        own = Q(party=party_id)
        for record in (
            *Invoice.objects.filter(own, issued_on=None),
            *Protocol.objects.filter(own, signed_at=None),
            *Asset.objects.filter(own),
        ):
            erase_record(described(type(record)), record, by=by)
        _hand_over(party_id, by)


def kept(model: type[models.Model], ids: Collection[UUID]) -> models.QuerySet:
    """The documents of this kind that stay."""
    rows = model._default_manager.filter(party__in=ids)
    if model is Invoice:
        return rows.exclude(issued_on=None)
    return rows.exclude(signed_at=None) if model is Protocol else rows


def _hand_over(party_id: UUID, by: User) -> None:
    documents: dict[type[models.Model], list[UUID]] = {
        model: list(kept(model, [party_id]).values_list("pk", flat=True))
        for model in (Order, Contract, Invoice, Reminder, Protocol)
    }
    accounts = DebtorAccount.objects.filter(party=party_id)
    if not any(documents.values()) and not accounts.exists():
        return
    heir = stand_in_for(party_id, by=by)
    accounts.update(party=heir)
    for model, (place, columns) in FREE_TEXTS.items():
        owner = model if place == "pk" else Order
        rows = model._default_manager.filter(**{f"{place}__in": documents[owner]})
        keys = list(rows.values_list("pk", flat=True))
        rows.update(**dict.fromkeys(columns, ""))
        watched = next(each for each in watched_tables().values() if each.model is model)
        erase_columns(watched, keys, columns)
    for model, keys in documents.items():
        model._default_manager.filter(pk__in=keys).update(party=heir.pk)
        if keys:
            announce(described(model), keys, by=by, via=Via.ERASURE)


def _refuse_what_is_open(ids: Sequence[UUID]) -> None:
    for party_id in ids:
        refuse_stand_in(party_id)
    open_things = list(_open(ids))
    if open_things:
        raise ValidationError(
            _("Not everything with this customer is over yet: %(what)s. Erasing is possible afterwards.")
            % {"what": "; ".join(open_things)}
        )


def _open(ids: Sequence[UUID]) -> Iterator[str]:
    for what, model, rows in (
        (_("not paid or credited"), Invoice, Invoice.objects.unpaid().filter(party__in=ids)),
        (_("neither delivered nor cancelled"), Order, Order.objects.filter(party__in=ids, state__in=NOT_OVER)),
        (_("not settled"), Return, Return.objects.filter(order__party__in=ids).exclude(
            state__in=(ReturnState.SETTLED, ReturnState.WITHDRAWN))),
        (_("not ended"), Contract, Contract.objects.filter(party__in=ids).exclude(state=ContractState.ENDED)),
    ):  # fmt: skip
        if rows.exists():
            yield f"{_named(model, rows)} ({what})"


def _named(model: type[models.Model], rows: models.QuerySet) -> str:
    """'3 invoices: R-2026-00001, R-2026-00002, …'"""
    numbers = list(rows.order_by("number").values_list("number", flat=True)[: MOST_NAMED + 1])
    shown = ", ".join(numbers[:MOST_NAMED]) + (", …" if len(numbers) > MOST_NAMED else "")
    description = described(model)
    count = rows.count()
    return f"{count} {description.label if count == 1 else description.label_plural}: {shown}"
