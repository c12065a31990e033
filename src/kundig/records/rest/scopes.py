"""What a token may be used for: its scopes are asked before anything is read or written; a missing one is named."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import Verb, access_of, scope_name
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.rest.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def require_method(request: HttpRequest, user: User | None) -> None:
    """Raises Problem (403) if the request writes and the token only reads, whatever the address."""
    reach = access_of(user).reach
    if reach is not None and request.method not in SAFE and not reach.writes:
        raise _missing(str(Verb.WRITE), reach.scopes)


def require_scope(description: Description, user: User, *actions: Action) -> None:
    """Raises Problem (403) naming the scope that the token lacks; a session reaches everything its user may do."""
    reach = access_of(user).reach
    if reach is None:
        return
    names = objects_of(description)
    for action in actions:
        if not any(reach.covers(name, action) for name in names):
            raise _missing(scope_name(action, names[0]), reach.scopes)


def objects_of(description: Description) -> list[str]:
    """The objects whose scopes count: a part (an address, a role) is read and written with its record."""
    if not description.parent:
        return [description.name]
    parent = description.model._meta.get_field(description.parent).related_model
    return [covering.name for covering in registry.covering(parent)] or [description.name]  # type: ignore[arg-type]


def _missing(scope: str, given: frozenset[str]) -> Problem:
    return Problem(
        403,
        _("This token lacks the scope “%(scope)s”; it has: %(given)s. Nothing was done.")
        % {"scope": scope, "given": ", ".join(sorted(given))},
        headers={"WWW-Authenticate": f'Bearer realm="Kundig", error="insufficient_scope", scope="{scope}"'},
    )
