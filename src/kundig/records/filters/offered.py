"""What can be filtered by: fields, fields of related records, collections; and with which operators and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.accounts.models import Team
from kundig.records import conditions, registry
from kundig.records.conditions import ConditionError, Type, tree
from kundig.records.conditions.naming import OF_TEAMS, OF_USERS, Names
from kundig.records.filters.leaves import RELATIVE
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.references import File, Reference, UserReference

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.conditions.terms import FieldTerm
    from kundig.records.description import Description

MOST_OPTIONS = 40


@dataclass(frozen=True)
class Offer:
    """A line of the menu: a field by its path, (`of`) a collection, or (`call`) a question of another domain."""

    label: str
    path: str = ""
    of: str = ""
    call: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    offers: list[Offer]


def groups(description: Description, user: User) -> list[Group]:
    """Everything that can be asked of the records of an object, its own fields first."""
    known = {n: f for n, f in description.fields_for(user).items() if f.model_field is not None and n != "id"}
    first = f"{description.filters} {description.columns}".split()
    own = [(n, f) for n, f in known.items() if conditions.operators(f)]
    own.sort(key=lambda pair: first.index(pair[0]) if pair[0] in first else len(first))
    found = [Group(capfirst(str(description.label)), [Offer(capfirst(str(f.label)), path=n) for n, f in own])]
    asked = conditions.predicates_of(description, user)
    found[0].offers.extend(Offer(capfirst(str(each.label)), call=name) for name, each in asked.items())
    belonging = [
        Offer(capfirst(str(one.label)), of=name) for name, one in conditions.collections_of(description, user).items()
    ]
    if belonging:
        found.append(Group(_("What belongs to it"), belonging))
    for name, field in known.items():
        if isinstance(field.kind, Reference) and not isinstance(field.kind, File):
            offers = _related(name, field.kind, user)
            if offers:
                found.append(Group(capfirst(str(field.label)), offers))
    return found


def _related(name: str, kind: Reference, user: User) -> list[Offer]:
    if isinstance(kind, UserReference):
        return [Offer(_("Name") if word == "name" else _("Mail address"), path=f"{name}.{word}") for word in OF_USERS]
    if kind.model is Team:
        return [Offer(_("Name"), path=f"{name}.{word}") for word in OF_TEAMS]
    related = registry.for_model(kind.model)
    if related is None:
        return []
    fields = related.fields_for(user).items()
    return [
        Offer(capfirst(str(f.label)), path=f"{name}.{n}") for n, f in fields if n != "id" and conditions.operators(f)
    ]


def term_at(description: Description, user: User, path: str) -> FieldTerm:
    """The field behind a path.

    Raises:
        ConditionError: if there is none for this person.
    """
    words = tuple(path.split("."))
    if len(path) > 200 or not all(word.isidentifier() for word in words):
        raise ConditionError([conditions.Problem(_("There is no such field."), 0, 0)])
    return Names(description, user).field(tree.Name(words))


def signs(term: FieldTerm) -> list[tuple[str, str, str]]:
    """Operators as (sign, words, what they take: "" nothing, "value", "values", "length")."""
    found = [(one.sign, one.label, one.takes) for one in conditions.operators(term.field)]
    if _is_chosen(term):
        found = [one for one in found if one[0] not in ("=", "!=")]
    else:
        found = [one for one in found if one[0] not in ("in", "not in")]
    if term.type in (Type.DATE, Type.MOMENT):
        words = {
            "last": _("in the last"),
            "older": _("longer ago than"),
            "next": _("at most from today"),
            "later": _("further than from today"),
        }
        found = [*((word, words[word], "length") for word in RELATIVE), *found]
    return found


def _is_chosen(term: FieldTerm) -> bool:
    kind = term.field.kind
    return isinstance(kind, Choice | Country | UserReference) or (isinstance(kind, Reference) and kind.model is Team)


def control(term: FieldTerm) -> str:
    """Which control takes the value: options, record, yes_no, number, date, time, tag or text."""
    if _is_chosen(term):
        return "options"
    if isinstance(term.field.kind, YesNo):
        return "yes_no"
    if isinstance(term.field.kind, Several):
        return "options" if term.field.kind.choices else "text"
    return {
        Type.REFERENCE: "record",
        Type.NUMBER: "number",
        Type.DATE: "date",
        Type.MOMENT: "date",
        Type.TIME: "time",
    }.get(term.type, "text")


def options(term: FieldTerm, user: User, formats: Formats) -> list[tuple[str, str]]:
    """Pairs of value and label to choose from."""
    kind: Any = term.field.kind
    if isinstance(kind, Choice | Several):
        return [(value, str(label)) for value, label in kind.choices]
    if isinstance(kind, Country):
        return list(kind.options(formats.language))
    if isinstance(kind, UserReference):
        others = kind.candidates(user).exclude(pk=user.pk).order_by("name").values_list("pk", "name")
        return [("me", _("me")), *((str(pk), name) for pk, name in others[:MOST_OPTIONS])]
    if isinstance(kind, Reference) and kind.model is Team:
        found = kind.candidates(user).order_by("name").values_list("pk", "name")
        return [("me.team", _("my team")), *((str(pk), name) for pk, name in found[:MOST_OPTIONS])]
    return []
