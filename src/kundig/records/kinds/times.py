"""Dates, times of day, moments."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats, parse_date
from kundig.records.kinds.base import Kind, Reading

if TYPE_CHECKING:
    from kundig.records.fields import Field


_ZONE = re.compile(r"\s+([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)$")


class Date(Kind):
    name = "date"
    label = gettext_lazy("Date")
    input_type = "date"
    column = "col-date"

    def cell(self, formats: Formats, *values: Any) -> str:
        value = values[0]
        return "" if value is None else f'<time datetime="{value.isoformat()}">{formats.date(value)}</time>'

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else formats.date(values[0])

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else values[0].isoformat()

    def empty(self, field: Field) -> Any:
        return None

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return None
        try:
            return parse_date(text)
        except ValueError as error:
            example = reading.formats.date(dt.date(2026, 4, 3))
            raise ValidationError(
                _("“%(text)s” is not a date. Write it like %(example)s or 2026-04-03.")
                % {"text": text[:40], "example": example}
            ) from error

    def to_json(self, *values: Any) -> Any:
        return None if values[0] is None else values[0].isoformat()

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Time(Date):
    name = "time"
    label = gettext_lazy("Time of day")
    input_type = "time"

    def cell(self, formats: Formats, *values: Any) -> str:
        value = values[0]
        return "" if value is None else f"<time>{formats.time(value)}</time>"

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else formats.time(values[0])

    def typed(self, formats: Formats, *values: Any) -> str:
        return self.text(formats, *values)

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip().lower().removesuffix("uhr").strip().replace(".", ":").replace("h", ":").rstrip(":")
        if not text:
            return None
        try:
            hours, _colon, rest = text.partition(":")
            return dt.time(int(hours), int((rest or "0").split(":")[0]))
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                _("“%(text)s” is not a time of day. Write it like 14:30.") % {"text": raw.strip()[:40]}
            ) from error

    def schema(self, field: Field) -> dict[str, Any]:
        # JSON Schema's own format "time" demands a time zone, which a time of day has none of.
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}


class Moment(Date):
    """A date with a time; typed and shown in the time zone of the house, stored in UTC."""

    name = "moment"
    label = gettext_lazy("Date and time")
    input_type = "datetime-local"
    column = "col-moment"

    def cell(self, formats: Formats, *values: Any) -> str:
        value = values[0]
        return "" if value is None else f'<time datetime="{value.isoformat()}">{formats.moment(value)}</time>'

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else formats.moment(values[0])

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else timezone.localtime(values[0]).strftime("%Y-%m-%dT%H:%M")

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return None
        text, zone = _without_zone(text)
        try:
            moment = parse_datetime(text) or dt.datetime.combine(parse_date(text), dt.time())
            aware = timezone.make_aware(moment, zone) if timezone.is_naive(moment) else moment
            timezone.localtime(aware.astimezone(dt.UTC))  # Neither end of the calendar fits into every time zone.
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                _("“%(text)s” is not a date with a time. Write it like 2026-04-03 14:30.") % {"text": text[:40]}
            ) from error
        if timezone.is_naive(moment) and aware.astimezone(dt.UTC).astimezone(aware.tzinfo).time() != moment.time():
            raise ValidationError(
                _("There is no %(time)s on %(day)s: the clocks go forward that night.")
                % {"time": reading.formats.time(moment.time()), "day": reading.formats.date(moment.date())}
            )
        return aware

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


def _without_zone(text: str) -> tuple[str, ZoneInfo | None]:
    """A moment without the name of a time zone behind it ("2026-04-03 14:30 Europe/Vienna"), and that zone.

    Raises:
        ValidationError: if there is no such zone.
    """
    found = _ZONE.search(text)
    if found is None:
        return text, None
    try:
        return text[: found.start()], ZoneInfo(found[1])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            _("There is no time zone “%(zone)s”. Write it like Europe/Vienna.") % {"zone": found[1][:40]}
        ) from error
