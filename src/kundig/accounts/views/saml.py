"""SAML's part of signing in with another house: the answer comes by a form that the provider's page sends.

That request carries no cookie of ours (they are "Lax"), so the answer waits until the browser comes for it with its
session.
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kundig.accounts.actions import (
    UNASKED,
    await_answer,
    fetch_answer,
    house_keys,
    keep_answer,
    keep_unasked,
    spend_assertion,
)
from kundig.accounts.adapters import saml
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven
from kundig.accounts.views.door import at_the_door, let_in, recall

LARGEST_ANSWER = 500_000


class SeeOther(HttpResponseRedirectBase):
    """Goes on with GET, whatever the method was."""

    status_code = 303


def addresses(request: HttpRequest, provider_id: UUID) -> saml.Addresses:
    """Our own names at a provider."""
    parts = {"provider_id": provider_id}
    return saml.Addresses(
        entity=request.build_absolute_uri(reverse("provider_metadata", kwargs=parts)),
        answers=request.build_absolute_uri(reverse("provider_answer", kwargs=parts)),
        leave=request.build_absolute_uri(reverse("provider_leave", kwargs=parts)),
    )


def ask(request: HttpRequest, provider: IdentityProvider) -> tuple[str, dict[str, str]]:
    """Where to go, and what is remembered in the session; beside it a place is kept for the answer."""
    address, kept = saml.question(provider, addresses(request, provider.pk))
    await_answer(provider, state=kept["state"])
    return address, kept


@login_not_required
@never_cache
@require_safe
def metadata(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """What is entered at a provider before it is entered here: it tells nothing but our own addresses and our key."""
    known = IdentityProvider.objects.filter(pk=provider_id).first()
    told = saml.own_metadata(
        addresses(request, provider_id),
        certificate=house_keys()[0].certificate,
        signs=known is not None and saml.is_signing(known),
    )
    return HttpResponse(told, content_type="application/samlmetadata+xml")


@login_not_required
@never_cache
@csrf_exempt  # the provider's page sends it; what is in it proves itself, and the session must have asked for it
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door(ProviderKind.SAML)
def answer(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """POST: from the provider's page. GET: the browser comes for it."""
    if request.method == "POST":
        return _keep(request, provider)
    state = request.GET.get("state", "")
    is_asked = not (provider.takes_unasked and state.startswith(UNASKED))
    if is_asked:
        kept = recall(request, provider, state)
    else:
        kept = {"state": state, "request": "", "next": request.GET.get("next", "")}
    text = fetch_answer(provider, state=kept["state"])
    if not text:
        raise NotProven(_("%(provider)s has sent nothing.") % {"provider": provider.name})
    proof = saml.proof(provider, text=text, request=kept["request"], addresses=addresses(request, provider.pk))
    spend_assertion(provider, number=proof.number, until=proof.ends_at)
    return let_in(
        request, provider, proof.visitor, onwards=kept["next"], there=asdict(proof.there), replaces=is_asked
    )  # fmt: skip


def _keep(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Put the answer where the browser that asked finds it."""
    state, text = request.POST.get("RelayState", "")[:200], request.POST.get("SAMLResponse", "")
    if not text or len(text) > LARGEST_ANSWER or "\0" in text:
        raise NotProven(_("%(provider)s has sent nothing.") % {"provider": provider.name})
    there = {"state": state}
    if not keep_answer(provider, state=state, text=text):
        there = _unasked(request, provider, text=text, onwards=state)
    place = reverse("provider_answer", kwargs={"provider_id": provider.pk})
    return SeeOther(f"{place}?{urlencode(there)}")


def _unasked(request: HttpRequest, provider: IdentityProvider, *, text: str, onwards: str) -> dict[str, str]:
    """What the browser fetches an answer by that nobody here has asked for. It is kept only if it holds, so that not
    everybody can make us keep something."""
    if not provider.takes_unasked:
        raise NotProven(_("Begin here: sign-ins that a provider begins by itself are not accepted."))
    if not ratelimit.consume(request, app="allauth.account", action="provider"):
        raise NotProven(_("Too many attempts. Please wait a few minutes."))
    saml.proof(provider, text=text, request="", addresses=addresses(request, provider.pk))
    state = keep_unasked(provider, text=text)
    return {"state": state, "next": onwards} if onwards.startswith("/") else {"state": state}
