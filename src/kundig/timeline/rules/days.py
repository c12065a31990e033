"""The day that words mean, in German and English: "bis Freitag", "Ende nächster Woche", "by the 3rd", "in zwei Wochen".

Resolved against the day on which they were written. What may mean two days means the earlier one, because a reminder
that comes too soon costs a look, and one that comes too late a customer.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SATURDAY = 0, 1, 2, 4, 5
WEEKDAYS = {
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5,
    "sonntag": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
MONTHS = {
    "januar": 1, "jänner": 1, "february": 2, "februar": 2, "feber": 2, "märz": 3, "april": 4, "mai": 5, "juni": 6,
    "juli": 7, "august": 8, "september": 9, "oktober": 10, "november": 11, "dezember": 12, "january": 1, "march": 3,
    "may": 5, "june": 6, "july": 7, "october": 10, "december": 12, "jan": 1, "feb": 2, "mär": 3, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12,
}  # fmt: skip
_NUMBERS = {
    "einem": 1, "einer": 1, "ein": 1, "eine": 1, "one": 1, "a": 1, "an": 1, "zwei": 2, "two": 2, "a couple of": 2,
    "drei": 3, "three": 3, "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6, "sieben": 7, "seven": 7,
    "acht": 8, "eight": 8, "neun": 9, "nine": 9, "zehn": 10, "ten": 10, "zwölf": 12, "vierzehn": 14, "fourteen": 14,
    "den nächsten": 3, "the next few": 3, "a few": 3, "ein paar": 3, "wenigen": 3, "einigen": 3,
}  # fmt: skip
_OF_DAY = {"heute": 0, "today": 0, "tonight": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2}
_DAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_COUNT = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_PART = r"(?P<part>anfang|mitte|ende|(?:the )?beginning of|(?:the )?middle of|(?:the )?end of|early|mid|late)"
_YEAR = r"(?P<year>20\d{2})"


@dataclass(frozen=True)
class Named:
    """A day, and where in the text it is named."""

    day: dt.date
    start: int
    end: int


def day_in(text: str, *, on: dt.date) -> Named | None:
    """The first day that is named in `text`, written on the day `on`; None if none is. Days that do not exist (31.2.)
    are none."""
    named = [each for pattern, resolve in _PATTERNS if (each := _first(pattern, resolve, text, on))]
    # Of two at one place the longer one says more: "Ende nächster Woche", not "nächster Woche".
    return min(named, key=lambda each: (each.start, -each.end), default=None)


def _first(
    pattern: re.Pattern[str], resolve: Callable[[re.Match[str], dt.date], dt.date | None], text: str, on: dt.date
) -> Named | None:
    for found in pattern.finditer(text):
        try:
            day = resolve(found, on)
        except (ValueError, OverflowError):
            continue
        if day is not None:
            return Named(day, found.start(), found.end())
    return None


# -- weeks, months and years ------------------------------------------------------------------------------------------


def _weekday(found: re.Match[str], on: dt.date) -> dt.date:
    wanted = WEEKDAYS[found["day"].lower()]
    if found["week"]:
        return _monday(on, weeks=1) + dt.timedelta(days=wanted)
    if found["after"]:
        return _monday(on, weeks=2) + dt.timedelta(days=wanted)
    # On a Friday "till Friday" is the next one: today would be called today.
    return on + dt.timedelta(days=(wanted - on.weekday() - 1) % 7 + 1)


def _week(found: re.Match[str], on: dt.date) -> dt.date:
    which = found["which"].lower()
    weeks = 2 if which.startswith(("über", "the week after")) else 0 if which.startswith(_THIS) else 1
    return max(_in_week(_monday(on, weeks=weeks), found["part"] or ""), on)


def _week_number(found: re.Match[str], on: dt.date) -> dt.date:
    number = int(found["number"])
    friday = dt.date.fromisocalendar(on.isocalendar().year, number, FRIDAY + 1)
    return friday if friday >= on else dt.date.fromisocalendar(on.isocalendar().year + 1, number, FRIDAY + 1)


def _weekend(found: re.Match[str], on: dt.date) -> dt.date:
    """Before the weekend is Friday; at the weekend is until Sunday."""
    day = 6 if found["at"] else FRIDAY
    return max(_monday(on) + dt.timedelta(days=day), on)


def _month(found: re.Match[str], on: dt.date) -> dt.date:
    which = found["which"].lower()
    if which in MONTHS:
        year = on.year + (MONTHS[which] < on.month)
        return _in_month(int(found["year"] or year), MONTHS[which], found["part"] or "")
    begun = on.year * 12 + on.month - 1 + (0 if which.startswith(_THIS) else 1)
    return max(_in_month(begun // 12, begun % 12 + 1, found["part"] or ""), on)


def _month_end(found: re.Match[str], on: dt.date) -> dt.date:
    return _in_month(on.year, on.month, "")


def _year(found: re.Match[str], on: dt.date) -> dt.date:
    which = (found["which"] or "").lower()
    year = on.year + which.startswith(("nächst", "kommend", "next"))
    part = (found["part"] or "").lower()
    if part.startswith(_BEGINNING):
        return dt.date(year, 1, 15)
    return dt.date(year, 6, 30) if part.startswith(_MIDDLE) else dt.date(year, 12, 31)


_THIS = ("dies", "this", "der", "des", "the")
_BEGINNING = ("anfang", "the beginning", "beginning", "early")
_MIDDLE = ("mitte", "the middle", "middle", "mid")


def _monday(on: dt.date, *, weeks: int = 0) -> dt.date:
    return on - dt.timedelta(days=on.weekday()) + dt.timedelta(weeks=weeks)


def _in_week(monday: dt.date, part: str) -> dt.date:
    part = part.lower()
    day = TUESDAY if part.startswith(_BEGINNING) else WEDNESDAY if part.startswith(_MIDDLE) else FRIDAY
    return monday + dt.timedelta(days=day)


def _in_month(year: int, month: int, part: str) -> dt.date:
    part, last = part.lower(), calendar.monthrange(year, month)[1]
    return dt.date(year, month, 5 if part.startswith(_BEGINNING) else 15 if part.startswith(_MIDDLE) else last)


# -- days by number ---------------------------------------------------------------------------------------------------


def _date(found: re.Match[str], on: dt.date) -> dt.date:
    """A day of a month, of the year that makes it lie ahead where none is written."""
    month = found["month"].lower()
    number = int(month) if month.isdigit() else MONTHS[month]
    written = found["year"]
    if written:
        return dt.date(int(written) + (2000 if len(written) == 2 else 0), number, int(found["day"]))
    day = dt.date(on.year, number, int(found["day"]))
    return day if day >= on else dt.date(on.year + 1, number, int(found["day"]))


def _of_this_month(found: re.Match[str], on: dt.date) -> dt.date | None:
    """ "bis zum 3.": of this month, or of the next that has such a day."""
    day = int(found["day"])
    for ahead in range(3):
        begun = on.year * 12 + on.month - 1 + ahead
        year, month = begun // 12, begun % 12 + 1
        if 1 <= day <= calendar.monthrange(year, month)[1] and (ahead or day >= on.day):
            return dt.date(year, month, day)
    return None


def _after(found: re.Match[str], on: dt.date) -> dt.date:
    written = " ".join(found["count"].lower().split())
    count = int(written) if written.isdigit() else _NUMBERS[written]
    unit = found["unit"].lower()
    if unit.startswith(("woche", "week")):
        return on + dt.timedelta(weeks=count)
    if unit.startswith(("monat", "month")):
        begun = on.year * 12 + on.month - 1 + count
        year, month = begun // 12, begun % 12 + 1
        return dt.date(year, month, min(on.day, calendar.monthrange(year, month)[1]))
    if unit.startswith(("stunde", "hour", "minute")):
        return on
    if unit.startswith(("werk", "arbeits", "working", "business")):
        return _working_days(on, count)
    return on + dt.timedelta(days=count)


def _working_days(on: dt.date, count: int) -> dt.date:
    day = on
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def _christmas(found: re.Match[str], on: dt.date) -> dt.date:
    after = found["when"].lower() in ("nach", "after")
    day = dt.date(on.year, 12, 27 if after else 23)
    return day if day >= on else dt.date(on.year + 1, day.month, day.day)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})(?!\w)", re.IGNORECASE)


_NEXT = r"nächste[nrs]?|kommende[nrs]?|diese[nrs]?|next|this|coming"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], dt.date | None]], ...] = (
    (_pattern(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"), _date),
    (_pattern(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>20\d{2}|\d{2}))?"), _date),
    (_pattern(rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\.?(?:\s{_YEAR})?"), _date),
    (_pattern(rf"(?P<month>{_MONTH})\.?\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s{_YEAR})?"), _date),
    (re.compile(r"\b(?:zum|am|den|dem)\s(?P<day>\d{1,2})\.(?!\s?\d)", re.IGNORECASE), _of_this_month),
    (_pattern(r"the\s(?P<day>\d{1,2})(?:st|nd|rd|th)"), _of_this_month),
    (_pattern("the day after tomorrow"), lambda found, on: on + dt.timedelta(days=2)),
    (_pattern(r"(?:guten )?(?P<word>" + "|".join(_OF_DAY) + ")"), lambda found, on: _nearby(found, on)),
    (_pattern("sofort|umgehend|unverzüglich|gleich|noch am selben Tag|right away|immediately|asap|eod"
              "|end of (?:the )?day|zum Feierabend|bis Feierabend|bis Mittag|nachher|later today"),
     lambda found, on: on),
    (_pattern(r"(?:(?P<week>(?:nächste|kommende)[rn]? woche|next week(?:'s)?(?: on)?)"
              rf"|(?P<after>übernächste[rn]? woche)|(?:{_NEXT}))?\s?(?P<day>{_DAY})"), _weekday),
    (_pattern(rf"(?P<week>)(?P<after>)(?P<day>{_DAY})"), _weekday),
    (_pattern(rf"(?P<day>{_DAY})(?:,)? (?:(?P<week>nächste[rn]? woche|kommende[rn]? woche|next week)"
              r"|(?P<after>übernächste[rn]? woche))"), _weekday),
    (_pattern(rf"(?:{_PART}\s)?(?P<which>der kommenden|der nächsten|kommende[rn]?|nächste[rn]?|diese[rn]?"
              r"|übernächste[rn]?|der|next|this|the coming|the)\s(?:woche|week)"),
     lambda found, on: _one_week(found, on)),
    (_pattern(r"(?P<which>the week after next)(?P<part>)"), _week),
    (_pattern(r"(?:kw|kalenderwoche|calendar week|week)\s?(?P<number>\d{1,2})"), _week_number),
    (_pattern(r"(?:(?P<at>am|übers|über das|over the|at the|on the)\s)?(?:kommende[ns]?\s|nächste[ns]?\s)?"
              r"(?:wochenende|weekend)"), _weekend),
    (_pattern(rf"(?:{_PART}\s)?(?:des\s|im\s)?(?P<which>nächste[nrs]?|kommende[nrs]?|diese[nrs]?|des|next|this|the)\s"
              r"(?:monat(?:s|es)?|month)(?P<year>)"), _month),
    (_pattern("(?:das )?monatsende|month's end|the month end"), _month_end),
    (_pattern(rf"(?:{_PART}|im|in)\s(?P<which>{_MONTH})(?:\s{_YEAR})?"), _month),
    (_pattern(rf"{_PART}\s(?P<which>des|nächste[ns]|kommenden|dieses|the|next|this)\s(?:jahr(?:es)?|year)"), _year),
    (_pattern(r"(?P<part>)(?P<which>)jahresende"), _year),
    (_pattern("year's end|the year end"), lambda found, on: dt.date(on.year, 12, 31)),
    (_pattern(rf"(?:in|innerhalb (?:von )?|binnen|within|spätestens in)\s?(?P<count>{_COUNT})\s"
              r"(?P<unit>tagen?|wochen?|monate?n?|werktagen?|arbeitstagen?|stunden?|minuten|days?|weeks?|months?"
              r"|working days?|business days?|hours?|minutes)"), _after),
    (_pattern(r"(?P<when>vor|bis|nach|before|by|after)\s(?:weihnachten|christmas)"), _christmas),
)  # fmt: skip


def _nearby(found: re.Match[str], on: dt.date) -> dt.date | None:
    """ "morgen" is tomorrow, and no greeting."""
    if found[0].lower().startswith("guten"):
        return None
    return on + dt.timedelta(days=_OF_DAY[found["word"].lower()])


def _one_week(found: re.Match[str], on: dt.date) -> dt.date | None:
    """ "der Woche" and "the week" say a day only behind a part of it."""
    if found["which"].lower() in ("der", "the") and not found["part"]:
        return None
    if found["which"].lower() in ("der kommenden", "der nächsten", "the coming"):
        return _in_week(_monday(on, weeks=1), found["part"] or "")
    return _week(found, on)
