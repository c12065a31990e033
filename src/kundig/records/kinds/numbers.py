"""Numbers: plain, money, percent."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.queries import company
from kundig.platform.formats import Formats
from kundig.platform.money import MoneyField
from kundig.records.kinds.base import Kind, Reading, json_type

if TYPE_CHECKING:
    from kundig.records.fields import Field

# Bounds of PostgreSQL's integer types; beyond them the database would refuse with an error of its own.
LIMITS = {
    "SmallIntegerField": 32_767,
    "PositiveSmallIntegerField": 32_767,
    "IntegerField": 2_147_483_647,
    "PositiveIntegerField": 2_147_483_647,
    "BigIntegerField": 9_223_372_036_854_775_807,
    "PositiveBigIntegerField": 9_223_372_036_854_775_807,
}


class Number(Kind):
    name = "number"
    label = gettext_lazy("Number")
    editor = "number"
    column = "col-number"

    def cell(self, formats: Formats, *values: Any) -> str:
        value = values[0]
        return "" if value is None else f'<data value="{value}">{escape(self.text(formats, *values))}</data>'

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else formats.number(values[0])

    def typed(self, formats: Formats, *values: Any) -> str:
        if values[0] is None:
            return ""
        plain = f"{values[0]:f}" if isinstance(values[0], Decimal) else str(values[0])
        if "." in plain:
            plain = plain.rstrip("0").rstrip(".")
        return plain.replace(".", formats.decimal)

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = self.strip_unit(raw)
        if not text:
            return self.empty(field)
        try:
            number = reading.formats.parse_number(text)
        except ValueError as error:
            example = reading.formats.number(Decimal("1234.5"))
            raise ValidationError(
                _("“%(text)s” is not a number. Write it like %(example)s.") % {"text": raw[:40], "example": example}
            ) from error
        return self.fit(number, field)

    def strip_unit(self, raw: str) -> str:
        return raw.strip()

    def fit(self, number: Decimal, field: Field) -> Any:
        """The number in the type of its column; raises ValidationError where it does not fit."""
        column = field.column_type
        if isinstance(column, models.DecimalField):
            places, digits = column.decimal_places or 0, (column.max_digits or 16) - (column.decimal_places or 0)
            if abs(number) >= Decimal(10) ** digits:
                raise ValidationError(_("The number is too large; at most %(digits)d digits fit.") % {"digits": digits})
            rounded = number.quantize(Decimal(1).scaleb(-places))
            if rounded != number:
                raise ValidationError(_("At most %(places)d digits after the decimal sign fit.") % {"places": places})
            return rounded
        if isinstance(column, models.FloatField):
            return float(number)
        return self._fit_whole(number, column)

    def _fit_whole(self, number: Decimal, column: Any) -> int:
        if number != number.to_integral_value():
            raise ValidationError(_("Only whole numbers fit here."))
        kind = column.get_internal_type() if column is not None else "BigIntegerField"
        limit = LIMITS.get(kind, LIMITS["BigIntegerField"])
        if abs(number) > limit:
            raise ValidationError(_("The number is too large; at most %(limit)d fits.") % {"limit": limit})
        if number < 0 and kind.startswith("Positive"):
            raise ValidationError(_("The number must not be negative."))
        return int(number)

    def empty(self, field: Field) -> Any:
        return None

    def to_json(self, *values: Any) -> Any:
        return str(values[0]) if isinstance(values[0], Decimal) else values[0]

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return self.empty(field)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValidationError(_("Expected a number, got %(got)s.") % {"got": json_type(value)})
        try:
            number = Decimal(str(value))
        except ArithmeticError as error:
            raise ValidationError(_("“%(text)s” is not a number.") % {"text": str(value)[:40]}) from error
        if not number.is_finite():
            raise ValidationError(_("“%(text)s” is not a number.") % {"text": str(value)[:40]})
        return self.fit(number, field)

    def schema(self, field: Field) -> dict[str, Any]:
        if isinstance(field.column_type, models.DecimalField):
            return {"type": ["string", "number"], "format": "decimal"}
        return {"type": "number" if isinstance(field.column_type, models.FloatField) else "integer"}


class Money(Number):
    name = "money"
    label = gettext_lazy("Money")
    column = "col-money"

    def __init__(self, currency: str = "") -> None:
        """`currency` is the path to the column that holds it where no sibling does: that of the document of a line."""
        self.currency = currency

    def sources(self, field: Field) -> tuple[str, ...]:
        sibling = self._sibling(field)
        return (field.path, sibling) if sibling else (field.path,)

    def _sibling(self, field: Field) -> str:
        column = field.model_field
        return self.currency or (column.currency_from if isinstance(column, MoneyField) else "")

    def text(self, formats: Formats, *values: Any) -> str:
        if values[0] is None:
            return ""
        return formats.money(values[0], (values[1] if len(values) > 1 else "") or company().currency)

    def strip_unit(self, raw: str) -> str:
        return raw.replace("€", "").replace("EUR", "").replace("CHF", "").strip()

    def to_json(self, *values: Any) -> Any:
        return None if values[0] is None else str(values[0])


class Percent(Number):
    name = "percent"
    label = gettext_lazy("Percent")
    column = "col-percent"

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else formats.percent(values[0])

    def strip_unit(self, raw: str) -> str:
        return raw.strip().removesuffix("%").strip()


class CurrencyCode(Kind):
    """Three letters of ISO 4217; empty is the currency of the house."""

    name = "currency"
    label = gettext_lazy("Currency")
    sortable = False

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        code = raw.strip().upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise ValidationError(
                _("“%(text)s” is not a currency. Write its three letters, for example EUR.") % {"text": raw[:40]}
            )
        return code

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([A-Z]{3})?$", "description": "ISO 4217"}
