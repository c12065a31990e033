"""Keys for programs: what each may do and until when."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import create_token, revoke_token
from kundig.accounts.enums import Action
from kundig.accounts.models import ApiToken, User
from kundig.accounts.reach import PRESET_DAYS, USUAL_DAYS, Verb
from kundig.records import registry
from kundig.records.description import Description
from kundig.web.administration.access import acting, errors_of

BY_OBJECT = "objects"
OWN_DAY = "day"
SOON_DAYS = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list of one's tokens; the answer to a new one is the only page that ever shows its text."""
    user = acting(request)
    errors: dict[str, list[str]] = {}
    text = ""
    if request.method == "POST":
        try:
            text = create_token(
                user, name=request.POST.get("name", ""), by=user,
                scopes=_scopes(request.POST, user), expires_on=_end(request.POST),
            )  # fmt: skip
        except ValidationError as problem:
            errors = errors_of(problem)
    typed = QueryDict() if text else request.POST
    context = {
        "errors": errors,
        "text": text,
        "tokens": told(user.tokens.filter(revoked_at=None)),
        **_form(typed, user),
    }
    return render(request, "administration/tokens.html", context, status=422 if errors else 200)


@require_POST
def revocation(request: HttpRequest, token_id: str) -> HttpResponse:
    """Of one's own tokens; administrators take back anybody's."""
    user = acting(request)
    tokens = ApiToken.objects.all() if user.access.is_administrator else ApiToken.objects.filter(user=user)
    token = get_object_or_404(tokens, pk=token_id)
    revoke_token(token, by=user)
    messages.success(request, _("“%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("tokens") if token.user == user else redirect("user", user_id=token.user_id)


def told(tokens: Any) -> list[dict[str, Any]]:
    """Tokens with what they may do and how long, in words."""
    return [{"token": token, "may": may_in_words(token.scopes), **_state(token)} for token in tokens]


def may_in_words(scopes: list[str]) -> str:
    """["read", "write:persons"] → "read everything, read and change persons"."""
    everything = {
        Verb.READ: _("read everything"),
        Verb.WRITE: _("read and change everything"),
        Verb.ADMINISTER: _("administer the house"),
    }
    words = []
    for scope in scopes:
        verb, _colon, name = scope.partition(":")
        if not name:
            words.append(everything[Verb(verb)])
            continue
        known = registry.get(name)
        what = {"what": known.label_plural if known else name}
        words.append(_("read %(what)s") % what if verb == Verb.READ else _("read and change %(what)s") % what)
    return ", ".join(words)


def _state(token: ApiToken) -> dict[str, Any]:
    days = token.days_left()
    if days < 0:
        return {"tone": "bad", "state": _("has run out")}
    if days == 0:
        return {"tone": "warn", "state": _("works until today")}
    if days <= SOON_DAYS:
        return {"tone": "warn", "state": ngettext("%(days)d more day", "%(days)d more days", days) % {"days": days}}
    return {"tone": "", "state": ""}


# -- the form --------------------------------------------------------------------------------------------------------


def _form(typed: QueryDict, user: User) -> dict[str, Any]:
    """What the form offers and what is chosen in it; the least comes first and is preset."""
    today = timezone.localdate()
    objects = [(d.name, d.label_plural, typed.get(f"object-{d.name}", "")) for d in _objects(user)]
    return {
        "name": typed.get("name", ""),
        "reach": typed.get("reach", Verb.READ),
        "objects": objects,
        "administers": Verb.ADMINISTER in typed,
        "may_administer": user.access.is_administrator,
        "ends": [(str(days), _length(days), today + timedelta(days=days)) for days in PRESET_DAYS],
        "end": typed.get("end", str(USUAL_DAYS)),
        "day": typed.get("day", ""),
        "today": today.isoformat(),
    }


def _length(days: int) -> str:
    return _("1 year") if days == USUAL_DAYS else ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _objects(user: User) -> list[Description]:
    """What a token can be made for alone; parts (an address, a role) go with their record."""
    return [d for d in registry.descriptions() if not d.parent and d.may(user, Action.READ)]


def _scopes(typed: QueryDict, user: User) -> list[str]:
    reach = typed.get("reach", Verb.READ)
    chosen: list[str] = [reach]
    if reach == BY_OBJECT:
        wanted = {d.name: typed.get(f"object-{d.name}", "") for d in _objects(user)}
        chosen = [f"{verb}:{name}" for name, verb in wanted.items() if verb]
    if Verb.ADMINISTER in typed and user.access.is_administrator:
        chosen.append(Verb.ADMINISTER)
    return chosen


def _end(typed: QueryDict) -> date:
    end = typed.get("end", str(USUAL_DAYS))
    if end != OWN_DAY:
        days = int(end) if end.isdigit() and int(end) in PRESET_DAYS else USUAL_DAYS
        return timezone.localdate() + timedelta(days=days)
    try:
        return date.fromisoformat(typed.get("day", ""))
    except ValueError as error:
        raise ValidationError({"expires_on": [_("Choose the last day on which the token works.")]}) from error
