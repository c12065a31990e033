"""The designer of web forms, in the settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import User
from kundig.sales.actions.forms import delete_form, save_form
from kundig.sales.models.forms import LeadForm
from kundig.sales.queries.forms import USUAL, offered
from kundig.sales.rules.forms import LANGUAGES, TEXTS


@require_http_methods(["GET", "HEAD", "POST"])
def new_lead_form(request: HttpRequest) -> HttpResponse:
    by = _administrator(request)
    return _designer(request, _begun(), by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def lead_form(request: HttpRequest, form_id: UUID) -> HttpResponse:
    by = _administrator(request)
    form = get_object_or_404(LeadForm, pk=form_id)
    if request.method == "POST" and request.POST.get("delete"):
        delete_form(form, by=by)
        messages.success(request, _("“%(name)s” is deleted. Its leads stay.") % {"name": form.name})
        return redirect("sales:lead_rules")
    return _designer(request, form, by=by)


def _designer(request: HttpRequest, form: LeadForm, *, by: User) -> HttpResponse:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            save_form(form, _values(request.POST), by=by)
        except ValidationError as problem:
            errors = {name: texts[0] for name, texts in problem.message_dict.items()}
        else:
            messages.success(request, _("Saved."))
            return redirect("sales:lead_form", form_id=form.pk)
    chosen = {str(line["name"]): line for line in form.fields}
    found = {each.name: each for each in offered()}
    order = [*(name for name in chosen if name in found), *(name for name in found if name not in chosen)]
    lines = [(found[name], chosen.get(name), number) for number, name in enumerate(order, start=1)]
    is_new = form._state.adding
    address = "" if is_new else request.build_absolute_uri(reverse("sales:public_form", args=[form.key]))
    context = {
        "form": form,
        "is_new": is_new,
        "errors": errors,
        "lines": [line for line in lines if line[1] or line[0].name in found],
        "texts": [(language, form.texts.get(language) or {}) for language in LANGUAGES],
        "origins": request.POST.get("origins", "") if errors else "\n".join(form.origins),
        "address": address,
        "script": request.build_absolute_uri(reverse("sales:form_script")),
        "waiting": 0 if is_new else form.submissions.filter(lead=None, confirmed_at=None).count(),
    }
    return render(request, "sales/forms/designer.html", context, status=422 if errors else 200)


def _values(data: QueryDict) -> dict[str, Any]:
    """Of each offered question: whether it is asked, at which place, whether it must be answered, and its own label."""
    lines = []
    for name in data.getlist("field"):
        if data.get(f"{name}.asked"):
            place = data.get(f"{name}.place", "")
            line = {"name": name, "required": bool(data.get(f"{name}.required"))}
            labels = {language: data.get(f"{name}.{language}", "") for language in LANGUAGES}
            lines.append(
                (int(place) if place.isascii() and place.isdigit() and len(place) < 5 else 999, {**line, **labels})
            )
    lines.sort(key=lambda pair: pair[0])
    return {
        "name": data.get("name", ""), "source": data.get("source", ""), "campaign": data.get("campaign", ""),
        "is_active": bool(data.get("is_active")), "double_opt_in": bool(data.get("double_opt_in")),
        "origins": data.get("origins", ""), "fields": [line for _place, line in lines],
        "texts": {each: {name: data.get(f"{each}.{name}", "") for name in TEXTS} for each in LANGUAGES},
    }  # fmt: skip


def _begun() -> LeadForm:
    """What the designer begins with: the usual questions and texts in both languages."""
    fields = [
        {"name": name, "required": name in ("persons.family_name", "persons.mail"), "de": "", "en": ""}
        for name in USUAL
    ]
    texts: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = {
                "title": _("Write to us"),
                "intro": _("Tell us briefly what it is about. We will get in touch with you."),
                "button": _("Send"),
                "thanks": _("Thank you. We will get in touch with you."),
                "consent": "",
            }
    return LeadForm(fields=fields, texts=texts, source=_("Website"))


def _administrator(request: HttpRequest) -> User:
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    found: User = user
    return found
