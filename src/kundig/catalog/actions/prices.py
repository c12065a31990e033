"""Price lists and what stands on them. Called through `records.actions`, which check the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.actions.writing import assign, check_no_circle, save
from kundig.catalog.models import Price, PriceList
from kundig.records.events import Via


def add_price_list(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> PriceList:
    """A new list. Raises ValidationError with a dict of columns."""
    return change_price_list(PriceList(), values, by=by, via=via)


def change_price_list(price_list: PriceList, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> PriceList:
    """Set columns of a list. Raises ValidationError with a dict of columns: lists that follow each other in a circle,
    or one that follows another without a factor."""
    assign(price_list, values)
    price_list.currency = (price_list.currency or company().currency).upper()
    price_list.group = (price_list.group or "").strip()
    check_no_circle(price_list, "parent")
    if price_list.parent_id is not None and price_list.factor is None:
        raise ValidationError({"factor": _("Say by what its prices are multiplied; 1 leaves them as they are.")})
    if price_list.party_id is not None and price_list.group:
        raise ValidationError({"group": _("A list is for one customer or for those with a tag, not for both.")})
    return save(price_list)


def add_price(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Price:
    """Put a price on a list. Raises ValidationError with a dict of columns."""
    return change_price(Price(), values, by=by, via=via)


def change_price(price: Price, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Price:
    """Set columns of a price. Raises ValidationError with a dict of columns."""
    assign(price, values)
    return save(price)
