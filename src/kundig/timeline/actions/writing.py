"""What the actions of tasks and appointments have in common: setting values, checking them, telling everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from kundig.accounts.models import User
from kundig.platform import live
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.timeline.rules.dates import check_day
from kundig.timeline.rules.repeating import Repeat, anchored, read_rule


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
        attribute = column.attname
        value = value.pk if isinstance(value, models.Model) else value
        if isinstance(value, str) and isinstance(column, models.CharField | models.TextField):
            value = value.replace("\x00", "").strip()
        if getattr(record, attribute) != value:
            setattr(record, attribute, value)
            changed.append(name)
    return changed


def validate(record: models.Model, changed: Iterable[str]) -> None:
    """Raises ValidationError with a dict of columns, for those that have changed."""
    names = set(changed)
    others = [column.name for column in record._meta.concrete_fields if column.name not in names]
    record.clean_fields(exclude=others)


def check_days(days: Mapping[str, Any]) -> None:
    """Raises ValidationError with a dict of columns for days that nobody can mean."""
    errors: dict[str, Any] = {}
    for name, value in days.items():
        day = timezone.localtime(value).date() if hasattr(value, "hour") else value
        try:
            check_day(day, current_formats(), today=timezone.localdate())
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


def rule_from(text: str, first: Any) -> Repeat:
    """The rule of a series that begins on `first`; raises ValidationError at the field "repeat"."""
    try:
        return anchored(read_rule(text), first)
    except ValidationError as error:
        raise ValidationError({"repeat": error}) from error


def steps_changed(record: Any, *, also: UUID | None = None) -> None:
    """Tell the pages of its customers that what is planned with them is different."""
    further = record.parties.values_list("party_id", flat=True)
    live.announce(*(f"steps:{key}" for key in {record.party_id, also, *further} if key is not None))


def tell(record: models.Model, *, by: User, via: Via) -> None:
    """Bring search in step and tell listeners of a record that nobody else announces."""
    announce(described(type(record)), [record.pk], by=by, via=via)


def team_of(user_id: UUID | None, by: User) -> UUID | None:
    """The team in whose name somebody does something: the first that they belong to."""
    if user_id is None or user_id == by.pk:
        return next(iter(by.access.team_ids), None)
    found = User.objects.with_access(user_id)
    return next(iter(found.access.team_ids), None) if found else None
