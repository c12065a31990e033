"""What one person may do and why, with roles and deputies for a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import give_role, take_role
from kundig.accounts.enums import Action, FieldRight
from kundig.accounts.models import AccessRole, User
from kundig.accounts.queries import NO_ACCESS
from kundig.platform.formats import current_formats
from kundig.records import paging, registry
from kundig.records.description import Description
from kundig.records.reasons import scopes_in_words
from kundig.records.rights import fields_kept_back
from kundig.web.administration import deputies
from kundig.web.administration.access import acting, administrators, errors_of

ACTIONS = (Action.READ, Action.CREATE, Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK)


@dataclass(frozen=True)
class Entry:
    """One action: on how many records, and through which roles."""

    action: str
    count: str
    reasons: list[str]


@dataclass(frozen=True)
class Line:
    label: Any
    entries: list[Entry]
    hidden: str
    read_only: str


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def user_rights(request: HttpRequest, user_id: UUID) -> HttpResponse:
    person = get_object_or_404(User, pk=user_id)
    typed: dict[str, str] = {}
    role_errors: dict[str, list[str]] = {}
    deputy_errors: dict[str, list[str]] = {}
    if request.method == "POST":
        if request.POST.get("what") == "role":
            typed, role_errors = _give(request, person)
        else:
            typed, deputy_errors = deputies.add(request, person)
        if not (role_errors or deputy_errors):
            return redirect("user_rights", user_id=user_id)
    context = {
        "person": person,
        "lines": list(lines_of(person)),
        "limited": [each for each in person.holdings.select_related("role") if each.is_limited],
        "roles": AccessRole.objects.all(),
        "typed": typed,
        "role_errors": role_errors,
        "deputy_errors": deputy_errors,
        **deputies.choices_for(person),
    }
    return render(
        request, "administration/user_rights.html", context, status=422 if role_errors or deputy_errors else 200
    )


@administrators
@require_POST
def role_ending(request: HttpRequest, user_id: UUID, holding_id: int) -> HttpResponse:
    holding = get_object_or_404(get_object_or_404(User, pk=user_id).holdings, pk=holding_id)
    if not holding.is_limited:
        messages.error(request, _("This role is not for a time. Change it on the page of the user."))
        return redirect("user_rights", user_id=user_id)
    take_role(holding, by=acting(request))
    messages.success(request, _("Taken back."))
    return redirect("user_rights", user_id=user_id)


def _give(request: HttpRequest, person: User) -> tuple[dict[str, str], dict[str, list[str]]]:
    typed = {name: request.POST.get(name, "") for name in ("role", "starts_on", "ends_on")}
    try:
        give_role(
            person,
            role=typed["role"],
            valid_from=deputies.day(typed["starts_on"]),
            valid_until=deputies.day(typed["ends_on"]),
            by=acting(request),
        )
    except ValidationError as problem:
        return typed, errors_of(problem)
    messages.success(request, _("Given. It begins and ends by itself."))
    return typed, {}


def lines_of(person: User) -> Iterator[Line]:
    """One line for each kind of object; deactivated people may nothing."""
    known = User.objects.with_access(person.pk) or person
    if not person.is_active:
        known.access = NO_ACCESS
    roles = {str(role.pk): role.label for role in AccessRole.objects.all()}
    for description in registry.descriptions():
        if not description.parent:
            yield _line(description, known, roles)


def _line(description: Description, user: User, roles: dict[str, str]) -> Line:
    entries = [_entry(description, user, action, roles) for action in ACTIONS]
    kept_back = fields_kept_back(description, user)

    def named(wanted: FieldRight) -> str:
        fields = [description.fields[name] for name, right in kept_back.items() if right == wanted]
        return ", ".join(str(field.label) for field in fields if description.is_on(field))

    return Line(description.label_plural, entries, named(FieldRight.HIDDEN), named(FieldRight.READ))


def _entry(description: Description, user: User, action: Action, roles: dict[str, str]) -> Entry:
    reasons = list(scopes_in_words(description, user, action, roles))
    if action == Action.CREATE:
        return Entry(str(action.label), _("yes") if reasons else _("no"), reasons)
    if not reasons:
        return Entry(str(action.label), _("none"), [])
    count = paging.count_of(description.visible_to(user, action))
    number = current_formats().number(count.value)
    words = ngettext("%(number)s record", "%(number)s records", count.value) % {"number": number}
    return Entry(str(action.label), words if count.exact else _("about %(records)s") % {"records": words}, reasons)
