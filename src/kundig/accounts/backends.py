"""Who is signed in: allauth's check of mail address and password, and one statement per request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from kundig.accounts.models import User

_at_hand: ContextVar[User | None] = ContextVar("person_at_hand", default=None)


@contextmanager
def at_hand(person: User | None) -> Iterator[None]:
    """Within it, this person need not be read again: they came with the session."""
    token = _at_hand.set(person)
    try:
        yield
    finally:
        _at_hand.reset(token)


class AccessBackend(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        """The active user with teams and grants in ONE statement; None when gone or deactivated."""
        person = _at_hand.get()
        if person is not None and person.pk == user_id:
            return person
        return User.objects.with_access(user_id)

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        # Only our own column counts: allauth would also take addresses that somebody had before.
        user = User.objects.active().filter(email=email.strip().lower()).first()
        return self._check_password(user, password)


def attempted_email(request: HttpRequest, credentials: dict | None) -> str:
    """Under which name the lock-out counts an attempt."""
    return str((credentials or {}).get("email") or request.POST.get("login") or "").strip().lower()
