"""Values in a condition or a formula, bound to what they mean: each knows its type, its SQL, its value for one record
and its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Expression, Q, Value
from django.utils.translation import gettext as _

from kundig.platform.formats import current_formats
from kundig.records.conditions import words
from kundig.records.conditions.frames import Frame, Reader, shifted
from kundig.records.conditions.types import Type
from kundig.records.custom.storage import path_of
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.references import Reference


class Term:
    """A value. `type` is None of `me` alone, which is compared with people."""

    type: Type
    field: Field | None = None
    """The field it is, or whose value it is written as."""

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for every record."""
        return all(term.is_constant for term in self.below())

    def below(self) -> Iterator[Term]:
        yield from ()

    @property
    def asks_collections(self) -> bool:
        """Whether it is made of rows that belong to a record."""
        return any(term.asks_collections for term in self.below())

    def names(self) -> Iterator[str]:
        """Names of the description's own fields that it reads."""
        for term in self.below():
            yield from term.names()

    def guards(self, frame: Frame, prefix: str) -> Iterator[Q]:
        """What must hold so that the asker may look at the value."""
        for term in self.below():
            yield from term.guards(frame, prefix)

    def sql(self, frame: Frame, prefix: str) -> Any:
        raise NotImplementedError

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        """The value for one record; None for none. A constant needs no record."""
        raise NotImplementedError

    def words(self, frame: Frame) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class FieldTerm(Term):
    """A field of the record, or at the end of a chain of references (`steps`)."""

    type: Type
    field: Field
    steps: tuple[str, ...] = ()
    seen: tuple[tuple[tuple[str, ...], Any, Any], ...] = ()
    """For each step whose records not everybody may see: the steps to it, their descriptions and who looks."""
    label: str = ""

    @property
    def is_constant(self) -> bool:
        return False

    def names(self) -> Iterator[str]:
        yield self.steps[0] if self.steps else self.field.name

    def path(self, prefix: str) -> str:
        return prefix + path_of(self.steps)

    def guards(self, frame: Frame, prefix: str) -> Iterator[Q]:
        from kundig.accounts.enums import Action
        from kundig.records.rights import condition_of_any

        for steps, descriptions, user in self.seen:
            if scope := condition_of_any(descriptions, user, Action.READ, prefix=f"{prefix}{path_of(steps)}"):
                yield scope

    def sql(self, frame: Frame, prefix: str) -> Any:
        return self.field.expression(self.path(prefix))

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        assert reader is not None, "a field has a value for a record only"
        record = reader.along(self.steps)
        if record is None or not self._is_seen(reader):
            return None
        column = self.field.model_field
        if not self.steps and column is not None and column.attname in reader.instead:
            return reader.instead[column.attname]
        if self.field.name in reader.instead and not self.steps:
            return reader.instead[self.field.name]
        return self.field.value_in(record)

    def _is_seen(self, reader: Reader) -> bool:
        from kundig.accounts.enums import Action

        for steps, descriptions, user in self.seen:
            record: Any = reader.along(steps)
            if record is None:
                continue
            of_it = [d for d in descriptions if all(getattr(record, name) == value for name, value in d.where.items())]
            if not any(description.may(user, Action.READ, record) for description in of_it):
                return False
        return True

    def words(self, frame: Frame) -> str:
        return self.label

    def shown(self, frame: Frame, reader: Reader) -> str:
        """The value for one record in the words of its kind."""
        value = self.value(frame, reader)
        if value is None or value == "" or value == []:
            return _("nothing")
        return shown(self.field, value)


def shown(field: Field | None, value: Any) -> str:
    """A value as the kind of its field writes it; of a reference its title."""
    if field is None or value is None or value == "":
        return words.plain_value(value)
    if isinstance(field.kind, Reference):
        title = field.kind.model._default_manager.filter(pk=value).values_list(field.kind.title(), flat=True).first()
        return words.quoted(str(title)) if title else words.plain_value(value)
    text = field.kind.text(current_formats(), *_spread(field, value))
    return words.quoted(text) if isinstance(value, str) and not isinstance(field.kind, Choice | Country) else text


def _spread(field: Field, value: Any) -> Sequence[Any]:
    """The values that a kind takes: money its currency, too, which a condition does not know."""
    return (value, *[None] * (len(field.sources) - 1))


@dataclass(frozen=True)
class Constant(Term):
    """A value as it was written, checked by the field it is compared with."""

    type: Type
    constant: Any
    field: Field | None = None

    def sql(self, frame: Frame, prefix: str) -> Any:
        return Value(self.constant)

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        return self.constant

    def words(self, frame: Frame) -> str:
        return shown(self.field, self.constant)


@dataclass(frozen=True)
class Asker(Term):
    """`me`: who asks."""

    type: Type = Type.REFERENCE

    def sql(self, frame: Frame, prefix: str) -> Any:
        return Value(frame.me, output_field=models.UUIDField())

    def value(self, frame: Frame, reader: Reader | None) -> UUID | None:
        return frame.me

    def words(self, frame: Frame) -> str:
        return _("me")


@dataclass(frozen=True)
class Now(Term):
    """`today` (a date) or `now` (a moment)."""

    type: Type

    def sql(self, frame: Frame, prefix: str) -> Any:
        return Value(self.value(frame, None))

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        return frame.today if self.type is Type.DATE else frame.now

    def words(self, frame: Frame) -> str:
        return _("today") if self.type is Type.DATE else _("now")


class Raw(Expression):
    """SQL around expressions: `template` with one %s for each of them, which keeps every value a parameter."""

    def __init__(self, template: str, *parts: Any, output_field: models.Field) -> None:
        super().__init__(output_field=output_field)
        self.template = template
        self.parts = [part if hasattr(part, "resolve_expression") else Value(part) for part in parts]

    def get_source_expressions(self) -> list[Any]:
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.parts = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        texts, params = [], []
        for part in self.parts:
            sql, values = compiler.compile(part)
            texts.append(f"({sql})")
            params += values
        return self.template % tuple(texts), params


OUTPUT: dict[Type, models.Field] = {
    Type.TEXT: models.TextField(),
    Type.CODE: models.TextField(),
    Type.NUMBER: models.DecimalField(max_digits=60, decimal_places=10),
    Type.YES_NO: models.BooleanField(),
    Type.DATE: models.DateField(),
    Type.MOMENT: models.DateTimeField(),
    Type.TIME: models.TimeField(),
    Type.REFERENCE: models.UUIDField(),
}


@dataclass(frozen=True)
class Shifted(Term):
    """A date or moment, some time earlier or later."""

    base: Term
    amount: int
    unit: str

    @property
    def type(self) -> Type:  # type: ignore[override]
        return Type.MOMENT if self.unit in ("hours", "minutes") else self.base.type

    def below(self) -> Iterator[Term]:
        yield self.base

    def sql(self, frame: Frame, prefix: str) -> Any:
        if self.is_constant:
            return Value(self.value(frame, None), output_field=OUTPUT[self.type])
        cast = "timestamptz" if self.type is Type.MOMENT else "date"
        years = int(self.amount / {"years": 1, "months": 12}.get(self.unit, 1_000_000))
        # Past the ends of the calendar the server would refuse the whole statement, and Python knows no such days.
        template = (
            "(SELECT CASE WHEN moved >= '0001-01-01' AND moved < '10000-01-01' THEN moved END "  # noqa: S608 - numbers
            "FROM (SELECT "
            f"CASE WHEN extract(year from base) + {years} BETWEEN 0 AND 10000 "
            f"THEN (base + interval '{int(self.amount)} {self.unit}')::{cast} END AS moved "
            f"FROM (SELECT %s::{cast} AS base) AS at_first) AS later)"
        )
        return Raw(template, self.base.sql(frame, prefix), output_field=OUTPUT[self.type])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        base = self.base.value(frame, reader)
        return None if base is None else shifted(base, self.amount, self.unit)

    def words(self, frame: Frame) -> str:
        sign, amount = (-1, -self.amount) if self.amount < 0 else (1, self.amount)
        if isinstance(self.base, Now):
            return words.moment_from_now(self.base.words(frame), sign, amount, self.unit)
        return f"{self.base.words(frame)} {'−' if sign < 0 else '+'} {words.length_of_time(amount, self.unit)}"


def as_number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
