"""The register of purposes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.privacy.actions import end_purpose, state_purpose
from kundig.privacy.enums import LegalBasis
from kundig.privacy.queries import Entry, entry, register
from kundig.privacy.rules import BUILTIN
from kundig.records.registry import descriptions
from kundig.web.administration.access import acting, administrators, errors_of

FIELDS = ("wording", "legal_basis", "retention", "weighing")


@dataclass(frozen=True)
class Governed:
    """A field that is kept for a purpose."""

    object: str
    label: str


def fields_of(key: str) -> list[Governed]:
    """Every described field that names this purpose."""
    return [
        Governed(object=str(description.label_plural), label=str(field.label))
        for description in descriptions()
        if description.nav
        for field in description.fields.values()
        if field.personal and field.purpose == key
    ]


@administrators
@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    rows = [(found, fields_of(found.key)) for found in register()]
    return render(request, "administration/purposes.html", {"rows": rows})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: HttpRequest, key: str) -> HttpResponse:
    found = _found(key)
    errors: dict[str, list[str]] = {}
    values = {
        "wording": found.wording or str(BUILTIN[key].example),
        "legal_basis": found.basis or "",
        "retention": found.retention,
        "weighing": found.weighing,
    }
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            state_purpose(key, **values, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Stated. The fields of this purpose can be filled."))
            return redirect("purpose", key=key)
    return _page(request, found, values=values, errors=errors)


@administrators
@require_POST
def ending(request: HttpRequest, key: str) -> HttpResponse:
    """Switches the fields of a purpose off."""
    found = _found(key)
    try:
        end_purpose(key, by=acting(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Ended. The fields of this purpose are off."))
    return redirect("purpose", key=found.key)


def _page(
    request: HttpRequest, found: Entry, *, values: dict[str, Any], errors: dict[str, list[str]]
) -> HttpResponse:  # fmt: skip
    builtin = BUILTIN[found.key]
    context = {
        "purpose": found,
        "values": values,
        "errors": errors,
        "bases": [(basis, basis in builtin.fitting) for basis in LegalBasis],
        "unfit": builtin.unfit,
        "is_core": builtin.basis is not None,
        "fields": fields_of(found.key),
        "retentions": [
            _("Until the consent is withdrawn, at most 24 months after the last contact"),
            _("Until the consent is withdrawn"),
            _("At most 24 months after the last contact"),
        ],
    }
    return render(request, "administration/purpose.html", context, status=422 if errors else 200)


def _found(key: str) -> Entry:
    if (found := entry(key)) is None:
        raise Http404(_("There is no purpose “%(key)s”.") % {"key": key})
    return found
