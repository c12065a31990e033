"""The resources: `/api/v1/<name>` and `/api/v1/<name>/<id>` for every described object."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import merging, registry, statements
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.paging import Count, count_of
from kundig.records.patience import TooSlow, at_most
from kundig.records.rest.asking import chosen_fields, question, refuse_parameters
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.items import ItemPlan
from kundig.records.rest.problems import Problem, encoded, invalid
from kundig.records.rest.scopes import require_scope
from kundig.records.rest.values import values_in
from kundig.records.rest.versions import require_match, version_of
from kundig.records.rows import Row

ROOT = "/api/v1"
LIST_MS = 10_000
"""As long a program may let a page be looked for: not every filter has an index."""
NOT_THERE = gettext_lazy("There is no such record, or it is not visible to you.")


def list_records(request: HttpRequest, user: User, name: str) -> HttpResponse:
    description = described(name, user)
    asked = question(description, user, request.GET)
    try:
        with at_most(LIST_MS) if asked.listing.is_narrowed else nullcontext():
            keys = asked.listing.page(limit=asked.limit)
    except TooSlow as error:
        raise Problem(
            400,
            _("Among so many %(what)s this filter takes too long. Narrow it further, or sort another way.")
            % {"what": description.label_plural},
        ) from error
    items = ItemPlan(description, user, names=asked.fields).in_order(keys.ids)
    alone = asked.listing.cursor is None and keys.after is None
    count = Count(len(keys.ids), exact=True) if alone else count_of(asked.listing.rows())
    return answer(
        {
            "items": items,
            "next": keys.after.encode() if keys.after else None,
            "count": {"value": count.value, "exact": count.exact},
        }
    )


def create(request: HttpRequest, user: User, name: str) -> HttpResponse:
    description = described(name, user, Action.CREATE)
    refuse_parameters(request.GET)
    require_right(description, user, Action.CREATE)
    values = values_in(object_in(request), description, user)
    record = create_record(description, values, by=user, via=Via.API)
    plan = ItemPlan(description, user)
    location = {"Location": f"{ROOT}/{name}/{record.pk}"}
    row = plan.one(record.pk, user)
    if row is None:  # made for another team: created, but not for one's own eyes
        return answer({"id": record.pk}, status=201, headers=location)
    return _one(plan.item(row), status=201, headers=location)


def read(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description = described(name, user)
    chosen = chosen_fields(description, user, request.GET)
    plan = ItemPlan(description, user)
    try:
        item = plan.item(row_of(plan, record_id, user))
    except Moved as moved:
        return HttpResponse(status=308, headers={"Location": moved.address, "Cache-Control": "no-store"})
    # The version is that of the whole record, so that it counts whichever fields were asked for.
    told = item if chosen is None else {each: value for each, value in item.items() if each in chosen}
    return answer(told, headers={"ETag": version_of(item)})


def change(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description = described(name, user, Action.CHANGE)
    refuse_parameters(request.GET)
    plan = ItemPlan(description, user)
    row, record = whole_of(plan, record_id, user)
    body = object_in(request)
    with transaction.atomic() if "If-Match" in request.headers else nullcontext():
        if "If-Match" in request.headers:
            row, record = locked(plan, row, user)
            require_match(request.headers["If-Match"], plan.item(row))
        if not description.may(user, Action.CHANGE, record):
            raise Problem(403, _("You may look at this, but not change it."))
        values = values_in(body, description, user, item=as_told(plan.item(row)), row=plan.rows.as_dict(row))
        if not values:
            return _one(plan.item(row))
        change_record(description, record, values, by=user, via=Via.API)
    return _one(plan.item(plan.one(row[0], user) or row))


def delete(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description = described(name, user, Action.DELETE)
    refuse_parameters(request.GET)
    plan = ItemPlan(description, user)
    row, record = whole_of(plan, record_id, user)
    try:
        with transaction.atomic():
            if "If-Match" in request.headers:
                row, record = locked(plan, row, user)
                require_match(request.headers["If-Match"], plan.item(row))
            delete_record(description, record, by=user, via=Via.API)
    except ValidationError as error:
        raise invalid(error, status=409) from error
    return HttpResponse(status=204)


def described(name: str, user: User, *actions: Action) -> Description:
    """The description of a resource that the user may read, and whose token may be used for `actions`.

    Raises:
        Problem: 404 if there is none, 403 if the token's scopes or the user's roles do not include it.
    """
    description = registry.get(name)
    if description is None:
        known = ", ".join(sorted(d.name for d in registry.descriptions() if d.may(user, Action.READ)))
        raise Problem(
            404, _("There is no resource “%(name)s”. Known are: %(known)s.") % {"name": name[:60], "known": known}
        )
    require_scope(description, user, Action.READ, *actions)
    require_right(description, user, Action.READ)
    return description


def require_right(description: Description, user: User, action: Action) -> None:
    """Raises Problem (403) if the user may do such a thing with no record of the kind."""
    if not description.may(user, action):
        raise Problem(
            403,
            _("The roles of %(who)s do not include “%(action)s” for %(what)s.")
            % {"who": user.name, "action": action.label, "what": description.label_plural},
        )


def row_of(plan: ItemPlan, record_id: str, user: User) -> Row:
    """The row of a visible record; one that is there, but not for this user, is as unknown as one that is not."""
    try:
        row = plan.one(UUID(record_id), user)
    except ValueError:
        row = None
    if row is None:
        raise _gone(plan, record_id, user)
    return row


def whole_of(plan: ItemPlan, record_id: str, user: User) -> tuple[Row, models.Model]:
    """`row_of` and the record itself, for whoever is about to write it."""
    row = record = None
    with suppress(ValueError):
        row, record = plan.rows.seen_whole(plan.description, user, UUID(record_id))
    if row is None or record is None:
        raise _gone(plan, record_id, user)
    return row, record


def _gone(plan: ItemPlan, record_id: str, user: User) -> Problem:
    """There is none; where it has become another record that the user may see, that one is named."""
    with suppress(ValueError):
        into = merging.follow(plan.description.name, UUID(record_id))
        if into is not None and plan.one(into, user) is not None:
            return Moved(f"{ROOT}/{plan.description.name}/{into}", into)
    return Problem(404, str(NOT_THERE))


class Moved(Problem):
    """The record has become another one: whoever reads is led there, whoever writes is asked to look first."""

    def __init__(self, address: str, into: UUID) -> None:
        super().__init__(
            409, _("This record was merged into %(into)s. Read that one, and send your request there.") % {"into": into}
        )
        self.address = address


def locked(plan: ItemPlan, row: Row, user: User) -> tuple[Row, models.Model]:
    """Row and record as they are now; nobody else changes them until this transaction ends."""
    record = statements.locked(plan.description, row[0])
    if record is None:
        raise Problem(404, str(NOT_THERE))
    return row_of(plan, str(row[0]), user), record


# -- one item ---------------------------------------------------------------------------------------------------


def _one(item: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return answer(item, status=status, headers={"ETag": version_of(item), **(headers or {})})


def as_told(item: dict[str, Any]) -> dict[str, Any]:
    """The item as a program has read it: ids and numbers in the form that JSON gives them."""
    told: dict[str, Any] = orjson.loads(encoded(item))
    return told
