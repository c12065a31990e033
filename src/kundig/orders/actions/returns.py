"""Returns: announced, arrived, inspected, decided, settled; and the credit that follows.

`create_return` … `remove_return_line` are called by `records.actions`, which asks the right and tells listeners; the
others do both themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.actions.histories import file_return
from kundig.orders.actions.invoices import remove_invoice
from kundig.orders.actions.settling import close_return
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    described,
    locked,
    numbered,
    require,
    save_own,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import Decision, ReturnReason, ReturnState
from kundig.orders.events import ReturnDecided
from kundig.orders.models import Invoice, Order, OrderLine, Return, ReturnLine
from kundig.orders.queries.returns import is_to_be_credited, to_send
from kundig.orders.rules.quantities import at_customer, credit_for
from kundig.orders.rules.serials import check_serials, serials_in
from kundig.orders.rules.states import check_return
from kundig.platform import outbox
from kundig.platform.formats import current_formats
from kundig.records.actions import let_go
from kundig.records.events import Via
from kundig.records.ledger import change_set

SERIES = "returns"
LONGEST = 4000
NOTHING = Decimal(0)


def announce_return(
    order: Order, quantities: Mapping[UUID, Decimal], *, reason: str, by: User, via: Via = Via.HAND, **values: Any
) -> Return:
    """The customer sends something back: positions of the order, by the id of each how many. `values` are further
    columns (`complaint`, `announced_on`).

    The order's row is locked, so that two who note a return at once do not take back more than was delivered.

    Raises:
        ValidationError: with a dict: more than the customer has (by the position's id), no reason …
        PermissionDenied: if `by` may not change the order.
    """
    wanted = {key: quantity for key, quantity in quantities.items() if quantity}
    if not wanted:
        raise ValidationError(_("Say how much of which position comes back: all are at zero."))
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Order, order.pk)
        require(found, Action.CHANGE, by)
        back = create_return({"order": found, "reason": reason, **values}, by=by, via=via)
        known = {line.pk: line for line in found.lines.all()}
        errors: dict[str, Any] = {}
        for key, quantity in wanted.items():
            if key not in known:
                raise ValidationError(_("A position is meant that this order does not have."))
            try:
                _line_of(back, known[key], quantity, "").save(force_insert=True)
            except ValidationError as error:
                errors[str(key)] = error.messages
        if errors:
            raise ValidationError(errors)
        tell(back, by=by, via=via, refresh=True)
        tell(found, by=by, via=via)
    return back


def receive_return(back: Return, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Return:
    """It has arrived. Raises ValidationError where it is further already, PermissionDenied like `announce_return`."""
    return _step(back, ReturnState.RECEIVED, {"received_on": on or timezone.localdate()}, by=by, via=via)


def withdraw_return(back: Return, *, by: User, via: Via = Via.HAND) -> Return:
    """The customer keeps it after all; raises like `receive_return`."""
    return _step(back, ReturnState.WITHDRAWN, {}, by=by, via=via)


def inspect_return(
    back: Return, *, inspection: str, by: User, conditions: Mapping[UUID, str] | None = None,
    on: dt.date | None = None, via: Via = Via.HAND,
) -> Return:  # fmt: skip
    """Note what the inspection found, of all and (by the position's id) of each; raises like `receive_return`."""
    text = inspection.replace("\x00", "").strip()
    if not text:
        raise ValidationError({"inspection": _("Say what the inspection found.")})
    values = {
        "inspection": text[:LONGEST], "inspected_on": on or timezone.localdate(),
        "inspected_by_id": by.pk if by.pk else None,
    }  # fmt: skip
    with transaction.atomic(), change_set(by=by, via=via):
        found = _step(back, ReturnState.INSPECTED, values, by=by, via=via)
        for key, condition in (conditions or {}).items():
            for line in found.lines.filter(pk=key):
                line.condition = " ".join(condition.replace("\x00", "").split())[:200]
                line.save(update_fields=("condition", "changed_at"))
    return found


def decide_return(
    back: Return, decisions: Mapping[UUID, str], *, by: User, on: dt.date | None = None, via: Via = Via.HAND
) -> Return:
    """Decide of each position (by its id) what becomes of it. A credit is its share of what the position came to; the
    credit note is made by whoever hears of `ReturnDecided`.

    Raises:
        ValidationError: with a dict, where a position has no decision or one there is not, or in another state.
        PermissionDenied: if `by` may not change the order.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        order = locked(Order, back.order_id)
        values = {"decided_on": on or timezone.localdate(), "decided_by_id": by.pk if by.pk else None}
        found = _step(back, ReturnState.DECIDED, values, by=by, via=via)
        lines, errors = list(found.lines.select_related("order_line")), {}
        for line in lines:
            decision = decisions.get(line.pk, "")
            if decision not in Decision.values:
                errors[str(line.pk)] = _("Decide what becomes of it: repair, replace, credit or send back unchanged.")
                continue
            line.decision = decision
            line.credit = _credit(line) if decision == Decision.CREDIT else None
            line.not_charged = None
            line.save(update_fields=("decision", "credit", "not_charged", "changed_at"))
        if errors:
            raise ValidationError(errors)
        has_credit = any(line.credit for line in lines)
        outbox.publish(ReturnDecided(found.pk, order.pk, order.party_id, by.pk, has_credit))
        if all(line.decision == Decision.REFUSE for line in lines):
            _step(found, ReturnState.SETTLED, {"settled_on": values["decided_on"]}, by=by, via=via)
            found.refresh_from_db()
        tell(order, by=by, via=via)
    return found


def settle_return(back: Return, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Return:
    """Everything that was decided is done: pieces went out again, the credit note is issued.

    Raises:
        ValidationError: where something that is to go to the customer again has not gone, money that is to go back
            is on no issued credit note; and like `receive_return`.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        locked(Order, back.order_id)
        if (waiting := to_send(back)) is not None:
            raise ValidationError(_("%(what)s has not gone to the customer again yet.") % {"what": waiting})
        if is_to_be_credited(back):
            raise ValidationError(
                _("Its credit note has not been issued yet. As soon as it is, the return is settled by itself.")
            )
        return _step(back, ReturnState.SETTLED, {"settled_on": on or timezone.localdate()}, by=by, via=via)


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_return(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Return:
    """A return without positions yet. Raises ValidationError for an order of which nothing was delivered."""
    back = Return()
    key = values.get("order")
    if key is None:
        raise ValidationError({"order": _("Say of which order something comes back.")})
    order = locked(Order, _id(key))
    if not order.lines.filter(delivered__gt=0).exists():
        raise ValidationError({"order": _("Nothing of this order has been delivered yet: nothing can come back.")})
    back.order = order
    assign(back, {name: value for name, value in values.items() if name not in ("order", "state")})
    if values.get("state", ReturnState.ANNOUNCED) != ReturnState.ANNOUNCED:
        raise ValidationError({"state": _("A return begins with its announcement.")})
    _check(back, ["reason", *values])
    numbered(back, SERIES, on=back.announced_on)
    back.save(force_insert=True)
    file_return(back, by=by, via=via)
    tell_party(order.party_id, "orders")
    return back


def rewrite_return(back: Return, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Return:
    """Set fields; its state only as its page does: arrived, or withdrawn."""
    wanted = dict(values)
    state = wanted.pop("state", back.state)
    changed = assign(back, wanted)
    if "order" in changed:
        raise ValidationError({"order": _("A return stays with its order.")})
    if "number" in changed:
        if not back.number:
            raise ValidationError({"number": _("A return keeps a number.")})
        check_free(back)
    _check(back, changed)
    if changed:
        save_own(back)
    if state != back.state:
        if state == ReturnState.RECEIVED:
            return receive_return(back, by=by, via=via)
        if state == ReturnState.WITHDRAWN:
            return withdraw_return(back, by=by, via=via)
        if state not in ReturnState.values:
            raise ValidationError({"state": _("“%(state)s” is no state of a return.") % {"state": str(state)[:20]}})
        check_return(back.state, state)
        raise ValidationError({"state": _("This state follows from what is noted on the page of the return.")})
    return back


def remove_return(back: Return, *, by: User, via: Via = Via.HAND) -> None:
    """Delete one that was never inspected. Raises ValidationError for any other."""
    if back.state not in (ReturnState.ANNOUNCED, ReturnState.RECEIVED, ReturnState.WITHDRAWN):
        raise ValidationError(_("It has been inspected; it stays on the books."))
    with transaction.atomic():
        locked(Order, back.order_id)
        back.delete()


def create_return_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ReturnLine:
    """A position out of the values of its fields. Raises ValidationError: more than the customer has …"""
    names = ("return_to", "order_line", "quantity")
    missing = {name: _("This must be filled in.") for name in names if not values.get(name)}
    if missing:
        raise ValidationError(missing)
    back = Return.objects.get(pk=_id(values["return_to"]))
    order = locked(Order, back.order_id)
    line = locked(OrderLine, _id(values["order_line"]))
    if line.order_id != order.pk:
        raise ValidationError({"order_line": _("This position belongs to another order.")})
    _require_open(back)
    made = _line_of(back, line, values["quantity"], values.get("serials") or "")
    assign(made, {"condition": values.get("condition") or ""})
    made.save(force_insert=True)
    tell(order, by=by, via=via)
    return made


def rewrite_return_line(made: ReturnLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ReturnLine:
    """Set fields; raises like `create_return_line`."""
    back = made.return_to
    order = locked(Order, back.order_id)
    before = made.quantity
    changed = assign(made, values)
    if {"return_to", "order_line"} & {*changed}:
        raise ValidationError(_("A position of a return stays what it is; delete it and add another."))
    if not changed:
        return made
    if "quantity" in changed:
        _require_open(back)
        line = locked(OrderLine, made.order_line_id)
        has = at_customer(delivered=line.delivered, returned=line.returned, given_again=line.given_again) + before
        _check_quantity(made.quantity, has)
    check_serials(serials_in(made.serials), made.quantity)
    validate(made, changed)
    save_own(made)
    tell(order, by=by, via=via)
    return made


def remove_return_line(made: ReturnLine, *, by: User, via: Via = Via.HAND) -> None:
    """It did not come back. Raises ValidationError once it was inspected."""
    order = locked(Order, made.return_to.order_id)
    _require_open(made.return_to)
    made.delete()
    tell(order, by=by, via=via)


def returns_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Returns are as they were before: what is not decided any more is not about to be credited either, and one whose
    credit note has gone out is settled still."""
    open_again = Return.objects.filter(pk__in=list(records)).exclude(
        state__in=(ReturnState.DECIDED, ReturnState.SETTLED)
    )
    for draft in list(Invoice.objects.filter(returned__in=open_again, issued_on=None)):
        key = draft.pk
        remove_invoice(draft, by=by, via=Via.UNDO)
        let_go(described(Invoice), [key], by=by, via=Via.UNDO)
    for back in Return.objects.filter(
        pk__in=list(records), state=ReturnState.DECIDED, credit_notes__issued_on__isnull=False
    ):
        close_return(back.pk, by=by, via=Via.UNDO)


# -- inside -----------------------------------------------------------------------------------------------------------


def _step(back: Return, state: str, values: Mapping[str, Any], *, by: User, via: Via) -> Return:
    with transaction.atomic(), change_set(by=by, via=via):
        order = locked(Order, back.order_id)
        require(order, Action.CHANGE, by)
        found = locked(Return, back.pk)
        check_return(found.state, state)
        if state != ReturnState.WITHDRAWN and not found.lines.exists():
            raise ValidationError(_("This return has no positions yet."))
        found.state = state
        for name, value in values.items():
            setattr(found, name, value)
        save_own(found)
        tell(found, by=by, via=via)
        tell_party(order.party_id, "orders")
    return found


def _line_of(back: Return, line: OrderLine, quantity: Decimal, serials: str) -> ReturnLine:
    has = at_customer(delivered=line.delivered, returned=line.returned, given_again=line.given_again)
    _check_quantity(quantity, has)
    numbers = serials_in(serials)
    check_serials(numbers, quantity)
    made = ReturnLine(return_to=back, order_line=line, quantity=quantity, serials="\n".join(numbers))
    validate(made, ("quantity", "serials"))
    if ReturnLine.objects.filter(return_to=back, order_line=line).exists():
        raise ValidationError({"order_line": _("This position is in the return already; change its quantity.")})
    return made


def _check_quantity(quantity: Decimal | None, has: Decimal) -> None:
    if quantity is None or quantity <= 0:
        raise ValidationError({"quantity": _("A quantity is more than zero.")})
    if quantity > has:
        if has <= 0:
            raise ValidationError({"quantity": _("The customer has nothing of it that could come back.")})
        raise ValidationError(
            {"quantity": _("At most %(has)s can come back: so much of it the customer has.")
             % {"has": current_formats().number(has)}}
        )  # fmt: skip


def _check(back: Return, names: list[str]) -> None:
    if "reason" in names and back.reason not in ReturnReason.values:
        raise ValidationError({"reason": _("Say why it comes back.")})
    validate(back, names)
    check_days(back, [name for name in names if name == "announced_on"])


def _credit(line: ReturnLine) -> Decimal:
    """What this position is credited with; all credits of an order's position together are what it came to."""
    ordered = line.order_line
    others = ReturnLine.objects.filter(order_line=ordered, decision=Decision.CREDIT).exclude(pk=line.pk)
    before = others.aggregate(sum=Sum("quantity"))["sum"] or NOTHING
    return credit_for(
        quantity=line.quantity, of=ordered.quantity, unit_price=ordered.unit_price, discount=ordered.discount,
        before=before,
    )  # fmt: skip


def _require_open(back: Return) -> None:
    if back.state not in (ReturnState.ANNOUNCED, ReturnState.RECEIVED):
        raise ValidationError(_("The return has been inspected; its positions stay as they are."))


def _id(value: Any) -> Any:
    return getattr(value, "pk", value)
