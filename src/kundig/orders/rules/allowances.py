"""What is taken off a whole document or charged beside its positions (BG-20 and BG-21 of EN 16931).

Who types it names no tax: shipping shares the fate of the goods, and a discount lessens all of them. So both are spread
over the tax rates as the positions are, to the cent; what rounding leaves goes to the largest part. What is charged
beside positions that come to nothing (a warranty's) has the rate of the largest, else of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kundig.catalog.queries import Allowance, to_cents

NOTHING = Decimal("0.00")
Rate = tuple[str, Decimal]


def rebate_on(net: Decimal, *, percent: Decimal, amount: Decimal) -> Decimal:
    """What is taken off positions that come to `net`: so many percent, and an amount."""
    return to_cents(net * percent / 100) + to_cents(amount)


def spread(amount: Decimal, bases: Mapping[Rate, Decimal], *, reason: str) -> list[Allowance]:
    """An amount in parts, one for each rate. Nothing where there are no positions that it could share the tax of."""
    if not amount or not bases:
        return []
    whole = sum(bases.values(), NOTHING)
    parts = {key: to_cents(amount * base / whole) if whole else NOTHING for key, base in bases.items()}
    largest = max(parts, key=lambda key: (bases[key], key)) if whole else max(bases, key=lambda key: bases[key])
    parts[largest] += to_cents(amount) - sum(parts.values(), NOTHING)
    ordered = sorted(parts.items(), key=lambda part: (-part[0][1], part[0][0]))
    return [Allowance(part, category, percent, reason) for (category, percent), part in ordered if part]
