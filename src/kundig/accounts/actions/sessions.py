"""Signing out elsewhere, and noticing a device from which somebody signs in for the first time."""

import secrets
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import require_administrator
from kundig.accounts.actions.security import record
from kundig.accounts.addresses import Caller
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models import KnownDevice, OpenSession, User
from kundig.accounts.sessions import name_there, session_there


def end_session(session: OpenSession, *, by: User) -> None:
    """Sign out one device of one's own."""
    if session.user_id != by.pk:
        raise PermissionDenied(_("Only %(name)s and administrators may do that.") % {"name": by.name})
    session.delete()


def end_other_sessions(user: User, *, keep: str | None) -> int:
    """Sign out everywhere but in the session with the key `keep`; answers how many have ended."""
    others = OpenSession.objects.filter(user=user)
    if keep:
        others = others.exclude(session_key=keep)
    return others.delete()[0]


@transaction.atomic
def end_all_sessions(user: User, *, by: User | None) -> int:
    """An administrator signs somebody out everywhere; they are told. Answers how many sessions have ended."""
    require_administrator(by)
    ended = end_other_sessions(user, keep=None)
    record(user, SecurityEvent.SESSIONS_ENDED, by=by)
    return ended


def end_sessions_there(provider_id: UUID, *, name: str, indexes: Collection[str]) -> int:
    """A provider has seen somebody off: end the sessions that it let in with this name, those of its own sessions
    `indexes`, or all. Answers how many have ended."""
    theirs = OpenSession.objects.filter(name_there=name_there(provider_id, name))
    if indexes:
        # One that the provider let in without naming its session ends with any of them.
        theirs = theirs.filter(session_there__in=["", *map(session_there, indexes)])
    return theirs.delete()[0]


@transaction.atomic
def note_sign_in(user: User, *, mark: str, caller: Caller) -> str:
    """Somebody has just signed in with a browser that carries `mark` ("" for none). The answer is the mark it carries
    from now on. Whoever has signed in before is told of a device that is new."""
    mark = mark if len(mark) >= SHORTEST_MARK else secrets.token_urlsafe(24)
    today = timezone.localdate()
    digest = sha256(mark.encode()).hexdigest()
    is_first_ever = not KnownDevice.objects.filter(user=user).exists()
    _device, is_new = KnownDevice.objects.update_or_create(user=user, digest=digest, defaults={"seen_on": today})
    if is_new and not is_first_ever:
        record(user, SecurityEvent.NEW_DEVICE, caller=caller)
    return mark


SHORTEST_MARK = 32
"""A shorter one was not made here."""
