"""What all ways through another house share: what was asked is remembered in the browser's session, and only what is
proven lets anybody in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kundig.accounts.actions import welcome
from kundig.accounts.adapters.asking import Failed
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import PENDING_SECONDS, NotProven, Visitor
from kundig.accounts.queries import company
from kundig.accounts.sessions import VOUCHED
from kundig.platform.sealing import Unreadable

PENDING = "sign_ins_on_their_way"
MOST_PENDING = 5
View = Callable[..., HttpResponse]


def at_the_door(*kinds: ProviderKind) -> Callable[[View], View]:
    """For active providers of these kinds. Whatever goes wrong there becomes a page that says so, with the other ways
    beside it."""

    def deco(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, provider_id: UUID, **parts: Any) -> HttpResponse:
            provider = get_object_or_404(IdentityProvider, pk=provider_id, is_active=True, kind__in=kinds)
            try:
                return view(request, provider, **parts)
            except (NotProven, Failed) as problem:
                reason = str(problem)
            except Unreadable:
                reason = _(
                    "The secret of this provider, or our key, can no longer be read. An administrator must enter the "
                    "secret again, or make a new key."
                )
            context = {"company": company(), "provider": provider, "reason": reason}
            return render(request, "accounts/provider_failed.html", context, status=403)

        return guarded

    return deco


def remember(request: HttpRequest, provider: IdentityProvider, kept: dict[str, str]) -> None:
    """Keep what was asked in the session of this browser: nobody else can come back with the answer."""
    asked = {"provider": str(provider.pk), "at": time.time(), "next": request.GET.get("next", ""), **kept}
    waiting = [one for one in request.session.get(PENDING, []) if time.time() - one["at"] < PENDING_SECONDS]
    request.session[PENDING] = [*waiting, asked][-MOST_PENDING:]


def recall(request: HttpRequest, provider: IdentityProvider, state: str) -> dict[str, str]:
    """What was asked with this state; it can be answered once.

    Raises:
        NotProven: if this browser has asked no such thing, or too long ago.
    """
    waiting = request.session.get(PENDING, [])
    found = next((one for one in waiting if one["state"] == state and one["provider"] == str(provider.pk)), None)
    if found is None or not state or time.time() - found["at"] > PENDING_SECONDS:
        raise NotProven(_("This answer belongs to no question of this browser, or came too late. Try again."))
    request.session[PENDING] = [one for one in waiting if one is not found]
    return dict(found)


def let_in(
    request: HttpRequest, provider: IdentityProvider, visitor: Visitor, *, onwards: str,
    there: dict[str, str] | None = None, replaces: bool = True,
) -> HttpResponse:  # fmt: skip
    """`there` is how the provider calls them and their session, where it can end that. Where nobody here has asked,
    nobody who is signed in is replaced either: a page elsewhere could make them go on as somebody else, unseen."""
    user = welcome(provider, visitor)
    if not replaces and request.user.is_authenticated and request.user.pk != user.pk:
        raise NotProven(
            _("Somebody else is signed in in this browser: %(name)s. Sign out first.") % {"name": request.user.name}
        )
    kept = {"provider": str(provider.pk), "user": str(user.pk), **there} if there and there["name"] else None
    if kept:
        request.session[VOUCHED] = kept
    record_authentication(request, user, method="provider", provider=provider.name)
    if provider.asks_second_factor:
        request.second_step_was_there = True  # type: ignore[attr-defined]
        request.session["second_step_was_there"] = True
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=_safe(onwards)))
    if kept and request.user.is_authenticated:
        request.session[VOUCHED] = kept  # What stood in the session of somebody else is gone with it.
    return response


def _safe(onwards: str) -> str | None:
    from allauth.account.adapter import get_adapter

    return onwards if onwards and get_adapter().is_safe_url(onwards) else None
