"""The rights to the fields of one object, and the conditions under which a role reaches further records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action, FieldRight
from kundig.accounts.models import AccessRole
from kundig.records import conditions
from kundig.records.conditions import ConditionError
from kundig.records.description import Description
from kundig.records.rights import condition_in

WORDS = {FieldRight.WRITE: "write", FieldRight.READ: "read", FieldRight.HIDDEN: "hidden"}
RIGHTS = {word: right for right, word in WORDS.items()}
MOST_CONDITIONS = 8
LONGEST_CONDITION = 2000


@dataclass(frozen=True)
class FieldRow:
    """One field: its name in the form, what was chosen, what could be."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]
    is_personal: bool


@dataclass
class Further:
    """One condition with the actions it holds for; `error` says what is wrong with its text."""

    number: int
    text: str
    actions: set[str] = field(default_factory=set)
    sentence: str = ""
    error: str = ""


def field_rows(role: AccessRole, description: Description) -> list[FieldRow]:
    """The fields one can keep back: an address as a whole, not its parts; never the title."""
    rights = {grant.field: FieldRight(grant.right) for grant in role.field_grants.filter(object=description.name)}
    rows = []
    for name, each in restrictable(description):
        choices = [(WORDS[right], str(right.label)) for right in reversed(FieldRight)]
        if not each.editable:
            choices = [
                (WORDS[FieldRight.WRITE], str(FieldRight.READ.label)),
                (WORDS[FieldRight.HIDDEN], str(FieldRight.HIDDEN.label)),
            ]
        elif name in description.title.split():
            choices = choices[:2]
        rows.append(
            FieldRow(
                f"field.{description.name}.{name}",
                capfirst(str(each.label)),
                WORDS[rights.get(name, FieldRight.WRITE)],
                choices,
                each.personal,
            )
        )
    return rows


def restrictable(description: Description) -> Iterator[tuple[str, Any]]:
    parts = {part for name in description.composed for part in description.fields[name].sources}
    for name, each in description.fields.items():
        is_title = name in description.title.split()
        if name == "id" or name in parts or (is_title and not each.editable):
            continue
        yield name, each


def chosen_fields(data: Mapping[str, Any], description: Description) -> dict[tuple[str, str], FieldRight]:
    """The rights in a sent form.

    Raises:
        ValidationError: naming what is no right.
    """
    chosen = {}
    for name, _field in restrictable(description):
        value = data.get(f"field.{description.name}.{name}")
        if value is None:
            continue
        if value not in RIGHTS:
            raise ValidationError(_("“%(value)s” is no right to a field.") % {"value": value[:40]})
        chosen[description.name, name] = RIGHTS[value]
    return chosen


def further_of(role: AccessRole, description: Description) -> list[Further]:
    """The conditions of the role's grants for this object, each once, and an empty one to begin with."""
    found: dict[str, Further] = {}
    for grant in role.grants.filter(object=description.name).exclude(condition=""):
        each = found.setdefault(grant.condition, Further(len(found), grant.condition))
        each.actions.add(grant.action)
    for each in found.values():
        condition = condition_in(each.text, description)
        if condition is None:
            each.error = _("This does not fit any more and grants nothing: %(why)s") % {
                "why": why(each.text, description)
            }
        else:
            each.sentence = condition.sentence()
    return [*found.values(), Further(len(found), "")]


def why(text: str, description: Description) -> str:
    """What is wrong with the text of a condition, "" if nothing."""
    try:
        conditions.read(text, description, None)
    except ConditionError as error:
        return " ".join(problem.message for problem in error.problems)
    return ""


def sent_further(data: QueryDict, description: Description) -> list[Further]:
    """The conditions in a sent form, with what is wrong at each."""
    sent = []
    for number in range(MOST_CONDITIONS):
        text = data.get(f"further.{number}.text", "").replace("\x00", "").strip()
        actions = {each for each in data.getlist(f"further.{number}.actions") if each in Action.values}
        if not text and not actions:
            continue
        each = Further(number, text[:LONGEST_CONDITION], actions)
        if not text:
            each.error = _("Please say for which records.")
        elif len(text) > LONGEST_CONDITION:
            each.error = _("At most %(limit)d characters.") % {"limit": LONGEST_CONDITION}
        elif problem := why(text, description):
            each.error = problem
        elif not actions:
            each.error = _("Please choose what the role may do with these records.")
        sent.append(each)
    return sent


def by_action(sent: list[Further]) -> dict[Action, str]:
    """One text per action: several conditions for the same action are joined by “or”."""
    texts: dict[Action, list[str]] = {}
    for each in sent:
        for action in each.actions:
            texts.setdefault(Action(action), []).append(each.text)
    return {
        action: parts[0] if len(parts) == 1 else " or ".join(f"({part})" for part in parts)
        for action, parts in texts.items()
    }
