"""Files: handed out to those who may see a record that holds them, and taken in from forms."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundig.accounts.models import User
from kundig.platform import files
from kundig.platform.buckets import StoreFailed
from kundig.platform.models import StoredFile
from kundig.records.description import Description
from kundig.records.files import INLINE, LARGEST, receive, visible_file
from kundig.records.kinds.references import File

UPLOAD, REMOVE = ".file", ".remove"
"""What stands behind a field's name in forms: the file itself, and the wish to have none."""

SLACK = 1_000_000
"""What a form may carry beside its file."""


@login_required
@require_safe
def show(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The bytes of a file; pictures are shown, everything else is saved."""
    file = visible_file(request.user, file_id)  # type: ignore[arg-type]
    if file is None:
        raise Http404(_("There is no such file, or it is not visible to you."))
    return served(request, file)


def served(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The file of a field as an answer: pictures, which we wrote ourselves, are shown."""
    return handed_out(request, file, inline=file.content_type in INLINE)


def handed_out(
    request: HttpRequest,
    file: StoredFile,
    *,
    inline: bool = False,
    content_type: str = "",
    policy: str = "default-src 'none'; sandbox",
    framed: bool = False,
) -> HttpResponseBase:
    """The file as an answer. Nothing in it can act in our name: no sniffing, no scripts, no frames but our own.

    Unless `inline`, it is saved and never shown.
    """
    version = f'"{file.sha256}"'
    headers = {
        "ETag": version,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy,
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
    }
    if request.headers.get("If-None-Match") == version:
        return HttpResponse(status=304, headers=headers)
    try:
        content = files.path_of(file).open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The bytes of “%(name)s” are missing in the data folder.") % {"name": file.name}) from error
    return FileResponse(
        content,
        as_attachment=not inline,
        filename=file.name,
        content_type=content_type or file.content_type,
        headers=headers,
    )


def with_uploads(request: HttpRequest, description: Description, user: User) -> tuple[QueryDict, dict[str, list[str]]]:
    """Posted data in which files that came along are stored and stand as their ids; and what was wrong with them.

    A field keeps the file it has (its id is posted along) unless another comes or it is to be removed.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + SLACK:
        raise RequestDataTooBig(_("At most %(limit)d MB can be uploaded.") % {"limit": LARGEST // 1_000_000})
    data = request.POST.copy()
    errors: dict[str, list[str]] = {}
    for name, field in description.fields_for(user).items():
        if not isinstance(field.kind, File) or not description.may_write(user, field):
            continue
        upload = request.FILES.get(f"{name}{UPLOAD}")
        try:
            if upload is not None:
                data[name] = str(receive(upload, by=user, only_pictures=field.kind.only_pictures).pk)
            elif data.get(f"{name}{REMOVE}"):
                data[name] = ""
        except ValidationError as error:
            errors[name] = error.messages
        except StoreFailed:
            # The rest of what was typed comes back with the form.
            errors[name] = [_("The store for files does not answer. Please try again in a moment.")]
    return data, errors
