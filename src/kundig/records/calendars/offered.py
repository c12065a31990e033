"""Which calendars an object has: the one its description names, and one by every date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from kundig.records.kinds.times import Date, Time

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field

KEPT_BY_THE_HOUSE = ("created_at", "changed_at")


@dataclass(frozen=True)
class Calendar:
    """What a description says about its calendar.

    `start` is the date (or moment) on which a record stands, `end` the last day it lasts to; `yearly` dates come again
    every year (birthdays). With `hours`, both are moments, and a day or a week is shown hour by hour.
    """

    start: str
    end: str = ""
    yearly: bool = False
    hours: bool = False

    @property
    def names(self) -> str:
        """All fields it names, for the check at start."""
        return f"{self.start} {self.end}"


def datings(description: Description, user: User) -> list[Field]:
    """The dates by which `user` may look at a calendar, the description's own first."""
    fields = [field for field in description.fields_for(user).values() if is_dated(field)]
    said = description.calendar.start if description.calendar else ""
    return sorted(fields, key=lambda f: (f.name != said, f.name in KEPT_BY_THE_HOUSE))


def is_dated(field: Field) -> bool:
    column: Any = field.model_field
    return isinstance(field.kind, Date) and not isinstance(field.kind, Time) and isinstance(column, models.DateField)


def calendar_of(description: Description, user: User, *, by: str = "") -> Calendar | None:
    """The calendar by a date (or the first one offered); None where no date may be read."""
    offered = {field.name: field for field in datings(description, user)}
    if not offered:
        return None
    name = by if by in offered else next(iter(offered))
    said = description.calendar
    if said is None or said.start != name:
        return Calendar(name)
    end = said.end if said.end in description.fields_for(user) else ""
    return Calendar(name, end, said.yearly, said.hours and bool(end))
