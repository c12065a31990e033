"""Files for programs: uploaded once, then set in a field of a record by their id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.models import StoredFile
from kundig.records.files import LARGEST, receive, visible_file
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.endpoint import answer
from kundig.records.rest.items import FILES
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.views.files import SLACK, served

FIELD = "file"


def upload(request: HttpRequest, user: User) -> HttpResponse:
    refuse_parameters(request.GET)
    try:
        file = receive(file_in(request, largest=LARGEST), by=user)
    except ValidationError as error:
        raise of_fields({FIELD: error.messages}) from error
    return answer(told(file), status=201, headers={"Location": f"{FILES}{file.pk}"})


def file_in(request: HttpRequest, *, largest: int) -> UploadedFile:
    """The file in a body of at most `largest` bytes.

    Raises:
        Problem: 400, 413 or 415, saying what was expected.
    """
    if request.content_type != "multipart/form-data":
        raise Problem(
            415,
            _("Send the file as “multipart/form-data”, in a part called “%(field)s”.") % {"field": FIELD},
            headers={"Accept": "multipart/form-data"},
        )
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > largest + SLACK:
        raise Problem(413, _("At most %(limit)d MB can be uploaded.") % {"limit": largest // 1_000_000})
    try:
        found = request.FILES.get(FIELD)
    except MultiPartParserError as error:
        raise Problem(400, _("The body is not “multipart/form-data”: %(why)s") % {"why": str(error)[:120]}) from error
    if not isinstance(found, UploadedFile):
        names = ", ".join([*request.FILES, *request.POST]) or _("nothing")
        raise Problem(
            400,
            _("Expected a file in a part called “%(field)s”, got: %(names)s.") % {"field": FIELD, "names": names[:200]},
        )
    return found


def download(request: HttpRequest, user: User, file_id: str) -> HttpResponseBase:
    try:
        file = visible_file(user, UUID(file_id))
    except ValueError:
        file = None
    if file is None:
        raise Problem(404, _("There is no such file, or it is not visible to you."))
    return served(request, file)


def told(file: StoredFile) -> dict[str, Any]:
    return {
        "id": file.pk,
        "title": file.name,
        "url": f"{FILES}{file.pk}",
        "content_type": file.content_type,
        "size": file.size,
    }
