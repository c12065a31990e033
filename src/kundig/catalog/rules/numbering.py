"""How the numbers of a series are written."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PART = re.compile(r"\{(year|yy|month|number)(?:(?<=number):0(\d{1,2}))?\}")
LONGEST = 60
_PLAIN = re.compile(r"[A-Za-z0-9]")


def check_pattern(pattern: str, *, signs: str = "") -> str:
    """The pattern itself; raises ValidationError where it names what there is not, or no number, and for what is no
    letter of the alphabet, no digit and not one of `signs`, if any are named."""
    rest = _PART.sub("", pattern)
    named = [match.group(1) for match in _PART.finditer(pattern)]
    if "{" in rest or "}" in rest:
        raise ValidationError(
            _("“%(text)s” names something else than {year}, {yy}, {month} and {number}.") % {"text": pattern[:60]}
        )
    if named.count("number") != 1:
        raise ValidationError(
            _("“%(text)s” must name {number} once, or {number:05} for leading zeros.") % {"text": pattern[:60]}
        )
    if "month" in named and not {"year", "yy"} & set(named):
        raise ValidationError(_("“%(text)s” names the month, but no year.") % {"text": pattern[:60]})
    if len(pattern) > LONGEST:
        raise ValidationError(_("At most %(most)d characters fit.") % {"most": LONGEST})
    if not rest.isprintable() or '"' in rest or "\\" in rest:  # files that are handed out are named after the number
        raise ValidationError(_("Quotation marks, backslashes and what cannot be seen do not fit into a number."))
    if signs and (strange := [each for each in rest if not _PLAIN.match(each) and each not in signs]):
        raise ValidationError(
            _("“%(sign)s” does not fit into these numbers: only letters from A to Z, digits and %(signs)s do.")
            % {"sign": strange[0], "signs": " ".join(signs)}
        )
    return pattern


def is_yearly(pattern: str) -> bool:
    """Whether the series begins anew each year: its numbers would not be unique otherwise, or need not be."""
    return "{year}" in pattern or "{yy}" in pattern


def expression(pattern: str, *, year: int | None = None) -> str:
    """What numbers of this pattern look like: a regular expression for Python and PostgreSQL whose one group is the
    number; of one year, or of any."""
    found, place = "", 0
    for match in _PART.finditer(pattern):
        found += re.escape(pattern[place : match.start()])
        name, width = match.group(1), int(match.group(2) or 1)
        place = match.end()
        if name == "number":
            found += f"([0-9]{{{width},}})"
        elif name == "month" or year is None:
            found += "[0-9]{4}" if name == "year" else "[0-9]{2}"
        else:
            found += f"{year:04}" if name == "year" else f"{year % 100:02}"
    return f"^{found}{re.escape(pattern[place:])}$"


def may_meet(one: str, other: str, *, on: dt.date) -> bool:
    """Whether two patterns can write the same number."""
    return any(
        re.match(expression(second), written_number(first, number, on))
        for first, second in ((one, other), (other, one)) for number in (1, 12, 123_456)
    )  # fmt: skip


def written_number(pattern: str, number: int, on: dt.date) -> str:
    """The number as it stands on the document."""
    values = {"year": on.year, "yy": on.year % 100, "month": on.month, "number": number}
    widths = {"year": 4, "yy": 2, "month": 2, "number": 1}

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"{values[name]:0{int(match.group(2) or widths[name])}}"

    return _PART.sub(put, pattern)
