"""Taking in a lead by hand: a mail, a card, a photograph, or typed. What was read is looked at before it is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records.events import Via
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.bodies import body_of
from kundig.records.rest.endpoint import answer
from kundig.records.rest.problems import of_fields
from kundig.sales.actions.bringing import Brought, bring, bring_at_once, read_brought
from kundig.sales.actions.intake import TakenIn
from kundig.sales.queries.leads import described_leads, description_of
from kundig.sales.rules.scanning import LARGEST_FILE

FIELDS = (
    ("persons", "first_name"), ("persons", "family_name"), ("persons", "academic_title"), ("organisations", "name"),
    ("persons", "function"), ("persons", "mail"), ("persons", "phone"), ("persons", "mobile"), ("persons", "street"),
    ("persons", "postal_code"), ("persons", "city"), ("persons", "country"), ("organisations", "website"),
)  # fmt: skip
OF_LEAD = ("interest", "source", "campaign")
CARRIED = ("kind", "key", "sent_at")


@require_http_methods(["GET", "HEAD", "POST"])
def new_inquiry(request: HttpRequest) -> HttpResponse:
    """GET is the empty page; POST with `read` reads a file or a text into it, without makes the lead."""
    user: Any = request.user
    if not described_leads().may(user, Action.CREATE):
        raise PermissionDenied(_("Your role does not include it."))
    if request.method != "POST":
        return _page(request, user, {"source": request.GET.get("source", "")})
    typed = {name: text.replace("\x00", "") for name, text in request.POST.items() if isinstance(text, str)}
    if "read" in request.POST or request.FILES:
        return _read(request, user, typed)
    values: dict[str, dict[str, str]] = {"persons": {}, "organisations": {}}
    for object_name, column in FIELDS:
        values[object_name][column] = typed.get(f"{object_name}.{column}", "")
    lead = {name: " ".join(typed.get(name, "").split()) for name in OF_LEAD}
    carried = {name: typed.get(name, "")[:200] for name in CARRIED}
    try:
        taken = bring(
            values["persons"], values["organisations"], {name: text for name, text in lead.items() if text}, by=user,
            message=typed.get("message", ""), kind=carried["kind"] or "note", key=carried["key"],
            sent_at=carried["sent_at"],
        )  # fmt: skip
    except ValidationError as problem:
        return _page(request, user, typed, _errors_of(problem))
    joined = taken.is_shown and not taken.is_new
    words = _("There was an open lead already; it is noted there.") if joined else _("The lead is noted.")
    messages.success(request, " ".join([words, *taken.known]))
    return redirect(described_leads().url(taken.lead.pk) if taken.is_shown else described_leads().url())


def take_in_by_rest(request: HttpRequest, user: User) -> HttpResponse:
    """A mail, a card or a picture in the body; `source`, `campaign` and `interest` may stand in the address."""
    unknown = request.GET.copy()
    for name in OF_LEAD:
        unknown.pop(name, None)
    refuse_parameters(unknown)
    content = body_of(request, largest=LARGEST_FILE)
    if not content.strip():
        raise of_fields({"body": [_("Send a mail (message/rfc822), a card (text/vcard) or a picture as the body.")]})
    lead = {name: request.GET[name] for name in OF_LEAD if name in request.GET}
    taken = bring_at_once(content, lead, by=user, via=Via.API)
    is_new = taken.is_new or not taken.is_shown
    told = {
        "lead": str(taken.lead.pk) if taken.is_shown else None, "is_new": is_new,
        "party": _named(taken.lead.party_id, taken),
        "person": _named(taken.lead.person_id, taken), "known": [*taken.known],
    }  # fmt: skip
    headers = {"Location": f"/api/v1/leads/{taken.lead.pk}"} if taken.is_shown else {}
    return answer(told, status=201 if is_new else 200, headers=headers)


def _named(key: UUID | None, taken: TakenIn) -> str | None:
    """The id of a party of the lead; null for one that the program may not see."""
    return str(key) if key is not None and (key in taken.seen) else None


# -- inside ----------------------------------------------------------------------------------------------------------


def _read(request: HttpRequest, user: User, typed: dict[str, str]) -> HttpResponse:
    files = [file for name in ("file", "photo") for file in request.FILES.getlist(name)]
    try:
        if files and (files[0].size or 0) > LARGEST_FILE:
            raise ValidationError(_("This file is too large; at most 8 MB can be read."))
        content = files[0].read() if files else typed.get("pasted", "").encode()
        if not content.strip():
            raise ValidationError(_("Choose a file, take a photograph or paste the text of a card."))
        brought = read_brought(content)
    except ValidationError as problem:
        return _page(request, user, typed, {"read": " ".join(problem.messages)})
    return _page(request, user, {**typed, **_shown(brought), "pasted": ""}, was_read=True)


def _shown(brought: Brought) -> dict[str, str]:
    found = {f"persons.{name}": text for name, text in brought.persons.items()}
    found |= {f"organisations.{name}": text for name, text in brought.organisations.items()}
    found |= {"message": brought.message, "kind": brought.kind, "key": brought.key, "sent_at": brought.sent_at}
    return {**found, "interest": brought.interest} if brought.interest else found


def _page(
    request: HttpRequest, user: User, typed: dict[str, str], errors: dict[str, str] | None = None, *,
    was_read: bool = False,
) -> HttpResponse:  # fmt: skip
    errors = errors or {}
    lines = []
    for object_name, column in FIELDS:
        description = description_of(object_name)
        found = description.fields[column]
        if description.may_write(user, found):
            name = f"{object_name}.{column}"
            label = _("Company") if name == "organisations.name" else str(found.label)
            lines.append((name, label[:1].upper() + label[1:], typed.get(name, ""), errors.get(name, "")))
    leads = described_leads()
    of_lead = [
        (name, str(leads.fields[name].label)[:1].upper() + str(leads.fields[name].label)[1:], typed.get(name, ""),
         errors.get(name, ""))
        for name in OF_LEAD
    ]  # fmt: skip
    context = {
        "lines": lines, "of_lead": of_lead, "message": typed.get("message", ""), "pasted": typed.get("pasted", ""),
        "carried": [(name, typed.get(name, "")) for name in CARRIED], "errors": errors, "was_read": was_read,
        "problem": errors.get("", ""),
    }  # fmt: skip
    return render(request, "sales/leads/inquiry.html", context, status=422 if errors else 200)


def _errors_of(problem: ValidationError) -> dict[str, str]:
    if not hasattr(problem, "error_dict"):
        return {"": " ".join(problem.messages)}
    known = {f"{object_name}.{column}" for object_name, column in FIELDS} | {*OF_LEAD}
    found: dict[str, str] = {}
    for name, texts in problem.message_dict.items():
        key = name if name in known else next((each for each in known if each.endswith(f".{name}")), "")
        found[key] = " ".join(filter(None, (found.get(key, ""), *texts)))
    return found
