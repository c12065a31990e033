"""What a document comes to, as EN 16931 reckons it: tax is rounded once for each rate, never line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from kundig.catalog.rules.rounding import line_net, percent_of


class Taxed(Protocol):
    """A line of any document; `catalog.models.Line` is one, saved or not."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_category: str
    tax_percent: Decimal


@dataclass(frozen=True)
class Allowance:
    """An amount that is taken off a whole document, or added to it as a charge, with the tax it bears."""

    amount: Decimal
    tax_category: str
    tax_percent: Decimal
    reason: str = ""


@dataclass(frozen=True)
class TaxSum:
    """What one category and rate come to: BT-116 to BT-119 of EN 16931."""

    category: str
    percent: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """BT-106 (sum of the lines), BT-109 (net), BT-110 (tax), BT-112 (gross), and the tax of each rate."""

    lines_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    by_rate: Sequence[TaxSum]


NOTHING = Decimal("0.00")


def totals(
    lines: Iterable[Taxed], *, allowances: Iterable[Allowance] = (), charges: Iterable[Allowance] = ()
) -> Totals:
    """The sums of a document. Rates come in descending order, categories of one rate by their code."""
    bases: dict[tuple[str, Decimal], Decimal] = {}
    lines_net = NOTHING
    for line in lines:
        net = line_net(line.quantity, line.unit_price, line.discount)
        lines_net += net
        _add(bases, line.tax_category, line.tax_percent, net)
    net = lines_net
    for sign, each in [*((-1, allowance) for allowance in allowances), *((1, charge) for charge in charges)]:
        net += sign * each.amount
        _add(bases, each.tax_category, each.tax_percent, sign * each.amount)
    by_rate = [
        TaxSum(category, percent, base, percent_of(base, percent))
        for (category, percent), base in sorted(bases.items(), key=lambda item: (-item[0][1], item[0][0]))
    ]
    tax = sum((each.tax for each in by_rate), NOTHING)
    return Totals(lines_net=lines_net, net=net, tax=tax, gross=net + tax, by_rate=by_rate)


def reversed_sign(found: Totals) -> Totals:
    """The totals of the document that takes this one back."""
    return Totals(
        -found.lines_net + 0, -found.net + 0, -found.tax + 0, -found.gross + 0,
        [replace(each, base=-each.base + 0, tax=-each.tax + 0) for each in found.by_rate],
    )  # fmt: skip


def _add(bases: dict[tuple[str, Decimal], Decimal], category: str, percent: Decimal, amount: Decimal) -> None:
    key = (category, percent)  # equal decimals are one key, however many zeros they end with
    bases[key] = bases.get(key, NOTHING) + amount
