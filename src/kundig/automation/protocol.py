"""What a rule can do: domains register their actions here in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One thing a step must know. `choices(description)` are pairs of value and label; without, text is typed."""

    name: str
    label: Any
    choices: Callable[[Description], Sequence[tuple[str, Any]]] | None = None
    help: Any = ""
    required: bool = True
    long: bool = False
    secret: bool = False


@dataclass(frozen=True)
class Occasion:
    """What an action is told besides the record: the rule, who acts, a key that stays over attempts."""

    rule: str
    by: User
    key: str
    rule_id: UUID
    cause: UUID | None = None
    """Whose change set the rule off, itself or by other rules; None where it was nobody's, or the clock's."""


@dataclass(frozen=True)
class RuleAction:
    """Something a rule can do with a record.

    `check(values, description)` answers the values as they are kept, or raises ValidationError with a dict of parameter
    names. `run(record, values, description, occasion)` does it and answers what it did in words; it is called inside a
    transaction and may be called again after a failure. `words(values, description)` says it in a sentence.
    """

    key: str
    label: Any
    icon: str
    parameters: tuple[Parameter, ...]
    check: Callable[[Values, Description], dict[str, Any]]
    run: Callable[[models.Model, Values, Description, Occasion], str]
    words: Callable[[Values, Description], str]
    applies: Callable[[Description], bool] = field(default=lambda description: True)
    is_outside: bool = False
    """Whether it reaches out of the house, which no rollback takes back: it is done after the others are kept."""
    changes: Callable[[Values], frozenset[str]] = field(default=lambda values: frozenset())
    """Names of the fields it writes, by which a rule that triggers itself is recognised."""


_actions: dict[str, RuleAction] = {}


def register_action(action: RuleAction) -> None:
    """Make an action known under its key.

    Raises:
        ValueError: if the key is taken.
    """
    if action.key in _actions:
        raise ValueError(f"Two actions of rules are called {action.key!r}")
    _actions[action.key] = action


def action(key: str) -> RuleAction | None:
    return _actions.get(key)


def actions_for(description: Description) -> list[RuleAction]:
    return [each for each in _actions.values() if each.applies(description)]
