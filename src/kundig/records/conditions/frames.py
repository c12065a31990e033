"""Who asks and when: what a condition needs to know besides the records."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from kundig.records.custom.storage import PREFIX, stored, value_in

if TYPE_CHECKING:
    from kundig.accounts.models import User


@dataclass(frozen=True)
class Frame:
    """`me` and `me.team` are the asker's, `today` and `now` those of `now` in the time zone of the house."""

    asker: User | None
    now: dt.datetime = field(default_factory=timezone.now)
    of_few: bool = False
    """Whether only a few records are asked: what belongs to them is counted for each then, not for the whole base."""

    @cached_property
    def today(self) -> dt.date:
        return timezone.localtime(self.now).date()

    @property
    def me(self) -> UUID | None:
        return self.asker.pk if self.asker is not None else None

    @property
    def teams(self) -> tuple[UUID, ...]:
        return self.asker.access.team_ids if self.asker is not None else ()


@dataclass(frozen=True)
class Reader:
    """The values of one record as it was read; `instead` holds others for some of its columns (what stood before)."""

    record: models.Model
    instead: Mapping[str, Any] = field(default_factory=dict)

    def along(self, steps: tuple[str, ...]) -> models.Model | None:
        """The record at the end of a chain of references, None where the chain breaks off."""
        record: Any = self.record
        for number, step in enumerate(steps):
            if step.startswith(PREFIX):
                record = self._added(record, step, is_first=number == 0)
                if record is None:
                    return None
                continue
            column = record._meta.get_field(step)
            if number == 0 and column.attname in self.instead:
                record = column.related_model._base_manager.filter(pk=self.instead[column.attname]).first()
            else:
                record = getattr(record, step)
            if record is None:
                return None
        found: models.Model = record
        return found

    def _added(self, record: Any, step: str, *, is_first: bool) -> Any:
        """The record that an added reference points at."""
        held = stored(type(record), step)
        key = self.instead[step] if is_first and step in self.instead else value_in(record, step)
        if held is None or held.related is None or key is None:
            return None
        return held.related._base_manager.filter(pk=key).first()


def shifted(value: Any, amount: int, unit: str) -> Any:
    """A date or moment `amount` units later; the 31st plus a month is the last day of that month. None past the end
    of the calendar."""
    try:
        if unit in ("months", "years"):
            months = value.year * 12 + value.month - 1 + amount * (12 if unit == "years" else 1)
            year, month = divmod(months, 12)
            day = min(value.day, calendar.monthrange(year, month + 1)[1])
            return value.replace(year=year, month=month + 1, day=day)
        return value + dt.timedelta(**{unit: amount})
    except (ValueError, OverflowError):
        return None


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in the time zone of the house."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
