"""Placing, confirming, completing and cancelling orders.

`create_order`, `rewrite_order` and `remove_order` are called by `records.actions`, which asks the right and tells
listeners; the others do both themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.orders.actions.histories import file_order
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    described,
    locked,
    numbered,
    require,
    save_own,
    team_of,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import InvoiceKind, InvoiceState, OrderState
from kundig.orders.events import OrderCancelled, OrderCompleted, OrderConfirmed, OrderPlaced
from kundig.orders.models import Invoice, Order
from kundig.orders.queries.addresses import address_of
from kundig.orders.rules.states import BY_DELIVERIES, check_order
from kundig.parties.models import Party
from kundig.platform import outbox
from kundig.records.actions import create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set

SERIES = "orders"
DAYS = ("ordered_on", "requested_on", "confirmed_on", "delivered_on", "completed_on", "cancelled_on")
KEPT_DAYS = ("confirmed_on", "delivered_on", "completed_on", "cancelled_on")
"""What nobody sets by hand once the order is there: the state tells them."""


def place_order(
    *, party: Party, by: User, lines: Iterable[Mapping[str, Any]] = (), via: Via = Via.HAND, **values: Any
) -> Order:
    """A new order with its positions; `values` are its other columns, those of a line as `add_line` takes them.

    Raises:
        ValidationError: with a dict of columns, if they do not go together.
        PermissionDenied: if `by` may not make orders.
    """
    from kundig.orders.actions.lines import add_line

    with transaction.atomic(), change_set(by=by, via=via):
        order = create_record(described(Order), {"party": party, **values}, by=by, via=via)
        assert isinstance(order, Order)
        for position, line in enumerate(lines, start=1):
            add_line(order, {"position": position, **line}, by=by, via=via)
        order.refresh_from_db()
    return order


def confirm_order(order: Order, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Order:
    """Promise to deliver it.

    Raises:
        ValidationError: if its state does not allow it, or it has no positions.
        PermissionDenied: if `by` may not change it.
    """
    return _move(order, OrderState.CONFIRMED, by=by, on=on, via=via)


def unconfirm_order(order: Order, *, by: User, via: Via = Via.HAND) -> Order:
    """Take the confirmation back, so that positions can be changed; raises like `confirm_order`."""
    return _move(order, OrderState.PLACED, by=by, via=via)


def complete_order(order: Order, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Order:
    """Everything is delivered, done and accepted; raises like `confirm_order`."""
    return _move(order, OrderState.COMPLETED, by=by, on=on, via=via)


def cancel_order(order: Order, *, reason: str, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Order:
    """It will not be delivered, because of `reason`; raises like `confirm_order`."""
    return _move(order, OrderState.CANCELLED, by=by, on=on, via=via, reason=reason)


def reopen_order(order: Order, *, by: User, via: Via = Via.HAND) -> Order:
    """Take a cancellation back; raises like `confirm_order`."""
    return _move(order, OrderState.PLACED, by=by, via=via)


def keep_state(order: Order, *, on: dt.date, by: User | None, via: Via) -> None:
    """Bring the state of a locked order in step with what has been delivered of it."""
    rows = order.lines.filter(ships=True).values_list("quantity", "delivered")
    has_some = any(delivered for _quantity, delivered in rows)
    is_whole = has_some and all(delivered >= quantity for quantity, delivered in rows)
    before = order.state
    if order.state not in (OrderState.CONFIRMED, OrderState.PARTLY, OrderState.DELIVERED, OrderState.COMPLETED):
        return
    if not has_some:
        order.state, order.begun_on, order.delivered_on, order.completed_on = OrderState.CONFIRMED, None, None, None
    elif not is_whole:
        order.state, order.begun_on = OrderState.PARTLY, order.begun_on or on
        order.delivered_on = order.completed_on = None
    elif order.state not in (OrderState.DELIVERED, OrderState.COMPLETED):
        order.state, order.begun_on, order.delivered_on = OrderState.DELIVERED, order.begun_on or on, on
    if order.state != before:
        order.save(update_fields=("state", "begun_on", "delivered_on", "completed_on", "changed_at"))
    tell(order, by=by, via=via)
    tell_party(order.party_id, "orders")


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_order(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Order:
    """An order out of the values of its fields. What is not said follows from the customer; an order that was brought
    along may be further than received, and then got there on the days it names, or on its own.

    Raises:
        ValidationError: with a dict of columns: no customer, a number that is taken, a day that nobody can mean …
    """
    order = Order()
    assign(order, values)
    if order.party_id is None:
        raise ValidationError({"party": _("Say who has ordered: name the customer.")})
    party = Party.objects.get(pk=order.party_id)
    if "owner" not in values:
        order.owner_id = by.pk
    if order.team_id is None:
        order.team_id = team_of(order.owner_id, by)
    order.currency = (order.currency or company().currency).upper()
    order.region = order.region or party.region or party.city
    order.invoice_address = order.invoice_address or address_of(party)
    order.delivery_address = order.delivery_address or order.invoice_address
    _brought_along(order)
    _check(order, [*values, "currency", "state"])
    with transaction.atomic():
        numbered(order, SERIES, on=order.ordered_on)
        order.save(force_insert=True)
        outbox.publish(OrderPlaced(order.pk, order.party_id, by.pk, getattr(order, "quote_id", None)))
        file_order(order, by=by, via=via)
    tell_party(order.party_id, "orders")
    return order


def rewrite_order(order: Order, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Order:
    """Set fields. Another state is reached by the same rules as on its page. Raises ValidationError like
    `create_order`."""
    before, wanted = order.party_id, dict(values)
    state = wanted.pop("state", order.state)
    moved = [name for name in KEPT_DAYS if name in wanted and wanted[name] != getattr(order, name)]
    gone = [name for name in moved if wanted[name] is None or getattr(order, name) is None]
    if gone:
        raise ValidationError(
            dict.fromkeys(gone, _("This day follows from the state of the order. Confirm, deliver or cancel it."))
        )
    changed = assign(order, wanted)
    order.currency = order.currency.upper() or company().currency
    if changed:
        if "currency" in changed and order.lines.exists():
            raise ValidationError(
                {"currency": _("The order has positions already; all of a document are in one currency.")}
            )
        if "party" in changed and order.state != OrderState.PLACED:
            raise ValidationError({"party": _("The order is confirmed; it stays with its customer.")})
        if "number" in changed:
            if not order.number:
                raise ValidationError({"number": _("An order keeps a number.")})
            check_free(order)
        _check(order, changed)
        save_own(order)
        tell_party(order.party_id, "orders")
        if before != order.party_id:
            tell_party(before, "orders")
    if state != order.state:
        _step(order, state, by=by, on=None, reason=order.cancel_reason)
    return order


def remove_order(order: Order, *, by: User, via: Via = Via.HAND) -> None:
    """Delete an order from which nothing has followed. Raises ValidationError for any other."""
    if order.state not in (OrderState.PLACED, OrderState.CANCELLED):
        raise ValidationError(_("The order is confirmed. Cancel it; it stays on the books."))
    party_id = order.party_id
    with transaction.atomic():
        order.delete()
    tell_party(party_id, "orders")


def orders_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Orders are as they were before: the panels that show them have changed."""
    for party_id in {key for pointed in records.values() for key in pointed.get("party_id", ())}:
        tell_party(party_id, "orders")


# -- inside -----------------------------------------------------------------------------------------------------------


def _move(order: Order, state: str, *, by: User, on: dt.date | None = None, via: Via, reason: str = "") -> Order:
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Order, order.pk)
        require(found, Action.CHANGE, by)
        if found.state == state:
            return found
        _step(found, state, by=by, on=on, reason=reason)
        tell(found, by=by, via=via)
    return found


def _step(order: Order, state: str, *, by: User, on: dt.date | None, reason: str) -> None:
    """Set the state of an order and the day that belongs to it, if it may follow."""
    if state not in OrderState.values:
        raise ValidationError({"state": _("“%(state)s” is no state of an order.") % {"state": str(state)[:20]}})
    check_order(order.state, state)
    if state in BY_DELIVERIES and order.state != OrderState.COMPLETED:
        raise ValidationError({"state": _("The state follows from its deliveries: make a delivery.")})
    on = on or timezone.localdate()
    event: Any = None
    if state == OrderState.CONFIRMED:
        if not order.lines.exists():
            raise ValidationError({"state": _("The order has no positions yet: there is nothing to confirm.")})
        order.confirmed_on, event = on, OrderConfirmed
    elif state == OrderState.PLACED:
        order.confirmed_on = order.cancelled_on = None
        order.cancel_reason = ""
    elif state == OrderState.COMPLETED:
        order.completed_on, event = on, OrderCompleted
    elif state == OrderState.DELIVERED:
        order.completed_on = None
    else:
        reason = " ".join(reason.replace("\x00", "").split())
        if not reason:
            raise ValidationError({"cancel_reason": _("Say why it is cancelled.")})
        _refuse_charged(order)
        order.cancel_reason, order.cancelled_on, event = reason[:200], on, OrderCancelled
    order.state = state
    save_own(order)
    if event is not None:
        outbox.publish(event(order.pk, order.party_id, by.pk))
    tell_party(order.party_id, "orders")


def _refuse_charged(order: Order) -> None:
    """Raises ValidationError while an invoice asks money for it, or a draft is about to."""
    invoices = Invoice.objects.filter(kind=InvoiceKind.INVOICE, lines__order_line__order=order)
    charging = invoices.exclude(state=InvoiceState.CREDITED).order_by("issued_on", "pk").first()
    if charging is None:
        return
    if charging.is_draft:
        words = _("Draft %(number)s charges this order. Delete it first.")
    else:
        words = _("Invoice %(number)s charges this order. Credit it first.")
    raise ValidationError(words % {"number": charging.number})


def _brought_along(order: Order) -> None:
    """The days of a new order that is further than received: those it does not name are the day before them."""
    ladder = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.DELIVERED, OrderState.COMPLETED)
    if order.state == OrderState.PARTLY:
        raise ValidationError({"state": _("The state follows from its deliveries: make a delivery.")})
    if order.state == OrderState.CANCELLED or order.cancelled_on:
        order.state, order.cancelled_on = OrderState.CANCELLED, order.cancelled_on or order.ordered_on
        if order.delivered_on or order.completed_on:
            raise ValidationError({"cancelled_on": _("What was delivered cannot have been cancelled.")})
        return
    reached = max(
        (step for step, day in enumerate((True, order.confirmed_on, order.delivered_on, order.completed_on)) if day)
    )
    reached = max(reached, ladder.index(order.state) if order.state in ladder else 0)
    order.state = ladder[reached]
    if reached >= 1:
        order.confirmed_on = order.confirmed_on or order.ordered_on
    if reached >= 2:
        order.delivered_on = order.delivered_on or order.confirmed_on
        order.begun_on = order.delivered_on
    if reached >= 3:
        order.completed_on = order.completed_on or order.delivered_on


def _check(order: Order, names: Iterable[str]) -> None:
    validate(order, names)
    check_days(order, [name for name in names if name in DAYS])
    if len(order.currency) != 3 or not order.currency.isascii() or not order.currency.isalpha():
        raise ValidationError(
            {"currency": _("“%(text)s” is no currency; write for example EUR or CHF.") % {"text": order.currency}}
        )
