"""Signing in with another house: out to the provider, and back with what it says."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kundig.accounts.adapters import oidc
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven
from kundig.accounts.views import saml
from kundig.accounts.views.door import at_the_door, let_in, recall, remember


@login_not_required
@never_cache
@require_safe
@at_the_door(ProviderKind.OIDC, ProviderKind.SAML)
def begin(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    if not ratelimit.consume(request, app="allauth.account", action="provider", limit_get=True):
        raise NotProven(_("Too many attempts. Please wait a few minutes."))
    if provider.kind == ProviderKind.SAML:
        address, kept = saml.ask(request, provider)
    else:
        address, kept = oidc.question(provider, back=back_address(request, provider))
    remember(request, provider, kept)
    return redirect(address)


@login_not_required
@never_cache
@require_safe
@at_the_door(ProviderKind.OIDC)
def back(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Back from an OpenID Connect provider, with a code or with a refusal."""
    kept = recall(request, provider, request.GET.get("state", ""))
    if "error" in request.GET:
        if request.GET["error"] == "access_denied":
            raise NotProven(_("You have broken it off."))
        raise NotProven(
            _("%(provider)s refuses: %(reason)s") % {"provider": provider.name, "reason": request.GET["error"][:60]}
        )
    if not request.GET.get("code"):
        raise NotProven(_("%(provider)s has sent nothing.") % {"provider": provider.name})
    visitor = oidc.visitor(provider, code=request.GET["code"][:4000], kept=kept, back=back_address(request, provider))
    return let_in(request, provider, visitor, onwards=kept["next"])


def back_address(request: HttpRequest, provider: IdentityProvider) -> str:
    """Where an OpenID Connect provider sends people back to; it is entered there."""
    return request.build_absolute_uri(reverse("provider_back", kwargs={"provider_id": provider.pk}))
