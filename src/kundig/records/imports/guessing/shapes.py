"""What values look like: mail addresses, phone numbers, towns, names of companies and of persons."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kundig.platform import countries

FEWEST = 1
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_WEB = re.compile(r"(?:https?://|www\.)\S+|.*#https?://.*|[\w-]+(?:\.[\w-]+)*\.(?:de|at|ch|com|net|org|eu|info|biz)(?:/\S*)?",
                  re.IGNORECASE)  # fmt: skip
_PHONE = re.compile(r"\+?[\d\s()/.\-–]{5,}(?:\s?(?:ext|dw|x)\.?\s?\d+)?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?|(?:19|20)\d{6}")
_AMOUNT = re.compile(r"[-+−]?\d[\d.,'’ ]*(?:\s?(?:€|EUR|CHF|\$))?")
_WHOLE = re.compile(r"\d{1,9}")
_POSTAL_CODE = re.compile(
    r"(?:[A-Z]{1,3}-)?(?:\d{4,6}|\d{3}\s\d{2})|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|"
    r"\d{5}-\d{3,4}|\d{2}-\d{3}|[A-Z]\d[A-Z]\s\d[A-Z]\d"
)
_TOWN = re.compile(r"(?:[A-Z]{1,3}[-–]\s?)?\d{4,5}\s+[^\W\d].+")
_STREET = re.compile(r".*[^\W\d]{3}.*\s\d+\s?[a-z]?(?:[-–/]\d+[a-z]?)?(?:\D.*)?|\d+[a-z]?,?\s[^\W\d].*", re.IGNORECASE)
_VAT = re.compile(r"[A-Z]{2}[\s.-]?[A-Z0-9][\dA-Z.\s]{6,13}")
_COMPANY = re.compile(
    r".*\b(?:gmbh|ag|kg|ohg|ug|gbr|e\.?\s?k|ltd|inc|llc|s\.?a|s\.?r\.?l|b\.?v|ab|oy|co|company|verlag|werke?|bau|handel|"
    r"gruppe|group|holding|stiftung|verein|e\.\s?v|praxis|kanzlei|hotel|apotheke|technik|service|systeme?)\b\.?.*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:herrn?|frau|mr|mrs|ms|dr|prof|dipl)\b\.?[\s-]?)*[^\W\d_][\w'’.-]*(?:\s[^\W\d_][\w'’.-]*){1,4}|"
    r"[^\W\d_][\w'’-]+,\s?[^\W\d_][\w'’.\s-]+",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"(?:herrn?|frau|hr|fr|mr|mrs|ms|miss|firma|familie|divers|dr|m|w|f|d|male|female|"
                         r"männlich|weiblich)\.?(?:\s(?:dr|prof)\.?)*", re.IGNORECASE)  # fmt: skip
_ACADEMIC = re.compile(
    r"(?:(?:prof|dr|dipl|mag|ing|med|habil|h\.\s?c|rer|nat|phil|jur|b\.?sc|m\.?sc|mba|ba|ma)\b[\s.-]*)+"
    r"(?:[a-z]+\.[\s-]*)*",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z]{0,6}[-_/. ]?\d[\w./-]{0,20}|[A-Z]{3,8}")
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*(?:\s[^\W\d_][\w'’.\-]*){0,3}")

_LOOKS: dict[str, Callable[[str], object]] = {
    "mail": _MAIL.fullmatch,
    "website": _WEB.fullmatch,
    "phone": lambda value: _PHONE.fullmatch(value) and sum(map(str.isdigit, value)) >= 5 and not _DATE.fullmatch(value),
    "date": _DATE.fullmatch,
    "amount": _AMOUNT.fullmatch,
    "whole": _WHOLE.fullmatch,
    "postal_code": _POSTAL_CODE.fullmatch,
    "town": _TOWN.fullmatch,
    "street": _STREET.fullmatch,
    "country": lambda value: len(value) > 1 and countries.code_of(value),
    "vat": _VAT.fullmatch,
    "company": _COMPANY.fullmatch,
    "person": _PERSON.fullmatch,
    "salutation": _SALUTATION.fullmatch,
    "academic_title": _ACADEMIC.fullmatch,
    "code": _CODE.fullmatch,
    "word": _WORD.fullmatch,
}
ID_WORDS = frozenset("id nr no nummer number key code kürzel kurzel".split())
"""How the name of a column of keys ends, whatever it begins with."""
TELLING = frozenset({"mail", "website", "town", "vat"})
"""Shapes that say by themselves what a column is; the others only support what its name says."""
LIKELY = frozenset({"country", "salutation", "street"})
"""Shapes that make it probable."""


def share_of(shape: str, values: Sequence[str]) -> float:
    """Which part of the values look so, 0 to 1; 0 if there are none."""
    looks = _LOOKS[shape]
    return sum(bool(looks(value)) for value in values) / len(values) if values else 0.0


def looks_dialled(values: Sequence[str]) -> bool:
    """Whether phone numbers are written with the signs people put into them; bare digits are just numbers."""
    return sum(bool(re.search(r"[+()/]|\d[ -]\d", value)) for value in values) * 2 > len(values)


def is_unique(values: Sequence[str]) -> bool:
    return len(values) > 1 and len(set(values)) == len(values)
