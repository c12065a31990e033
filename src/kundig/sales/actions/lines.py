"""The products of a deal. Their sum is its amount; called through `records.actions`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.enums import TaxCategory
from kundig.catalog.models import Product
from kundig.catalog.queries import filled
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.sales.models import Deal, DealLine

MOST_LINES = 200


def create_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> DealLine:
    """A new line; what is not said follows from its product: texts, unit, the price of this customer on this day.

    Raises:
        ValidationError: with a dict of columns: no deal, neither product nor title, a quantity that is not positive …
    """
    line = DealLine()
    given = _plain(values)
    line.deal_id = given.pop("deal", None)
    if line.deal_id is None:
        raise ValidationError({"deal": _("Say which deal it belongs to.")})
    with transaction.atomic():
        deal = _held(line.deal_id, via=via)
        if deal.lines.count() >= MOST_LINES:
            raise ValidationError({"deal": _("A deal has at most %(most)d lines.") % {"most": MOST_LINES}})
        for name, value in {**_of_product(deal, given), **_said(given)}.items():
            setattr(line, DealLine._meta.get_field(name).attname, value)  # type: ignore[union-attr]
        if not line.position:
            line.position = (deal.lines.aggregate(last=Max("position"))["last"] or 0) + 1
        _checked(line).save(force_insert=True)
        sum_up(deal.pk, by=by, via=via)
    return line


def change_line(line: DealLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> DealLine:
    """Set columns of a line; another product brings its texts and price, as far as they are not given. Raises like
    `create_line`."""
    given = _plain(values)
    if given.pop("deal", line.deal_id) != line.deal_id:
        # Its prices are in the currency of its deal, and the other deal may be another customer's.
        raise ValidationError({"deal": _("A line stays in its deal.")})
    with transaction.atomic():
        deal = _held(line.deal_id, via=via)
        is_other = given.get("product") is not None and given["product"] != line.product_id
        if is_other:
            given = {**_of_product(deal, {"quantity": line.quantity, **given}), **given}
        for name, value in given.items():
            setattr(line, DealLine._meta.get_field(name).attname, value)  # type: ignore[union-attr]
        _checked(line).save()
        sum_up(deal.pk, by=by, via=via)
    return line


def delete_line(line: DealLine, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        deal = _held(line.deal_id, via=via)
        line.delete()
        sum_up(deal.pk, by=by, via=via)


def sum_up(deal_id: UUID, *, by: User, via: Via) -> None:
    """Let the amount of a deal be the sum of its lines; without any it stays what it was."""
    total = DealLine.objects.filter(deal=deal_id).aggregate(total=Sum("net"))["total"]
    if total is None:
        return
    changed = Deal.objects.filter(pk=deal_id).exclude(amount=total).update(amount=total, changed_at=timezone.now())
    if changed or Deal.objects.filter(pk=deal_id, amount=None).update(amount=total, changed_at=timezone.now()):
        description = registry.for_model(Deal)
        assert description is not None, "descriptions are registered when the program starts"
        announce(description, [deal_id], by=by, via=via, refresh=False)


def _held(deal_id: UUID, *, via: Via) -> Deal:
    """The deal, locked until the transaction ends: of two who change its lines at once the second sums up what the
    first has written. Refuses closed ones: what was won is what was agreed; an import brings what long is."""
    deal = Deal.objects.select_for_update(of=("self",), no_key=True).select_related("party").get(pk=deal_id)
    if deal.closed_at is not None and via != Via.IMPORT:
        raise ValidationError({"deal": _("This deal is closed, and its products stay as they are. Reopen it first.")})
    return deal


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.pk if isinstance(value, models.Model) else value.replace("\x00", "").strip()
        if isinstance(value, str) else value
        for name, value in values.items()
    }  # fmt: skip


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was really said: a form sends empty texts for what shall follow from the product."""
    return {name: value for name, value in given.items() if value not in (None, "")}


def _of_product(deal: Deal, given: Mapping[str, Any]) -> dict[str, Any]:
    key = given.get("product")
    product = Product.objects.filter(pk=key).first() if key is not None else None
    if product is None:
        if key is not None:
            raise ValidationError({"product": _("There is no such product any more.")})
        return {}
    quantity = given.get("quantity") or Decimal(1)
    try:
        found = filled(
            product, quantity=quantity, on=timezone.localdate(), currency=deal.currency, party=deal.party,
            language=deal.party.language or company().language,
        )  # fmt: skip
    except ValidationError:
        if given.get("unit_price") in (None, ""):
            raise
        found = {"number": product.number, "title": product.name, "unit": product.unit}
    return {name: value.pk if isinstance(value, models.Model) else value for name, value in found.items()}


def _checked(line: DealLine) -> DealLine:
    if not line.title and line.product_id is None:
        raise ValidationError({"title": _("Choose a product or say what is sold.")})
    if line.quantity is None or line.quantity <= 0:
        raise ValidationError({"quantity": _("The quantity must be more than nothing.")})
    for name in ("unit_price", "discount", "tax_percent"):
        if getattr(line, name) is None:
            setattr(line, name, Decimal(0))
    if line.unit_price < 0:
        raise ValidationError({"unit_price": _("A price cannot be negative; grant a discount instead.")})
    if not 0 <= line.discount <= 100:
        raise ValidationError({"discount": _("Between 0 and 100 percent, please.")})
    if not 0 <= line.tax_percent <= 100:
        raise ValidationError({"tax_percent": _("Between 0 and 100 percent, please.")})
    if line.tax_category != TaxCategory.STANDARD:
        line.tax_percent = Decimal(0)
    line.clean_fields(exclude=["deal", "product"])
    line.validate_constraints(exclude=None)
    return line
