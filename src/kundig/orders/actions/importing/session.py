"""One run over a file of orders: rows are read and looked up by the portion, and written by COPY."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.queries import line_net, rounded_price, to_cents
from kundig.orders.actions.importing.cells import address_of, channel_of, currency_of, split_amount
from kundig.orders.actions.importing.known import Buyer, Known, KnownOrder, is_over, mark_of
from kundig.orders.actions.writing import free_numbers
from kundig.orders.enums import OrderState
from kundig.orders.models import Order, OrderLine
from kundig.parties.actions.importing import PersonImporter
from kundig.platform.copying import copy_rows
from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.awaited import Awaited
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.exports.cells import restored
from kundig.records.imports.cells import formats_with, message_of, remembering
from kundig.records.imports.plan import SKIP, Plan
from kundig.records.imports.reading.table import Row
from kundig.records.imports.reading.values import iso_date
from kundig.records.imports.targets import LEAVE_OUT, NOTE, Fate, Outcome, Portion, Session, Shown
from kundig.records.kinds.base import is_nothing

HUNDRED, MOST = Decimal(100), Decimal(10) ** 10
LINE = ("product", "title", "quantity", "unit_price", "discount", "amount")
LENGTHS = {"number": 40, "customer_reference": 80, "region": 80, "title": 200}
LONGEST_NOTE = 4000
FIRST_DAY = dt.date(1900, 1, 1)


@dataclass
class _Work:
    orders: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    buyers: list[str] = field(default_factory=list)
    """Numbers of customers that are to be made."""
    touched: set[UUID] = field(default_factory=set)


class OrderSession(Session):
    def __init__(
        self, description: Description, plan: Plan, *, columns: Sequence[str], by: User, source: str, run: UUID,
        since: dt.datetime,
    ) -> None:  # fmt: skip
        self.description, self.plan, self.by, self.source = description, plan, by, source
        self._targets = [
            (index, column, plan.columns.get(column, NOTE))
            for index, column in enumerate(columns)
            if plan.columns.get(column, NOTE) != LEAVE_OUT
        ]
        self._named = set(plan.targets())
        self._known = Known(by=by)
        self._readers = self._all_readers()
        self._team = next(iter(by.access.team_ids), None)
        self._currency = company().currency
        persons = registry.get("persons")
        assert persons is not None, "persons are described"
        self._persons = persons
        self._people = PersonImporter(persons).begin(
            Plan(columns={"number": "number"}, key="number", values={"lifecycle": "customer"}), columns=["number"],
            by=by, source=source, run=run, since=since,
        )  # fmt: skip

    # -- Session -----------------------------------------------------------------------------------------------------

    def examine(self, rows: Sequence[Row]) -> Portion:
        work = _Work()
        portion = Portion(fates=[Fate(row, Outcome.UNCHANGED) for row in rows], work=work)
        read = [(fate, values) for fate in portion.fates if (values := self._read(fate, portion)) is not None]
        buyers = [values.get("party") or values.get("anonymous", "") for _fate, values in read]
        self._known.look_up_buyers(buyers)
        if "anonymous" in self._named:
            work.buyers = self._known.unknown_buyers(values.get("anonymous", "") for _fate, values in read)
            if work.buyers and not self._persons.may(self.by, Action.CREATE):
                work.buyers = []
        self._known.look_up_products(values.get("product", "") for _fate, values in read)
        for fate, values in read:
            values["own"] = values["number"] or f"{self.source}:{fate.row.number}"[:80]
        self._known.look_up_orders((values["own"] for _fate, values in read), with_lines=bool(self._named & set(LINE)))
        new = set(work.buyers)
        for fate, values in read:
            try:
                self._take(fate, values, new, portion)
            except Awaited as error:
                fate.wait(error)
            except ValidationError as error:
                _fail(portion, fate, " ".join(error.messages))
        return portion

    def write(self, portion: Portion) -> None:
        work: _Work = portion.work
        if work.buyers:
            self._make_buyers(work.buyers)
        self._number(work.orders)
        sums = _sums(work.lines)
        for order in work.orders:
            order["party_id"] = order.pop("buyer")().id
            order["net"], order["cost"], order["costed"] = sums.get(order["id"], (Decimal(0), None, None))
        names = list(work.lines[0]) if work.lines else []  # first: when their orders come, discounts are reckoned
        copy_rows(OrderLine, names, ([line[name] for name in names] for line in work.lines))
        names = list(work.orders[0]) if work.orders else []
        copy_rows(Order, names, ([order[name] for name in names] for order in work.orders))
        ids = [order["id"] for order in work.orders]
        announce(self.description, [*ids, *(work.touched - set(ids))], by=self.by, via=Via.IMPORT)

    def remember(self, portion: Portion) -> None:
        """What was noted of orders stays for the rows to come; customers that would be made are asked for again."""

    def finish(self) -> Counter[str]:
        return Counter()

    def show(self, portion: Portion) -> list[Shown]:
        fate, work = portion.fates[0], portion.work
        if fate.outcome in (Outcome.FAILED, Outcome.SKIPPED, Outcome.WAITING):
            return []
        lines = [
            f"{line['quantity']:f} × {line['title'] or line['number']}: {line['unit_price']:f}" for line in work.lines
        ]
        return [Shown(fate.title, bool(work.orders), "org", str(self.description.label), tuple(lines))]

    # -- reading -----------------------------------------------------------------------------------------------------

    def _all_readers(self) -> Mapping[str, Callable[[str], Any]]:
        numbers = formats_with(self.plan.decimal)

        def amount(text: str) -> Decimal:
            bare = text.replace("$", "").replace("€", "").replace("%", "").strip()
            try:
                value = numbers.parse_number(bare)
            except ValueError as error:
                raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from error
            if abs(value) >= MOST:
                raise ValidationError(_("“%(text)s” is too large.") % {"text": text[:40]})
            return value

        def day(text: str) -> dt.date:
            try:
                found = dt.date.fromisoformat(iso_date(text, order=self.plan.dates)[:10])
            except ValueError as error:
                raise ValidationError(_("“%(text)s” is not a day.") % {"text": text[:40]}) from error
            if not FIRST_DAY <= found <= timezone.localdate() + dt.timedelta(days=366 * 60):
                raise ValidationError(_("“%(text)s” is a day that nobody can mean.") % {"text": text[:40]})
            return found

        readers: dict[str, Callable[[str], Any]] = dict.fromkeys(
            ("quantity", "unit_price", "discount", "amount"), remembering(amount)
        )
        readers |= dict.fromkeys(("ordered_on", "requested_on", "delivered_on"), remembering(day))
        return {**readers, "channel": channel_of, "currency": currency_of}

    def _read(self, fate: Fate, portion: Portion) -> dict[str, Any] | None:
        row = fate.row
        if row.problem:
            _fail(portion, fate, row.problem)
        elif row.is_empty:
            fate.outcome, fate.reason = Outcome.SKIPPED, _("The row is empty.")
            portion.reasons[fate.reason] += 1
        elif self.plan.decisions.get(row.number) == SKIP:
            fate.outcome, fate.comes_back = Outcome.SKIPPED, True
        else:
            values, problems = self._values(row)
            if not problems:
                return values
            _fail(portion, fate, " ".join(problems))
        return None

    def _values(self, row: Row) -> tuple[dict[str, Any], list[str]]:
        values: dict[str, Any] = {"number": "", "notes": []}
        problems = []
        for index, column, target in self._targets:
            text = restored(row.cells[index]).strip()
            if is_nothing(text):
                continue
            if target == NOTE:
                values["notes"].append(f"{column}: {' '.join(text.split())}")
                continue
            reader = self._readers.get(target)
            try:
                value = reader(text) if reader else " ".join(text.split())
                if len(str(value)) > LENGTHS.get(target, 300) or "\x00" in text:
                    raise ValidationError(_("“%(text)s” is too long.") % {"text": text[:40]})
                values[target] = value
            except ValidationError as error:
                problems.append(message_of(column, error))
        return values, problems

    # -- deciding ----------------------------------------------------------------------------------------------------

    def _take(self, fate: Fate, values: dict[str, Any], new: set[str], portion: Portion) -> None:
        work: _Work = portion.work
        own = values["own"]
        fate.title = values["number"]
        known = self._known.order(own)
        currency = known.currency if known is not None else values.get("currency") or self._currency
        line = self._line(values, currency) if any(name in values for name in LINE) else None
        if known is None:
            known = self._begin(fate, values, own, new, work)
            fate.outcome = Outcome.CREATED
            try:
                if line is not None:
                    self._add(known, line, fate, portion)
            except ValidationError:
                work.orders.pop()
                self._known.forget_order(own)
                raise
            return
        called = values.get("party") or values.get("anonymous", "")
        self._known.check_order(own, known, called, is_new=called in new)
        fate.record = known.id
        if line is None:
            return
        mark = mark_of(line["product_id"], line["title"], line["quantity"], line["unit_price"], line["discount"])
        if known.lines[mark] > 0:
            known.lines[mark] -= 1  # a second one like it in this file is a second position
            return
        if not self._may_change(known):
            raise ValidationError(_("You may not change this order."))
        if known.state == OrderState.CANCELLED:
            raise ValidationError(_("This order was cancelled: nothing can be added to it."))
        self._add(known, line, fate, portion)
        fate.outcome = Outcome.UPDATED

    def _begin(self, fate: Fate, values: dict[str, Any], own: str, new: set[str], work: _Work) -> KnownOrder:
        """A new order; raises ValidationError where nobody has ordered it, or on no day, Awaited where its customer, or
        the order of a mere position, is not there yet."""
        called = values.get("party") or values.get("anonymous", "")
        if not called:
            if not values["number"] or "party" in self._named:
                raise ValidationError(_("The row does not say who has ordered."))
            message = _("There is no order “%(number)s”, and the row does not say who ordered.")
            raise Awaited(message % {"number": own[:40]}, what=Order._meta.verbose_name, text=own)
        if "ordered_on" not in values:
            raise ValidationError(_("The row does not say on which day it was ordered."))
        is_new = called in new
        buyer = Buyer(uuid7(), "", "", "") if is_new else self._known.buyer(called)
        on, delivered = values["ordered_on"], values.get("delivered_on")
        is_history = "delivered_on" not in self._named
        done = max(delivered, on) if delivered else on if is_history else None
        state = OrderState.COMPLETED if done else OrderState.PLACED
        owner = self._known.employee(values["owner"]) if values.get("owner") else self.by.pk
        notes = list(values["notes"])
        if owner is None and values.get("owner"):
            notes.append(_("Handled by: %(name)s") % {"name": values["owner"]})
        order = KnownOrder(uuid7(), buyer.id, state, on, values.get("currency") or self._currency, called)
        work.orders.append({
            "id": order.id, "number": values["number"], "external_key": own,
            "customer_reference": values.get("customer_reference", ""),
            "buyer": (lambda: self._known.buyer(called)) if is_new else (lambda: buyer),
            "ordered_on": on, "requested_on": values.get("requested_on"), "state": state,
            "confirmed_on": on if done else None, "begun_on": done, "delivered_on": done, "completed_on": done,
            "currency": order.currency, "channel": values.get("channel", ""),
            "region": values.get("region") or buyer.region, "delivery_address": address_of(values),
            "note": "\n".join(notes)[:LONGEST_NOTE], "owner_id": owner, "team_id": self._team,
        })  # fmt: skip
        self._buyers_of_new[order.id] = buyer
        self._known.note_order(own, order)
        return order

    @property
    def _buyers_of_new(self) -> dict[UUID, Buyer]:
        return self.__dict__.setdefault("_made_buyers", {})

    def _line(self, values: Mapping[str, Any], currency: str) -> dict[str, Any]:
        """Raises ValidationError for a position that cannot be. What products cost and are sold for is known in the
        currency of the house, and nothing here tells what another one is worth."""
        product = self._known.product(values["product"]) if values.get("product") else None
        quantity = values.get("quantity", Decimal(1))
        if quantity <= 0:
            raise ValidationError(_("The quantity must be more than nothing; what came back is a return."))
        discount = values.get("discount", Decimal(0))
        if 0 < discount < 1:
            discount *= HUNDRED  # 0.15 means fifteen percent
        if not 0 <= discount <= HUNDRED:
            raise ValidationError(_("A discount lies between 0 and 100 percent."))
        title = values.get("title") or (product.name if product else "")
        price = values.get("unit_price")
        if "amount" in values:
            quantity, price, discount, title = split_amount(values["amount"], quantity, title)
        elif price is None:
            price = product.list_price if product is not None and currency == self._currency else None
            if price is None and currency != self._currency:
                raise ValidationError(
                    _("The order is in %(currency)s: the row must name the price.") % {"currency": currency}
                )
        if price is None or price < 0:
            raise ValidationError(_("A position needs a price that is not negative."))
        return {
            "product_id": product.pk if product else None, "number": product.number if product else "",
            "title": title or _("Purchase"), "quantity": quantity.quantize(Decimal("0.001")),
            "unit": product.unit if product else "C62", "unit_price": rounded_price(price),
            "discount": discount.quantize(Decimal("0.01")), "product": product,
        }  # fmt: skip

    def _add(self, order: KnownOrder, line: dict[str, Any], fate: Fate, portion: Portion) -> None:
        work: _Work = portion.work
        product = line["product"]
        buyer = self._buyers_of_new.get(order.id) or self._known.buyer_of(order)
        tax = self._known.tax(product, buyer, order)
        cost = product.cost if product else None
        if cost is not None and order.currency != self._currency:
            text = _(
                "What “%(product)s” costs is known in %(house)s only: in an order in %(currency)s it stays unknown."
            )
            names = {"product": product.name[:60], "house": self._currency, "currency": order.currency}
            portion.warnings.append((fate.row.number, text % names))
            cost = None
        order.last += 1
        work.touched.add(order.id)
        work.lines.append({
            **{name: value for name, value in line.items() if name != "product"},
            "id": uuid7(), "order_id": order.id, "position": order.last, "tax_category": tax.category,
            "tax_percent": tax.percent, "unit_cost": cost,
            "delivered": line["quantity"] if is_over(order.state) else Decimal(0),
        })  # fmt: skip

    def _may_change(self, order: KnownOrder) -> bool:
        if order.id in self._buyers_of_new:
            return True
        return self.description.visible_to(self.by, Action.CHANGE).filter(pk=order.id).exists()

    # -- writing -----------------------------------------------------------------------------------------------------

    def _make_buyers(self, numbers: Sequence[str]) -> None:
        """Anonymous customers, by the ordinary import of persons."""
        rows = [Row(place, [number]) for place, number in enumerate(numbers, start=1)]
        portion = self._people.examine(rows)
        self._people.write(portion)
        self._known.forget_buyers(numbers)
        self._known.look_up_buyers(numbers)

    def _number(self, orders: Sequence[dict[str, Any]]) -> None:
        """The next numbers for orders that bring none, in the order of the file."""
        named = {order["number"] for order in orders}
        years: dict[int, list[dict[str, Any]]] = {}
        for order in orders:
            if not order["number"]:
                years.setdefault(order["ordered_on"].year, []).append(order)
        for without in years.values():
            free = free_numbers(Order, "orders", len(without), on=without[0]["ordered_on"], but=named)
            for order, number in zip(without, free, strict=True):
                order["number"] = number


def _sums(lines: Sequence[dict[str, Any]]) -> dict[UUID, tuple[Decimal, Decimal | None, Decimal | None]]:
    """What new orders come to, so that the database finds nothing to bring in step: all, its cost, what has a cost."""
    found: dict[UUID, tuple[Decimal, Decimal | None, Decimal | None]] = {}
    for line in lines:
        net, cost, costed = found.get(line["order_id"], (Decimal(0), None, None))
        own = line_net(line["quantity"], line["unit_price"], line["discount"])
        if line["unit_cost"] is not None:
            cost = (cost or Decimal(0)) + to_cents(line["quantity"] * line["unit_cost"])
            costed = (costed or Decimal(0)) + own
        found[line["order_id"]] = (net + own, cost, costed)
    return found


def _fail(portion: Portion, fate: Fate, reason: str) -> None:
    fate.outcome, fate.reason, fate.comes_back = Outcome.FAILED, reason, True
    portion.reasons[reason] += 1
