"""An accepted quote becomes an order, by itself and only once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.orders.actions.lines import add_line, filled_in
from kundig.orders.actions.orders import create_order
from kundig.orders.actions.writing import described, save_own
from kundig.orders.enums import Channel
from kundig.orders.models import Order
from kundig.platform import live
from kundig.platform.formats import current_formats
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.models import Quote
from kundig.sales.queries import accepted_lines

COPIED = ("number", "title", "text", "quantity", "unit", "unit_price", "discount", "tax_category", "tax_percent",
          "unit_cost")  # fmt: skip


def order_from_quote(quote: Quote, *, by: User, via: Via = Via.HAND) -> Order:
    """The order of an accepted quote: what the customer has taken, at the prices of the quote. Asked again, the same
    order is answered. Where the tax rate has changed since, that of the day of the order holds, and its note says so.

    Raises:
        ValueError: if the quote is not accepted.
    """
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        locked = Quote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
        there = Order.objects.filter(quote=locked).first()
        if there is not None:
            return there
        lines = accepted_lines(locked)
        today = timezone.localdate()
        values: dict[str, Any] = {
            "party": locked.party_id, "person": locked.person_id, "deal": locked.deal_id, "quote": locked.pk,
            "ordered_on": today, "currency": locked.currency, "channel": Channel.SALES,
            "owner": locked.owner_id or by.pk, "customer_reference": locked.acceptance.reference,
        }  # fmt: skip
        order = create_order(values, by=by, via=via)
        changed = []
        for position, line in enumerate(lines, start=1):
            given = {name: getattr(line, name) for name in COPIED} | {"product": line.product_id, "position": position}
            rate = _rate_today(line, order)
            if rate is not None and (rate["tax_category"], rate["tax_percent"]) != (
                line.tax_category,
                line.tax_percent,
            ):
                given |= rate
                changed.append(line)
            add_line(order, given, by=by, via=via)
        if changed:
            percent = current_formats().percent
            first = changed[0]
            note = _("The tax rate has changed since the quote: %(old)s then, now that of today.") % {
                "old": percent(first.tax_percent)
            }
            order.note = f"{order.note}\n{note}".strip()
            save_own(order)
        announce(described(Order), [order.pk], by=by if by.pk else None, via=via)
        live.announce(*(f"orders-of:{key}" for key in (locked.pk, locked.deal_id) if key))
    order.refresh_from_db()
    return order


def _rate_today(line: Any, order: Order) -> dict[str, Any] | None:
    """How the line is taxed on the day of the order, where its product says so."""
    if line.product_id is None:
        return None
    try:
        found = filled_in(
            {"product": line.product_id, "quantity": line.quantity}, order, order.party, on=order.ordered_on
        )
    except ValidationError:
        return None
    return {"tax_category": found["tax_category"], "tax_percent": found["tax_percent"]}
