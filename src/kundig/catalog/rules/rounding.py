"""How amounts are rounded: half a cent goes away from zero, as the standard and the law's practice have it.

The database says the same of `Line.net`; a test compares the two.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

CENT, UNIT_PRICE = Decimal("0.01"), Decimal("0.0001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Products of our widest columns have 40 digits; the default context would round them to 28 on the way."""
HUNDRED = Decimal(100)


def to_cents(amount: Decimal) -> Decimal:
    """Rounded to two places; never minus zero."""
    return amount.quantize(CENT, context=_EXACT) + 0


def rounded_price(amount: Decimal) -> Decimal:
    """A unit price: rounded to four places."""
    return amount.quantize(UNIT_PRICE, context=_EXACT) + 0


def line_net(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """What a line comes to, net: quantity × unit price less `discount` percent, rounded once, to cents."""
    whole = _EXACT.multiply(_EXACT.multiply(quantity, unit_price), HUNDRED - discount)
    return to_cents(_EXACT.divide(whole, HUNDRED))


def percent_of(base: Decimal, percent: Decimal) -> Decimal:
    """So many percent of an amount, rounded to cents."""
    return to_cents(_EXACT.divide(_EXACT.multiply(base, percent), HUNDRED))


def times(amount: Decimal, factor: Decimal) -> Decimal:
    """A unit price times a factor, rounded to four places."""
    return rounded_price(_EXACT.multiply(amount, factor))
