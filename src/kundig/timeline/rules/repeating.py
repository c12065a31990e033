"""What comes again: rules of RFC 5545 (RRULE), as far as people need them, and the words for them.

At most daily, at least every ten years. What has no end is never written out: of it there is always just one, and the
next is made when this one is done. A month that has no 31st takes its last day, and so does the 29th of February; RFC
5545 would leave them out, which nobody means who says "monthly".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = WEEKDAYS[:5]
MOST_APPOINTMENTS = 260
"""Once a week for five years: as many rows as one entry may make."""
MOST_COUNT = 1000
FURTHEST = dt.timedelta(days=366 * 12)
"""How far ahead the next one is looked for."""
_LIMITS = {"INTERVAL": 120, "COUNT": MOST_COUNT}
_RANGES = {"BYMONTHDAY": (31, True), "BYMONTH": (12, False), "BYSETPOS": (31, True)}
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)", re.ASCII)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


@dataclass(frozen=True)
class Repeat:
    """A rule that was read and makes sense."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: dt.date | None = None
    weekdays: tuple[str, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def is_endless(self) -> bool:
        return self.count is None and self.until is None

    @property
    def text(self) -> str:
        """The rule as it is kept: the same for all that mean the same."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, values in (
            ("BYMONTH", self.months),
            ("BYMONTHDAY", self.month_days),
            ("BYDAY", self.weekdays),
            ("BYSETPOS", self.positions),
        ):
            if values:
                parts.append(f"{name}={','.join(map(str, values))}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def read_rule(text: str) -> Repeat:
    """The rule that a text of RFC 5545 says.

    Raises:
        ValidationError: saying what is wrong with it, and what would be right.
    """
    bare = text.strip().upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for piece in bare.rstrip(";").split(";"):
        found = _PART.fullmatch(piece.strip())
        if found is None or found[1] in parts:
            raise ValidationError(
                _("“%(text)s” is no rule for repeating. Write for example “every week” or FREQ=WEEKLY;UNTIL=20271231.")
                % {"text": text.strip()[:60]}
            )
        parts[found[1]] = found[2]
    frequency = parts.pop("FREQ", "")
    if frequency in TOO_OFTEN:
        raise ValidationError(_("That is too often: something can come again once a day at most."))
    if frequency not in FREQUENCIES:
        raise ValidationError(
            _("A rule for repeating needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; “%(text)s” has none of them.")
            % {"text": text.strip()[:60]}
        )
    parts.pop("WKST", None)
    until = parts.pop("UNTIL", "")
    days = parts.pop("BYDAY", "")
    numbers = {name: _number(name, parts.pop(name), most) for name, most in _LIMITS.items() if name in parts}
    lists = {name: _numbers(name, parts.pop(name, "")) for name in _RANGES}
    if parts:
        raise ValidationError(
            _("“%(part)s” is not understood in a rule for repeating.") % {"part": f"{next(iter(parts))}="}
        )
    if until and "COUNT" in numbers:
        raise ValidationError(_("Say either until when (UNTIL) or how often (COUNT), not both."))
    return Repeat(
        frequency, numbers.get("INTERVAL", 1), numbers.get("COUNT"), _until(until), _weekdays(days, frequency),
        lists["BYMONTHDAY"], lists["BYMONTH"], lists["BYSETPOS"],
    )  # fmt: skip


def anchored(rule: Repeat, first: dt.date) -> Repeat:
    """The rule of a series that begins on `first`: what is monthly on a 31st stays meant for it after a February.

    Raises:
        ValidationError: if it ends before it begins, or never happens.
    """
    if rule.frequency in ("MONTHLY", "YEARLY") and first.day > 28 and not (rule.month_days or rule.weekdays):
        months = (first.month,) if rule.frequency == "YEARLY" and not rule.months else rule.months
        rule = replace(rule, month_days=(first.day,), months=months)
    if rule.until is not None and rule.until < first:
        raise ValidationError(
            _("This ends on %(until)s, before it begins on %(first)s.")
            % {"until": rule.until.isoformat(), "first": first.isoformat()}
        )
    if next(_days(replace(rule, count=None, until=None), first), None) is None:
        raise ValidationError(_("A day like that never comes: “%(rule)s”.") % {"rule": rule.text})
    return rule


def next_of(rule: Repeat, day: dt.date, *, not_before: dt.date | None = None) -> tuple[dt.date, Repeat] | None:
    """The next day of a series after `day`, with the rule it then has; None if the series is at its end.

    What has been missed meanwhile is left out (`not_before`), but counts.
    """
    left = rule.count
    for each in _days(replace(rule, count=None), day):
        if each <= day:
            continue
        left = None if left is None else left - 1
        if left is not None and left < 1:
            return None
        if not_before is None or each >= not_before:
            return each, replace(rule, count=left)
    return None


def all_days(rule: Repeat, first: dt.date) -> list[dt.date]:
    """Every day of a series that begins on `first`; that day is always the first of them.

    Raises:
        ValidationError: if it has no end, or more days than one entry may make.
    """
    if rule.is_endless:
        raise ValidationError(_("A series without an end cannot be written out."))
    days = [first]
    for each in _days(replace(rule, count=None), first, far=True):
        if rule.count is not None and len(days) >= rule.count:
            break
        if each > first:
            days.append(each)
        if len(days) > MOST_APPOINTMENTS:
            raise ValidationError(
                _("These would be more than %(most)d appointments. Choose an earlier end, or none: then the next one "
                  "is made when this one has been held.") % {"most": MOST_APPOINTMENTS}
            )  # fmt: skip
    return days


# -- inside ----------------------------------------------------------------------------------------------------------


def _days(rule: Repeat, first: dt.date, *, far: bool = False) -> Iterator[dt.date]:
    """Days of the rule from `first` on, as far as one looks ahead; never without bound."""
    begin = dt.datetime.combine(first, dt.time())
    end = min(begin.date() + (FURTHEST * 5 if far else FURTHEST), dt.date(9990, 1, 1))
    if rule.until is not None:
        end = min(end, rule.until)
    month_days, positions = rule.month_days, rule.positions
    if len(month_days) == 1 and month_days[0] > 28 and not positions and not rule.weekdays:
        month_days, positions = tuple(range(28, month_days[0] + 1)), (-1,)
    found = rrule(
        FREQUENCIES[rule.frequency],
        dtstart=begin,
        interval=rule.interval,
        until=dt.datetime.combine(end, dt.time()),
        byweekday=[_weekday(text) for text in rule.weekdays] or None,
        bymonthday=month_days or None,
        bymonth=rule.months or None,
        bysetpos=positions or None,
    )
    for moment in found:
        yield moment.date()


def _weekday(text: str) -> weekday:
    found = _DAY.fullmatch(text)
    assert found is not None, "read_rule has let it through"
    return weekday(WEEKDAYS.index(found[2]), int(found[1]) if found[1] else None)


def _number(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ValidationError(
            _("%(name)s must be a number from 1 to %(most)d, not “%(text)s”.")
            % {"name": name, "most": most, "text": text[:20]}
        )
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    most, may_be_negative = _RANGES[name]
    found = []
    for part in text.split(",") if text else ():
        try:
            number = int(part)
        except ValueError:
            number = 0
        if number == 0 or abs(number) > most or (number < 0 and not may_be_negative):
            raise ValidationError(
                _("%(name)s must be numbers from 1 to %(most)d, not “%(text)s”.")
                % {"name": name, "most": most, "text": part[:20]}
            )
        found.append(number)
    return tuple(dict.fromkeys(found))


def _weekdays(text: str, frequency: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in text.split(",") if text else ():
        matched = _DAY.fullmatch(part)
        if matched is None or (matched[1] and (int(matched[1]) == 0 or frequency not in ("MONTHLY", "YEARLY"))):
            raise ValidationError(
                _("“%(text)s” is no day of the week. They are called MO, TU, WE, TH, FR, SA and SU.")
                % {"text": part[:20]}
            )
        found.append(part.removeprefix("+"))
    return tuple(sorted(dict.fromkeys(found), key=lambda day: (WEEKDAYS.index(day[-2:]), day)))


def _until(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise ValidationError(_("UNTIL must be a day like 20271231, not “%(text)s”.") % {"text": text[:20]}) from error
