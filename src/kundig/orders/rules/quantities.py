"""How much may still be delivered, come back, go to the customer again; and what a piece that came back is worth."""

from __future__ import annotations

from decimal import Decimal

from kundig.catalog.queries import line_net, to_cents

NOTHING = Decimal(0)


def to_deliver(*, quantity: Decimal, delivered: Decimal) -> Decimal:
    """What is still to go to the customer."""
    return max(quantity - delivered, NOTHING)


def at_customer(*, delivered: Decimal, returned: Decimal, given_again: Decimal) -> Decimal:
    """What the customer has, and can send back: what came back and went there again counts once more."""
    return max(delivered - returned + given_again, NOTHING)


def credit_for(*, quantity: Decimal, of: Decimal, unit_price: Decimal, discount: Decimal, before: Decimal) -> Decimal:
    """What so much of a position is credited with: all of it in parts comes to the line's own amount, to the cent.

    `before` is how much of the position was credited already.
    """
    whole = line_net(of, unit_price, discount)
    return _share(whole, before + quantity, of) - _share(whole, before, of)


def _share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    if part >= of:
        return whole
    return to_cents(whole * part / of)
