"""Comparisons of values: with what was written, with other fields, with lists, with nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ExpressionWrapper, F, Q, TextField, Value
from django.db.models.expressions import Exists, OuterRef
from django.db.models.functions import TruncDate
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import Membership
from kundig.platform.sorting import KEY_LENGTH, FoldedText, SortKey, fold
from kundig.records.conditions import words
from kundig.records.conditions.clauses import NEVER, Clause
from kundig.records.conditions.frames import Frame, Reader, start_of
from kundig.records.conditions.terms import OUTPUT, Constant, FieldTerm, Now, Raw, Shifted, Term
from kundig.records.conditions.types import Type
from kundig.records.custom.fields import AddedField

_YES_NO = OUTPUT[Type.YES_NO]
LOOKUPS: Mapping[str, Any] = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
    "contains": Contains,
    "starts with": StartsWith,
    "ends with": EndsWith,
}
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "contains": lambda left, right: right in left,
    "starts with": lambda left, right: left.startswith(right),
    "ends with": lambda left, right: left.endswith(right),
}


def _text(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=TextField(db_collation="C"))


def _fitting(value: Any) -> Any:
    """A whole number as such: compared with an integer column a decimal one would not use its index."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


class OfTerms(Clause):
    """A clause about one term on its left."""

    left: Term

    def guarded(self, condition: Q, terms: Iterator[Term], frame: Frame, prefix: str) -> Q:
        for term in terms:
            for guard in term.guards(frame, prefix):
                condition &= guard
        return condition

    def found(self, frame: Frame, reader: Reader) -> str:
        if isinstance(self.left, FieldTerm):
            return self.left.shown(frame, reader)
        return words.plain_value(self.left.value(frame, reader))


@dataclass(frozen=True)
class Comparison(OfTerms):
    """Two values compared; `operator` is none of the negated ones, which are a `Negation` of this."""

    left: Term
    operator: str
    right: Term

    def terms(self) -> Iterator[Term]:
        yield from (self.left, self.right)

    def q(self, frame: Frame, prefix: str) -> Q:
        return self.guarded(self._compared(frame, prefix), self.terms(), frame, prefix)

    def _compared(self, frame: Frame, prefix: str) -> Q:
        if not self.right.is_constant:
            return Q(
                LOOKUPS[self.operator](self._side(self.left, frame, prefix), self._side(self.right, frame, prefix))
            )
        value = self.right.value(frame, None)
        if value is None:
            return NEVER
        if self.left.type is Type.TEXT:
            return self._text_compared(fold(value), frame, prefix)
        if self.left.type is Type.SEVERAL:
            return Q(Raw("%s @> ARRAY[%s]::varchar[]", self.left.sql(frame, prefix), value, output_field=_YES_NO))
        if self.left.type is Type.MOMENT and not isinstance(value, dt.datetime):
            return self._on_day(value, frame, prefix)
        expression = self.left.sql(frame, prefix)
        if self.operator in ("contains", "starts with", "ends with"):
            expression = _text(expression)
        return Q(LOOKUPS[self.operator](expression, _fitting(value)))

    def _side(self, term: Term, frame: Frame, prefix: str) -> Any:
        expression = term.sql(frame, prefix)
        if term.type is Type.TEXT:
            return FoldedText(expression)
        if term.type is Type.MOMENT and Type.DATE in (self.left.type, self.right.type):
            return TruncDate(expression, tzinfo=timezone.get_current_timezone())
        return expression

    def _text_compared(self, folded: str, frame: Frame, prefix: str) -> Q:
        key, added = self._key, self._added_key
        if isinstance(self.left, FieldTerm) and (key is not None or added) and len(folded) < KEY_LENGTH:
            column = _text(F(f"{self.left.path(prefix)}{key.name if key is not None else added}"))
            if self.operator == "=":
                text = str(self.right.value(frame, None))
                return Q(Exact(column, key.key_for(text) if key is not None else folded))
            if self.operator == "starts with" and not (key is not None and key.is_natural):
                return Q(StartsWith(column, folded))
        return Q(LOOKUPS[self.operator](FoldedText(self.left.sql(frame, prefix)), folded))

    @cached_property
    def _added_key(self) -> str:
        """The path of the indexed key of an added text field; "" of others."""
        field = self.left.field
        return field.choice_key if isinstance(field, AddedField) and field.choice_key != field.path else ""

    @cached_property
    def _key(self) -> SortKey | None:
        """The indexed key beside a text column, where it is made of this column alone."""
        field = self.left.field
        if field is None or field.model_field is None:
            return None
        try:
            key = field.model_field.model._meta.get_field(f"{field.model_field.name}_key")
        except FieldDoesNotExist:
            return None
        return key if isinstance(key, SortKey) and key.key_for("") is not None else None

    def _on_day(self, day: dt.date, frame: Frame, prefix: str) -> Q:
        """A moment compared with a day, so that an index on the moment answers it."""
        try:
            begins, ends = start_of(day), start_of(day + dt.timedelta(days=1))
        except OverflowError:
            return NEVER
        expression = self.left.sql(frame, prefix)
        return {
            "=": lambda: Q(GreaterThanOrEqual(expression, begins)) & Q(LessThan(expression, ends)),
            "<": lambda: Q(LessThan(expression, begins)),
            "<=": lambda: Q(LessThan(expression, ends)),
            ">": lambda: Q(GreaterThanOrEqual(expression, ends)),
            ">=": lambda: Q(GreaterThanOrEqual(expression, begins)),
        }[self.operator]()

    def holds(self, frame: Frame, reader: Reader) -> bool:
        left, right = self.left.value(frame, reader), self.right.value(frame, reader)
        if left is None or right is None:
            return False
        if self.left.type is Type.TEXT:
            left, right = self._keyed(str(left)), self._keyed(str(right))
        elif Type.DATE in (self.left.type, self.right.type):
            left, right = _day(left), _day(right)
        elif self.left.type is Type.NUMBER:
            left, right = Decimal(left), Decimal(right)
        return COMPARE[self.operator](left, right)

    def _keyed(self, text: str) -> str:
        """What texts are compared by: natural keys where the column has one ("K-09" is "K-9")."""
        key = self._key
        if key is not None and key.is_natural and self.operator == "=" and self.right.is_constant:
            return key.key_for(text) or ""
        return fold(text)

    @property
    def _is_always_known(self) -> bool:
        return self.left.field is not None and not self.left.field.nullable

    def words(self, frame: Frame) -> str:
        return self._written(self.operator, frame)

    def not_words(self, frame: Frame) -> str:
        opposite = {"=": "!=", "contains": "not contains", "starts with": "not starts with"}
        opposite |= {"ends with": "not ends with"}
        if self.operator not in opposite:
            return super().not_words(frame)
        return self._written(opposite[self.operator], frame)

    def _written(self, operator: str, frame: Frame) -> str:
        right = self.right
        if isinstance(right, Shifted) and isinstance(right.base, Now) and operator not in ("=", "!="):
            return words.said_of(self.left.words(frame), words.distance(operator, right.amount, right.unit))
        if isinstance(right, Constant) and isinstance(right.constant, bool) and self._is_always_known:
            operator, right = "=", Constant(Type.YES_NO, right.constant == (operator == "="))
        sentence = words.comparison(operator, self.left.type) % {"value": right.words(frame)}
        return words.said_of(self.left.words(frame), sentence)


def _day(value: Any) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


@dataclass(frozen=True)
class Among(OfTerms):
    """One of several values; of several texts (tags), at least one of them."""

    left: Term
    values: tuple[Term, ...]

    def terms(self) -> Iterator[Term]:
        yield self.left

    def q(self, frame: Frame, prefix: str) -> Q:
        return self.guarded(self._compared(frame, prefix), self.terms(), frame, prefix)

    def _compared(self, frame: Frame, prefix: str) -> Q:
        values = self._wanted(frame)
        if not values:
            return NEVER
        expression = self.left.sql(frame, prefix)
        if self.left.type is Type.SEVERAL:
            return Q(Raw("%s && %s::varchar[]", expression, Value(values), output_field=_YES_NO))
        if self.left.type is Type.TEXT:
            either = NEVER
            for value in self.values:
                either |= Comparison(self.left, "=", value)._compared(frame, prefix)
            return either
        return Q(In(expression, [Value(_fitting(value)) for value in values]))

    def _wanted(self, frame: Frame) -> list[Any]:
        wanted: list[Any] = []
        for term in self.values:
            value = term.value(frame, None)
            wanted += value if isinstance(value, tuple | list) else [] if value is None else [value]
        return wanted

    def holds(self, frame: Frame, reader: Reader) -> bool:
        if self.left.type is Type.TEXT:
            return any(Comparison(self.left, "=", value).holds(frame, reader) for value in self.values)
        value, wanted = self.left.value(frame, reader), self._wanted(frame)
        if self.left.type is Type.SEVERAL:
            return bool(set(value or ()) & set(wanted))
        return value is not None and value in wanted

    def words(self, frame: Frame) -> str:
        return self._written("in", frame)

    def not_words(self, frame: Frame) -> str:
        return self._written("not in", frame)

    def _written(self, operator: str, frame: Frame) -> str:
        values = words.enumeration([value.words(frame) for value in self.values], last="or")
        if len(self.values) == 1:
            operator = "=" if operator == "in" else "!="
        return words.said_of(self.left.words(frame), words.comparison(operator, self.left.type) % {"value": values})


@dataclass(frozen=True)
class MyTeams(Term):
    """`me.team`: the teams of who asks."""

    type: Type = Type.REFERENCE

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        return frame.teams

    def words(self, frame: Frame) -> str:
        return _("my team")


@dataclass(frozen=True)
class TeamOf(OfTerms):
    """Whether a user (`left`) belongs to one of some teams."""

    left: Term
    teams: Term
    label: str

    def terms(self) -> Iterator[Term]:
        yield self.left

    def _wanted(self, frame: Frame) -> tuple[Any, ...]:
        value = self.teams.value(frame, None)
        return tuple(value) if isinstance(value, tuple) else (value,)

    def q(self, frame: Frame, prefix: str) -> Q:
        assert isinstance(self.left, FieldTerm)
        path = f"{self.left.path(prefix)}{self.left.field.path}_id"
        members = Membership.objects.filter(user=OuterRef(path), team__in=self._wanted(frame))
        return self.guarded(Q(Exists(members)), self.terms(), frame, prefix)

    def holds(self, frame: Frame, reader: Reader) -> bool:
        person = self.left.value(frame, reader)
        return Membership.objects.filter(user=person, team__in=self._wanted(frame)).exists()

    def words(self, frame: Frame) -> str:
        return words.said_of(self.label, words.comparison("=", Type.REFERENCE) % {"value": self.teams.words(frame)})


@dataclass(frozen=True)
class IsEmpty(OfTerms):
    left: Term

    def terms(self) -> Iterator[Term]:
        yield self.left

    def q(self, frame: Frame, prefix: str) -> Q:
        """Empty, or not to be seen: whoever may not look learns nothing from it."""
        empty = self._empty(frame, prefix)
        for guard in self.left.guards(frame, prefix):
            empty |= ~guard
        return empty

    def _empty(self, frame: Frame, prefix: str) -> Q:
        expression = self.left.sql(frame, prefix)
        missing = Q(IsNull(expression, True))
        if self.left.type in (Type.TEXT, Type.CODE):
            return missing | Q(Exact(_text(expression), ""))
        if self.left.type is Type.SEVERAL:
            return missing | Q(Raw("cardinality(%s) = 0", expression, output_field=_YES_NO))
        return missing

    def holds(self, frame: Frame, reader: Reader) -> bool:
        return self.left.value(frame, reader) in (None, "", [])

    def words(self, frame: Frame) -> str:
        return f"{self.left.words(frame)} {words.comparison('empty', self.left.type)}"

    def not_words(self, frame: Frame) -> str:
        return f"{self.left.words(frame)} {words.comparison('not empty', self.left.type)}"
