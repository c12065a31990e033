"""Repeating in words, as people say and type it: "every 2 weeks on Monday until 31.12.2027"."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import Formats, parse_date
from kundig.records.calendars.spans import weekdays as names_of_weekdays
from kundig.timeline.rules.repeating import WEEKDAYS, WORKDAYS, Repeat, read_rule

PRESETS = (
    Repeat("DAILY"),
    Repeat("WEEKLY", weekdays=WORKDAYS),
    Repeat("WEEKLY"),
    Repeat("WEEKLY", 2),
    Repeat("MONTHLY"),
    Repeat("MONTHLY", 3),
    Repeat("MONTHLY", 6),
    Repeat("YEARLY"),
)
"""What is offered."""
_UNITS = {
    "DAILY": r"days?|tage?n?|täglich",
    "WEEKLY": r"weeks?|wochen?|wöchentlich",
    "MONTHLY": r"months?|monate?n?|monatlich",
    "YEARLY": r"years?|jahre?n?|jährlich",
}
_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "six": 6, "zwei": 2, "drei": 3, "vier": 4, "sechs": 6, "other": 2, "second": 2,
}  # fmt: skip
_SINGLE = {
    "täglich": "DAILY", "daily": "DAILY", "wöchentlich": "WEEKLY", "weekly": "WEEKLY", "monatlich": "MONTHLY",
    "monthly": "MONTHLY", "jährlich": "YEARLY", "yearly": "YEARLY",
}  # fmt: skip
_OTHERS = {
    "quarterly": Repeat("MONTHLY", 3), "vierteljährlich": Repeat("MONTHLY", 3), "halbjährlich": Repeat("MONTHLY", 6),
    "werktags": Repeat("WEEKLY", weekdays=WORKDAYS), "every working day": Repeat("WEEKLY", weekdays=WORKDAYS),
    "jeden arbeitstag": Repeat("WEEKLY", weekdays=WORKDAYS), "jeden werktag": Repeat("WEEKLY", weekdays=WORKDAYS),
    "jedes quartal": Repeat("MONTHLY", 3), "every quarter": Repeat("MONTHLY", 3),
    "jedes halbe jahr": Repeat("MONTHLY", 6),
}  # fmt: skip
_SENTENCE = re.compile(r"(?:every|each|jede[nrs]?|alle)\s+(?:(\d{1,3}|\w+)\s+)?(\w+)")
_END = re.compile(r"\s+(?:until|till|bis(?:\s+zum)?)\s+(.+)$")
_TIMES = re.compile(r",?\s+(\d{1,4})\s*(?:times|mal|×|x)$|,?\s+(\d{1,4})-mal$")


def words_of(rule: Repeat, formats: Formats) -> str:
    """The rule in a sentence of the language at hand; as it is kept where there are no simple words for it."""
    words = _simple(rule, formats)
    if words is None:
        return rule.text
    if rule.until is not None:
        return _("%(rule)s until %(day)s") % {"rule": words, "day": formats.date(rule.until)}
    if rule.count is not None:
        return ngettext("%(rule)s, %(n)d time", "%(rule)s, %(n)d times", rule.count) % {
            "rule": words, "n": rule.count,
        }  # fmt: skip
    return words


def typed_of(rule: Repeat, formats: Formats) -> str:
    """What stands in the input: words that `understood` reads back as the same rule, else the rule itself."""
    words = words_of(rule, formats)
    try:
        return words if understood(words) == rule else rule.text
    except ValidationError:
        return rule.text


def understood(text: str) -> Repeat:
    """The rule that somebody typed, in German or English words or as RFC 5545 has it.

    Raises:
        ValidationError: if it cannot be understood, or makes no sense.
    """
    bare = " ".join(text.lower().split())
    if "=" in bare:
        return read_rule(text)
    count, until = "", None
    if found := _END.search(bare):
        try:
            until = parse_date(found[1])
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is not a date. Write it like 31.12.2027.") % {"text": found[1][:40]}
            ) from error
        bare = bare[: found.start()]
    elif found := _TIMES.search(bare):
        count, bare = found[1] or found[2], bare[: found.start()]
    rule = _rule(bare.strip(" ,"))
    if rule is None:
        raise ValidationError(
            _("“%(text)s” is no rule for repeating. Write for example “every week” or FREQ=WEEKLY;UNTIL=20271231.")
            % {"text": text.strip()[:60]}
        )
    ends = f";COUNT={count}" if count else f";UNTIL={until:%Y%m%d}" if until else ""
    return read_rule(rule.text + ends)


def _rule(bare: str) -> Repeat | None:
    if bare in _OTHERS:
        return _OTHERS[bare]
    if bare in _SINGLE:
        return Repeat(_SINGLE[bare])
    found = _SENTENCE.fullmatch(bare)
    if found is None:
        return None
    number, unit = found[1] or "1", found[2]
    if re.fullmatch(r"seconds?|sekunden?|minutes?|minuten?|hours?|stunden?", unit):
        return read_rule("FREQ=HOURLY")
    frequency = next((name for name, pattern in _UNITS.items() if re.fullmatch(pattern, unit)), None)
    interval = int(number) if number.isdecimal() else _NUMBERS.get(number)
    if frequency is not None and interval is not None:
        return read_rule(f"FREQ={frequency};INTERVAL={interval}")
    day = _named_day(unit)
    return Repeat("WEEKLY", interval, weekdays=(day,)) if day and interval else None


def _named_day(word: str) -> str | None:
    for language in ("de", "en"):
        for number, (_short, long) in enumerate(names_of_weekdays(language)):
            if word == long.lower():
                return WEEKDAYS[number]
    return None


def _simple(rule: Repeat, formats: Formats) -> str | None:
    if rule.months or rule.positions or rule.month_days:
        return _monthly(rule) if not rule.positions else None
    n = rule.interval
    if rule.weekdays:
        if rule.weekdays == WORKDAYS and rule.frequency == "WEEKLY" and n == 1:
            return _("every working day")
        if rule.frequency == "WEEKLY" and all(day in WEEKDAYS for day in rule.weekdays):
            return _weekly(rule, formats)
        return None
    return _plain(rule.frequency, n)


def _plain(frequency: str, n: int) -> str:
    once = {"DAILY": _("every day"), "WEEKLY": _("every week"), "MONTHLY": _("every month"), "YEARLY": _("every year")}
    often = {
        "DAILY": _("every %(n)d days"), "WEEKLY": _("every %(n)d weeks"), "MONTHLY": _("every %(n)d months"),
        "YEARLY": _("every %(n)d years"),
    }  # fmt: skip
    return once[frequency] if n == 1 else often[frequency] % {"n": n}


def _weekly(rule: Repeat, formats: Formats) -> str:
    names = [names_of_weekdays(formats.language)[WEEKDAYS.index(day)][1] for day in rule.weekdays]
    if len(names) == 1 and rule.interval == 1:
        return _("every %(day)s") % {"day": names[0]}
    listed = _("%(days)s and %(last)s") % {"days": ", ".join(names[:-1]), "last": names[-1]} if names[1:] else names[0]
    return _("%(rule)s on %(days)s") % {"rule": _plain("WEEKLY", rule.interval), "days": listed}


def _monthly(rule: Repeat) -> str | None:
    """The rule of a series that began late in a month, which keeps the day that it is meant for."""
    if len(rule.month_days) != 1 or rule.weekdays or rule.month_days[0] < 1:
        return None
    if rule.frequency == "YEARLY" and len(rule.months) == 1:
        day = dt.date(2024, rule.months[0], min(rule.month_days[0], 28))
        return _("%(rule)s on %(day)d/%(month)d") % {
            "rule": _plain("YEARLY", rule.interval), "day": rule.month_days[0], "month": day.month,
        }  # fmt: skip
    if rule.frequency != "MONTHLY" or rule.months:
        return None
    return _("%(rule)s on day %(day)d") % {"rule": _plain("MONTHLY", rule.interval), "day": rule.month_days[0]}
