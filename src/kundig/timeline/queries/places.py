"""Where customers are, and where a word is: known from our own customers alone, no other server is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.kinds.base import Reading
from kundig.records.maps.offered import position_of
from kundig.timeline.rules.routing import Place

_POSTAL_CODE = re.compile(r"\d{3,5}")


@dataclass(frozen=True)
class Found:
    """A place that somebody has named, and what it is called."""

    words: str
    place: Place


def placed_parties(user: User) -> QuerySet[Party]:
    """The customers whose position `user` may know."""
    known = Q(pk__in=())
    for description in registry.covering(Party):
        if position_of(description, user) is not None:
            known |= Q(**description.where)
    return visible_parties(user).filter(known, latitude__isnull=False, longitude__isnull=False)


def find_place(text: str, user: User) -> Found:
    """The place that `text` names: a position, a postal code or town where customers are, or a customer.

    Raises:
        ValidationError: with what would be right, if there is none.
    """
    text = " ".join(text.replace("\x00", "").split())[:120]
    if not text:
        raise ValidationError(_("Where does it begin? Type a town, a customer or a position like 48.137, 11.575."))
    if text[0] in "0123456789+-" and not _POSTAL_CODE.fullmatch(text):
        return _position(text, user)
    customers = placed_parties(user)
    code = Q(postal_code__startswith=text) if _POSTAL_CODE.fullmatch(text) else Q(city__iexact=text)
    middle = customers.filter(code).aggregate(n=Count("pk"), latitude=Avg("latitude"), longitude=Avg("longitude"))
    if middle["n"]:
        return Found(text, Place(round(middle["latitude"], 6), round(middle["longitude"], 6)))
    named = customers.filter(name__istartswith=text).order_by("name", "pk").first()
    if named is not None:
        assert named.latitude is not None and named.longitude is not None, "only those are asked"
        return Found(named.name, Place(named.latitude, named.longitude))
    raise ValidationError(
        _(
            "“%(text)s” is no town and no customer whose position is known. "
            "Type another one, or a position like 48.137, 11.575."
        )
        % {"text": text[:60]}
    )


def _position(text: str, user: User) -> Found:
    for description in registry.covering(Party):
        field = position_of(description, user)
        if field is not None:
            value = field.kind.parse(text, field=field, reading=Reading(user, current_formats(), {}))
            return Found(text, Place(value["latitude"], value["longitude"]))
    raise ValidationError(_("Your role does not let you see where customers are."))
