"""Whether a formula can be kept as a field: what is wrong is told with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kundig.records.calculated.formulas import Formula, formula_of
from kundig.records.calculated.inputs import Read
from kundig.records.calculated.results import fits, kind_of, places_of
from kundig.records.conditions import ConditionError, Expression, Problem, read_expression, tree
from kundig.records.conditions.problems import refuse
from kundig.records.custom.kinds import KINDS
from kundig.records.custom.models import CustomField
from kundig.records.description import Description

LONGEST = 2000


def checked(row: CustomField, description: Description) -> Formula:
    """The formula of a field that is to be saved.

    Raises:
        ConditionError: with each problem and its place.
    """
    if not row.formula:
        raise refuse(_("Write what the values follow from, for example “%(example)s”.") % {"example": "2 * 3"}, 0, 0)
    if len(row.formula) > LONGEST:
        raise refuse(_("At most %(most)d characters fit.") % {"most": LONGEST}, LONGEST, len(row.formula))
    expression = read_expression(row.formula, description, None, also_conditions=True)
    problems = [*_about_readers(expression.node), *_about_result(row, expression)]
    if problems:
        raise ConditionError(problems)
    formula = Formula(row, expression)
    if circle := _circle(formula):
        raise refuse(
            _("This goes round in a circle: %(way)s. A formula cannot follow from itself.")
            % {"way": " → ".join(circle[1])},
            *_place_of(expression.node, circle[0]),
        )
    return formula


def settle_kind(row: CustomField, expression: Expression) -> None:
    """Give a new field the kind and the places that its formula comes to, where nobody has said otherwise."""
    if row.kind not in KINDS or not fits(expression, row.kind):
        row.kind = kind_of(expression)
    if row.kind == "number" and row.options.get("places") is None:
        row.options = {**row.options, "places": places_of(expression)}


def _about_readers(node: tree.Node) -> Iterator[Problem]:
    if isinstance(node, tree.Me):
        yield Problem(_("“me” is somebody else for each reader; a field has one value for all."), node.start, node.end)
    for part in node.parts():
        yield from _about_readers(part)


def _about_result(row: CustomField, expression: Expression) -> Iterator[Problem]:
    if not row._state.adding and not fits(expression, row.kind):
        yield Problem(
            _("This comes to %(type)s; the field holds “%(kind)s”, and that stays. Add another field for it.")
            % {"type": expression.type.label, "kind": KINDS[row.kind].label},
            expression.node.start,
            expression.node.end,
        )


def _circle(formula: Formula) -> tuple[str, list[str]] | None:
    """If the formula follows from its own field: the field it reads first, and the labels along the way."""
    home = (formula.description, formula.name)
    seen: set[tuple[Description, str]] = set()
    waiting: list[tuple[Read, str, list[str]]] = [(read, read.name, [formula.row.label]) for read in formula.reads]
    while waiting:
        read, first, way = waiting.pop()
        if read.description is None:
            continue
        place = (read.description, read.name)
        if place == home:
            return first, [*way, formula.row.label]
        if place in seen:
            continue
        seen.add(place)
        further = formula_of(*place)
        if further is not None:
            waiting += [(each, first, [*way, further.row.label]) for each in further.reads]
    return None


def _place_of(node: tree.Node, name: str) -> tuple[int, int]:
    """Where a name stands in the text; the whole text if it does not."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tree.Name) and name in each.path:
            return each.start, each.end
        waiting.extend(each.parts())
    return node.start, node.end
