"""What cells of a file of orders mean: an address, a channel, a currency, a position told by its amount."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.catalog.queries import line_net, rounded_price
from kundig.orders.enums import Channel

LONGEST_ADDRESS = 600


def split_amount(amount: Decimal, quantity: Decimal, title: str) -> tuple[Decimal, Decimal, Decimal, str]:
    """Quantity, unit price, discount and title of a position that is told by what it came to. Where no unit price
    with four places comes to it again, it is one piece of the whole amount."""
    price = rounded_price(amount / quantity)
    if line_net(quantity, price) == amount:
        return quantity, price, Decimal(0), title
    words = f"{quantity.normalize():f} × {title or _('Purchase')}"
    return Decimal(1), amount, Decimal(0), words[:200]


def address_of(values: Mapping[str, Any]) -> str:
    town = " ".join(values[name] for name in ("ship_postal_code", "ship_city") if values.get(name))
    lines = [
        values.get("ship_name"),
        values.get("ship_street"),
        town,
        values.get("ship_region"),
        values.get("ship_country"),
    ]
    return "\n".join(line for line in lines if line)[:LONGEST_ADDRESS]


def channel_of(text: str) -> str:
    folded = text.casefold()
    for value, label in Channel.choices:
        if folded in (value.casefold(), str(label).casefold()):
            return str(value)
    raise ValidationError(_("“%(text)s” is no sales channel.") % {"text": text[:40]})


def currency_of(text: str) -> str:
    code = text.upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ValidationError(
            _("“%(text)s” is not a currency. Write its three letters, for example EUR.") % {"text": text[:40]}
        )
    return code
