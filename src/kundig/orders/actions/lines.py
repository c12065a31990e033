"""Positions of an order: what is ordered, at which price, taxed how.

`create_line`, `rewrite_line` and `remove_line` are called by `records.actions`; `add_line` by whoever makes an order.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.enums import ProductKind, TaxCategory, TaxClass
from kundig.catalog.models import Line, Product
from kundig.catalog.queries import cost_of, filled, tax_for, with_product
from kundig.orders.actions.orders import keep_state
from kundig.orders.actions.writing import assign, locked, save_own, tell, validate
from kundig.orders.enums import OrderState
from kundig.orders.models import Order, OrderLine
from kundig.orders.queries.billing import charged
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.records.events import Via

HUNDRED = Decimal(100)
FREE = frozenset({"text", "title", "position", "unit_cost"})
"""What of a position may be set when the order is confirmed: it changes nothing that was agreed."""
DONE = (OrderState.DELIVERED, OrderState.COMPLETED)


def add_line(order: Order, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> OrderLine:
    """A further position; what is not said follows from its product, the customer and the day. The caller holds the
    right to change the order.

    Raises:
        ValidationError: with a dict of columns: no quantity above zero, no price known, an order that is cancelled …
    """
    with transaction.atomic():
        order = locked(Order, order.pk)
        if order.state == OrderState.CANCELLED:
            raise ValidationError({"order": _("This order was cancelled: nothing can be added to it.")})
        line = OrderLine(order=order)
        assign(line, filled_in(with_product(values, by=by), order, order.party, on=order.ordered_on))
        if "ships" not in values:
            line.ships = line.product is None or line.product.kind in (ProductKind.GOODS, ProductKind.BUNDLE)
        if not line.position:
            line.position = (order.lines.aggregate(last=Max("position"))["last"] or 0) + 1
        check_line(line, [*values, "quantity", "unit_price", "discount"])
        if order.state in DONE and line.ships:
            if order.deliveries.exists():
                raise ValidationError(
                    {"order": _("This order is delivered already. What else is wanted is an order of its own.")}
                )
            line.delivered = line.quantity  # it was delivered before it came to us
        line.save(force_insert=True)
        if order.state == OrderState.PARTLY:
            keep_state(order, on=order.ordered_on, by=by, via=via)
    return line


def filled_in(values: Mapping[str, Any], document: Any, party: Party, *, on: Any) -> dict[str, Any]:
    """The values of a line of `document`, with what its product says where nothing was said.

    Raises:
        ValidationError: with a dict of columns, where no price or no tax is known.
    """
    product = values.get("product")
    if product is not None and not isinstance(product, Product):
        product = Product.objects.filter(pk=product).first()
    said = {name: value for name, value in values.items() if not (name == "unit_price" and value is None)}
    quantity = said.get("quantity") or Decimal(1)
    language = party.language or company().language
    if product is not None:
        try:
            found = filled(
                product, quantity=quantity, on=on, currency=document.currency, party=party, language=language
            )
        except ValidationError as error:
            if "unit_price" not in said or "tax_percent" not in said:
                raise ValidationError({"unit_price" if "unit_price" not in said else "tax_percent": error}) from error
            found = {
                "product": product, "number": product.number, "title": product.name, "text": product.description,
                "unit": product.unit,
                "unit_cost": cost_of(product) if document.currency == company().currency else None,
            }  # fmt: skip
        empty = {name for name in ("number", "title", "text") if not said.get(name)}
        return {**found, **{name: value for name, value in said.items() if name not in empty}}
    if "tax_percent" not in said and said.get("tax_category", TaxCategory.STANDARD) == TaxCategory.STANDARD:
        house = company()
        try:
            tax = tax_for(
                seller_country=house.country, buyer_country=party.country, buyer_vat_id=party.vat_id,
                tax_class=TaxClass.STANDARD, on=on,
            )  # fmt: skip
        except ValidationError as error:
            raise ValidationError({"tax_percent": error}) from error
        said = {"tax_category": tax.category, "tax_percent": tax.percent, **said}
    return said


def check_line(line: Line, names: Any) -> None:
    """Raises ValidationError with a dict of columns for a position that nobody can mean."""
    number, errors = current_formats().number, {}
    if not line.title and line.product_id is None:
        errors["title"] = _("Say what it is: name a product, or a title.")
    if line.quantity is None or line.quantity <= 0:
        errors["quantity"] = _("%(number)s is no quantity; it must be more than zero. What comes back is a return.") % {
            "number": number(line.quantity or 0)
        }
    if line.unit_price is None or line.unit_price < 0:
        errors["unit_price"] = _("A price is not below zero. What is taken off is a discount.")
    if line.discount is None or not 0 <= line.discount <= HUNDRED:
        errors["discount"] = _("A discount is between 0 and 100 percent.")
    if line.tax_percent is None or not 0 <= line.tax_percent <= HUNDRED:
        errors["tax_percent"] = _("A tax rate is between 0 and 100 percent.")
    elif line.tax_percent and line.tax_category != TaxCategory.STANDARD:
        errors["tax_percent"] = _("Only the category S bears a tax rate; here it must be 0.")
    if errors:
        raise ValidationError(errors)
    validate(line, names)


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> OrderLine:
    """A position out of the values of its fields. Raises ValidationError like `add_line`."""
    order = values.get("order")
    if order is None:
        raise ValidationError({"order": _("Say to which order it belongs.")})
    key = order.pk if isinstance(order, Order) else order
    line = add_line(Order(pk=key), {k: v for k, v in values.items() if k != "order"}, by=by, via=via)
    _told(line.order, by=by, via=via)
    return line


def rewrite_line(line: OrderLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> OrderLine:
    """Set fields. Of a confirmed order only what changes nothing that was agreed, and a quantity not below what was
    delivered. Raises ValidationError like `add_line`."""
    with transaction.atomic():
        order = locked(Order, line.order_id)
        found = locked(OrderLine, line.pk)
        changed = assign(found, values)
        if not changed:
            return found
        if "order" in changed:
            raise ValidationError({"order": _("A position stays with its order.")})
        if order.state != OrderState.PLACED:
            fixed = [name for name in changed if name not in FREE and name != "quantity"]
            if order.state in (OrderState.COMPLETED, OrderState.CANCELLED) and "quantity" in changed:
                fixed.append("quantity")
            if fixed:
                raise ValidationError(
                    dict.fromkeys(fixed, _("The order is confirmed. Take the confirmation back to change this."))
                )
        check_line(found, changed)
        if found.quantity < found.delivered:
            raise ValidationError({"quantity": _("%(delivered)s were delivered already; it cannot be less.") % {
                "delivered": current_formats().number(found.delivered)
            }})  # fmt: skip
        if "quantity" in changed:
            _refuse_below_charged(found, found.quantity)
        save_own(found)
        if order.state in (OrderState.PARTLY, OrderState.DELIVERED):
            keep_state(order, on=order.delivered_on or order.begun_on or order.ordered_on, by=by, via=via)
        _told(order, by=by, via=via)
    return found


def remove_line(line: OrderLine, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a position of an order that is not confirmed. Raises ValidationError for any other."""
    with transaction.atomic():
        order = locked(Order, line.order_id)
        if order.state not in (OrderState.PLACED, OrderState.CANCELLED):
            raise ValidationError(_("The order is confirmed. Take the confirmation back to change its positions."))
        _refuse_below_charged(line, Decimal(0))
        line.delete()
        _told(order, by=by, via=via)


def lines_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Positions are as they were before: so are the states of their orders."""
    for key in {key for pointed in records.values() for key in pointed.get("order_id", ())}:
        order = Order.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if order is not None:
            _told(order, by=by, via=Via.UNDO)


def _refuse_below_charged(line: OrderLine, quantity: Decimal) -> None:
    """Raises ValidationError where that is less than is on invoices."""
    done = charged([line.pk]).get(line.pk, Decimal(0))
    if quantity < done:
        raise ValidationError({"quantity": _("%(count)s are on an invoice already; first credit what it is to be less.")
                               % {"count": current_formats().number(done)}})  # fmt: skip


def _told(order: Order, *, by: User, via: Via) -> None:
    tell(order, by=by, via=via)
