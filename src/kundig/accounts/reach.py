"""How far a token reaches: what its user may do, and of that only what the token's scopes name.

A scope is written `read`, `write` or `administer`, or for one kind of object `read:persons`, `write:persons`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kundig.accounts.enums import Action

LONGEST_SCOPE = 80


class Verb(StrEnum):
    """Who writes also reads: the answer to a change tells the record."""

    READ = "read"
    WRITE = "write"
    ADMINISTER = "administer"


_NEEDED = {Action.READ: Verb.READ, Action.EXPORT: Verb.READ, Action.ADMINISTER: Verb.ADMINISTER}
_SCOPE = re.compile(r"(?:read|write)(?::[a-z0-9][a-z0-9_-]*)?|administer")


def verb_for(action: Action | str) -> Verb:
    """What a token must be allowed so that its user may do `action`."""
    return _NEEDED.get(Action(action), Verb.WRITE)


def is_scope(text: str) -> bool:
    """Whether the text has the form of a scope; whether there is such an object is for others to know."""
    return len(text) <= LONGEST_SCOPE and _SCOPE.fullmatch(text) is not None


def scope_name(action: Action | str, object_name: str) -> str:
    """The smallest scope with which `action` goes through for the object: `write:persons`."""
    verb = verb_for(action)
    return str(verb) if verb is Verb.ADMINISTER else f"{verb}:{object_name}"


@dataclass(frozen=True)
class Reach:
    """The scopes of one token."""

    scopes: frozenset[str]

    def covers(self, object_name: str, action: Action | str) -> bool:
        """Whether the token may do `action` with the object; `*` asks for every object at once."""
        verb = verb_for(action)
        if verb is Verb.ADMINISTER:
            return Verb.ADMINISTER in self.scopes
        enough = (Verb.READ, Verb.WRITE) if verb is Verb.READ else (Verb.WRITE,)
        return any(name in self.scopes or f"{name}:{object_name}" in self.scopes for name in enough)

    @property
    def writes(self) -> bool:
        """Whether it may change anything at all."""
        return any(scope.startswith((Verb.WRITE, Verb.ADMINISTER)) for scope in self.scopes)


def least(scopes: Iterable[str]) -> list[str]:
    """The scopes in order, without those that others contain: `read:persons` beside `read` says nothing."""
    given = set(scopes)
    kept = {scope for scope in given if not _is_contained(scope, given - {scope})}
    return sorted(kept, key=lambda scope: (":" in scope, scope.partition(":")[2], scope))


def _is_contained(scope: str, others: set[str]) -> bool:
    verb, _colon, object_name = scope.partition(":")
    if verb == Verb.ADMINISTER:
        return False
    wider = {Verb.READ, Verb.WRITE} if verb == Verb.READ else {Verb.WRITE}
    wider_for_all = wider if object_name else wider - {Verb(verb)}
    same_object = {f"{name}:{object_name}" for name in wider - {Verb(verb)}} if object_name else set()
    return bool(others & (wider_for_all | same_object))


LONGEST_DAYS = 5 * 366
USUAL_DAYS = 365
PRESET_DAYS = (30, 90, USUAL_DAYS)


def usual_end(today: date) -> date:
    return today + timedelta(days=USUAL_DAYS)
