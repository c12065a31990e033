"""Conditions, bound to what they mean: each compiles to SQL, holds or not for one record, and says so in words.

There are two values, true and false: a comparison with nothing is false, its negation true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, ExpressionWrapper, IntegerField, Q, Subquery, Value
from django.db.models.expressions import Exists
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kundig.records.conditions import words
from kundig.records.conditions.collections import Collection
from kundig.records.conditions.frames import Frame, Reader
from kundig.records.conditions.terms import Term

if TYPE_CHECKING:
    from kundig.accounts.models import User

ALWAYS, NEVER = Q(Value(True, output_field=BooleanField())), Q(Value(False, output_field=BooleanField()))


class Clause:
    def below(self) -> Iterator[Clause]:
        yield from ()

    def terms(self) -> Iterator[Term]:
        yield from ()

    @property
    def asks_collections(self) -> bool:
        """Whether it reads rows that belong to a record, which costs more than reading the record."""
        parts: Iterator[Clause | Term] = chain(self.below(), self.terms())
        return any(part.asks_collections for part in parts)

    def names(self) -> Iterator[str]:
        for clause in self.below():
            yield from clause.names()
        for term in self.terms():
            yield from term.names()

    def q(self, frame: Frame, prefix: str) -> Q:
        """What rows must fulfil; where it is unknown (NULL), they do not."""
        raise NotImplementedError

    def not_q(self, frame: Frame, prefix: str) -> Q:
        """What rows must fulfil for this not to hold: exactly those that `q` leaves out."""
        known = ExpressionWrapper(self.q(frame, prefix), output_field=BooleanField())
        return ~Q(Coalesce(known, Value(False), output_field=BooleanField()))

    def holds(self, frame: Frame, reader: Reader) -> bool:
        raise NotImplementedError

    def words(self, frame: Frame) -> str:
        raise NotImplementedError

    def not_words(self, frame: Frame) -> str:
        return _("not (%(condition)s)") % {"condition": self.words(frame)}

    def found(self, frame: Frame, reader: Reader) -> str:
        """What stands in the record, for an explanation; "" where that goes without saying."""
        return ""


@dataclass(frozen=True)
class Joined(Clause):
    """All ("and") or any ("or") of several."""

    operator: str
    clauses: tuple[Clause, ...]

    def below(self) -> Iterator[Clause]:
        yield from self.clauses

    def q(self, frame: Frame, prefix: str) -> Q:
        return self._joined(self.operator, [clause.q(frame, prefix) for clause in self.clauses])

    def not_q(self, frame: Frame, prefix: str) -> Q:
        other = "or" if self.operator == "and" else "and"
        return self._joined(other, [clause.not_q(frame, prefix) for clause in self.clauses])

    @staticmethod
    def _joined(operator: str, parts: Sequence[Q]) -> Q:
        joined = parts[0]
        for part in parts[1:]:
            joined = joined & part if operator == "and" else joined | part
        return joined

    def holds(self, frame: Frame, reader: Reader) -> bool:
        quantifier = all if self.operator == "and" else any
        return quantifier(clause.holds(frame, reader) for clause in self.clauses)

    def words(self, frame: Frame) -> str:
        word = f" {_('and') if self.operator == 'and' else _('or')} "
        return word.join(within(clause, frame) for clause in self.clauses)


def within(clause: Clause, frame: Frame) -> str:
    """A part in words, in brackets where it consists of parts itself."""
    return f"({clause.words(frame)})" if isinstance(clause, Joined) else clause.words(frame)


@dataclass(frozen=True)
class Negation(Clause):
    clause: Clause

    def below(self) -> Iterator[Clause]:
        yield self.clause

    def q(self, frame: Frame, prefix: str) -> Q:
        return self.clause.not_q(frame, prefix)

    def not_q(self, frame: Frame, prefix: str) -> Q:
        return self.clause.q(frame, prefix)

    def holds(self, frame: Frame, reader: Reader) -> bool:
        return not self.clause.holds(frame, reader)

    def words(self, frame: Frame) -> str:
        return self.clause.not_words(frame)

    def not_words(self, frame: Frame) -> str:
        return self.clause.words(frame)

    def found(self, frame: Frame, reader: Reader) -> str:
        return self.clause.found(frame, reader)


@dataclass(frozen=True)
class Fixed(Clause):
    """`true` or `false`: holds for all or for none."""

    value: bool

    def q(self, frame: Frame, prefix: str) -> Q:
        return ALWAYS if self.value else NEVER

    def holds(self, frame: Frame, reader: Reader) -> bool:
        return self.value

    def words(self, frame: Frame) -> str:
        return pgettext("condition", "always") if self.value else pgettext("condition", "never")


@dataclass(frozen=True)
class Quantified(Clause):
    """Any, all or none of what belongs to a record. "all" holds, too, where nothing does."""

    collection: Collection
    quantifier: str
    condition: Clause | None
    user: User | None

    @property
    def asks_collections(self) -> bool:
        return True

    def _exists(self, frame: Frame, prefix: str) -> Exists:
        return Exists(self._rows(self.collection.of_each(self.user, prefix), frame))

    def _rows(self, rows: Any, frame: Frame) -> Any:
        """The rows that decide: those that hold the condition, of "all" those that do not."""
        if self.condition is None:
            return rows if self.quantifier != "all" else rows.none()
        return rows.filter(self.condition.not_q(frame, "") if self.quantifier == "all" else self.condition.q(frame, ""))

    def q(self, frame: Frame, prefix: str) -> Q:
        exists = Q(self._exists(frame, prefix))
        return exists if self.quantifier == "any" else ~exists

    def not_q(self, frame: Frame, prefix: str) -> Q:
        exists = Q(self._exists(frame, prefix))
        return ~exists if self.quantifier == "any" else exists

    def holds(self, frame: Frame, reader: Reader) -> bool:
        exists: bool = self._rows(self.collection.of(reader.record, self.user), frame).exists()
        return exists == (self.quantifier == "any")

    def words(self, frame: Frame) -> str:
        if self.condition is None:
            text = {
                "any": _("has %(collection)s"),
                "all": pgettext("condition", "always"),
                "none": _("has no %(collection)s"),
            }[self.quantifier]
            return text % {"collection": self.collection.label}
        text = {
            "any": _("has %(collection)s for which: %(condition)s"),
            "all": _("has only %(collection)s for which: %(condition)s"),
            "none": _("has no %(collection)s for which: %(condition)s"),
        }[self.quantifier]
        return text % {"collection": self.collection.label, "condition": within(self.condition, frame)}

    def not_words(self, frame: Frame) -> str:
        opposite = {"any": "none", "none": "any"}.get(self.quantifier)
        if opposite is None:
            return super().not_words(frame)
        return Quantified(self.collection, opposite, self.condition, self.user).words(frame)

    def found(self, frame: Frame, reader: Reader) -> str:
        rows = self.collection.of(reader.record, self.user)
        return found_among(
            self.collection, rows if self.condition is None else rows.filter(self.condition.q(frame, ""))
        )


@dataclass(frozen=True)
class Counted(Clause):
    """How many of what belongs to a record there are, compared with a number."""

    collection: Collection
    condition: Clause | None
    operator: str
    number: int
    user: User | None

    @property
    def asks_collections(self) -> bool:
        return True

    def q(self, frame: Frame, prefix: str) -> Q:
        return self._compiled(frame, prefix, *self._at_least())

    def not_q(self, frame: Frame, prefix: str) -> Q:
        q = self.q(frame, prefix)
        return NEVER if q is ALWAYS else ALWAYS if q is NEVER else super().not_q(frame, prefix)

    def _at_least(self) -> tuple[int, int | None]:
        """The comparison as "from … up to", the upper end None where there is none."""
        number = self.number
        return {
            "=": (number, number),
            ">=": (number, None),
            ">": (number + 1, None),
            "<=": (0, number),
            "<": (0, number - 1),
        }[self.operator]

    def _compiled(self, frame: Frame, prefix: str, low: int, high: int | None) -> Q:
        """Nothing: NOT EXISTS; something: EXISTS; more: one grouped query. For each record of the base a count of its
        own would take seconds; of a few records it is all there is to do."""
        if high is not None and (high < 0 or high < low):
            return NEVER
        if low <= 0 and high is None:
            return ALWAYS
        rows = self._held(self.collection.of_each(self.user, prefix), frame)
        if high == 0:
            return ~Q(Exists(rows))
        if low <= 1 and high is None:
            return Q(Exists(rows))
        if frame.of_few:
            return self._between(self._count_of_each(rows), low, high)
        if low <= 0:
            assert high is not None
            return ~Q(**{f"{prefix}pk__in": self._grouped(frame, high + 1, None)}) | Q(**{f"{prefix}pk": None})
        return Q(**{f"{prefix}pk__in": self._grouped(frame, low, high)})

    def _count_of_each(self, rows: Any) -> Any:
        counted = rows.order_by().values(self.collection.path).annotate(count=Count("*")).values("count")
        return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())

    @staticmethod
    def _between(count: Any, low: int, high: int | None) -> Q:
        q = Q(GreaterThanOrEqual(count, Value(low)))
        return q if high is None else q & Q(LessThanOrEqual(count, Value(high)))

    def _grouped(self, frame: Frame, low: int, high: int | None) -> Any:
        path = f"{self.collection.path}_id"
        rows = self._held(self.collection.rows(self.user).filter(**{f"{path}__isnull": False}), frame)
        grouped = rows.order_by().values(path).annotate(count=Count("*")).filter(count__gte=low)
        return (grouped if high is None else grouped.filter(count__lte=high)).values(path)

    def _held(self, rows: Any, frame: Frame) -> Any:
        return rows if self.condition is None else rows.filter(self.condition.q(frame, ""))

    def holds(self, frame: Frame, reader: Reader) -> bool:
        low, high = self._at_least()
        count = self._held(self.collection.of(reader.record, self.user), frame).count()
        return count >= low and (high is None or count <= high)

    def words(self, frame: Frame) -> str:
        if self.condition is None:
            what = _("number of %(collection)s") % {"collection": self.collection.label}
        else:
            what = _("number of %(collection)s for which (%(condition)s)") % {
                "collection": self.collection.label,
                "condition": self.condition.words(frame),
            }
        return f"{what} {words.comparison(self.operator, None) % {'value': self.number}}"

    def found(self, frame: Frame, reader: Reader) -> str:
        return found_among(self.collection, self._held(self.collection.of(reader.record, self.user), frame))


def found_among(collection: Collection, rows: Any, *, most: int = 3) -> str:
    """How many rows, and the titles of the first of them."""
    count = rows.count()
    titles = [str(title) for title in rows.values_list(collection.description.title, flat=True)[:most] if title]
    more = ", …" if count > len(titles) and titles else ""
    return f"{count} ({', '.join(titles)}{more})" if titles else str(count)
