"""Whom and what the rows of a file of orders name: customers, products, employees and orders, looked up together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.models import Product
from kundig.catalog.queries import Tax, tax_for
from kundig.orders.enums import OrderState
from kundig.orders.models import Order, OrderLine
from kundig.parties.actions.importing.people import Staff
from kundig.parties.models import ExternalKey, Party, Person
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records.awaited import Awaited

Mark = tuple[Any, ...]
"""What tells the positions of an order apart: product, title, quantity, price, discount."""


@dataclass
class KnownOrder:
    """An order that is there, or is about to be. `lines` counts what its positions are, so that a file that comes
    again adds none."""

    id: UUID
    party_id: UUID
    state: str
    ordered_on: Any
    currency: str
    called: str = ""
    """How the row that began it named its customer."""
    last: int = 0
    lines: Counter[Mark] = field(default_factory=Counter)


@dataclass(frozen=True)
class Buyer:
    id: UUID
    country: str
    vat_id: str
    region: str


class Known:
    """Everything is asked once; what was found is kept for the rows to come."""

    def __init__(self, *, by: User) -> None:
        self.by = by
        self._staff = Staff()
        self._employees: dict[str, UUID | None] = {}
        self._buyers: dict[str, list[Buyer]] = {}
        self._products: dict[str, Product | None] = {}
        self._orders: dict[str, KnownOrder] = {}
        self._asked_orders: set[str] = set()
        self._taxes: dict[Any, Tax | None] = {}

    # -- customers ---------------------------------------------------------------------------------------------------

    def look_up_buyers(self, texts: Iterable[str]) -> None:
        """By number, by the key under which an earlier file knew them, at last by name."""
        wanted = {text for text in texts if text and text not in self._buyers}
        if not wanted:
            return
        allowed = visible_parties(self.by)
        columns = ("pk", "country", "vat_id", "region")
        found: dict[str, set[Buyer]] = defaultdict(set)
        for number, *rest in allowed.filter(number__among=wanted).values_list("number", *columns):
            found[number].add(Buyer(*rest))
        left = wanted - found.keys()
        if left:
            keys = dict[UUID, list[str]]()
            for key, party in ExternalKey.objects.filter(key__among=left).values_list("key", "party_id"):
                keys.setdefault(party, []).append(key)
            for row in allowed.filter(pk__among=list(keys)).values_list(*columns) if keys else ():
                for key in keys[row[0]]:
                    found[key].add(Buyer(*row))
        left = wanted - found.keys()
        for name, *rest in allowed.filter(name__among=left).values_list("name", *columns) if left else ():
            found[name].add(Buyer(*rest))
        for text in wanted:
            self._buyers[text] = list(found.get(text, ()))

    def unknown_buyers(self, texts: Iterable[str]) -> list[str]:
        return [text for text in dict.fromkeys(texts) if text and not self._buyers.get(text)]

    def forget_buyers(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._buyers.pop(text, None)

    def buyer(self, text: str) -> Buyer:
        """Raises ValidationError if more than one is called so, Awaited if nobody is."""
        found = self._buyers.get(text, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Several customers are called “%(text)s”. Write their number.") % {"text": text[:60]}
            )
        message = _("There is no customer “%(text)s” that you may see.") % {"text": text[:60]}
        raise Awaited(message, what=_("customer"), text=text)

    # -- products ----------------------------------------------------------------------------------------------------

    def look_up_products(self, texts: Iterable[str]) -> None:
        wanted = {text for text in texts if text and text not in self._products}
        if not wanted:
            return
        rows = {row.number: row for row in Product.objects.filter(number__among=wanted)}
        left = wanted - rows.keys()
        for row in Product.objects.filter(name__among=left) if left else ():
            rows.setdefault(row.name, row)
        for text in wanted:
            self._products[text] = rows.get(text)

    def product(self, text: str) -> Product:
        """Raises Awaited if there is none of this number or name."""
        found = self._products.get(text)
        if found is None:
            message = _("There is no product “%(text)s”.") % {"text": text[:60]}
            raise Awaited(message, what=_("product"), text=text)
        return found

    def tax(self, product: Product | None, buyer: Buyer, order: KnownOrder) -> Tax:
        """Of the day and both sides; where no rate is known, a position of a completed order is not taxed, and says so.

        Raises:
            ValidationError: where no rate is known and the order is still to be charged.
        """
        on = order.ordered_on
        kind, tax_class = (product.kind, product.tax_class) if product else ("goods", "standard")
        key = (kind, tax_class, buyer.country, buyer.vat_id[:2], on)
        if key not in self._taxes:
            self._taxes[key] = None
            with suppress(ValidationError):
                self._taxes[key] = tax_for(
                    seller_country=company().country, buyer_country=buyer.country, buyer_vat_id=buyer.vat_id,
                    tax_class=tax_class, kind=kind, on=on,
                )  # fmt: skip
        found = self._taxes[key]
        if found is None and order.state != OrderState.COMPLETED:
            raise ValidationError(
                _("No tax rate is known for %(day)s. Add it under “Tax rates”, then import the row again.")
                % {"day": current_formats().date(on)}
            )
        return found or Tax("O", Decimal(0))

    # -- employees ---------------------------------------------------------------------------------------------------

    def employee(self, text: str) -> UUID | None:
        """Who works here, by name or mail, or by the key under which a file of employees was imported as persons."""
        if text not in self._employees:
            self._employees[text] = self._staff_called(text) or next(
                (found for name in self._names_of(text) if (found := self._staff_called(name))), None
            )
        return self._employees[text]

    def _staff_called(self, text: str) -> UUID | None:
        try:
            return self._staff.owner(text)
        except ValidationError:
            return None

    @staticmethod
    def _names_of(key: str) -> list[str]:
        rows = Person.objects.filter(external_keys__key=key, external_keys__system__icontains="employee")
        return [f"{first} {family}" for first, family in rows.values_list("first_name", "family_name")]

    # -- orders ------------------------------------------------------------------------------------------------------

    def look_up_orders(self, numbers: Iterable[str], *, with_lines: bool) -> None:
        """By our number, or by that of the system they came from."""
        wanted = {text for text in numbers if text and text not in self._asked_orders}
        if not wanted:
            return
        self._asked_orders |= wanted
        columns = ("pk", "party_id", "state", "ordered_on", "currency")
        by_id: dict[UUID, KnownOrder] = {}
        for name in ("external_key", "number"):
            rows = Order.objects.filter(**{f"{name}__among": wanted}).values_list(name, *columns)
            for number, *rest in rows:
                self._orders[number] = by_id[rest[0]] = KnownOrder(*rest)
        if with_lines and by_id:
            lines = OrderLine.objects.filter(order_id__in=list(by_id)).values_list(
                "order_id", "position", "product_id", "title", "quantity", "unit_price", "discount"
            )
            for order_id, position, *mark in lines:
                known = by_id[order_id]
                known.last = max(known.last, position)
                known.lines[mark_of(*mark)] += 1

    def order(self, number: str) -> KnownOrder | None:
        return self._orders.get(number) if number else None

    def check_order(self, number: str, order: KnownOrder, called: str, *, is_new: bool) -> None:
        """Raises ValidationError where a row that names an order names another customer than the order has."""
        if not called or order.called == called:
            return
        if is_new or self.buyer(called).id != order.party_id:
            raise ValidationError(
                _("Order %(number)s is not of customer “%(customer)s”.")
                % {"number": number[:40], "customer": called[:60]}
            )

    def forget_order(self, number: str) -> None:
        self._orders.pop(number, None)

    def note_order(self, number: str, order: KnownOrder) -> None:
        if number:
            self._orders[number] = order

    def buyer_of(self, order: KnownOrder) -> Buyer:
        key = str(order.party_id)
        if key not in self._buyers:
            row = Party.objects.filter(pk=order.party_id).values_list("pk", "country", "vat_id", "region").get()
            self._buyers[key] = [Buyer(*row)]
        return self._buyers[key][0]


def mark_of(product_id: Any, title: str, quantity: Decimal, price: Decimal, discount: Decimal) -> Mark:
    return (product_id, "" if product_id else title, quantity.normalize(), price.normalize(), discount.normalize())


def is_over(state: str) -> bool:
    """Whether everything of an order in this state has gone to the customer."""
    return state in (OrderState.DELIVERED, OrderState.COMPLETED)
