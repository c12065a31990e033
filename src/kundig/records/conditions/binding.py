"""From the tree of a condition to its meaning: names are looked up, values read by the kinds, types compared."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import Team
from kundig.records.conditions import tree
from kundig.records.conditions.clauses import Clause, Counted, Fixed, Joined, Negation, Quantified
from kundig.records.conditions.comparing import Among, Comparison, IsEmpty, MyTeams, TeamOf
from kundig.records.conditions.naming import Names
from kundig.records.conditions.predicates import Asked, Predicate, predicates_of
from kundig.records.conditions.problems import ConditionError, Problem, refuse
from kundig.records.conditions.terms import Asker, Constant, FieldTerm, Term
from kundig.records.conditions.types import OPERATORS, Type, operators_of
from kundig.records.conditions.valuing import Values
from kundig.records.kinds.base import ISO, Reading
from kundig.records.kinds.references import Reference, UserReference

FLIPPED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST_COUNTED = 1_000_000


@dataclass
class Binder:
    """Reads one condition about the objects that `names` speaks of; `problems` collects what is wrong in its parts."""

    names: Names
    problems: list[Problem] = field(default_factory=list)

    @property
    def values(self) -> Values:
        return Values(self)

    def below(self, names: Names) -> Binder:
        """The binder of a condition within this one, about what belongs to the record."""
        return Binder(names, self.problems)

    def clause(self, node: tree.Node) -> Clause:
        """What a node says; where it cannot be understood the problem is noted, so that all are told at once."""
        try:
            return self._clause(node)
        except ConditionError as error:
            self.problems += error.problems
            return Fixed(False)

    def _clause(self, node: tree.Node) -> Clause:
        match node:
            case tree.Logic(operator, clauses):
                return Joined(operator, tuple(self.clause(part) for part in clauses))
            case tree.Not(part):
                return Negation(self.clause(part))
            case tree.Compare():
                return self.comparison(node)
            case tree.OneOf():
                return self.one_of(node)
            case tree.Empty(left):
                term = self.values.term(left)
                self._check_operator("empty", term, node)
                return IsEmpty(term)
            case tree.Quantity(collection, quantifier, condition) if quantifier != "count":
                found = self.names.collection(collection)
                if quantifier == "all" and condition is None:
                    raise refuse(_("Between the brackets belongs what shall hold for all."), node.start, node.end)
                inner = self.inner(found.description, condition)
                return Quantified(found, quantifier, inner, self.names.user)
            case tree.Literal(bool() as value):
                return Fixed(value)
            case tree.Call(name) if predicate := predicates_of(self.names.description, self.names.user).get(name):
                return self.predicate(predicate, node)
        term = self.values.term(node)
        if term.type is not Type.YES_NO:
            raise refuse(
                _("This is %(type)s and no condition; compare it with something, for example with “=”.")
                % {"type": term.type.label},
                node.start,
                node.end,
            )
        return Comparison(term, "=", Constant(Type.YES_NO, True))

    def inner(self, description: Any, condition: tree.Node | None) -> Clause | None:
        """A condition about what belongs to the record."""
        return None if condition is None else self.below(self.names.below(description)).clause(condition)

    def predicate(self, predicate: Predicate, node: tree.Call) -> Clause:
        if len(node.arguments) != len(predicate.choices):
            raise refuse(
                _("“%(name)s” takes %(count)d words in brackets: %(places)s.")
                % {
                    "name": node.name,
                    "count": len(predicate.choices),
                    "places": ", ".join(str(label) for label, _choices in predicate.choices),
                },
                node.start,
                node.end,
            )
        words = []
        for argument, (label, choices) in zip(node.arguments, predicate.choices, strict=True):
            words.append(_word_of(argument, str(label), {word: str(text) for word, text in choices().items()}))
        return Asked(predicate, tuple(words))

    # -- comparisons --------------------------------------------------------------------------------------------

    def comparison(self, node: tree.Compare) -> Clause:
        operator = "=" if node.operator == "!=" else node.operator
        clause = self._compared(node, node.left, operator, node.right)
        return Negation(clause) if node.operator == "!=" else clause

    def _compared(self, node: tree.Compare, left: tree.Node, operator: str, right: tree.Node) -> Clause:
        if isinstance(left, tree.Quantity) and left.quantifier == "count":
            return self.counted(left, operator, right)
        if team := self.team_of(left, operator, right, node):
            return team
        term = self.values.term(left)
        if term.is_constant and operator in FLIPPED and not isinstance(right, tree.Literal):
            other = self.values.term(right)
            if not other.is_constant:
                return self._compared(node, right, FLIPPED[operator], left)
        self._check_operator(operator, term, node)
        value = self.value(right, term, operator)
        if isinstance(value, MyTeams):
            return Among(term, (value,))
        return Comparison(term, operator, value)

    def _check_operator(self, operator: str, term: Term, node: tree.Node) -> None:
        known = operators_of(term.field.kind, term.type) if isinstance(term, FieldTerm) else OPERATORS[term.type]
        if operator not in known:
            name = "is empty" if operator == "empty" else operator
            raise refuse(
                _("“%(operator)s” cannot be asked of %(type)s; possible are: %(known)s.")
                % {
                    "operator": name,
                    "type": term.type.label,
                    "known": ", ".join("is empty" if each == "empty" else each for each in known),
                },
                node.start,
                node.end,
            )

    def counted(self, left: tree.Quantity, operator: str, right: tree.Node) -> Clause:
        collection = self.names.collection(left.collection)
        number = right.value if isinstance(right, tree.Literal) else None
        if not isinstance(number, Decimal) or number != number.to_integral_value() or not 0 <= number <= MOST_COUNTED:
            raise refuse(_("A number of records is compared with a whole number."), right.start, right.end)
        condition = self.inner(collection.description, left.condition)
        return Counted(collection, condition, operator, int(number), self.names.user)

    def team_of(self, left: tree.Node, operator: str, right: tree.Node, node: tree.Node) -> Clause | None:
        """`owner.team = me.team`: people belong to teams."""
        if not (isinstance(left, tree.Name) and len(left.path) > 1 and left.path[-1] == "team"):
            return None
        whole = tree.Name(left.path[:-1], start=left.start, end=left.end - len(".team"))
        person = self.names.field(whole)
        if not isinstance(person.field.kind, UserReference):
            return None
        if operator != "=":
            raise refuse(_("Of a team only “=” and “!=” can be asked."), node.start, node.end)
        if isinstance(right, tree.Me) and right.attribute == "team":
            teams: Term = MyTeams()
        else:
            teams = self._named_team(right)
        return TeamOf(person, teams, f"{person.label}: {_('Team')}")

    def _named_team(self, node: tree.Node) -> Term:
        text = node.value if isinstance(node, tree.Literal) else getattr(node, "text", "")
        found = Team.objects.filter(name__iexact=str(text)).first()
        if found is None:
            known = ", ".join(Team.objects.values_list("name", flat=True)[:12])
            raise refuse(
                _("There is no team “%(text)s”. Known are: %(known)s.") % {"text": str(text)[:40], "known": known},
                node.start,
                node.end,
            )
        return Constant(Type.TEXT, found.pk, _TeamField(found.name))  # type: ignore[arg-type]

    def one_of(self, node: tree.OneOf) -> Clause:
        term = self.values.term(node.left)
        self._check_operator("in", term, node)
        return Among(term, tuple(self.value(value, term, "in") for value in node.values))

    # -- values -------------------------------------------------------------------------------------------------

    def value(self, node: tree.Node, left: Term, operator: str) -> Term:
        """What stands on the right: read by the kind of the field on the left where it is written out.

        Raises:
            ConditionError: if it cannot be compared with the left.
        """
        if isinstance(node, tree.Me):
            return self._me(node, left)
        if written := self._written(node, left, operator):
            return written
        term = self.values.term(node)
        if not _fits(left, term, operator):
            raise refuse(
                _("%(left)s cannot be compared with %(right)s.")
                % {"left": _capital(left.type.label), "right": term.type.label},
                node.start,
                node.end,
            )
        return term

    def _me(self, node: tree.Me, left: Term) -> Term:
        kind = left.field.kind if left.field is not None else None
        if not node.attribute and isinstance(kind, UserReference):
            return Asker()
        if node.attribute == "team" and isinstance(kind, Reference) and kind.model is Team:
            return MyTeams()
        raise refuse(_("“me” can be compared with people, “me.team” with teams."), node.start, node.end)

    def _written(self, node: tree.Node, left: Term, operator: str) -> Term | None:
        """A constant whose text the field's kind reads: a choice, a country, a phone number, the title of a record."""
        of = left.field
        if of is None:
            return None
        if isinstance(node, tree.Name) and len(node.path) == 1:
            if left.type not in (Type.CODE, Type.SEVERAL, Type.REFERENCE):
                return None
            text = node.text
            if text in self.names.fields() and not self._is_choice(left, text):
                return None
        elif isinstance(node, tree.Literal) and isinstance(node.value, str):
            text = node.value
        else:
            return None
        if left.type is Type.TEXT or operator in ("contains", "starts with", "ends with"):
            return Constant(left.type if left.type is Type.SEVERAL else Type.TEXT, text)
        if left.type is Type.SEVERAL:
            return Constant(Type.SEVERAL, text)
        if left.type in (Type.NUMBER, Type.YES_NO):
            return None
        try:
            value = of.kind.parse(text, field=of, reading=Reading(user=self.names.user, formats=ISO, row={}))
        except ValidationError as error:
            raise refuse(" ".join(error.messages), node.start, node.end) from error
        if value in (None, ""):
            raise refuse(_("Write “is empty” to ask for those without a value."), node.start, node.end)
        return Constant(left.type, value, of)

    def _is_choice(self, left: Term, text: str) -> bool:
        return left.field is not None and text in getattr(left.field.kind, "labels", {})


@dataclass(frozen=True)
class _TeamField:
    """Shows a team by its name where a constant shows itself by its field."""

    name: str

    @property
    def kind(self) -> _TeamField:
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        return ("team",)

    def text(self, *values: Any) -> str:
        return self.name


def _word_of(argument: tree.Node, place: str, known: Mapping[str, str]) -> str:
    """The word of a question that is meant, by itself or by its label in quotes.

    Raises:
        ConditionError: naming the one that was probably meant, or all.
    """
    said = argument.text if isinstance(argument, tree.Name) else str(getattr(argument, "value", ""))
    by_label = {label.casefold(): word for word, label in known.items()}
    if said in known:
        return said
    if isinstance(argument, tree.Literal) and said.casefold() in by_label:
        return by_label[said.casefold()]
    near = difflib.get_close_matches(said.casefold(), [*known, *by_label], n=1)
    if near:
        message = _("%(place)s: “%(text)s” is not known. Did you mean “%(near)s”?")
    else:
        message = _("%(place)s: “%(text)s” is not known. Possible are: %(known)s.")
    said_of = {
        "place": place, "text": said[:40], "known": ", ".join(known),
        "near": by_label.get(near[0], near[0]) if near else "",
    }  # fmt: skip
    raise refuse(message % said_of, argument.start, argument.end)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fits(left: Term, right: Term, operator: str) -> bool:
    if {left.type, right.type} == {Type.DATE, Type.MOMENT}:
        return True
    if operator in ("contains", "starts with", "ends with"):
        return right.type in (Type.TEXT, Type.CODE) and right.is_constant
    if {left.type, right.type} == {Type.TEXT, Type.CODE}:
        return True
    return left.type is right.type


def bound(bind: Callable[[Binder], Any], names: Names) -> Any:
    """What `bind` makes of a tree.

    Raises:
        ConditionError: with all problems of all parts.
    """
    binder = Binder(names)
    try:
        found = bind(binder)
    except ConditionError as error:
        raise ConditionError([*binder.problems, *error.problems]) from error
    if binder.problems:
        raise ConditionError(binder.problems)
    return found
