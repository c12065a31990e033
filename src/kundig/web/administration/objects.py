"""Objects of one's own: making them, calling them something else, who may do what with them, retiring them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import ensure_roles, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, User
from kundig.accounts.rules import ADMINISTRATOR
from kundig.platform.formats import current_formats
from kundig.records.objects import actions
from kundig.records.objects.icons import ICONS
from kundig.records.objects.models import CustomObject
from kundig.web.administration.access import acting, administrators, errors_of

TEXTS = ("label_de", "label_en", "plural_de", "plural_en", "title_de", "title_en", "icon")
AT_FIRST = {"icon": "box", "in_navigation": True}
WORKING = (Action.READ, Action.CREATE, Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK)
AS_ALWAYS, OTHERWISE = "", "otherwise"
LEVELS: dict[str, frozenset[Action]] = {
    "none": frozenset(),
    "read": frozenset({Action.READ}),
    "change": frozenset({Action.READ, Action.CREATE, Action.CHANGE}),
    "all": frozenset(WORKING),
}
"""What a role can be given here at once; finer rights stand on the page of the role."""


@dataclass(frozen=True)
class RoleLine:
    """How far a role reaches: one of `LEVELS`, "" as with every other object, or finer than can be said here."""

    role: AccessRole
    name: str
    level: str


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    values: dict[str, Any] = dict(AT_FIRST)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        values = _typed(request.POST)
        try:
            with transaction.atomic():
                row = actions.add_object(values, by=acting(request))
                _give_rights(row, request.POST, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(
                request, _("“%(object)s” are there, on every surface. Now add what is to be kept of them.")
                % {"object": row.plural},
            )  # fmt: skip
            return redirect("fields", object_name=row.name)
    return _page(request, None, values, errors)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def own_object(request: HttpRequest, object_name: str) -> HttpResponse:
    row = _found(object_name)
    values = {name: getattr(row, name) for name in (*TEXTS, "in_navigation")}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        values, version = _typed(request.POST), request.POST.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        try:
            with transaction.atomic():
                row = actions.change_object(row, values, version=number, by=acting(request))
                _give_rights(row, request.POST, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
            row.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return (
                redirect("fields", object_name=row.name) if row.retired_at is None else redirect("objects_and_fields")
            )
    return _page(request, row, values, errors)


@administrators
@require_POST
def retirement(request: HttpRequest, object_name: str) -> HttpResponse:
    row = _found(object_name)
    return _done(request, lambda: actions.retire_object(row, by=acting(request)),
                 _("“%(object)s” are retired. Their records are kept.") % {"object": row.plural})  # fmt: skip


@administrators
@require_POST
def comeback(request: HttpRequest, object_name: str) -> HttpResponse:
    row = _found(object_name)
    return _done(request, lambda: actions.bring_back(row, by=acting(request)),
                 _("“%(object)s” are back, with their records.") % {"object": row.plural})  # fmt: skip


@administrators
@require_POST
def removal(request: HttpRequest, object_name: str) -> HttpResponse:
    row = _found(object_name)
    return _done(request, lambda: actions.delete_object(row, by=acting(request)),
                 _("“%(object)s” are deleted.") % {"object": row.plural})  # fmt: skip


# -- inside -------------------------------------------------------------------------------------------------------


def _found(name: str) -> CustomObject:
    row = actions.object_called(name)
    if row is None:
        raise Http404(_("There is no object “%(name)s”.") % {"name": name[:60]})
    return row


def _done(request: HttpRequest, action: Any, message: str) -> HttpResponse:
    try:
        action()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, message)
    return redirect("objects_and_fields")


def _typed(data: QueryDict) -> dict[str, Any]:
    return {name: data.get(name, "") for name in TEXTS} | {"in_navigation": "in_navigation" in data}


def _give_rights(row: CustomObject, data: QueryDict, *, by: User) -> None:
    """Set the rights that were chosen; a role whose line was not touched keeps what it has.

    Raises:
        ValidationError: if there is no such level, or what a line showed is no longer so.
    """
    for line in _roles(row):
        shown = data.get(f"was-{line.name}", line.level)
        level = data.get(line.name, shown)
        if level == shown or line.role.key == ADMINISTRATOR:
            continue
        if shown != line.level:
            raise ValidationError(
                _("Somebody has changed meanwhile what “%(role)s” may do. Here is how it is now: choose once more.")
                % {"role": line.role.label}
            )
        if level != AS_ALWAYS and level not in LEVELS:
            raise ValidationError(_("“%(value)s” is no reach of a right.") % {"value": level[:40]})
        scopes = {
            (row.name, action): None if level == AS_ALWAYS else Scope.ALL if action in LEVELS[level] else Scope.NONE
            for action in WORKING
        }
        set_grants(line.role, scopes=scopes, conditions=dict.fromkeys(scopes, ""), by=by)


def _roles(row: CustomObject | None) -> list[RoleLine]:
    ensure_roles()
    roles = AccessRole.objects.prefetch_related("grants")
    return [RoleLine(role, f"role-{role.key}", _level(role, row)) for role in roles if role.key != ADMINISTRATOR]


def _level(role: AccessRole, row: CustomObject | None) -> str:
    grants = [grant for grant in role.grants.all() if row is not None and grant.object == row.name]
    if not grants:
        return AS_ALWAYS
    scopes = {grant.action: Scope(grant.scope) for grant in grants}
    if any(grant.condition for grant in grants) or set(scopes) != set(WORKING):
        return OTHERWISE
    if not set(scopes.values()) <= {Scope.ALL, Scope.NONE}:
        return OTHERWISE
    reached = frozenset(action for action, scope in scopes.items() if scope is Scope.ALL)
    return next((level for level, actions_ in LEVELS.items() if actions_ == reached), OTHERWISE)


def _page(
    request: HttpRequest, row: CustomObject | None, values: dict[str, Any], errors: dict[str, list[str]]
) -> HttpResponse:
    lines = _roles(row)
    count = actions.records_of(row) if row is not None else 0
    sent = request.POST if errors else {}
    context = {
        "row": row,
        "values": values,
        "errors": errors,
        "icons": ICONS,
        "roles": [(line, sent.get(line.name, line.level)) for line in lines],
        "levels": [
            (AS_ALWAYS, _("as with every other object")),
            ("none", pgettext("right", "nothing")),
            ("read", pgettext("right", "read")),
            ("change", pgettext("right", "read, create and change")),
            ("all", pgettext("right", "everything, deleting and exporting too")),
        ],
        "otherwise": OTHERWISE,
        "count": count,
        "shown_count": current_formats().number(count),
    }
    return render(request, "administration/object.html", context, status=422 if errors else 200)
