"""The deeds of each kind of document, in the order in which they follow."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kundig.accounts.models import User
from kundig.catalog.enums import unit_words
from kundig.orders import actions
from kundig.orders.enums import (
    Cancelled,
    CancelReason,
    Decision,
    OrderState,
    ProtocolKind,
    Result,
    ReturnReason,
    ReturnState,
)
from kundig.orders.models import Asset, Contract, Delivery, Order, Protocol, Return
from kundig.orders.panels.deeds import Asked, Deed, Given, Row
from kundig.orders.rules.quantities import at_customer, to_deliver
from kundig.platform.formats import current_formats

MORNING = dt.time(9)
AGAIN = (Decision.REPLACE, Decision.REPAIR)


def _number(value: Any) -> str:
    """As it stands in an input: without noughts at the end."""
    plain = f"{value:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", current_formats().decimal)


def _today(record: Any) -> str:
    return timezone.localdate().isoformat()


def _open_lines(order: Order) -> list[Row]:
    found = []
    for line in order.lines.filter(ships=True).order_by("position", "id"):
        left = to_deliver(quantity=line.quantity, delivered=line.delivered)
        if left:
            found.append(Row(line.pk, line.title, f"{_number(left)} {unit_words(line.unit, left)}", _number(left)))
    return found


def _there(order: Order) -> list[Row]:
    found = []
    for line in order.lines.order_by("position", "id"):
        has = at_customer(delivered=line.delivered, returned=line.returned, given_again=line.given_again)
        if has:
            found.append(Row(line.pk, line.title, f"{_number(has)} {unit_words(line.unit, has)}"))
    return found


def _came(back: Return) -> list[Row]:
    return [
        Row(
            line.pk,
            line.order_line.title,
            f"{_number(line.quantity)} {unit_words(line.order_line.unit, line.quantity)}",
        )
        for line in back.lines.select_related("order_line").order_by("id")
    ]


def _to_send(back: Return) -> list[Row]:
    return [
        Row(line.pk, line.order_line.title, _number(line.quantity - line.given_again),
            _number(line.quantity - line.given_again))
        for line in back.lines.select_related("order_line").order_by("id")
        if line.decision in AGAIN and line.given_again < line.quantity
    ]  # fmt: skip


def _deliver(order: Order, given: Given, by: User) -> models.Model:
    values = {key: value for key, value in given.values.items() if value is not None}
    months = values.pop("warranty", None)
    return actions.deliver(
        order, given.quantities, by=by, serials=given.serials,
        warranty_months=None if months is None else min(max(int(months), 0), 600), **values,
    )  # fmt: skip


def _announce(order: Order, given: Given, by: User) -> models.Model:
    return actions.announce_return(
        order, given.quantities, reason=given.values["reason"], complaint=given.values["complaint"], by=by
    )


def _plan(order: Order, given: Given, by: User) -> models.Model:
    day = given.values["day"]
    if day is None:
        raise ValidationError({"day": _("Say on which day.")})
    if not given.values["kind"]:
        raise ValidationError({"kind": _("Say what is to be done.")})
    starts_at = timezone.make_aware(dt.datetime.combine(day, given.values["time"] or MORNING))
    return actions.plan_protocol(order, kind=given.values["kind"], starts_at=starts_at, by=by)


def _sign(protocol: Protocol, given: Given, by: User) -> models.Model:
    values = given.values
    return actions.sign_protocol(
        protocol, name=values["name"], result=values["result"], text=values["text"], defects=values["defects"],
        drawing=_drawing(values["drawing"]), by=by,
    )  # fmt: skip


def _drawing(text: str) -> bytes:
    if not text:
        return b""
    head, _comma, body = text.partition(",")
    try:
        return base64.b64decode(body, validate=True) if head == "data:image/png;base64" else b"?"
    except (binascii.Error, ValueError):
        return b"?"


def _cancel_contract(contract: Contract, given: Given, by: User) -> models.Model:
    values = given.values
    return actions.cancel_contract(
        contract, reason=values["reason"], who=values["who"], on=values["on"], ends_on=values["ends_on"],
        note=values["note"], by=by,
    )  # fmt: skip


def _change_price(contract: Contract, given: Given, by: User) -> models.Model:
    values = given.values
    changed = {key: price for key, price in given.quantities.items() if price}
    if values["valid_from"] is None:
        raise ValidationError({"valid_from": _("Say from which day.")})
    if not changed:
        raise ValidationError(_("Write the new price beside the position that it is for."))
    for line in contract.lines.filter(pk__in=changed):
        actions.change_price(line, changed[line.pk], valid_from=values["valid_from"], reason=values["reason"], by=by)
    return contract


def _prices(contract: Contract) -> list[Row]:
    money = current_formats().money
    return [
        Row(line.pk, line.title, _("now %(price)s") % {"price": money(line.unit_price, contract.currency)})
        for line in contract.lines.filter(valid_until=None).order_by("position", "id")
    ]


def _maintained(asset: Asset, given: Given, by: User) -> models.Model:
    actions.note_maintenance(asset, on=given.values["on"], text=given.values["text"], by=by)
    return asset


def _arrived(delivery: Delivery, given: Given, by: User) -> models.Model:
    actions.note_arrival(delivery, by=by)
    return delivery


def _is(*states: str) -> Any:
    return lambda record: record.state in states


ORDER = (
    Deed("confirm", gettext_lazy("Confirm"), lambda o, given, by: actions.confirm_order(o, by=by),
         _is(OrderState.PLACED), is_first=True),
    Deed("deliver", gettext_lazy("Deliver"), _deliver, _is(OrderState.CONFIRMED, OrderState.PARTLY), "truck",
         asks=(Asked("shipped_on", gettext_lazy("Shipped on"), "date", value=_today),
               Asked("carrier", gettext_lazy("Carrier"), longest=60),
               Asked("tracking", gettext_lazy("Tracking number"), longest=60),
               Asked("warranty", gettext_lazy("Months of warranty"), "number", value=lambda order: "24",
                     help=gettext_lazy("For what is delivered with a serial number."))),
         rows=_open_lines, has_serials=True, is_first=True,
         intro=gettext_lazy("How much of each position leaves the house. What is left is delivered later.")),
    Deed("complete", pgettext_lazy("an order", "Complete"), lambda o, given, by: actions.complete_order(o, by=by),
         _is(OrderState.DELIVERED), "check-circle", is_first=True),
    Deed("plan", gettext_lazy("Plan installation or acceptance"), _plan,
         _is(OrderState.CONFIRMED, OrderState.PARTLY, OrderState.DELIVERED), "calendar",
         asks=(Asked("kind", gettext_lazy("What is to be done"), "choice", ProtocolKind.choices),
               Asked("day", gettext_lazy("Day"), "date", value=_today),
               Asked("time", gettext_lazy("Time"), "time", value=lambda order: "09:00")),
         intro=gettext_lazy("An appointment with the customer, and the protocol that they sign there.")),
    Deed("return", gettext_lazy("Note a return"), _announce,
         _is(OrderState.PARTLY, OrderState.DELIVERED, OrderState.COMPLETED), "undo",
         asks=(Asked("reason", gettext_lazy("Reason"), "choice", ReturnReason.choices),
               Asked("complaint", gettext_lazy("What the customer says"), "area")),
         rows=_there, intro=gettext_lazy("How much of each position comes back; empty or 0 if nothing of it.")),
    Deed("unconfirm", gettext_lazy("Take the confirmation back"),
         lambda o, given, by: actions.unconfirm_order(o, by=by), _is(OrderState.CONFIRMED), "undo"),
    Deed("cancel", gettext_lazy("Cancel the order"),
         lambda o, given, by: actions.cancel_order(o, reason=given.values["cancel_reason"], by=by),
         _is(OrderState.PLACED, OrderState.CONFIRMED), "ban",
         asks=(Asked("cancel_reason", gettext_lazy("Reason"), longest=200),)),
    Deed("reopen", gettext_lazy("Take the cancellation back"), lambda o, given, by: actions.reopen_order(o, by=by),
         _is(OrderState.CANCELLED), "undo"),
)  # fmt: skip
RETURN = (
    Deed("receive", gettext_lazy("It has arrived"), lambda r, given, by: actions.receive_return(r, by=by),
         _is(ReturnState.ANNOUNCED), "inbox", is_first=True),
    Deed("inspect", gettext_lazy("Note the inspection"),
         lambda r, given, by: actions.inspect_return(r, inspection=given.values["inspection"], by=by),
         _is(ReturnState.RECEIVED), "eye", is_first=True,
         asks=(Asked("inspection", gettext_lazy("What the inspection found"), "area"),)),
    Deed("decide", gettext_lazy("Decide"), lambda r, given, by: actions.decide_return(r, given.chosen, by=by),
         _is(ReturnState.INSPECTED), "scale", is_first=True, rows=_came, row_choices=Decision.choices,
         intro=gettext_lazy("What becomes of each position. A credit note follows from a credit.")),
    Deed("again", gettext_lazy("Send replacement or repaired piece"),
         lambda r, given, by: actions.send_again(
             r, given.quantities, by=by,
             **{key: value for key, value in given.values.items() if value is not None}),
         lambda r: r.state == ReturnState.DECIDED and bool(_to_send(r)), "truck", is_first=True,
         asks=(Asked("shipped_on", gettext_lazy("Shipped on"), "date", value=_today),
               Asked("carrier", gettext_lazy("Carrier"), longest=60),
               Asked("tracking", gettext_lazy("Tracking number"), longest=60)), rows=_to_send),
    Deed("settle", gettext_lazy("Settled"), lambda r, given, by: actions.settle_return(r, by=by),
         _is(ReturnState.DECIDED), "check-circle"),
    Deed("withdraw", gettext_lazy("Withdraw"), lambda r, given, by: actions.withdraw_return(r, by=by),
         _is(ReturnState.ANNOUNCED), "ban"),
)  # fmt: skip
DELIVERY = (Deed("arrived", gettext_lazy("It has arrived"), _arrived, lambda d: d.arrived_on is None, is_first=True),)
CONTRACT = (
    Deed("price", gettext_lazy("Change the price"), _change_price, lambda c: c.state != "ended", "euro",
         asks=(Asked("valid_from", gettext_lazy("From which day"), "date"),
               Asked("reason", gettext_lazy("Reason"), longest=200)),
         rows=_prices, intro=gettext_lazy("Write the new price beside the position; the others stay as they are.")),
    Deed("cancel", gettext_lazy("Notice was given"), _cancel_contract,
         lambda c: c.cancelled_on is None and c.state != "ended", "ban",
         asks=(Asked("who", gettext_lazy("By whom"), "choice", Cancelled.choices),
               Asked("reason", gettext_lazy("Reason"), "choice", CancelReason.choices),
               Asked("on", gettext_lazy("On which day"), "date", value=_today),
               Asked("ends_on", gettext_lazy("Ends on"), "date",
                     help=gettext_lazy("Empty: at the next end that the notice is in time for.")),
               Asked("note", gettext_lazy("In their words"), longest=500))),
    Deed("uncancel", gettext_lazy("Take the notice back"),
         lambda c, given, by: actions.uncancel_contract(c, by=by), lambda c: c.cancelled_on is not None, "undo"),
)  # fmt: skip
ASSET = (
    Deed("maintained", gettext_lazy("It was maintained"), _maintained, lambda asset: True, "wrench", is_first=True,
         asks=(Asked("on", gettext_lazy("On which day"), "date", value=_today),
               Asked("text", gettext_lazy("What was done"), "area"))),
)  # fmt: skip
PROTOCOL = (
    Deed("sign", gettext_lazy("Have it signed"), _sign, lambda p: p.signed_at is None, "pencil", is_first=True,
         is_final=True,
         asks=(Asked("text", gettext_lazy("What was done"), "area", value=lambda p: p.text, longest=10_000),
               Asked("defects", gettext_lazy("Open defects"), "area", value=lambda p: p.defects),
               Asked("result", gettext_lazy("Result"), "choice", Result.choices),
               Asked("name", gettext_lazy("Name of who signs"), longest=120),
               Asked("drawing", gettext_lazy("Signature"), "drawing")),
         intro=gettext_lazy("Hand the telephone to your customer. Once signed, nobody changes the protocol.")),
)  # fmt: skip
DEEDS: Mapping[type[models.Model], Sequence[Deed]] = {
    Order: ORDER, Return: RETURN, Delivery: DELIVERY, Contract: CONTRACT, Asset: ASSET, Protocol: PROTOCOL,
}  # fmt: skip
