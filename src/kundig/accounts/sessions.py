"""Sessions in a table of our own, so that people can see where they are signed in, and end it.

Loading one costs the same single statement as Django's own; when it was last used is written every few minutes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from kundig.accounts.addresses import Caller
from kundig.accounts.devices import LONGEST_AGENT
from kundig.accounts.models import OpenSession, User

SEEN_EVERY = timedelta(minutes=5)
DUE = "second_factor_due"
"""Kept in the session of somebody who has to set up a second factor before anything else."""
VOUCHED = "vouched_for"
"""Kept in the session of somebody whom a provider has let in that can end it: who they are there."""


def people_in(keys: Collection[str]) -> dict[str, User]:
    """Session → whom a request that comes with it is let in as, with access. Left out is what has ended, or owes a
    second factor. Two statements, however many."""
    rows = OpenSession.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    kept = {key: SessionStore().decode(data) for key, data in rows.values_list("session_key", "session_data")}
    users = User.objects.some_with_access({UUID(data[SESSION_KEY]) for data in kept.values() if SESSION_KEY in data})
    known = {str(user.pk): (user, user.get_session_auth_hash()) for user in users}
    found: dict[str, User] = {}
    for key, data in kept.items():
        user, proof = known.get(data.get(SESSION_KEY, ""), (None, ""))
        if user is not None and not data.get(DUE) and constant_time_compare(data.get(HASH_SESSION_KEY, ""), proof):
            found[key] = user
    return found


def name_there(provider_id: UUID, name: str) -> str:
    """How a session is found by the name that somebody has at a provider."""
    return sha256(f"{provider_id} {name}".encode()).hexdigest()


def session_there(index: str) -> str:
    return sha256(index.encode()).hexdigest() if index else ""


def _there(data: dict[str, Any]) -> tuple[str, str]:
    """Only if it is whoever is signed in now: in the same browser somebody else may have come in meanwhile."""
    known = data.get(VOUCHED, {})
    if not known or known["user"] != data.get(SESSION_KEY):
        return "", ""
    return name_there(UUID(known["provider"]), known["name"]), session_there(known["index"])


class SessionStore(DatabaseStore):
    row: OpenSession | None = None
    """The row that this session was read from."""
    person: User | None = None
    """Whose session that is, as they were then."""
    caller: Caller | None = None
    """Who makes the request at hand; None outside of one."""

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def _get_session_from_db(self) -> OpenSession | None:
        """The session together with whose it is: each request asks for both."""
        columns = OpenSession._meta.concrete_fields
        found = User.objects.beside(
            OpenSession._meta.db_table,
            [str(column.column) for column in columns],
            where="beside.session_key = %(key)s AND beside.expire_date > %(now)s",
            params={"key": self.session_key, "now": timezone.now()},
        )
        if found is None:
            self._session_key = None
            self.row = self.person = None
        else:
            row, self.person = found
            self.row = OpenSession.from_db(DEFAULT_DB_ALIAS, [column.attname for column in columns], row)
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        session = super().create_model_instance(data)
        assert isinstance(session, OpenSession)
        session.user_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.name_there, session.session_there = _there(data)
        before = self.row
        if before is not None:
            session.address, session.device = before.address, before.device
            if before.user_id == session.user_id:
                session.ref, session.began_at = before.ref, before.began_at
        if self.caller is not None:
            session.address, session.device = self.caller.address, self.caller.device[:LONGEST_AGENT]
        return session

    def note_use(self) -> bool:
        """Write that the session is in use, at most every few minutes; answers whether it was time to."""
        now = timezone.now()
        if self.row is None or self.row.user_id is None or self.caller is None or now - self.row.seen_at < SEEN_EVERY:
            return False
        OpenSession.objects.filter(session_key=self.row.session_key).update(
            seen_at=now, address=self.caller.address, device=self.caller.device[:LONGEST_AGENT]
        )
        return True

    @property
    def user_before(self) -> UUID | None:
        """Whose session it was when this request began."""
        return self.row.user_id if self.row else None
