"""Terms that compute: arithmetic, functions, and sums over what belongs to a record.

SQL and Python agree digit for digit: numbers are exact decimals, a quotient has ten places, rounding is half away from
zero (as PostgreSQL's numeric does it); nothing divided, or divided by zero, is nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Case, Count, Max, Min, Q, Subquery, Sum, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.records.conditions.collections import Collection
from kundig.records.conditions.frames import Frame, Reader
from kundig.records.conditions.terms import OUTPUT, Raw, Term, as_number
from kundig.records.conditions.types import Type

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.conditions.clauses import Clause

EXACT = Context(prec=500, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
QUOTIENT_PLACES = 10


@dataclass(frozen=True)
class Computation(Term):
    """Two terms with + - * / between them: numbers, texts (+ alone), two dates (their distance in days)."""

    operator: str
    left: Term
    right: Term
    type: Type

    def below(self) -> Iterator[Term]:
        yield from (self.left, self.right)

    @property
    def _is_distance(self) -> bool:
        """Whether two days are compared, the answer being how many lie between them."""
        return Type.DATE in (self.left.type, self.right.type)

    def sql(self, frame: Frame, prefix: str) -> Any:
        left, right = self.left.sql(frame, prefix), self.right.sql(frame, prefix)
        if self.type is Type.TEXT:
            return Raw("coalesce(%s::text, '') || coalesce(%s::text, '')", left, right, output_field=OUTPUT[Type.TEXT])
        if self._is_distance:
            left, right = (_on_day(term, sql) for term, sql in ((self.left, left), (self.right, right)))
            template = "(%s::date - %s::date)::numeric"
        elif self.operator == "/":
            # Twenty places in the dividend make PostgreSQL compute as many in the quotient.
            template = f"round((%s::numeric * 1.00000000000000000000) / nullif(%s::numeric, 0), {QUOTIENT_PLACES})"
        else:
            template = f"(%s::numeric {self.operator} %s::numeric)"
        return Raw(template, left, right, output_field=OUTPUT[Type.NUMBER])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        left, right = self.left.value(frame, reader), self.right.value(frame, reader)
        if self.type is Type.TEXT:
            return f"{left or ''}{right or ''}"
        if left is None or right is None:
            return None
        if self._is_distance:
            return Decimal((_local_date(left) - _local_date(right)).days)
        left, right = Decimal(left), Decimal(right)
        if self.operator == "/":
            return None if right == 0 else _rounded(EXACT.divide(left, right), QUOTIENT_PLACES)
        compute = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}[self.operator]
        return compute(left, right)

    def words(self, frame: Frame) -> str:
        sign = {"*": "×", "/": "÷", "-": "−"}.get(self.operator, self.operator)
        return f"{_within(self.left, frame)} {sign} {_within(self.right, frame)}"


@dataclass(frozen=True)
class Negated(Term):
    part: Term
    type: Type = Type.NUMBER

    def below(self) -> Iterator[Term]:
        yield self.part

    def sql(self, frame: Frame, prefix: str) -> Any:
        return Raw("(- %s::numeric)", self.part.sql(frame, prefix), output_field=OUTPUT[Type.NUMBER])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        number = as_number(self.part.value(frame, reader))
        return None if number is None else -number

    def words(self, frame: Frame) -> str:
        return f"−{_within(self.part, frame)}"


def _on_day(term: Term, sql: Any) -> Any:
    return TruncDate(sql, tzinfo=timezone.get_current_timezone()) if term.type is Type.MOMENT else sql


def _within(term: Term, frame: Frame) -> str:
    return f"({term.words(frame)})" if isinstance(term, Computation) else term.words(frame)


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), context=EXACT)


# -- functions of values ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Function:
    """A function by name: the types it takes, the type it answers, its SQL and its Python."""

    takes: tuple[Type, ...]
    gives: Type
    template: str
    compute: Callable[..., Any]
    fewest: int = -1
    """How many arguments must be given; all, if not said."""
    repeats: bool = False
    """Whether the last argument may come again and again."""


def _round(number: Any, places: Any = 0) -> Decimal:
    return _rounded(Decimal(number), max(0, min(int(places or 0), 10)))


def _known(choose: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def function(*values: Any) -> Any:
        known = [value for value in values if value is not None]
        return choose(known) if known else None

    return function


def _local_date(value: Any) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


FUNCTIONS: Mapping[str, Function] = {
    "round": Function(
        (Type.NUMBER, Type.NUMBER),
        Type.NUMBER,
        "round(%s::numeric, greatest(0, least(10, coalesce(trunc(%s::numeric), 0)))::int)",
        _round,
        fewest=1,
    ),
    "abs": Function((Type.NUMBER,), Type.NUMBER, "abs(%s::numeric)", abs),
    "least": Function((Type.NUMBER,), Type.NUMBER, "least(%s)", _known(min), repeats=True),
    "greatest": Function((Type.NUMBER,), Type.NUMBER, "greatest(%s)", _known(max), repeats=True),
    "year": Function((Type.DATE,), Type.NUMBER, "extract(year from %s)::numeric", lambda day: Decimal(day.year)),
    "month": Function((Type.DATE,), Type.NUMBER, "extract(month from %s)::numeric", lambda day: Decimal(day.month)),
    "length": Function((Type.TEXT,), Type.NUMBER, "char_length(%s::text)::numeric", lambda text: Decimal(len(text))),
}
KEEPS_NOTHING = ("least", "greatest")
"""Functions that leave out empty values; of the others the result is empty when the first argument is."""


@dataclass(frozen=True)
class Applied(Term):
    name: str
    function: Function
    arguments: tuple[Term, ...]

    @property
    def type(self) -> Type:  # type: ignore[override]
        return self.function.gives

    def below(self) -> Iterator[Term]:
        yield from self.arguments

    def sql(self, frame: Frame, prefix: str) -> Any:
        parts = [_on_day(argument, argument.sql(frame, prefix)) for argument in self.arguments]
        template = self.function.template
        if self.function.repeats:
            template = template % ", ".join(["%s::numeric"] * len(parts))
        elif self.name == "round" and len(parts) == 1:
            template = "round(%s::numeric)"
        return Raw(template, *parts, output_field=OUTPUT[self.type])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        values = [argument.value(frame, reader) for argument in self.arguments]
        if self.name not in KEEPS_NOTHING and values[0] is None:
            return None
        if self.function.takes[0] is Type.NUMBER:
            values = [as_number(value) for value in values]
        elif self.function.takes[0] is Type.DATE:
            values = [_local_date(value) for value in values]
        return self.function.compute(*values)

    def words(self, frame: Frame) -> str:
        return f"{self.name}({'; '.join(argument.words(frame) for argument in self.arguments)})"


@dataclass(frozen=True)
class FirstKnown(Term):
    """`coalesce(a, b)`: the first that is not empty."""

    arguments: tuple[Term, ...]
    type: Type

    def below(self) -> Iterator[Term]:
        yield from self.arguments

    def sql(self, frame: Frame, prefix: str) -> Any:
        slot = "nullif(%s::text, '')" if self.type in (Type.TEXT, Type.CODE) else "%s"
        parts = [argument.sql(frame, prefix) for argument in self.arguments]
        return Raw(f"coalesce({', '.join([slot] * len(parts))})", *parts, output_field=OUTPUT[self.type])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        values = (argument.value(frame, reader) for argument in self.arguments)
        return next((value for value in values if value is not None and value != ""), None)

    def words(self, frame: Frame) -> str:
        return f"coalesce({'; '.join(argument.words(frame) for argument in self.arguments)})"


@dataclass(frozen=True)
class IfElse(Term):
    """`if(condition, then, otherwise)`."""

    condition: Clause
    then: Term
    otherwise: Term
    type: Type

    @property
    def is_constant(self) -> bool:
        return False

    def below(self) -> Iterator[Term]:
        yield from (self.then, self.otherwise)

    @property
    def asks_collections(self) -> bool:
        return self.condition.asks_collections or super().asks_collections

    def names(self) -> Iterator[str]:
        yield from self.condition.names()
        yield from super().names()

    def sql(self, frame: Frame, prefix: str) -> Any:
        then, otherwise = self.then.sql(frame, prefix), self.otherwise.sql(frame, prefix)
        if self.type is Type.NUMBER:
            then, otherwise = (Raw("%s::numeric", part, output_field=OUTPUT[self.type]) for part in (then, otherwise))
        condition = self.condition.q(frame, prefix)
        return Case(When(condition, then=then), default=otherwise, output_field=OUTPUT[self.type])

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        assert reader is not None, "a condition is asked of a record"
        return (self.then if self.condition.holds(frame, reader) else self.otherwise).value(frame, reader)

    def words(self, frame: Frame) -> str:
        return _("%(then)s if %(condition)s, otherwise %(otherwise)s") % {
            "then": self.then.words(frame),
            "condition": self.condition.words(frame),
            "otherwise": self.otherwise.words(frame),
        }


# -- over collections ---------------------------------------------------------------------------------------------

AGGREGATES: Mapping[str, Any] = {"sum": Sum, "avg": Avg, "min": Min, "max": Max, "count": Count}


@dataclass(frozen=True)
class Aggregated(Term):
    """`sum(orders.total, placed_on > today - 12 months)`: over what belongs to a record and holds a condition."""

    name: str
    collection: Collection
    inner: Term | None
    condition: Clause | None
    user: User | None
    type: Type

    @property
    def is_constant(self) -> bool:
        return False

    @property
    def asks_collections(self) -> bool:
        return True

    def sql(self, frame: Frame, prefix: str) -> Any:
        rows = self._held(self.collection.of_each(self.user, prefix), frame)
        found = rows.order_by().values(self.collection.path).annotate(found=self._aggregate(frame)).values("found")
        return self._finished(Subquery(found, output_field=OUTPUT[self.type]))

    def value(self, frame: Frame, reader: Reader | None) -> Any:
        assert reader is not None, "what belongs to a record is asked of one"
        rows = self._held(self.collection.of(reader.record, self.user), frame)
        found = rows.aggregate(found=self._aggregate(frame))["found"]
        if self.type is not Type.NUMBER:
            return found
        if found is None:
            return Decimal(0) if self.name in ("sum", "count") else None
        return _rounded(Decimal(found), QUOTIENT_PLACES) if self.name == "avg" else Decimal(found)

    def _held(self, rows: Any, frame: Frame) -> Any:
        return rows if self.condition is None else rows.filter(self.condition.q(frame, ""))

    def _aggregate(self, frame: Frame) -> Any:
        if self.inner is None:
            return Count("pk")
        expression = self.inner.sql(frame, "")
        if self.type is Type.NUMBER:
            expression = Raw("%s::numeric", expression, output_field=OUTPUT[Type.NUMBER])
        guards = list(self.inner.guards(frame, ""))
        condition = Q(*guards) if guards else None
        return AGGREGATES[self.name](expression, filter=condition, output_field=OUTPUT[self.type])

    def _finished(self, found: Any) -> Any:
        if self.name in ("sum", "count"):
            return Raw("coalesce(%s, 0)::numeric", found, output_field=OUTPUT[Type.NUMBER])
        if self.name == "avg":
            return Raw(f"round(%s, {QUOTIENT_PLACES})", found, output_field=OUTPUT[Type.NUMBER])
        return found

    def words(self, frame: Frame) -> str:
        what = {
            "sum": _("sum of %(field)s of the %(collection)s"),
            "avg": _("average of %(field)s of the %(collection)s"),
            "min": _("least %(field)s of the %(collection)s"),
            "max": _("greatest %(field)s of the %(collection)s"),
            "count": _("number of %(collection)s"),
        }[self.name]
        text = what % {
            "field": self.inner.words(frame) if self.inner is not None else "",
            "collection": self.collection.label,
        }
        if self.condition is None:
            return text
        return _("%(what)s for which: %(condition)s") % {"what": text, "condition": self.condition.words(frame)}
