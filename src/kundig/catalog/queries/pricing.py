"""What a product costs whom: the one computation of prices, told in docs/algorithms/pricing.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from kundig.accounts.queries import company
from kundig.catalog.enums import ProductKind
from kundig.catalog.models import BundlePart, Price, PriceList, Product
from kundig.catalog.protocol import PriceAsked, adjusters
from kundig.catalog.rules.rounding import rounded_price, times
from kundig.parties.models import Party
from kundig.platform.formats import current_formats

LONGEST_CHAIN = 10
"""Lists that follow one another, parent companies above one another, bundles in one another: deeper, somebody erred."""


@dataclass(frozen=True)
class PriceFound:
    """The net price of one unit, and how it came about: each step in words with the amount it led to."""

    unit_price: Decimal
    currency: str
    steps: Sequence[tuple[Any, Decimal]] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Asked:
    product: Product
    quantity: Decimal
    on: dt.date
    currency: str


def price_of(
    product: Product, *, quantity: Decimal, on: dt.date, currency: str, party: Party | None = None
) -> PriceFound:
    """What one unit costs `party` (None: anybody) on that day, when so many are taken; negative ones cost the same.

    Raises:
        ValidationError: where neither a price list nor the product itself names a price in that currency.
    """
    asked = _Asked(product, abs(quantity), on, currency)
    found = _listed(asked, party) or _own(asked) or _of_bundle(asked, party, depth=0)
    if found is None:
        raise ValidationError(
            _("There is no price of “%(product)s” in %(currency)s. Name one in a price list, or as list price.")
            % {"product": product.name, "currency": currency}
        )
    return _adjusted(found, asked, party)


def lists_for(party: Party | None, *, on: dt.date, currency: str) -> list[PriceList]:
    """The lists that hold for a customer on a day, the closest first: one's own, the parent companies', the groups',
    everybody's; of the same closeness, the one that began last."""
    above = _companies_above(party)
    own = [party.pk, *above] if party else []
    tags = list(party.tags) if party else []
    lists = PriceList.objects.filter(_holds(on), currency=currency)
    found = lists.filter(Q(party__in=own) | Q(group__in=tags) & ~Q(group="") | Q(party=None, group=""))
    return sorted(
        found,
        key=lambda each: (_distance(each, own), -(each.valid_from or dt.date.min).toordinal(), each.name, each.pk),
    )


# -- where a price comes from ------------------------------------------------------------------------------------------


def _listed(asked: _Asked, party: Party | None) -> PriceFound | None:
    for price_list in lists_for(party, on=asked.on, currency=asked.currency):
        found = _from_list(price_list, asked, depth=0)
        if found is not None:
            return found
    return None


def _from_list(price_list: PriceList, asked: _Asked, *, depth: int) -> PriceFound | None:
    """The price on a list: its own, or that of what it follows times its factor."""
    own = _price_on(price_list, asked)
    if own is not None:
        return PriceFound(own.amount, price_list.currency, ((_words_of(price_list, own), own.amount),))
    if price_list.factor is None or depth > LONGEST_CHAIN:
        return None
    if price_list.parent is not None:
        base = _from_list(price_list.parent, asked, depth=depth + 1)
    else:
        base = _own(asked, in_any_currency=True)
    if base is None:
        return None
    amount = times(base.unit_price, price_list.factor)
    words = _("%(list)s: × %(factor)s") % {
        "list": price_list.name, "factor": current_formats().number(price_list.factor.normalize())
    }  # fmt: skip
    return PriceFound(amount, price_list.currency, (*base.steps, (words, amount)))


def _price_on(price_list: PriceList, asked: _Asked) -> Price | None:
    """The price of the product, or of what it is a variant of: that of the greatest quantity reached, and of those,
    the one that began last."""
    for product_id in _itself_and_base(asked.product):
        prices = price_list.prices.filter(_holds(asked.on), product=product_id, from_quantity__lte=asked.quantity)
        found = prices.order_by("-from_quantity", "-valid_from").first()
        if found is not None:
            return found
    return None


def _own(asked: _Asked, *, in_any_currency: bool = False) -> PriceFound | None:
    """The list price, which is in the currency of the house."""
    house = company().currency
    if asked.currency != house and not in_any_currency:
        return None
    product = asked.product
    price = product.list_price
    if price is None and product.variant_of is not None:
        price = product.variant_of.list_price
    return None if price is None else PriceFound(price, house, ((_("List price"), price),))


def _of_bundle(asked: _Asked, party: Party | None, *, depth: int) -> PriceFound | None:
    """The sum of what is always in a bundle, each part at the price of its own quantity."""
    if asked.product.kind != ProductKind.BUNDLE or depth > LONGEST_CHAIN:
        return None
    parts = list(
        BundlePart.objects.filter(bundle=asked.product, is_optional=False).select_related("product__variant_of")
    )
    amount, steps = Decimal(0), []
    for part in parts:
        of_part = replace(asked, product=part.product, quantity=asked.quantity * part.quantity)
        found = _listed(of_part, party) or _own(of_part) or _of_bundle(of_part, party, depth=depth + 1)
        if found is None:
            return None
        amount += times(found.unit_price, part.quantity)
        steps.append((f"{current_formats().number(part.quantity.normalize())} × {part.product.name}", amount))
    return PriceFound(rounded_price(amount), asked.currency, tuple(steps)) if parts else None


def _adjusted(found: PriceFound, asked: _Asked, party: Party | None) -> PriceFound:
    amount, steps = found.unit_price, list(found.steps)
    for adjust in adjusters():
        question = PriceAsked(
            product_id=asked.product.pk, party_id=party.pk if party else None, quantity=asked.quantity, on=asked.on,
            currency=asked.currency, amount=amount,
        )  # fmt: skip
        answer = adjust(question)
        if answer is not None:
            amount = max(rounded_price(answer.amount), Decimal(0))
            steps.append((answer.words, amount))
    return PriceFound(amount, asked.currency, tuple(steps))


# -- inside ----------------------------------------------------------------------------------------------------------


def _holds(on: dt.date) -> Q:
    return Q(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gte=on))


def _distance(price_list: PriceList, own: Sequence[UUID]) -> int:
    if price_list.party_id is not None:
        return own.index(price_list.party_id)
    return len(own) if price_list.group else len(own) + 1


def _companies_above(party: Party | None) -> list[UUID]:
    """The organisation of a person, and the parent companies, the closest first."""
    found: list[UUID] = []
    key = (party.organisation_id or party.parent_id) if party else None
    while key is not None and key not in found and len(found) < LONGEST_CHAIN:
        found.append(key)
        key = Party.objects.filter(pk=key).values_list("parent_id", flat=True).first()
    return found


def _itself_and_base(product: Product) -> Iterable[UUID]:
    return (product.pk, product.variant_of_id) if product.variant_of_id else (product.pk,)


def _words_of(price_list: PriceList, price: Price) -> str:
    if price.from_quantity <= 0:
        return price_list.name
    return _("%(list)s, from %(quantity)s") % {
        "list": price_list.name, "quantity": current_formats().number(price.from_quantity.normalize())
    }  # fmt: skip
