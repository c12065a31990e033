"""What the actions of orders have in common: setting values, checking them, locking, telling everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.catalog.actions import next_number, next_numbers
from kundig.parties.models import Party
from kundig.platform import live
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.description import Description
from kundig.records.events import Via

FURTHEST = dt.timedelta(days=366 * 60)
Kind = TypeVar("Kind", bound=models.Model)


def described(model: type[models.Model]) -> Description:
    """How a model of this domain is described."""
    found = registry.for_model(model)
    assert found is not None, "descriptions are registered when the program starts"
    return found


def assign(record: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set columns, given by name with a value, an id or a record; the names of those that are different now."""
    changed = []
    for name, value in values.items():
        column: Any = record._meta.get_field(name)
        value = value.pk if isinstance(value, models.Model) else value
        if isinstance(value, str) and isinstance(column, models.CharField | models.TextField):
            value = value.replace("\x00", "").strip()
        if getattr(record, column.attname) != value:
            setattr(record, column.attname, value)
            changed.append(name)
    return changed


def validate(record: models.Model, names: Iterable[str]) -> None:
    """Raises ValidationError with a dict of columns, for those named; keys were chosen from what exists."""
    named = set(names)
    others = [column.name for column in record._meta.concrete_fields if column.name not in named or column.is_relation]
    record.clean_fields(exclude=others)


def check_days(record: models.Model, names: Iterable[str]) -> None:
    """Raises ValidationError with a dict of columns for days that nobody can mean."""
    today, errors = timezone.localdate(), {}
    for name in names:
        value = getattr(record, name)
        if isinstance(value, dt.date) and abs(value - today) > FURTHEST:
            errors[name] = _("%(day)s is more than sixty years away. Is the year right?") % {
                "day": current_formats().date(value)
            }
    if errors:
        raise ValidationError(errors)


def hold_books(*, alone: bool = False) -> None:
    """Until the transaction ends nobody closes the books or hands anything to them; with `alone` nobody issues or books
    either. Comes before any invoice is locked: who makes a file of bookings holds this first, and marks them then."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext('orders.bookings'))")


def numbered(record: models.Model, series: str, *, on: dt.date) -> None:
    """Give a record without a number the next one; one that brings its own is asked whether that is free.

    Raises:
        ValidationError: at `number`, where another has it.
    """
    number = getattr(record, "number", "")
    rows = type(record)._default_manager
    while not number:
        number = next_number(series, on=on)
        # Somebody may have typed it before its turn came.
        if rows.filter(number=number).exists():
            number = ""
        record.number = number  # type: ignore[attr-defined]
    check_free(record)


def free_numbers(
    model: type[models.Model], series: str, count: int, *, on: dt.date, but: Collection[str] = ()
) -> list[str]:
    """The next numbers that no record has, and that are not about to be taken (`but`)."""
    free: list[str] = []
    while len(free) < count:
        found = next_numbers(series, count - len(free), on=on)
        taken = set(model._default_manager.filter(number__among=found).values_list("number", flat=True))
        free += [number for number in found if number not in taken and number not in but]
    return free


def check_free(record: Any) -> None:
    """Raises ValidationError at `number`, where another has it."""
    if type(record)._default_manager.filter(number=record.number).exclude(pk=record.pk).exists():
        raise ValidationError({"number": _("The number %(number)s is taken already.") % {"number": record.number}})


def require(record: models.Model, action: Action, by: User) -> None:
    """Raises PermissionDenied where `by` may not do that; the house itself may."""
    if not by.pk:
        return
    if not described(type(record)).may(by, action, record):
        raise PermissionDenied(_("You may not do this with “%(what)s”.") % {"what": record})


def locked(kind: type[Kind], key: Any) -> Kind:
    """The record, with its row locked until the transaction ends: who does something with it meanwhile waits.

    Raises:
        ValidationError: if it is gone.
    """
    found = kind._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise ValidationError(_("This is not there any more. Somebody has deleted it."))
    return found


def tell(record: models.Model, *, by: User | None, via: Via, refresh: bool = False) -> None:
    """Bring what follows in step and tell listeners of a record that nobody else announces."""
    announce(described(type(record)), [record.pk], by=by, via=via, refresh=refresh)


def tell_party(party_id: Any, *panels: str) -> None:
    """Pages of the party, and of the organisation that a person belongs to, fetch these panels anew."""
    organisation = Party.objects.filter(pk=party_id).values_list("organisation_id", flat=True).first()
    keys = [key for key in dict.fromkeys((party_id, organisation)) if key is not None]
    live.announce(*(f"{panel}:{key}" for panel in panels for key in keys))


def team_of(user_id: Any, by: User) -> Any:
    """The team in whose name somebody does something: the first that they belong to."""
    if user_id is None or not by.pk:
        return None
    if user_id == by.pk:
        return next(iter(by.access.team_ids), None)
    found = User.objects.with_access(user_id)
    return next(iter(found.access.team_ids), None) if found else None


def save_own(record: models.Model) -> None:
    """Save a record but for what the database keeps by itself: what was read of that may have grown old."""
    kept = {"created_at", "custom", "calculated", *getattr(record, "kept_by_database", ())}
    names = [
        column.name
        for column in record._meta.concrete_fields
        if not column.primary_key and not column.generated and column.name not in kept
    ]
    record.save(update_fields=names)
