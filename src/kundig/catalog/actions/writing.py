"""What the actions of the catalog have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

DEEPEST = 50
Kept = TypeVar("Kept", bound=models.Model)


def assign(record: models.Model, values: Mapping[str, Any]) -> None:
    """Set columns, given by name with a value, an id or a record."""
    for name, value in values.items():
        column: Any = record._meta.get_field(name.removesuffix("_id"))
        setattr(record, column.attname, value.pk if isinstance(value, models.Model) else value)


def save(record: Kept) -> Kept:
    """Raises ValidationError with a dict of columns where a rule of the table does not hold."""
    record.full_clean()
    with transaction.atomic():
        record.save()
    return record


def check_no_circle(record: models.Model, name: str) -> None:
    """Raises ValidationError if following `name` upwards leads back to the record."""
    column: Any = record._meta.get_field(name)
    key, seen = getattr(record, column.attname), 0
    while key is not None:
        if key == record.pk or seen > DEEPEST:
            raise ValidationError({name: _("This would lead back to itself. Choose another one.")})
        key = type(record)._default_manager.filter(pk=key).values_list(column.attname, flat=True).first()
        seen += 1
