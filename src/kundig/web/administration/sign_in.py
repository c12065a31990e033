"""Which ways of signing in the house allows, and the providers it believes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import (
    change_rules,
    ensure_roles,
    house_keys,
    new_provider,
    remove_provider,
    renew_house_key,
    save_provider,
)
from kundig.accounts.adapters import oidc, saml
from kundig.accounts.adapters.asking import Failed
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import AccessRole, IdentityProvider
from kundig.accounts.queries import sign_in_rules
from kundig.accounts.views import confirmed
from kundig.accounts.views import saml as saml_views
from kundig.accounts.views.providers import back_address
from kundig.web.administration.access import acting, administrators, errors_of

TEXTS = ("name", "issuer", "client_id", "group_claim")
SWITCHES = (
    "is_active", "vouches_for_mail", "asks_second_factor", "adds_users", "signs_questions", "signs_out_there",
    "takes_unasked",
)  # fmt: skip
EMPTY_PAIRS = 2
MOST_PAIRS = 50
UNCHANGED = "•" * 12


@administrators
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("sign_in_rules")
def rules(request: HttpRequest) -> HttpResponse:
    ensure_roles()
    errors: dict[str, list[str]] = {}
    now = sign_in_rules()
    chosen = {str(pk) for pk in now.second_factor_roles}
    ways = {"passwords": now.passwords, "passkeys": now.passkeys}
    if request.method == "POST":
        ways = {name: name in request.POST for name in ways}
        chosen = set(request.POST.getlist("roles"))
        roles = [role for role in AccessRole.objects.all() if str(role.pk) in chosen]
        try:
            change_rules(**ways, second_factor_roles=roles, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("sign_in_rules")
    context = {
        "errors": errors,
        "ways": ways,
        "roles": [(role, str(role.pk) in chosen) for role in AccessRole.objects.all()],
        "providers": IdentityProvider.objects.all(),
        "kinds": ProviderKind.choices,
    }
    return render(request, "administration/sign_in.html", context, status=422 if errors else 200)


@administrators
@never_cache
@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("sign_in_rules")
def adding(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in ProviderKind.values:
        return redirect("sign_in_rules")
    return _provider(request, new_provider(kind, provider_id=_number(request)), is_new=True)


@administrators
@never_cache
@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("sign_in_rules")
def provider(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    return _provider(request, get_object_or_404(IdentityProvider, pk=provider_id), is_new=False)


@administrators
@require_POST
@confirmed("sign_in_rules")
def provider_removal(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    found = get_object_or_404(IdentityProvider, pk=provider_id)
    try:
        remove_provider(found, by=acting(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("provider", provider_id=provider_id)
    messages.success(request, _("Nobody comes in with %(name)s any more.") % {"name": found.name})
    return redirect("sign_in_rules")


@administrators
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("sign_in_rules")
def house_key(request: HttpRequest) -> HttpResponse:
    """GET: our certificate as a file, for providers that read no metadata. POST: a new key."""
    if request.method != "POST":
        answer = HttpResponse(house_keys()[0].pem, content_type="application/x-pem-file")
        answer["Content-Disposition"] = 'attachment; filename="kundig.crt"'
        return answer
    renew_house_key(by=acting(request))
    messages.success(request, _("There is a new key. Enter our metadata anew at each provider."))
    known = _number(request)
    is_known = known is not None and IdentityProvider.objects.filter(pk=known, kind=ProviderKind.SAML).exists()
    return redirect("provider", provider_id=known) if is_known else redirect("sign_in_rules")


def _number(request: HttpRequest) -> UUID | None:
    """The number under which the page has shown our addresses."""
    try:
        return UUID(request.POST.get("number", ""))
    except ValueError:
        return None


def _provider(request: HttpRequest, found: IdentityProvider, *, is_new: bool) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        values = _typed(request, found)
        try:
            facts = _facts(found.kind, values)
            save_provider(found, values=values, facts=facts, secret=_secret(request), by=acting(request))
        except Failed as problem:
            by_address = found.kind == ProviderKind.OIDC or values["issuer"]
            errors = {"issuer" if by_address else "metadata": [str(problem)]}
            for name, value in values.items():
                setattr(found, name, value)
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved. The provider has answered."))
            return redirect("provider", provider_id=found.pk)
    pairs = [*found.role_by_group, *[["", ""]] * EMPTY_PAIRS]
    context = {
        "errors": errors,
        "provider": found,
        "is_new": is_new,
        "is_oidc": found.kind == ProviderKind.OIDC,
        "roles": AccessRole.objects.all(),
        "pairs": pairs,
        "secret": UNCHANGED if found.sealed_secret else "",
        "keys": saml.ends_of(found),
        "our_key": None if found.kind == ProviderKind.OIDC else house_keys()[0],
        **addresses(request, found),
    }
    return render(request, "administration/provider.html", context, status=422 if errors else 200)


def addresses(request: HttpRequest, found: IdentityProvider) -> dict[str, str]:
    """What is entered at the provider."""
    if found.kind == ProviderKind.OIDC:
        return {"back": back_address(request, found)}
    ours = saml_views.addresses(request, found.pk)
    return {"back": ours.answers, "entity": ours.entity, "leave": ours.leave}


def _typed(request: HttpRequest, found: IdentityProvider) -> dict[str, Any]:
    values: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in TEXTS}
    values |= {name: name in request.POST for name in SWITCHES}
    values["metadata"] = _metadata(request)
    values["default_role"] = AccessRole.objects.filter(key=request.POST.get("default_role", "")).first()
    groups, roles = request.POST.getlist("group")[:MOST_PAIRS], request.POST.getlist("role")[:MOST_PAIRS]
    values["role_by_group"] = [
        [group.strip()[:200], role] for group, role in zip(groups, roles, strict=False) if group.strip() and role
    ]
    return values


def _metadata(request: HttpRequest) -> str:
    """What was pasted; a file wins, since it was chosen now."""
    file = request.FILES.get("metadata_file")
    if file is None or not file.size:
        return request.POST.get("metadata", "").strip()
    return file.read(saml.LARGEST + 1).decode("utf-8-sig", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _secret(request: HttpRequest) -> str | None:
    """What was typed; None where the dots for "as it was" stand there still."""
    typed = request.POST.get("client_secret", "")
    return None if typed == UNCHANGED else typed


def _facts(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Ask the provider about itself, so that a wrong address is found now and not by the first who signs in."""
    if kind == ProviderKind.SAML:
        facts, values["metadata"] = saml.read_metadata(address=values["issuer"], text=values["metadata"])
        return facts
    facts = oidc.discover(values["issuer"])
    values["issuer"] = facts["issuer"]
    return facts
