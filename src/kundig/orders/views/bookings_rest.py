"""Files of bookings (DATEV) for programs: which were made, what they hold, and the file itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.models import BookingBatch, Invoice
from kundig.orders.queries.bookings import batches_for
from kundig.platform import files
from kundig.records import registry
from kundig.records.rest.asking import id_in, limit_in
from kundig.records.rest.endpoint import answer, endpoint
from kundig.records.rest.extending import Extension
from kundig.records.rest.paths import Operations, list_of, newest_first
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.rest.schemas import Schema
from kundig.records.rest.scopes import require_scope

NAME = "booking-batches"
FILTERS = ("limit", "after")


def list_batches(request: HttpRequest, user: User) -> HttpResponse:
    """Newest first; administrators see all, everybody else who may export invoices their own."""
    _require(user)
    unknown = [name for name in request.GET if name not in FILTERS]
    if unknown:
        raise of_fields({unknown[0]: [_("There are only: %(names)s.") % {"names": ", ".join(FILTERS)}]})
    limit, rows = limit_in(request.GET), _counted(user).order_by("-pk")
    if text := request.GET.get("after", ""):
        key = id_in(text)
        if key is None:
            raise of_fields({"after": [_("This is no place in the list. Take “next” of the page before.")]})
        rows = rows.filter(pk__lt=key)
    found = list(rows[: limit + 1])
    return answer({"items": _items(found[:limit]), "next": str(found[limit - 1].pk) if len(found) > limit else None})


def read_batch(request: HttpRequest, user: User, batch_id: str) -> HttpResponse:
    return answer(_items([_found(user, batch_id)])[0])


def download(request: HttpRequest, user: User, batch_id: str) -> HttpResponse:
    """The file as it was handed over: EXTF, in the encoding of DATEV."""
    batch = _found(user, batch_id)
    told = HttpResponse(files.path_of(batch.file).read_bytes(), content_type=batch.file.content_type)
    told["Content-Disposition"] = f'attachment; filename="{batch.file.name}"'
    told["X-Content-Type-Options"] = "nosniff"
    return told


def paths() -> Schema:
    each, ref = Operations(NAME), {"$ref": "#/components/parameters/id"}
    file = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}
    downloaded = each.responses(200, _("The file (EXTF, Buchungsstapel)"), "", problems=())
    downloaded["200"]["content"] = file
    return {
        **newest_first(
            each,
            "BookingBatch",
            listing=_("List: files of bookings, newest first"),
            who=_("Who may export invoices sees their own, administrators all."),
            reading=_("Read: one file of bookings"),
            one=_("What is known of the file"),
        ),
        f"/{NAME}/{{id}}/file": {
            "parameters": [ref],
            "get": {**each.operation("download", _("Download: the file of bookings")), "responses": downloaded},
        },
    }


def schemas() -> Schema:
    text, number, day = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "string", "format": "date"}
    person: Schema = {
        "type": ["object", "null"], "properties": {"id": {"type": "string", "format": "uuid"}, "title": text},
    }  # fmt: skip
    properties: Schema = {
        "id": {"type": "string", "format": "uuid"}, "made_at": {"type": "string", "format": "date-time"},
        "by": person, "since": day, "until": day, "name": text, "size": number, "entries": number,
        "taken_back_at": {"type": ["string", "null"], "format": "date-time"},
    }  # fmt: skip
    return {
        "BookingBatch": {"type": "object", "properties": properties, "required": [*properties]},
        "BookingBatchList": list_of("BookingBatch"),
    }


def _items(batches: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.pk, "made_at": each.made_at.isoformat(),
            "by": {"id": each.by.pk, "title": each.by.name} if each.by else None,
            "since": each.since.isoformat(), "until": each.until.isoformat(),
            "name": each.file.name, "size": each.file.size, "entries": each.entries,
            "taken_back_at": each.taken_back_at.isoformat() if each.taken_back_at else None,
        }
        for each in batches
    ]  # fmt: skip


def _counted(user: User) -> Any:
    return batches_for(user).annotate(entries=Count("marks"))


def _found(user: User, batch_id: str) -> BookingBatch:
    _require(user)
    key = id_in(batch_id)
    found = _counted(user).filter(pk=key).first() if key else None
    if found is None:
        raise Problem(404, _("There is no such file of bookings, or it is not yours."))
    return found


def _require(user: User) -> None:
    description: Any = registry.for_model(Invoice)
    require_scope(description, user, Action.EXPORT)
    if not description.may(user, Action.EXPORT):
        raise PermissionDenied(_("You may not export invoices."))


def _may(user: User) -> bool:
    description: Any = registry.for_model(Invoice)
    return bool(description.may(user, Action.EXPORT))


URLS = [
    re_path(r"^v1/booking-batches/?$", endpoint(get=list_batches), name="booking_batches"),
    re_path(r"^v1/booking-batches/(?P<batch_id>[^/]+)/?$", endpoint(get=read_batch), name="booking_batch"),
    re_path(r"^v1/booking-batches/(?P<batch_id>[^/]+)/file/?$", endpoint(get=download), name="booking_batch_file"),
]
EXTENSION = Extension(NAME, gettext_lazy("Files of bookings"), URLS, paths, schemas, may=_may)
