"""Signing out at the provider, too, and being signed out by it (SAML's single logout)."""

from __future__ import annotations

import time

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kundig.accounts.actions import end_sessions_there, spend_request
from kundig.accounts.adapters import saml
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import IdentityProvider, OpenSession
from kundig.accounts.protocol import PENDING_SECONDS, NotProven
from kundig.accounts.queries import company
from kundig.accounts.sessions import VOUCHED
from kundig.accounts.views.door import at_the_door
from kundig.accounts.views.saml import addresses
from kundig.platform.sealing import Unreadable

LEAVING = "signing_out_there"
"""Kept in the session of somebody who is signed out here and not yet at the provider."""


def vouched(request: HttpRequest) -> dict[str, str]:
    """Who somebody is at the provider that has let them in; {} if none has, or it cannot end its session."""
    known: dict[str, str] = request.session.get(VOUCHED, {})
    return known if known and known["user"] == str(request.user.pk) else {}


def depart(request: HttpRequest, known: dict[str, str]) -> HttpResponse | None:
    """Somebody is signed out here: the page that sends them on to do it there, too, if the house wants that."""
    if not known:
        return None
    found = IdentityProvider.objects.filter(
        pk=known["provider"], kind=ProviderKind.SAML, is_active=True, signs_out_there=True
    ).first()
    if found is None or not found.facts.get("sign_out"):
        return None
    there = saml.NameThere(*(known[name] for name in ("name", "form", "house", "for_whom", "index")))
    try:
        address, kept = saml.goodbye(found, there, addresses(request, found.pk))
    except Unreadable:
        return None  # Without a key nothing can be asked there; here the session is over.
    request.session[LEAVING] = {**kept, "provider": str(found.pk), "address": address, "at": time.time()}
    return redirect("provider_leaving", provider_id=found.pk)


@login_not_required
@never_cache
@require_safe
@at_the_door(ProviderKind.SAML)
def leaving(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """A page that leads on by itself: forms may send nobody to another house, see our content security policy."""
    kept = request.session.get(LEAVING)
    if not kept or kept["provider"] != str(provider.pk) or time.time() - kept["at"] > PENDING_SECONDS:
        return redirect("account_login")
    return _page(request, provider, onwards=kept["address"])


@login_not_required
@never_cache
@require_safe
@at_the_door(ProviderKind.SAML)
def leave(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """The provider asks to end sessions, or answers that it has ended its own."""
    query = request.META.get("QUERY_STRING", "")
    if "SAMLRequest" in request.GET:
        try:
            return _end(request, provider, query)
        except NotProven as problem:
            return _page(request, provider, reason=str(problem), status=403)
    kept = request.session.pop(LEAVING, None)
    if kept is None or kept["provider"] != str(provider.pk) or request.GET.get("RelayState") != kept["state"]:
        return redirect("account_login")
    try:
        saml.check_goodbye(provider, query=query, request=kept["request"], addresses=addresses(request, provider.pk))
    except NotProven as problem:
        return _page(request, provider, reason=str(problem), is_out_here=True)
    return _page(request, provider, is_out_here=True)


def _end(request: HttpRequest, provider: IdentityProvider, query: str) -> HttpResponse:
    ours = addresses(request, provider.pk)
    asked = saml.read_request(provider, query=query, addresses=ours)
    with transaction.atomic():  # What could not be done may be asked again.
        if not spend_request(provider, number=asked.number, until=asked.ends_at):
            raise NotProven(_("This was asked before, and is done."))
        end_sessions_there(provider.pk, name=asked.name, indexes=asked.indexes)
    if request.user.is_authenticated and not _is_open(request):
        logout(request)
    try:
        onwards = saml.reply(
            provider, number=asked.number, state=request.GET.get("RelayState", "")[:200], addresses=ours
        )
    except Unreadable:
        onwards = ""
    return redirect(onwards) if onwards else _page(request, provider, is_out_here=True)


def _is_open(request: HttpRequest) -> bool:
    return OpenSession.objects.filter(session_key=request.session.session_key or "").exists()


def _page(
    request: HttpRequest, provider: IdentityProvider, *, reason: str = "", onwards: str = "",
    is_out_here: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "company": company(), "provider": provider, "reason": reason, "onwards": onwards, "is_out_here": is_out_here,
    }  # fmt: skip
    return render(request, "accounts/signed_out.html", context, status=status)
