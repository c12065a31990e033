"""Conditions: one language for filters, saved views, rights, rules and the API; and formulas, of the same family.

    city = "München" and owner.team = me.team
    persons.any(function contains "Einkauf" and phone is not empty)
    persons.count() >= 3 and changed_at > today - 90 days

`read` checks a text against a description and answers a `Condition`: it compiles to a filter, holds or does not for one
record, explains itself, and says itself in words. docs/conditions.md has the whole language.
"""

from kundig.records.conditions import tree
from kundig.records.conditions.collections import Collection, collections_of
from kundig.records.conditions.condition import (
    Condition,
    Explanation,
    Expression,
    from_tree,
    operators,
    read,
    read_expression,
)
from kundig.records.conditions.parsing import parse
from kundig.records.conditions.plain import from_plain, to_plain
from kundig.records.conditions.predicates import Predicate, predicates_of, register_predicate
from kundig.records.conditions.problems import ConditionError, Problem
from kundig.records.conditions.types import Type, type_of
from kundig.records.conditions.writing import write

__all__ = [
    "Collection",
    "Condition",
    "ConditionError",
    "Explanation",
    "Expression",
    "Predicate",
    "Problem",
    "Type",
    "collections_of",
    "from_plain",
    "from_tree",
    "operators",
    "parse",
    "predicates_of",
    "read",
    "read_expression",
    "register_predicate",
    "to_plain",
    "tree",
    "type_of",
    "write",
]
