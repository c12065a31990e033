"""Phone numbers, mail addresses and the like of a party; a change brings its summary and its search entry in step."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.derive import country_of
from kundig.parties.actions.parts import assign, confirm_summary, touched, validated
from kundig.parties.enums import ContactKind
from kundig.parties.models import ContactPoint, Party
from kundig.parties.rules.contacts import SPOKEN, comparable
from kundig.platform import phones
from kundig.platform.composed import composed_once
from kundig.platform.mails import check_mail
from kundig.records.events import Via

SUMMARISED = {
    "phone": ContactKind.PHONE, "mobile": ContactKind.MOBILE, "mail": ContactKind.MAIL, "website": ContactKind.WEB,
}  # fmt: skip
"""Column of the party → kind of the contact point it shows."""


def add_contact_point(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ContactPoint:
    """A new contact point out of its fields, `party` among them.

    Raises:
        ValidationError: if the value is not of its kind.
    """
    point = ContactPoint()
    assign(point, values)
    return _saved(point, by=by, via=via)


def change_contact_point(
    point: ContactPoint, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> ContactPoint:
    """Set fields of a contact point; raises like `add_contact_point`."""
    assign(point, values)
    with transaction.atomic():
        saved = _saved(point, by=by, via=via)
        name = next((name for name, kind in SUMMARISED.items() if kind == point.kind), "")
        if name and values.get("confirmed_on"):
            shown = (point.normalised if point.kind in SPOKEN else "") or point.value
            confirm_summary(point.party_id, {name: shown}, on=values["confirmed_on"])
    return saved


def delete_contact_point(point: ContactPoint, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        party = point.party
        point.delete()
        touched([party], "contact_points", by=by, via=via)


def confirm_contact_point(point: ContactPoint, *, by: User, on: dt.date | None = None) -> ContactPoint:
    """Note that somebody checked today that the number or address is right."""
    return change_contact_point(point, {"confirmed_on": on or timezone.localdate()}, by=by)


def set_main_value(party: Party, name: str, value: str, *, note: str = "") -> None:
    """Make `value` the party's main contact point behind its column `name`; "" removes the main one.

    Part of a change of the party: neither refreshes the summary nor tells anybody.
    """
    kind = SUMMARISED[name]
    main = _main(party, kind)
    if not value:
        if main is not None:
            main.delete()
        return
    point = main or ContactPoint(party=party, kind=kind, is_main=True, source=note)
    if main is not None:
        point.confirmed_on = None  # what was confirmed is not what stands there now
    point.value = value
    point.normalised = comparable(kind, value, country=country_of(party))
    point.save(update_fields=None if main is None else ["value", "normalised", "confirmed_on", "changed_at"])


def add_main_values(party: Party, names: Collection[str], *, note: str = "") -> None:
    """The same for a new party, which has no contact points yet: all at once."""
    country = country_of(party)
    given = [(SUMMARISED[name], getattr(party, name)) for name in SUMMARISED if name in names and getattr(party, name)]
    ContactPoint.objects.bulk_create(
        ContactPoint(
            party=party, kind=kind, is_main=True, source=note, value=value,
            normalised=comparable(kind, value, country=country),
        )
        for kind, value in given
    )  # fmt: skip


def checked_value(kind: str, value: str, *, country: str) -> str:
    """The value as it is stored.

    Raises:
        ValidationError: if it is not of its kind.
    """
    text = " ".join(value.split())
    if not text:
        raise ValidationError({"value": ContactPoint._meta.get_field("value").error_messages["blank"]})
    try:
        if kind in SPOKEN:
            phones.normalised(text, country=country)  # kept as typed; only nonsense is refused
        elif kind == ContactKind.MAIL:
            return check_mail(text)
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error
    return text


def _main(party: Party, kind: ContactKind) -> ContactPoint | None:
    return next(iter(_of_kind(kind, party=party.pk, on=timezone.localdate())), None)


@composed_once
def _of_kind(kind: ContactKind, *, party: UUID, on: dt.date) -> QuerySet[ContactPoint]:
    points = ContactPoint.objects.filter(party=party, kind=kind).in_use(on=on)
    return points.order_by("-is_main", "created_at", "id")[:1]


def _check_new(point: ContactPoint) -> None:
    """Raises ValidationError if the party has this number or address already."""
    same = ContactPoint.objects.filter(party_id=point.party_id, kind=point.kind, usage=point.usage)
    same = same.filter(normalised=point.normalised) if point.normalised else same.filter(value=point.value)
    if same.exclude(pk=point.pk).exists():
        raise ValidationError({"value": _("This is there already.")})


def _saved(point: ContactPoint, *, by: User, via: Via) -> ContactPoint:
    country = country_of(point.party)
    point.value = checked_value(point.kind, point.value, country=country)
    point.normalised = comparable(point.kind, point.value, country=country)
    with transaction.atomic():
        validated(point)
        _check_new(point)
        if point.is_main:
            others = ContactPoint.objects.filter(party_id=point.party_id, kind=point.kind, is_main=True)
            others.exclude(pk=point.pk).update(is_main=False)
        point.save()
        touched([point.party], "contact_points", by=by, via=via)
    return point
