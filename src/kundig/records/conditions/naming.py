"""Finding what a name in a condition means: a field, a field of a related record, a collection."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kundig.accounts.models import Team, User
from kundig.records import registry
from kundig.records.conditions import tree
from kundig.records.conditions.collections import Collection, collections_of
from kundig.records.conditions.problems import ConditionError, refuse
from kundig.records.conditions.terms import FieldTerm
from kundig.records.conditions.types import type_of
from kundig.records.custom.storage import PREFIX
from kundig.records.fields import Field, build_field, kind_of
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import File, Reference, UserReference

if TYPE_CHECKING:
    from kundig.records.description import Description

OF_USERS, OF_TEAMS = ("name", "email"), ("name",)


@dataclass(frozen=True)
class Names:
    """What the names in a condition about `description` mean to `user` (None: the house, which may read everything)."""

    description: Description
    user: User | None

    def fields(self) -> Mapping[str, Field]:
        return self.fields_of(self.description)

    def fields_of(self, description: Description) -> Mapping[str, Field]:
        return description.fields if self.user is None else description.fields_for(self.user)

    def collections(self) -> dict[str, Collection]:
        return collections_of(self.description, self.user)

    def below(self, description: Description) -> Names:
        return Names(description, self.user)

    def field(self, name: tree.Name) -> FieldTerm:
        """The field a path leads to.

        Raises:
            ConditionError: naming the step that is not known, and what is; also for what nobody can compare.
        """
        known: Mapping[str, Field] = self.fields()
        steps: list[str] = []
        seen: list[tuple[tuple[str, ...], Any, Any]] = []
        labels: list[str] = []
        for number, word in enumerate(name.path):
            field = known.get(word)
            if field is None:
                raise unknown(name, number, known if number else {**known, **self.collections()})
            labels.append(str(field.label))
            if number == len(name.path) - 1:
                return self._leaf(name, field, tuple(steps), tuple(seen), labels)
            known = self._related(name, number, field)
            steps.append(word)
            related = _descriptions_behind(field)
            if related and self.user is not None:
                seen.append((tuple(steps), related, self.user))
        raise AssertionError("a path has at least one word")

    def _related(self, name: tree.Name, number: int, field: Field) -> Mapping[str, Field]:
        """The fields that stand behind the dot of a reference."""
        kind = field.kind
        if isinstance(kind, UserReference) or (isinstance(kind, Reference) and kind.model is Team):
            words = OF_USERS if isinstance(kind, UserReference) else OF_TEAMS
            return {word: _of_house(field, word) for word in words if number == 0}
        related = _descriptions_behind(field)
        if not related or field.model_field is None:
            raise refuse(
                _("“%(field)s” has no fields of its own.") % {"field": field.label}, *place_of(name, number + 1)
            )
        if len(related) == 1:
            return self.fields_of(related[0])
        # Of one table with several descriptions: what each that has the field tells, a kept back one of none.
        told = [(description, self.fields_of(description)) for description in related]
        found = {name: field for _description, known in told for name, field in known.items()}
        return {
            name: field
            for name, field in found.items()
            if all(name in known for description, known in told if name in description.fields)
        }

    def _leaf(
        self, name: tree.Name, field: Field, steps: tuple[str, ...], seen: tuple[Any, ...], labels: list[str]
    ) -> FieldTerm:
        found = type_of(field.kind)
        if isinstance(field.kind, Address | Position):
            parts = ", ".join(field.sources)
            raise refuse(
                _("“%(field)s” consists of several fields; use one of them: %(parts)s.")
                % {"field": field.label, "parts": parts},
                name.start,
                name.end,
            )
        if found is None or field.model_field is None:
            raise refuse(
                _("“%(field)s” is computed when it is shown and cannot be used in a condition.")
                % {"field": field.label},
                name.start,
                name.end,
            )
        if steps and "." in field.name:  # of users and teams, whose fields are named from here
            field = _plain_field(field)
        return FieldTerm(found, field, steps, seen, ": ".join(_capitalised(labels)))

    def collection(self, name: tree.Name) -> Collection:
        known = self.collections()
        found = known.get(name.text)
        if found is None:
            raise unknown(name, 0, known)
        return found


def _descriptions_behind(field: Field) -> tuple[Description, ...]:
    """How the records are described that a reference points at: by one description, or by several of one table."""
    kind = field.kind
    if not isinstance(kind, Reference) or isinstance(kind, File):
        return ()
    exact = registry.for_model(kind.model)
    return (exact,) if exact is not None else tuple(registry.covering(kind.model))


def _of_house(field: Field, word: str) -> Field:
    """A field of the person or team that a field names."""
    if not field.name.startswith(PREFIX):
        return build_field(field.description, f"{field.name}.{word}")
    assert isinstance(field.kind, Reference)
    column: Any = field.kind.model._meta.get_field(word)
    return Field(
        description=field.description, name=f"{field.name}.{word}", path=word, kind=kind_of(column),
        model_field=column, label=column.verbose_name, help="", required=False, editable=False, personal=False,
        purpose="",
    )  # fmt: skip


def _plain_field(field: Field) -> Field:
    """A field of a related record as that record itself knows it: "owner.name" is its "name"."""
    from dataclasses import replace

    last = field.name.rpartition(".")[2]
    return replace(field, name=last, path=last)


def _capitalised(labels: list[str]) -> list[str]:
    return [label[:1].upper() + label[1:] for label in labels]


def place_of(name: tree.Name, number: int) -> tuple[int, int]:
    """Where the word with this number stands in the text."""
    start = name.start + sum(len(word) + 1 for word in name.path[:number])
    return start, start + len(name.path[number])


def unknown(name: tree.Name, number: int, known: Iterable[str]) -> ConditionError:
    """What to say of a name that means nothing: which one was probably meant, or which there are."""
    word, names = name.path[number], list(known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        message = _("There is no field “%(name)s”. Did you mean “%(near)s”?") % {"name": word[:60], "near": near[0]}
    else:
        message = _("There is no field “%(name)s”. Known are: %(known)s.") % {
            "name": word[:60],
            "known": ", ".join(names),
        }
    return refuse(message, *place_of(name, number))
