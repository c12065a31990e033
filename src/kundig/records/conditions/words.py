"""Conditions in the words of people: "Ort ist „München“ und Zahl der Personen ist mindestens 3"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kundig.platform.formats import current_formats
from kundig.records.conditions.types import Type


def comparison(operator: str, type_: Type | None) -> str:
    """What a comparison is called, with "%(value)s" where its value stands."""
    if type_ in (Type.DATE, Type.MOMENT, Type.TIME):
        times = {
            "<": _("is before %(value)s"),
            "<=": _("is %(value)s or before"),
            ">": _("is after %(value)s"),
            ">=": _("is %(value)s or after"),
        }
        if operator in times:
            return times[operator]
    if type_ is Type.REFERENCE and operator in ("=", "!="):
        # Translators: may begin with a colon, which then stands right behind the name of the field
        is_it, is_not = pgettext("reference", "is %(value)s"), pgettext("reference", "is not %(value)s")
        return is_it if operator == "=" else is_not
    if type_ is Type.SEVERAL and operator in ("contains", "not contains"):
        return _("contain %(value)s") if operator == "contains" else _("do not contain %(value)s")
    return {
        "=": _("is %(value)s"),
        "!=": _("is not %(value)s"),
        "<": _("is less than %(value)s"),
        "<=": _("is at most %(value)s"),
        ">": _("is more than %(value)s"),
        ">=": _("is at least %(value)s"),
        "contains": _("contains %(value)s"),
        "not contains": _("does not contain %(value)s"),
        "starts with": _("starts with %(value)s"),
        "not starts with": _("does not start with %(value)s"),
        "ends with": _("ends with %(value)s"),
        "not ends with": _("does not end with %(value)s"),
        "in": _("is one of %(value)s"),
        "not in": _("is none of %(value)s"),
        "empty": _("is empty"),
        "not empty": _("is filled in"),
    }[operator]


def said_of(what: str, sentence: str) -> str:
    """What is said, behind the name of what it is said of."""
    return f"{what}{'' if sentence.startswith(':') else ' '}{sentence}"


def quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def plain_value(value: Any) -> str:
    """A value as people write it, in the language of the reader."""
    formats = current_formats()
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal | int):
        return formats.number(value)
    if isinstance(value, dt.datetime):
        return formats.moment(value)
    if isinstance(value, dt.date):
        return formats.date(value)
    if isinstance(value, dt.time):
        return formats.time(value)
    return quoted(str(value))


def enumeration(texts: Sequence[str], *, last: str) -> str:
    """ "a, b or c", with `last` ("and" or "or") before the last one."""
    if len(texts) < 2:
        return "".join(texts)
    word = _("and") if last == "and" else _("or")
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def length_of_time(amount: int, unit: str) -> str:
    return {
        "minutes": ngettext("%(n)d minute", "%(n)d minutes", amount),
        "hours": ngettext("%(n)d hour", "%(n)d hours", amount),
        "days": ngettext("%(n)d day", "%(n)d days", amount),
        "weeks": ngettext("%(n)d week", "%(n)d weeks", amount),
        "months": ngettext("%(n)d month", "%(n)d months", amount),
        "years": ngettext("%(n)d year", "%(n)d years", amount),
    }[unit] % {"n": amount}


def distance(operator: str, amount: int, unit: str) -> str:
    """How a moment compared with one so far from now lies: `> today - 90 days` is "less than 90 days ago"."""
    sentences = {
        ("<", True): _("is more than %(length)s ago"),
        ("<=", True): _("is at least %(length)s ago"),
        (">", True): _("is less than %(length)s ago"),
        (">=", True): _("is at most %(length)s ago"),
        ("<", False): _("is less than %(length)s ahead"),
        ("<=", False): _("is at most %(length)s ahead"),
        (">", False): _("is more than %(length)s ahead"),
        (">=", False): _("is at least %(length)s ahead"),
    }
    return sentences[operator, amount < 0] % {"length": length_of_time(abs(amount), unit)}


def moment_from_now(word: str, sign: int, amount: int, unit: str) -> str:
    """ "90 days ago" and "in 3 weeks", seen from today or now."""
    length = {
        "minutes": ngettext("%(n)d minute ago", "%(n)d minutes ago", amount),
        "hours": ngettext("%(n)d hour ago", "%(n)d hours ago", amount),
        "days": ngettext("%(n)d day ago", "%(n)d days ago", amount),
        "weeks": ngettext("%(n)d week ago", "%(n)d weeks ago", amount),
        "months": ngettext("%(n)d month ago", "%(n)d months ago", amount),
        "years": ngettext("%(n)d year ago", "%(n)d years ago", amount),
    }
    ahead = {
        "minutes": ngettext("in %(n)d minute", "in %(n)d minutes", amount),
        "hours": ngettext("in %(n)d hour", "in %(n)d hours", amount),
        "days": ngettext("in %(n)d day", "in %(n)d days", amount),
        "weeks": ngettext("in %(n)d week", "in %(n)d weeks", amount),
        "months": ngettext("in %(n)d month", "in %(n)d months", amount),
        "years": ngettext("in %(n)d year", "in %(n)d years", amount),
    }
    return (length if sign < 0 else ahead)[unit] % {"n": amount}
