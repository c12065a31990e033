"""A condition, or a formula, as everybody outside uses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.records.conditions import tree, words
from kundig.records.conditions.binding import bound
from kundig.records.conditions.clauses import Clause, Joined, Negation
from kundig.records.conditions.frames import Frame, Reader
from kundig.records.conditions.naming import Names
from kundig.records.conditions.parsing import parse
from kundig.records.conditions.plain import from_plain, to_plain
from kundig.records.conditions.problems import refuse
from kundig.records.conditions.terms import Term
from kundig.records.conditions.types import Type, operators_of, type_of
from kundig.records.conditions.writing import write
from kundig.records.paging import Sift

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field


@dataclass(frozen=True)
class Explanation:
    """Why a record fulfils a condition or not: the sentence, whether it holds, what stands there, and its parts."""

    holds: bool
    sentence: str
    found: str
    operator: str = ""
    """ "and" or "or" of the parts."""
    parts: tuple[Explanation, ...] = ()


@dataclass(frozen=True)
class Condition:
    """A checked condition about the records of `description`, read for `user` (None: for the house)."""

    description: Description
    user: User | None
    node: tree.Node
    clause: Clause

    @cached_property
    def text(self) -> str:
        return write(self.node)

    @cached_property
    def tree(self) -> Any:
        """The condition as plain data; `from_tree` reads it."""
        return to_plain(self.node)

    @cached_property
    def names(self) -> frozenset[str]:
        """The description's own fields that it uses."""
        return frozenset(self.clause.names())

    def frame(self, asker: User | None = None, now: dt.datetime | None = None) -> Frame:
        return Frame(asker or self.user, now or timezone.now())

    def q(self, asker: User | None = None, prefix: str = "") -> Q:
        """The filter for `rows.filter(…)`; `me` and `me.team` are the asker's. `prefix` leads to the record."""
        return self.clause.q(self.frame(asker), prefix)

    def apart(self) -> tuple[Q, Sift | None]:
        """The filter in two: what a record says itself, and what only the rows that belong to it do, None where it asks
        for none."""
        whole = self.clause
        parts = whole.clauses if isinstance(whole, Joined) and whole.operator == "and" else (whole,)
        own = [part.q(self.frame(), "") for part in parts if not part.asks_collections]
        others = [part for part in parts if part.asks_collections]
        if not others:
            return Q(*own), None
        few = replace(self.frame(), of_few=True)
        return Q(*own), Sift(
            of_few=lambda rows: rows.filter(*(part.q(few, "") for part in others)),
            of_all=lambda rows: rows.filter(*(part.q(self.frame(), "") for part in others)),
        )

    def holds(
        self,
        record: models.Model,
        asker: User | None = None,
        *,
        instead: Mapping[str, Any] | None = None,
        now: dt.datetime | None = None,
    ) -> bool:
        """Whether it holds for a record as it was read; `instead` replaces columns (what stood before a change), `now`
        is the moment that `today` means.

        What belongs to the record is asked of the database as it is now.
        """
        return self.clause.holds(self.frame(asker, now), Reader(record, instead or {}))

    def sentence(self) -> str:
        """The condition in words, in the language of the reader."""
        return self.clause.words(self.frame())

    def explain(self, record: models.Model, asker: User | None = None) -> Explanation:
        """Which parts hold for a record and which do not, with the values that stand there."""
        return _explained(self.clause, self.frame(asker), Reader(record))


def _explained(clause: Clause, frame: Frame, reader: Reader) -> Explanation:
    if isinstance(clause, Negation) and isinstance(clause.clause, Joined):
        # not (a or b) is explained by its parts, each turned round.
        inner = clause.clause
        turned = Joined("or" if inner.operator == "and" else "and", tuple(Negation(part) for part in inner.clauses))
        return _explained(turned, frame, reader)
    parts: tuple[Explanation, ...] = ()
    if isinstance(clause, Joined):
        parts = tuple(_explained(part, frame, reader) for part in clause.clauses)
    return Explanation(
        holds=clause.holds(frame, reader),
        sentence=clause.words(frame),
        found="" if parts else clause.found(frame, reader),
        operator=clause.operator if isinstance(clause, Joined) else "",
        parts=parts,
    )


def read(text: str, description: Description, user: User | None) -> Condition:
    """The condition that `text` says, as `user` may ask it; None is the house, which may read everything.

    Raises:
        ConditionError: with each problem and its place in the text.
    """
    return _condition(parse(text), description, user)


def from_tree(data: Any, description: Description, user: User | None) -> Condition:
    """The same from plain data."""
    return _condition(from_plain(data), description, user)


def _condition(node: tree.Node, description: Description, user: User | None) -> Condition:
    clause: Clause = bound(lambda binder: binder.clause(node), Names(description, user))
    return Condition(description, user, node, clause)


@dataclass(frozen=True)
class Expression:
    """A checked formula over the records of `description`."""

    description: Description
    user: User | None
    node: tree.Node
    term: Term

    @cached_property
    def text(self) -> str:
        return write(self.node)

    @property
    def type(self) -> Type:
        return self.term.type

    @cached_property
    def names(self) -> frozenset[str]:
        """The description's own fields that it reads."""
        return frozenset(self.term.names())

    @cached_property
    def collections(self) -> frozenset[str]:
        """The objects whose records it counts or sums."""
        return frozenset(_collections(self.node))

    @cached_property
    def uses_time(self) -> bool:
        """Whether it changes by itself as days pass."""
        return _uses_time(self.node)

    def sql(self, prefix: str = "") -> Any:
        """The formula as an expression for `annotate` and `update`; collections as subqueries."""
        return self.term.sql(Frame(self.user), prefix)

    def value(self, record: models.Model, *, instead: Mapping[str, Any] | None = None) -> Any:
        """What it comes to for one record; None where something needed is empty or is divided by zero."""
        return self.term.value(Frame(self.user), Reader(record, instead or {}))

    def words(self) -> str:
        return self.term.words(Frame(self.user))


def _collections(node: tree.Node) -> list[str]:
    found = [node.collection.text] if isinstance(node, tree.Quantity) else []
    if isinstance(node, tree.Call) and node.name in ("sum", "avg", "min", "max", "count"):
        first = node.arguments[0] if node.arguments else None
        found += [first.path[0]] if isinstance(first, tree.Name) else []
    for part in node.parts():
        found += _collections(part)
    return found


def _uses_time(node: tree.Node) -> bool:
    return isinstance(node, tree.Present) or any(_uses_time(part) for part in node.parts())


def read_expression(
    text: str, description: Description, user: User | None, *, also_conditions: bool = False
) -> Expression:
    """The formula that `text` says; with `also_conditions` one may be given, too: it comes to yes or no.

    Raises:
        ConditionError: with each problem and its place.
    """
    node = parse(text)
    if also_conditions and _is_condition(node):
        node = tree.Call("if", (node, tree.Literal(True), tree.Literal(False)), start=node.start, end=node.end)
    if isinstance(node, tree.Logic | tree.Not | tree.Compare | tree.OneOf | tree.Empty):
        raise refuse(_("This is a condition; a formula has a value. Write “if(…, …, …)”."), node.start, node.end)
    term: Term = bound(lambda binder: binder.values.term(node), Names(description, user))
    if term.type not in (Type.TEXT, Type.CODE, Type.NUMBER, Type.YES_NO, Type.DATE, Type.MOMENT, Type.TIME):
        raise refuse(_("A formula cannot come to %(type)s.") % {"type": term.type.label}, node.start, node.end)
    return Expression(description, user, node, term)


def _is_condition(node: tree.Node) -> bool:
    if isinstance(node, tree.Quantity):
        return node.quantifier != "count"
    return isinstance(node, tree.Logic | tree.Not | tree.Compare | tree.OneOf | tree.Empty)


@dataclass(frozen=True)
class Operator:
    """A comparison for a picker: its sign in the text, what it is called, and whether it takes a value."""

    sign: str
    label: str
    takes: str
    """ "" (nothing), "value" or "values"."""


def operators(field: Field) -> list[Operator]:
    """What can be asked of a field, with the negated forms; nothing of one that conditions cannot use."""
    found = type_of(field.kind)
    if found is None or field.model_field is None:
        return []
    signs: list[str] = []
    for sign in operators_of(field.kind, found):
        signs += [sign] if sign in ("=", "!=", "<", "<=", ">", ">=") else [sign, f"not {sign}"]
    takes = {"in": "values", "not in": "values", "empty": "", "not empty": ""}
    return [
        Operator(sign, words.comparison(sign, found).replace("%(value)s", "").strip(), takes.get(sign, "value"))
        for sign in signs
    ]
