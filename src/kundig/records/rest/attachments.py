"""The files at a record for programs: `/api/v1/<object>/<id>/files`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records.attachments import types
from kundig.records.attachments.actions import LONGEST_DESCRIPTION, attach_file, change_attachment, remove_attachment
from kundig.records.attachments.models import Attachment
from kundig.records.attachments.panel import PANEL, attachments_of
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.kinds.base import json_type
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.files import FIELD, file_in
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.rest.resources import NOT_THERE, ROOT, described
from kundig.records.views.files import handed_out

WRITABLE = {"title": "name", "description": "text"}
"""Property of an item → what the action calls it."""


def list_files(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description, record = _record(request, user, name, record_id)
    found = list(attachments_of(description, record).select_related("file", "created_by"))
    count = {"value": len(found), "exact": True}
    return answer({"items": [told(each) for each in found], "next": None, "count": count})


def attach(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description, record = _record(request, user, name, record_id, Action.CHANGE)
    upload = file_in(request, largest=settings.BIGGEST_FILE)
    try:
        attached = attach_file(description, record, upload, by=user, via=Via.API)
    except ValidationError as error:
        raise of_fields({FIELD: error.messages}) from error
    item = told(attached.attachment)
    return answer(item, status=201, headers={"Location": item["url"]})


def download(request: HttpRequest, user: User, name: str, record_id: str, file_id: str) -> HttpResponseBase:
    description, record = _record(request, user, name, record_id)
    file = _attachment(description, record, file_id).file
    return handed_out(request, file, content_type=types.known(file.content_type).served_as)


def change(request: HttpRequest, user: User, name: str, record_id: str, file_id: str) -> HttpResponse:
    description, record = _record(request, user, name, record_id, Action.CHANGE)
    attachment = _attachment(description, record, file_id)
    body = object_in(request)
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    standing = told(attachment)
    for key, value in body.items():
        if key in WRITABLE and isinstance(value, str):
            values[WRITABLE[key]] = value
        elif key in WRITABLE:
            errors[key] = [_("Expected a text, got %(got)s.") % {"got": json_type(value)}]
        elif key not in standing or standing[key] != value:
            errors[key[:60]] = [_("Only “title” and “description” can be changed.")]
    if not errors and values:
        try:
            change_attachment(description, record, attachment, by=user, via=Via.API, **values)
        except ValidationError as error:
            errors = {"title" if field == "name" else field: texts for field, texts in error.message_dict.items()}
    if errors:
        raise of_fields(errors)
    return answer(told(attachment))


def remove(request: HttpRequest, user: User, name: str, record_id: str, file_id: str) -> HttpResponse:
    description, record = _record(request, user, name, record_id, Action.CHANGE)
    remove_attachment(description, record, _attachment(description, record, file_id), by=user, via=Via.API)
    return HttpResponse(status=204)


def told(attachment: Attachment) -> dict[str, Any]:
    by = attachment.created_by
    return {
        "id": str(attachment.pk),
        "title": attachment.file.name,
        "description": attachment.description,
        "version": attachment.version,
        "url": f"{ROOT}/{attachment.object}/{attachment.record_id}/files/{attachment.pk}",
        "content_type": attachment.file.content_type,
        "size": attachment.file.size,
        "sha256": attachment.file.sha256,
        "created_at": attachment.created_at.isoformat(),
        "created_by": {"id": str(by.pk), "title": by.name} if by else None,
    }


def schemas() -> dict[str, Any]:
    """What the document of the API says about these items."""
    text, moment = {"type": "string"}, {"type": "string", "format": "date-time"}
    one_id = {"type": "string", "format": "uuid"}
    user = {"type": ["object", "null"], "properties": {"id": one_id, "title": text}}
    writable = {
        "title": {**text, "maxLength": 255, "description": _("The file's name.")},
        "description": {**text, "maxLength": LONGEST_DESCRIPTION},
    }
    properties = {
        "id": one_id,
        **writable,
        "version": {"type": "integer", "description": _("1, and one more for each file of the same name after it.")},
        "url": text,
        "content_type": {**text, "description": _("By the content, not by the name.")},
        "size": {"type": "integer", "description": _("Bytes.")},
        "sha256": text,
        "created_at": moment,
        "created_by": user,
    }
    item = {"type": "object", "properties": properties, "required": list(properties)}
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Attachment"}}
    whole = {"items": items, "next": {"type": "null"}, "count": {"$ref": "#/components/schemas/Count"}}
    return {
        "Attachment": item,
        "AttachmentChange": {
            "type": "object",
            "properties": writable,
            "examples": [{"title": "floor-plan.pdf", "description": "Hall 2"}],
        },
        "AttachmentList": {"type": "object", "properties": whole, "required": list(whole)},
    }


def _record(
    request: HttpRequest, user: User, name: str, record_id: str, *actions: Action
) -> tuple[Description, models.Model]:
    """The record whose files are meant; one that is not for this user is as unknown as one that is not there.

    `actions` are those that a token must be good for, besides reading.
    """
    refuse_parameters(request.GET)
    description = described(name, user, *actions)
    try:
        record = description.visible_to(user).filter(pk=UUID(record_id)).first()
    except ValueError:
        record = None
    if record is None:
        raise Problem(404, str(NOT_THERE))
    if not PANEL.applies(description):
        raise Problem(404, _("Records of “%(name)s” have no files of their own.") % {"name": name})
    return description, record


def _attachment(description: Description, record: models.Model, file_id: str) -> Attachment:
    try:
        found = (
            attachments_of(description, record).select_related("file", "created_by").filter(pk=UUID(file_id)).first()
        )
    except ValueError:
        found = None
    if found is None:
        raise Problem(404, _("There is no such file, or it was deleted."))
    return found
