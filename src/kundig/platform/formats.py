"""Numbers, money and dates as people of a language write them; fast: tables call it hundreds of times."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language

# English in a German-speaking country means British habits: day before month, 24 hours.
LOCALES = {"de": "de_DE", "en": "en_GB"}
NBSP = "\u00a0"
LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Formats:
    """How one language writes values. Separators are asked of Babel once."""

    language: str
    decimal: str
    group: str
    months: tuple[str, ...]

    def number(self, value: Decimal | int | float, *, places: int | None = None) -> str:
        """1234567.5 → "1.234.567,5"; `places` fixes the digits behind the decimal sign."""
        text = (
            f"{value:,.{places}f}"
            if places is not None
            else f"{value:,f}"
            if isinstance(value, Decimal)
            else f"{value:,}"
        )
        whole, _, fraction = text.partition(".")
        whole = whole.replace(",", self.group)
        if places is None:
            fraction = fraction.rstrip("0")
        return f"{whole}{self.decimal}{fraction}" if fraction else whole

    def money(self, value: Decimal, currency: str) -> str:
        """Decimal("1234.5"), "EUR" → "1.234,50 €" or "€1,234.50"; whole amounts stand without cents, and unit prices
        with as much of a cent as they have."""
        symbol = currency_symbol(currency, self.language)
        amount = self.number(abs(value), places=0 if value == value.to_integral_value() else _places(value))
        sign = "−" if value < 0 else ""
        if self.language == "en":
            return f"{sign}{symbol}{amount}"
        return f"{sign}{amount}{NBSP}{symbol}"

    def percent(self, value: Decimal) -> str:
        """Percentage points: Decimal("12.50") → "12,5 %"."""
        gap = "" if self.language == "en" else NBSP
        return f"{self.number(value)}{gap}%"

    def date(self, value: dt.date) -> str:
        if self.language == "de":
            return f"{value.day:02}.{value.month:02}.{value.year:04}"
        return f"{value.day} {self.months[value.month - 1]} {value.year:04}"

    def time(self, value: dt.time) -> str:
        return f"{value.hour:02}:{value.minute:02}"

    def moment(self, value: dt.datetime) -> str:
        local = timezone.localtime(value)
        return f"{self.date(local.date())} {self.time(local.time())}"

    def parse_number(self, text: str) -> Decimal:
        """Read a number as people type it: "1.234,56", "1,234.56", "1 234.5", "1'234.50", "−3".

        Raises:
            ValueError: if the text is no number.
        """
        bare = re.sub(r"[\s\u00a0\u202f'’]", "", text).replace("−", "-")
        if len(bare) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?[.,]*\d[\d.,]*", bare):
            raise ValueError(text)
        decimal = self._decimal_sign(bare)
        group = "," if decimal == "." else "."
        try:
            return Decimal(bare.replace(group, "").replace(decimal, "."))
        except InvalidOperation as error:
            raise ValueError(text) from error

    def _decimal_sign(self, bare: str) -> str:
        """Which of . and , is the decimal sign; where both readings are possible the language decides."""
        dot, comma = bare.rfind("."), bare.rfind(",")
        if dot >= 0 and comma >= 0:
            return "." if dot > comma else ","
        sign = "." if dot >= 0 else ","
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(\{sign}\d{{3}})+", bare)
        if sign == self.decimal or (dot < 0 and comma < 0):
            return self.decimal if not (grouped and bare.count(sign) > 1) else self.group
        return self.decimal if grouped else sign


def _places(value: Decimal) -> int:
    """Two, or as many as a part of a cent needs."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -2:
        return 2
    stripped = value.normalize().as_tuple().exponent
    return max(2, -stripped) if isinstance(stripped, int) else 2


@lru_cache(maxsize=8)
def formats(language: str | None = None) -> Formats:
    """The formats of a language code such as "de"; unknown languages are read as English."""
    language = (language or "en")[:2]
    locale = Locale.parse(LOCALES.get(language, "en_GB"))
    symbols = locale.number_symbols["latn"]
    months = locale.months["format"]["abbreviated"]
    return Formats(
        language=language,
        decimal=symbols["decimal"],
        group=symbols["group"],
        months=tuple(months[number] for number in range(1, 13)),
    )


def current_formats() -> Formats:
    """The formats of the language this request is answered in."""
    return formats(get_language() or "en")


@lru_cache(maxsize=256)
def currency_symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, locale=LOCALES.get(language, "en_GB"))


DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d %b %Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")


def parse_date(text: str) -> dt.date:
    """Read a date as typed: ISO, or day before month in any common writing.

    Raises:
        ValueError: if no form fits or the day does not exist.
    """
    bare = text.strip().removesuffix(".")
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(bare, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise ValueError(text)
