"""Web forms as strangers meet them: a page that works without scripts, and the same form in a page of the house's own
website. No session, no cookie, nobody else's servers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kundig.accounts.queries import company
from kundig.platform import vite
from kundig.sales.actions.forms import Received, confirm, page_token, receive, waiting_for
from kundig.sales.models.forms import LeadForm
from kundig.sales.queries.forms import Asked, languages_of, purposes_of, questions, text_of
from kundig.sales.rules.forms import TRAP

LIMIT = "lead_form"


# What is sent is signed, and no browser knows anything here that a foreign page could misuse.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def lead_form(request: HttpRequest, key: str) -> HttpResponse:
    """GET is the form; POST takes it. Browsers that show it in a foreign page are answered in JSON, if that page's
    website is one of those that the form names."""
    form = _form(key)
    origin = request.headers.get("Origin", "")
    foreign = bool(origin) and origin != f"{request.scheme}://{request.get_host()}" and origin != "null"
    if foreign and origin not in form.origins:
        return _public(HttpResponse(_("This website may not show the form."), status=403, content_type="text/plain"))
    language = _language(request, form)
    with override(language):
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        elif request.method == "POST":
            response = _post(request, form, language, as_json=foreign)
        elif foreign or request.GET.get("as") == "data":
            response = JsonResponse(_data(request, form, language))
        else:
            response = _page(request, form, language)
    return _public(response, origin=origin if foreign else "")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def embed(request: HttpRequest) -> HttpResponse:
    """The script that a foreign page names; it is the same for all forms."""
    response = HttpResponse(status=302, headers={"Location": vite.url("src/embed.ts")})
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _public(response)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_form(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms: programs that look at the links in mails confirm nothing."""
    if refused := ratelimit.consume_or_429(request, action=LIMIT):
        return _public(refused)
    sent = waiting_for(token)
    if sent is None:
        return _public(render(request, "sales/forms/gone.html", {"company": company()}, status=404))
    with override(sent.language):
        context = {"company": company(), "form": sent.form, "title": text_of(sent.form, "title", sent.language)}
        if request.method == "POST":
            try:
                confirm(sent, address=get_adapter().get_client_ip(request))
            except ValidationError as problem:
                context["problem"] = " ".join(problem.messages)
                return _public(render(request, "sales/forms/confirm.html", context, status=422))
            context["thanks"] = text_of(sent.form, "thanks", sent.language)
            return _public(render(request, "sales/forms/thanks.html", context))
        context["is_confirmed"] = sent.confirmed_at is not None
        return _public(render(request, "sales/forms/confirm.html", context))


# -- inside ----------------------------------------------------------------------------------------------------------


def _form(key: str) -> LeadForm:
    form = LeadForm.objects.filter(key=key, is_active=True).first()
    if form is None:
        raise Http404(_("There is no such form, or it is closed."))
    return form


def _language(request: HttpRequest, form: LeadForm) -> str:
    known = languages_of(form)
    wanted = request.GET.get("lang") or get_language_from_request(request)[:2]
    return wanted if wanted in known else known[0]


def _post(request: HttpRequest, form: LeadForm, language: str, *, as_json: bool) -> HttpResponse:
    if refused := ratelimit.consume_or_429(request, action=LIMIT):
        return refused
    data = {name: str(values[0]) for name, values in request.POST.lists() if values}
    page = request.headers.get("Referer", "").partition("?")[0]
    try:
        received = receive(
            form, data, language=language, address=get_adapter().get_client_ip(request), page=page,
            base=request.build_absolute_uri("/"),
        )  # fmt: skip
    except ValidationError as problem:
        errors = {name: " ".join(texts) for name, texts in problem.message_dict.items()}
        if as_json:
            return JsonResponse({"errors": errors, "token": page_token(form, before=data.get("token", ""))}, status=422)
        return _page(request, form, language, data=data, errors=errors)
    if as_json:
        return JsonResponse({"thanks": _thanks(form, received, language)})
    context = {
        "company": company(), "form": form, "title": text_of(form, "title", language),
        "thanks": _thanks(form, received, language), "language": language,
    }  # fmt: skip
    return render(request, "sales/forms/thanks.html", context)


def _thanks(form: LeadForm, received: Received, language: str) -> str:
    if form.double_opt_in:
        return _("Thank you. We have sent you a mail; please click the link in it, so that we know that it was you.")
    return text_of(form, "thanks", language) or _("Thank you. We will get in touch with you.")


def _page(
    request: HttpRequest, form: LeadForm, language: str, *, data: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    data, errors = data or {}, errors or {}
    context = {
        **_texts(form, language),
        "form": form,
        "company": company(),
        "language": language,
        "languages": [each for each in languages_of(form) if each != language],
        "questions": [
            (asked, data.get(asked.name, ""), errors.get(asked.name, "")) for asked in questions(form, language)
        ],
        "errors": errors,
        "problem": errors.get("", ""),
        "agreed": data.get("consent") == "yes",
        "trap": TRAP,
        "token": page_token(form, before=data.get("token", "")),
        "purposes": purposes_of(form),
    }
    return render(request, "sales/forms/page.html", context, status=422 if errors else 200)


def _data(request: HttpRequest, form: LeadForm, language: str) -> dict[str, Any]:
    """The form as the script of a foreign page builds it."""
    return {
        **_texts(form, language),
        "action": request.build_absolute_uri(f"{reverse('sales:public_form', args=[form.key])}?lang={language}"),
        "language": language,
        "token": page_token(form),
        "trap": TRAP,
        "required": _("required"),
        "choose": _("Please choose"),
        "failed": _("That did not work. Please try again."),
        "questions": [_question(asked) for asked in questions(form, language)],
        "purposes": [wording for _name, wording in purposes_of(form)],
    }


def _question(asked: Asked) -> dict[str, Any]:
    return {
        "name": asked.name, "label": asked.label, "required": asked.required, "input": asked.input,
        "choices": [*asked.choices], "complete": asked.complete, "longest": asked.longest,
    }  # fmt: skip


def _texts(form: LeadForm, language: str) -> dict[str, str]:
    texts = {name: text_of(form, name, language) for name in ("title", "intro", "button", "consent")}
    return {**texts, "button": texts["button"] or _("Send")}


def _public(response: HttpResponse, *, origin: str = "") -> HttpResponse:
    """Without cookies, told apart by who asks, and readable for just the website that asked."""
    response.is_public = True  # type: ignore[attr-defined]
    patch_vary_headers(response, ("Origin", "Accept-Language"))
    response.headers.setdefault("Cache-Control", "no-store")
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "GET, POST"
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Max-Age"] = "600"
    return response
