"""Delivering, all of an order or a part of it; and giving to the customer again what came back.

`create_delivery` … `remove_delivery_line` are called by `records.actions`, which asks the right and tells listeners;
`deliver` and `send_again` do both themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.actions.histories import file_delivery
from kundig.orders.actions.installing import install
from kundig.orders.actions.orders import keep_state
from kundig.orders.actions.settling import keep_return
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    locked,
    numbered,
    require,
    save_own,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import Decision, DeliveryKind, OrderState
from kundig.orders.events import DeliveryShipped
from kundig.orders.models import Delivery, DeliveryLine, Order, OrderLine, Return
from kundig.orders.rules.quantities import to_deliver
from kundig.orders.rules.serials import check_serials, serials_in
from kundig.platform import outbox
from kundig.platform.formats import current_formats
from kundig.records.events import Via
from kundig.records.ledger import change_set

SERIES = "deliveries"
OPEN = (OrderState.CONFIRMED, OrderState.PARTLY)
AGAIN = {Decision.REPLACE: DeliveryKind.REPLACEMENT, Decision.REPAIR: DeliveryKind.REPAIRED}


def deliver(
    order: Order,
    quantities: Mapping[UUID, Decimal],
    *,
    by: User,
    serials: Mapping[UUID, str] | None = None,
    warranty_months: int | None = None,
    via: Via = Via.HAND,
    **values: Any,
) -> Delivery:
    """Send positions of an order, by the id of each how many. What is given a serial number stands at the customer's
    from then on, for `warranty_months` with warranty; `values` are columns of the delivery (`shipped_on`, `carrier` …).

    The order's row is locked, so that two who deliver at once do not send more than was ordered.

    Raises:
        ValidationError: with a dict: more than is still to be delivered (by the position's id), no position at all,
            an order that is not confirmed …
        PermissionDenied: if `by` may not change the order.
    """
    wanted = {key: quantity for key, quantity in quantities.items() if quantity}
    if not wanted:
        raise ValidationError(_("Say how much of which position is delivered: all are at zero."))
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Order, order.pk)
        require(found, Action.CHANGE, by)
        delivery = create_delivery({"order": found, **values}, by=by, via=via)
        known = {line.pk: line for line in found.lines.all()}
        errors: dict[str, Any] = {}
        for key, quantity in wanted.items():
            line = known.get(key)
            if line is None:
                raise ValidationError(_("A position is meant that this order does not have."))
            try:
                made = _line_of(delivery, line, quantity, (serials or {}).get(key, ""))
                made.save(force_insert=True)
                install(made, warranty_months=warranty_months, by=by, via=via)
            except ValidationError as error:
                errors[str(key)] = error.messages
        if errors:
            raise ValidationError(errors)
        keep_state(found, on=delivery.shipped_on, by=by, via=via)
        tell(delivery, by=by, via=via, refresh=True)
    return delivery


def send_again(
    returned: Return, quantities: Mapping[UUID, Decimal], *, by: User, via: Via = Via.HAND, **values: Any
) -> Delivery:
    """Send the replacement, or the repaired pieces, for positions of a return (by their ids); raises like `deliver`."""
    wanted = {key: quantity for key, quantity in quantities.items() if quantity}
    with transaction.atomic(), change_set(by=by, via=via):
        order = locked(Order, returned.order_id)
        require(order, Action.CHANGE, by)
        found = locked(Return, returned.pk)
        lines = {line.pk: line for line in found.lines.select_related("order_line") if line.decision in AGAIN}
        if not wanted or not lines:
            raise ValidationError(_("Nothing of this return is to go to the customer again."))
        kinds = {AGAIN[Decision(lines[key].decision)] for key in wanted if key in lines}
        if len(kinds) != 1 or not wanted.keys() <= lines.keys():
            raise ValidationError(_("Send replacements and repaired pieces by deliveries of their own."))
        delivery = Delivery(order=order, kind=kinds.pop(), cause=found, address=order.delivery_address)
        _complete(delivery, values)
        delivery.save(force_insert=True)
        for key, quantity in wanted.items():
            line = lines[key]
            left = line.quantity - line.given_again
            made = DeliveryLine(delivery=delivery, order_line=line.order_line, returned=line, quantity=quantity)
            try:
                _check_quantity(quantity)
                validate(made, ("quantity",))
            except ValidationError as error:
                raise ValidationError({str(key): error.messages}) from error
            if quantity > left:
                raise ValidationError({str(key): _too_much(left)})
            made.save(force_insert=True)
        _shipped(delivery, by=by, via=via)
        keep_return(found.pk, by=by, via=via)
        tell(delivery, by=by, via=via, refresh=True)
        tell(found, by=by, via=via)
        tell(order, by=by, via=via)
    return delivery


def note_arrival(delivery: Delivery, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Delivery | bool:
    """Note that it has arrived; False if that was known."""
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Delivery, delivery.pk)
        require(found, Action.CHANGE, by)
        if found.arrived_on is not None:
            return False
        found.arrived_on = max(on or timezone.localdate(), found.shipped_on)
        found.save(update_fields=("arrived_on", "changed_at"))
        tell(found, by=by, via=via)
    return found


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_delivery(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Delivery:
    """A delivery without positions yet. Raises ValidationError for an order that is not confirmed."""
    delivery = Delivery()
    order = values.get("order")
    if order is None:
        raise ValidationError({"order": _("Say which order is delivered.")})
    found = locked(Order, order.pk if isinstance(order, Order) else order)
    if found.state not in OPEN:
        raise ValidationError({"order": _not_open(found)})
    delivery.order = found
    delivery.address = found.delivery_address
    _complete(delivery, {name: value for name, value in values.items() if name != "order"})
    delivery.save(force_insert=True)
    _shipped(delivery, by=by, via=via)
    return delivery


def rewrite_delivery(delivery: Delivery, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Delivery:
    """Set fields: how it is on its way, and when it came."""
    changed = assign(delivery, values)
    if "order" in changed:
        raise ValidationError({"order": _("A delivery stays with its order.")})
    if "number" in changed:
        if not delivery.number:
            raise ValidationError({"number": _("A delivery keeps a number.")})
        check_free(delivery)
    _check(delivery, changed)
    save_own(delivery)
    return delivery


def remove_delivery(delivery: Delivery, *, by: User, via: Via = Via.HAND) -> None:
    """It did not leave the house after all. Raises ValidationError where something of it came back."""
    with transaction.atomic():
        order = locked(Order, delivery.order_id)
        for line in delivery.lines.select_related("order_line"):
            _check_removal(line)
        cause = delivery.cause_id
        delivery.delete()
        if cause is not None:
            keep_return(cause, by=by, via=via)
        keep_state(order, on=delivery.shipped_on, by=by, via=via)


def create_delivery_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> DeliveryLine:
    """A position out of the values of its fields. Raises ValidationError: more than is still to be delivered …"""
    missing = {
        name: _("This must be filled in.") for name in ("delivery", "order_line", "quantity") if not values.get(name)
    }
    if missing:
        raise ValidationError(missing)
    delivery = Delivery.objects.get(pk=_id(values["delivery"]))
    if delivery.kind != DeliveryKind.ORDERED:
        raise ValidationError({"delivery": _("What goes to the customer again follows from its return.")})
    order = locked(Order, delivery.order_id)
    line = locked(OrderLine, _id(values["order_line"]))
    if line.order_id != order.pk:
        raise ValidationError({"order_line": _("This position belongs to another order.")})
    made = _line_of(delivery, line, values["quantity"], values.get("serials") or "")
    made.save(force_insert=True)
    install(made, warranty_months=None, by=by, via=via)
    keep_state(order, on=delivery.shipped_on, by=by, via=via)
    return made


def rewrite_delivery_line(
    made: DeliveryLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> DeliveryLine:
    """Set fields; raises like `create_delivery_line`."""
    order = locked(Order, made.delivery.order_id)
    before = made.quantity
    changed = assign(made, values)
    if {"delivery", "order_line"} & {*changed}:
        raise ValidationError(_("A position of a delivery stays what it is; delete it and add another."))
    if not changed:
        return made
    line = locked(OrderLine, made.order_line_id)
    _check_quantity(made.quantity)
    left = to_deliver(quantity=line.quantity, delivered=line.delivered) + before
    if made.returned_id is not None:
        raise ValidationError(_("What goes to the customer again follows from its return."))
    if made.quantity > left:
        raise ValidationError({"quantity": _too_much(left)})
    if line.delivered - before + made.quantity + line.given_again < line.returned:
        raise ValidationError({"quantity": _came_back(line)})
    check_serials(serials_in(made.serials), made.quantity)
    validate(made, changed)
    save_own(made)
    keep_state(order, on=made.delivery.shipped_on, by=by, via=via)
    return made


def remove_delivery_line(made: DeliveryLine, *, by: User, via: Via = Via.HAND) -> None:
    """It was not in it. Raises ValidationError where it came back."""
    order = locked(Order, made.delivery.order_id)
    _check_removal(made)
    made.delete()
    if made.delivery.cause_id is not None:
        keep_return(made.delivery.cause_id, by=by, via=via)
    keep_state(order, on=made.delivery.shipped_on, by=by, via=via)


def deliveries_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Deliveries are as they were before: so are the states of their orders, and of the returns that caused them."""
    for key in {key for pointed in records.values() for key in pointed.get("order_id", ())}:
        order = Order.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if order is not None:
            keep_state(order, on=timezone.localdate(), by=by, via=Via.UNDO)
    causes = {key for pointed in records.values() for key in pointed.get("cause_id", ()) if key}
    for key in Return.objects.filter(pk__in=causes).order_by("pk").values_list("pk", flat=True):
        keep_return(key, by=by, via=Via.UNDO)


# -- inside -----------------------------------------------------------------------------------------------------------


def _complete(delivery: Delivery, values: Mapping[str, Any]) -> None:
    assign(delivery, values)
    delivery.address = delivery.address or delivery.order.delivery_address
    _check(delivery, [*values])
    numbered(delivery, SERIES, on=delivery.shipped_on)


def _check(delivery: Delivery, names: list[str]) -> None:
    if delivery.shipped_on is None:
        raise ValidationError({"shipped_on": _("Say when it leaves the house.")})
    validate(delivery, names)
    check_days(delivery, [name for name in names if name in ("shipped_on", "arrived_on")])
    if delivery.arrived_on is not None and delivery.arrived_on < delivery.shipped_on:
        raise ValidationError({"arrived_on": _("It cannot arrive before it is shipped.")})


def _line_of(delivery: Delivery, line: OrderLine, quantity: Decimal, serials: str) -> DeliveryLine:
    _check_quantity(quantity)
    left = to_deliver(quantity=line.quantity, delivered=line.delivered)
    if quantity > left:
        raise ValidationError({"quantity": _too_much(left)})
    numbers = serials_in(serials)
    check_serials(numbers, quantity)
    made = DeliveryLine(delivery=delivery, order_line=line, quantity=quantity, serials="\n".join(numbers))
    validate(made, ("quantity", "serials"))
    if DeliveryLine.objects.filter(delivery=delivery, order_line=line).exists():
        raise ValidationError({"order_line": _("This position is in the delivery already; change its quantity.")})
    return made


def _shipped(delivery: Delivery, *, by: User, via: Via) -> None:
    order = delivery.order
    file_delivery(delivery, by=by, via=via)
    outbox.publish(DeliveryShipped(delivery.pk, order.pk, order.party_id, by.pk))
    tell_party(order.party_id, "orders")


def _check_quantity(quantity: Decimal | None) -> None:
    if quantity is None or quantity <= 0:
        raise ValidationError({"quantity": _("A quantity is more than zero.")})


def _check_removal(made: DeliveryLine) -> None:
    line = locked(OrderLine, made.order_line_id)
    if line.delivered - made.quantity + line.given_again < line.returned:
        raise ValidationError(_came_back(line))


def _too_much(left: Decimal) -> str:
    if left <= 0:
        return _("Nothing of it is left to be delivered.")
    return _("At most %(left)s can be delivered; the rest went out before.") % {"left": current_formats().number(left)}


def _came_back(line: OrderLine) -> str:
    return _("%(count)s of it came back already: it cannot be less.") % {
        "count": current_formats().number(line.returned)
    }


def _not_open(order: Order) -> str:
    if order.state == OrderState.PLACED:
        return _("This order is not confirmed yet: confirm it first.")
    if order.state == OrderState.CANCELLED:
        return _("This order was cancelled: nothing of it is delivered.")
    return _("Everything of this order has been delivered.")


def _id(value: Any) -> Any:
    return getattr(value, "pk", value)
