"""Roles and their rights: a table of objects and actions."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import (
    add_role,
    delete_role,
    ensure_roles,
    find_role,
    let_assistants_write,
    rename_role,
    set_field_rights,
    set_grants,
)
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, User
from kundig.accounts.rules import ADMINISTRATOR, EVERY_OBJECT
from kundig.records.description import Description
from kundig.records.registry import descriptions, get
from kundig.records.rights import condition_in
from kundig.web.administration.access import acting, administrators, errors_of
from kundig.web.administration.role_fields import (
    Further,
    by_action,
    chosen_fields,
    field_rows,
    further_of,
    sent_further,
)

ACTIONS = (Action.READ, Action.CREATE, Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK)
AS_ALWAYS = "as-always"
WORDS = {Scope.NONE: "none", Scope.OWN: "own", Scope.TEAM: "team", Scope.ALL: "all"}
SCOPES = {word: scope for scope, word in WORDS.items()}


@dataclass(frozen=True)
class Cell:
    """One right: what was chosen (`AS_ALWAYS` where the row of every object decides), what follows, what could be."""

    name: str
    label: str
    value: str
    effective: str
    always: str
    choices: list[tuple[str, str]]
    has_condition: bool = False
    """Whether the role also reaches the records of a condition."""


@dataclass(frozen=True)
class Row:
    """The rights to one kind of object; the fields and conditions of the one that is open stand below."""

    label: str
    cells: list[Cell]
    name: str
    address: str
    is_open: bool


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    ensure_roles()
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            like = find_role(request.POST.get("like", ""))
            made = add_role(name=request.POST.get("name", ""), like=like, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            return redirect("role", key=made.key)
    context = {"roles": _roles(), "errors": errors, "name": request.POST.get("name", "")}
    return render(request, "administration/roles.html", context, status=422 if errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, key: str) -> HttpResponse:
    found, by = get_object_or_404(AccessRole, key=key), acting(request)
    errors: dict[str, list[str]] = {}
    opened = _opened(request)
    further = further_of(found, opened) if opened else []
    if request.method == "POST":
        try:
            if opened:
                sent = sent_further(request.POST, opened)
                further = [*sent, Further(len(sent), "")]
                if any(each.error for each in sent):
                    raise ValidationError(_("Something is not right with a condition. Nothing was saved."))
            with transaction.atomic():
                _save(found, request.POST, opened, by=by)
                let_assistants_write(found, "assistants_write" in request.POST, by=by)
                if not found.is_builtin:
                    rename_role(found, name=request.POST.get("name", ""), by=by)
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved. It holds from the next click of everybody who has this role."))
            return redirect(request.get_full_path())
    context = {
        "role": found,
        "roles": _roles(),
        "is_fixed": found.key == ADMINISTRATOR,
        "actions": ACTIONS,
        "rows": rows_of(found, opened),
        "field_rows": field_rows(found, opened) if opened else [],
        "further": further,
        "misfits": misfits(found),
        "people": found.users.filter(is_active=True),
        "errors": errors,
    }
    return render(request, "administration/role.html", context, status=422 if errors else 200)


@administrators
@require_POST
def removal(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(AccessRole, key=key)
    try:
        delete_role(found, by=acting(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("role", key=key)
    messages.success(request, _("The role “%(name)s” is deleted.") % {"name": found.name})
    return redirect("roles")


def _opened(request: HttpRequest) -> Description | None:
    """The object whose fields and conditions are shown."""
    description = get(request.GET.get("object", ""))
    return description if description is not None and not description.parent else None


def _save(role: AccessRole, data: QueryDict, opened: Description | None, *, by: User) -> None:
    scopes, conditions = _chosen(data), {}
    if opened:
        texts = by_action(sent_further(data, opened))
        conditions = {(opened.name, action): texts.get(action, "") for action in ACTIONS}
        for key in conditions:
            scopes.setdefault(key, None)
        set_field_rights(role, rights=chosen_fields(data, opened), by=by)
    set_grants(role, scopes=scopes, conditions=conditions, by=by)


def rows_of(role: AccessRole, opened: Description | None = None) -> list[Row]:
    """Each described object that has rights of its own, then the row that decides for every other object."""
    conditional = set(role.grants.exclude(condition="").values_list("object", "action"))
    grants = {(g.object, g.action): Scope(g.scope) for g in role.grants.all()}
    described = [
        _row(
            grants,
            d.name,
            label=str(d.label_plural),
            owner=bool(d.owner),
            team=bool(d.team),
            conditional=conditional,
            is_open=d is opened,
        )
        for d in descriptions()
        if not d.parent
    ]
    return [*described, _row(grants, EVERY_OBJECT, label=pgettext("objects", "Everything else"), owner=True, team=True)]


def _row(
    grants: Mapping[tuple[str, str], Scope],
    object_name: str,
    *,
    label: str,
    owner: bool,
    team: bool,
    conditional: Set[tuple[str, str]] = frozenset(),
    is_open: bool = False,
) -> Row:
    cells = [
        replace(
            _cell(grants, object_name, action, label=label, scopes=_scopes(action, owner=owner, team=team)),
            has_condition=(object_name, action.value) in conditional,
        )
        for action in ACTIONS
    ]
    address = "" if object_name == EVERY_OBJECT else "?" if is_open else f"?object={object_name}"
    return Row(label=label, cells=cells, name=object_name, address=address, is_open=is_open)


def misfits(role: AccessRole) -> list[str]:
    """Conditions of the role that do not fit any more, each with its object."""
    found = []
    for grant in role.grants.exclude(condition=""):
        description = get(grant.object)
        if description is None or condition_in(grant.condition, description) is None:
            label = description.label_plural if description else grant.object
            found.append(f"{label}: {grant.condition}")
    return list(dict.fromkeys(found))


def _cell(
    grants: Mapping[tuple[str, str], Scope], object_name: str, action: Action, *, label: str, scopes: list[Scope]
) -> Cell:
    always = grants.get((EVERY_OBJECT, action), Scope.NONE)
    own = grants.get((object_name, action))
    choices = [(WORDS[scope], str(scope.label)) for scope in scopes]
    if object_name != EVERY_OBJECT:
        choices.insert(0, (AS_ALWAYS, str(always.label)))
    return Cell(
        name=f"{object_name}.{action.value}",
        label=f"{label}: {action.label}",
        value=AS_ALWAYS if own is None and object_name != EVERY_OBJECT else WORDS[own or Scope.NONE],
        effective=WORDS[always if own is None else own],
        always=WORDS[always],
        choices=choices,
    )


def _scopes(action: Action, *, owner: bool, team: bool) -> list[Scope]:
    """What can be chosen: what is new belongs to nobody yet, and not every object has somebody responsible."""
    if action is Action.CREATE or not (owner or team):
        return [Scope.NONE, Scope.ALL]
    return [Scope.NONE, *([Scope.OWN] if owner else []), *([Scope.TEAM] if team else []), Scope.ALL]


def _chosen(data: Mapping[str, Any]) -> dict[tuple[str, Action], Scope | None]:
    """The rights in a sent form; what is unknown there is refused.

    Raises:
        ValidationError: naming the right and the value.
    """
    objects = [EVERY_OBJECT, *(d.name for d in descriptions() if not d.parent)]
    chosen: dict[tuple[str, Action], Scope | None] = {}
    for object_name in objects:
        for action in ACTIONS:
            value = data.get(f"{object_name}.{action.value}")
            if value is None:
                continue
            if value != AS_ALWAYS and value not in SCOPES:
                raise ValidationError(_("“%(value)s” is no reach of a right.") % {"value": value})
            chosen[object_name, action] = None if value == AS_ALWAYS else SCOPES[value]
    return chosen


def _roles() -> Any:
    return AccessRole.objects.annotate(people=Count("users")).order_by("created_at", "id")
