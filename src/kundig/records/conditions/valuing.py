"""Binding values and formulas: what a name, a number, a sum or a function in a condition means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.records.conditions import tree
from kundig.records.conditions.formulas import (
    AGGREGATES,
    FUNCTIONS,
    Aggregated,
    Applied,
    Computation,
    FirstKnown,
    IfElse,
    Negated,
)
from kundig.records.conditions.naming import place_of
from kundig.records.conditions.problems import refuse
from kundig.records.conditions.terms import Asker, Constant, Now, Shifted, Term
from kundig.records.conditions.types import Type

if TYPE_CHECKING:
    from kundig.records.conditions.binding import Binder

KNOWN_CALLS = (*FUNCTIONS, "if", "coalesce", *AGGREGATES)
MOST_SHIFTED = 100_000


@dataclass(frozen=True)
class Values:
    """Binds what has a value and is no condition. Raises ConditionError with the place where it cannot."""

    binder: Binder

    def term(self, node: tree.Node) -> Term:
        match node:
            case tree.Literal(value):
                return self._literal(value)
            case tree.Name():
                return self.binder.names.field(node)
            case tree.Me(""):
                return Asker()
            case tree.Present(word):
                return Now(Type.DATE if word == "today" else Type.MOMENT)
            case tree.Negative(part):
                term = self.term(part)
                self._expect(term, Type.NUMBER, part)
                return Negated(term)
            case tree.Arithmetic():
                return self._arithmetic(node)
            case tree.Quantity(collection, "count", condition):
                found = self.binder.names.collection(collection)
                inner = self.binder.inner(found.description, condition)
                return Aggregated("count", found, None, inner, self.binder.names.user, Type.NUMBER)
            case tree.Call():
                return self._call(node)
            case tree.Duration():
                raise refuse(_("A length of time is added to a date, as in “today - 90 days”."), node.start, node.end)
        raise refuse(_("Here belongs a value, not a condition."), node.start, node.end)

    def _literal(self, value: tree.Value) -> Term:
        if isinstance(value, dt.datetime):
            return Constant(Type.MOMENT, _aware(value))
        types = {bool: Type.YES_NO, Decimal: Type.NUMBER, str: Type.TEXT, dt.date: Type.DATE, dt.time: Type.TIME}
        return Constant(types[type(value)], value)

    def _expect(self, term: Term, wanted: Type, node: tree.Node) -> None:
        fits = term.type is wanted or {term.type, wanted} <= {Type.TEXT, Type.CODE}
        if not fits and not (wanted is Type.DATE and term.type is Type.MOMENT):
            raise refuse(
                _("Here %(wanted)s is needed, and this is %(type)s.")
                % {"wanted": wanted.label, "type": term.type.label},
                node.start,
                node.end,
            )

    # -- arithmetic ---------------------------------------------------------------------------------------------

    def _arithmetic(self, node: tree.Arithmetic) -> Term:
        if isinstance(node.right, tree.Duration) and node.operator in "+-":
            return self._shifted(node, node.right)
        left, right = self.term(node.left), self.term(node.right)
        types = {left.type, right.type}
        if types == {Type.NUMBER}:
            return Computation(node.operator, left, right, Type.NUMBER)
        if node.operator == "+" and types <= {Type.TEXT, Type.CODE}:
            return Computation("+", left, right, Type.TEXT)
        if node.operator == "-" and types <= {Type.DATE, Type.MOMENT} and Type.DATE in types:
            return Computation("-", left, right, Type.NUMBER)
        raise refuse(
            _("“%(operator)s” is not possible between %(left)s and %(right)s.")
            % {"operator": node.operator, "left": left.type.label, "right": right.type.label},
            node.start,
            node.end,
        )

    def _shifted(self, node: tree.Arithmetic, duration: tree.Duration) -> Term:
        base = self.term(node.left)
        if base.type not in (Type.DATE, Type.MOMENT):
            self._expect(base, Type.DATE, node.left)
        amount = duration.amount
        if amount != amount.to_integral_value() or amount > MOST_SHIFTED:
            raise refuse(_("Write a length of time as a whole number up to 100,000."), duration.start, duration.end)
        if base.type is Type.DATE and duration.unit in ("hours", "minutes"):
            raise refuse(
                _("A day has no time; write “now” instead of “today”, or count in days."), duration.start, duration.end
            )
        return Shifted(base, int(amount) * (-1 if node.operator == "-" else 1), duration.unit)

    # -- functions ----------------------------------------------------------------------------------------------

    def _call(self, node: tree.Call) -> Term:
        if node.name in AGGREGATES:
            return self._aggregate(node)
        if node.name == "if":
            return self._if_else(node)
        if node.name == "coalesce":
            return self._first_known(node)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise refuse(
                _("There is no function “%(name)s”. Known are: %(known)s.")
                % {"name": node.name[:40], "known": ", ".join(KNOWN_CALLS)},
                node.start,
                node.start + len(node.name),
            )
        most = 50 if function.repeats else len(function.takes)
        fewest = 1 if function.repeats else function.fewest if function.fewest >= 0 else most
        self._check_count(node, fewest, most)
        arguments = []
        for number, argument in enumerate(node.arguments):
            term = self.term(argument)
            self._expect(term, function.takes[min(number, len(function.takes) - 1)], argument)
            arguments.append(term)
        return Applied(node.name, function, tuple(arguments))

    def _check_count(self, node: tree.Call, fewest: int, most: int) -> None:
        if not fewest <= len(node.arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest}–{most}"
            raise refuse(
                _("“%(name)s” takes %(wanted)s values in brackets, here are %(count)d.")
                % {"name": node.name, "wanted": wanted, "count": len(node.arguments)},
                node.start,
                node.end,
            )

    def _same_type(self, terms: list[Term], node: tree.Node) -> Type:
        types = {Type.TEXT if term.type is Type.CODE else term.type for term in terms}
        if len(types) > 1:
            raise refuse(
                _("All results must be of one kind; here are %(types)s.")
                % {"types": ", ".join(sorted(found.label for found in types))},
                node.start,
                node.end,
            )
        return types.pop()

    def _if_else(self, node: tree.Call) -> Term:
        self._check_count(node, 3, 3)
        condition = self.binder.clause(node.arguments[0])
        then, otherwise = (self.term(argument) for argument in node.arguments[1:])
        return IfElse(condition, then, otherwise, self._same_type([then, otherwise], node))

    def _first_known(self, node: tree.Call) -> Term:
        self._check_count(node, 2, 20)
        arguments = [self.term(argument) for argument in node.arguments]
        return FirstKnown(tuple(arguments), self._same_type(arguments, node))

    def _aggregate(self, node: tree.Call) -> Term:
        self._check_count(node, 1, 20)
        what, *conditions = node.arguments
        counts = node.name == "count"
        if not isinstance(what, tree.Name) or len(what.path) != (1 if counts else 2):
            example = "count(persons)" if counts else f"{node.name}(organisations.revenue)"
            raise refuse(_("Write it like “%(example)s”.") % {"example": example}, what.start, what.end)
        head = tree.Name(what.path[:1], start=what.start, end=what.start + len(what.path[0]))
        collection = self.binder.names.collection(head)
        inner = None
        below = self.binder.below(self.binder.names.below(collection.description))
        if not counts:
            start, end = place_of(what, 1)
            inner = below.names.field(tree.Name(what.path[1:], start=start, end=end))
            if node.name in ("sum", "avg") or inner.type not in (Type.DATE, Type.MOMENT):
                self._expect(inner, Type.NUMBER, what)
        clauses = tuple(conditions)
        condition = None
        if clauses:
            whole = clauses[0] if len(clauses) == 1 else tree.Logic("and", clauses)
            condition = below.clause(whole)
        found = Type.NUMBER if inner is None else inner.type
        return Aggregated(node.name, collection, inner, condition, self.binder.names.user, found)


def _aware(value: dt.datetime) -> dt.datetime:
    return timezone.make_aware(value) if timezone.is_naive(value) else value
