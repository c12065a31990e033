"""What shall become of a field of many records: set, emptied, raised by a sum or by percent, tags put on or off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.base import ISO, Reading
from kundig.records.kinds.choices import Several
from kundig.records.kinds.contacts import Phone
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.references import File, Reference
from kundig.records.listing import unknown_name

MOST_STEPS = 20


class How(models.TextChoices):
    SET = "set", gettext_lazy("set to")
    EMPTY = "empty", gettext_lazy("empty")
    ADD = "add", gettext_lazy("raise by")
    PERCENT = "percent", gettext_lazy("raise by percent")
    WITH = "with", gettext_lazy("add")
    WITHOUT = "without", gettext_lazy("remove")


def ways(field: Field) -> list[How]:
    """What can be done with a field of many records; the first is what is meant mostly."""
    found = [How.SET]
    if isinstance(field.kind, Several):
        found = [How.WITH, How.WITHOUT, How.SET]
    elif isinstance(field.kind, Number):
        found += [How.ADD, How.PERCENT]
    return found if field.required else [*found, How.EMPTY]


def changeable(description: Description, user: User | None) -> dict[str, Field]:
    """The fields that can be given to many at once: not those whose value must be each record's own, no files,
    and of an address its parts: nobody moves many to one place."""
    form = [field.name for field in description.form_fields(user)]
    order = {name: place for place, name in enumerate(form)}
    return {
        field.name: field
        for field in sorted(description.writable(user), key=lambda field: order.get(field.name, len(order)))
        if field.name != description.parent
        and field.name not in description.composed
        and not isinstance(field.kind, File)
        and not field.is_unique
    }


@dataclass(frozen=True)
class Step:
    """One field and what shall become of it; `value` is parsed. Numbers without country are read for each record."""

    field: Field
    how: How
    value: Any
    raw: Any
    reading: Reading

    def value_for(self, record: models.Model) -> Any:
        """The value that `record` shall have. Raises ValidationError if there is none that fits."""
        field = self.field
        if self.how in (How.SET, How.EMPTY):
            if not isinstance(field.kind, Phone) or self.how == How.EMPTY or not isinstance(self.raw, str):
                return self.value
            row = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
            return field.kind.parse(
                self.raw, field=field, reading=Reading(self.reading.user, self.reading.formats, row)
            )
        now = getattr(record, field.path)
        if isinstance(field.kind, Several):
            tags = [tag for tag in now or () if tag not in self.value]
            if self.how == How.WITHOUT:
                return tags
            return field.kind._checked([*(now or ()), *self.value])
        return None if now is None else _raised(field, now, self.how, self.value)

    def in_words(self, formats: Formats) -> str:
        label = str(self.field.label)[:1].upper() + str(self.field.label)[1:]
        if self.how == How.EMPTY:
            return _("%(field)s: empty") % {"field": label}
        sign = {How.ADD: "+ ", How.PERCENT: "+ ", How.WITH: "+ ", How.WITHOUT: "− "}.get(self.how, "")
        return f"{label}: {sign}{self._value_in_words(formats)}"

    def _value_in_words(self, formats: Formats) -> str:
        field = self.field
        if self.how in (How.ADD, How.PERCENT):
            return formats.number(self.value) + (" %" if self.how == How.PERCENT else "")
        if isinstance(field.kind, Reference):
            title = field.kind.candidates(None).filter(pk=self.value).values_list(field.kind.title(), flat=True).first()
            return str(title or "")
        columns = field.kind.columns(field, self.value)
        return field.kind.text(formats, *(columns.get(source) for source in field.sources))


def read_steps(description: Description, given: Any, *, user: User, formats: Formats, is_json: bool) -> list[Step]:
    """Read what was asked for: a list of `{"field", "how", "raw"}`.

    Raises:
        ValidationError: with a dict field → message.
    """
    known = changeable(description, user)
    reading = Reading(user=user, formats=ISO if is_json else formats, row={})
    errors: dict[str, list[str]] = {}
    steps: list[Step] = []
    for each in list(given)[:MOST_STEPS]:
        name = str(each.get("field", ""))
        try:
            steps.append(_step(known, description, each, reading, is_json=is_json))
        except ValidationError as error:
            errors[name[:60]] = error.messages
    if errors:
        raise ValidationError(errors)
    if not steps:
        raise ValidationError(_("Choose at least one field to change."))
    return steps


def _step(
    known: Mapping[str, Field], description: Description, given: Mapping[str, Any], reading: Reading, *, is_json: bool
) -> Step:
    name, raw = str(given.get("field", "")), given.get("raw")
    field = known.get(name)
    if field is None:
        if name in description.fields:
            raise ValidationError(
                _("“%(field)s” cannot be changed in bulk.") % {"field": description.fields[name].label}
            )
        raise ValidationError(unknown_name(name, known))
    how = next((way for way in ways(field) if way.value == given.get("how", How.SET)), None)
    if how is None:
        possible = ", ".join(way.value for way in ways(field))
        raise ValidationError(
            _("“%(how)s” cannot be done with “%(field)s”; possible are %(possible)s.")
            % {"how": str(given.get("how"))[:20], "field": field.label, "possible": possible}
        )
    if how == How.EMPTY:
        return Step(field, how, field.kind.empty(field), None, reading)
    if how in (How.ADD, How.PERCENT):
        return Step(field, how, _amount(field, raw, reading), raw, reading)
    read: Any = field.kind.from_json if is_json else field.kind.parse
    value = read(raw if is_json or raw is not None else "", field=field, reading=reading)
    if field.kind.is_empty(*_spread(field, value)) and (field.required or how != How.SET):
        raise ValidationError(_("“%(field)s” must not be empty.") % {"field": field.label})
    return Step(field, how, value, raw, reading)


def _spread(field: Field, value: Any) -> tuple[Any, ...]:
    """A parsed value as `is_empty` takes it."""
    return tuple(field.kind.columns(field, value).values()) or (value,)


def _amount(field: Field, raw: Any, reading: Reading) -> Decimal:
    text = str(raw if raw is not None else "").replace("%", "").strip()
    text = field.kind.strip_unit(text) if isinstance(field.kind, Number) else text
    try:
        number = reading.formats.parse_number(text)
    except (ValueError, ArithmeticError) as error:
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 12:
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:40]})
    return number


def _raised(field: Field, now: Any, how: How, amount: Decimal) -> Any:
    """The number that comes out, rounded to the places that the column has."""
    assert isinstance(field.kind, Number)
    before = Decimal(str(now))
    after = before + amount if how == How.ADD else before * (1 + amount / 100)
    column = field.model_field
    places = (column.decimal_places or 0) if isinstance(column, models.DecimalField) else 0
    if not isinstance(column, models.FloatField):
        after = after.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return field.kind.fit(after, field)
