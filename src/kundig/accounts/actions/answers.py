"""Answers of SAML providers: a form on the provider's page sends them, without the cookies of the browser that asked.

So a place is kept for each question, the answer waits there until the browser fetches it with its session, and what it
proves counts once.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import IdentityProvider, PendingAnswer, SpentAssertion
from kundig.accounts.protocol import PENDING_SECONDS, NotProven

UNASKED = "unasked-"
"""What our own states never begin with, nor what others can make us keep."""


def await_answer(provider: IdentityProvider, *, state: str) -> None:
    """Keep a place for the answer to a question; those nobody has answered are forgotten."""
    PendingAnswer.objects.filter(created_at__lt=_oldest()).delete()
    PendingAnswer.objects.create(provider=provider, digest=_digest(state))


def keep_answer(provider: IdentityProvider, *, state: str, text: str) -> bool:
    """Put an answer where the browser that asked finds it; False if nobody has asked, or it is there already."""
    waiting = PendingAnswer.objects.filter(provider=provider, digest=_digest(state), text="", created_at__gte=_oldest())
    return bool(waiting.update(text=text))


def keep_unasked(provider: IdentityProvider, *, text: str) -> str:
    """Keep an answer to no question for the browser that brings it; answers what it fetches it by, once."""
    PendingAnswer.objects.filter(created_at__lt=_oldest()).delete()
    state = f"{UNASKED}{secrets.token_urlsafe(32)}"
    PendingAnswer.objects.create(provider=provider, digest=_digest(state), text=text)
    return state


@transaction.atomic
def fetch_answer(provider: IdentityProvider, *, state: str) -> str:
    """The answer that waits, "" if none does; it is handed out once."""
    waiting = PendingAnswer.objects.select_for_update().filter(
        provider=provider, digest=_digest(state), created_at__gte=_oldest()
    )
    found = waiting.exclude(text="").first()
    if found is None:
        return ""
    found.delete()
    return found.text


def spend_assertion(provider: IdentityProvider, *, number: str, until: datetime) -> None:
    """Note that somebody comes in by this assertion, for as long as it would hold.

    Raises:
        NotProven: if somebody has already.
    """
    _spent, is_new = SpentAssertion.objects.get_or_create(
        provider=provider, digest=_digest(number), defaults={"ends_at": until}
    )
    if not is_new:
        raise NotProven(_("Somebody has come in with this answer before. Try again."))


def spend_request(provider: IdentityProvider, *, number: str, until: datetime) -> bool:
    """Note that a request of the provider to sign somebody out is done; False if it was before."""
    _spent, is_new = SpentAssertion.objects.get_or_create(
        provider=provider, digest=_digest(f"request {number}"), defaults={"ends_at": until}
    )
    return is_new


def forget_answers() -> None:
    """What can no longer be answered, and what would not hold any more."""
    PendingAnswer.objects.filter(created_at__lt=_oldest()).delete()
    SpentAssertion.objects.filter(ends_at__lt=timezone.now()).delete()


def _oldest() -> datetime:
    return timezone.now() - timedelta(seconds=PENDING_SECONDS)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
