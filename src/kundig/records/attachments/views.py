"""The files of a record: taken in, handed out, shown, renamed, removed and brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform import files
from kundig.platform.htmx import changed, with_toast
from kundig.records.attachments import types
from kundig.records.attachments.actions import (
    Attached,
    attach_file,
    change_attachment,
    remove_attachment,
    restore_attachment,
    size_text,
)
from kundig.records.attachments.mails import LARGEST_MAIL, mail_in
from kundig.records.attachments.models import Attachment
from kundig.records.attachments.panel import KEY, PANEL, files_panel
from kundig.records.views.base import ObjectView
from kundig.records.views.files import SLACK, handed_out

FIELD = "file"
PDF_POLICY = "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""What the browser's own viewer needs, and that only a page of ours may frame it."""

MAIL_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'self'; sandbox"
"""The words of a mail are text of ours; nothing of it is fetched, not even its pictures."""


class FilesView(ObjectView):
    """POST puts one or several files to the record; scripts hear in JSON what became of them."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        self.record(record_id)
        return redirect(f"{self.description.url(record_id)}#panel-{KEY}")

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.record(record_id, action=Action.CHANGE)
        if not PANEL.applies(self.description):
            raise Http404(self.missing())
        limit = settings.BIGGEST_FILE
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit + SLACK:
            raise RequestDataTooBig(_("At most %(limit)s fit.") % {"limit": size_text(limit)})
        uploads = request.FILES.getlist(FIELD)
        done: list[Attached] = []
        errors = [] if uploads else [_("No file was chosen.")]
        for upload in uploads:
            assert isinstance(upload, UploadedFile)
            try:
                done.append(attach_file(self.description, record, upload, by=self.user))
            except ValidationError as error:
                errors += error.messages
        if "application/json" in request.headers.get("Accept", ""):
            remarks = [f"{each.attachment.name}: {remark}" for each in done for remark in each.remarks]
            return JsonResponse({"remarks": remarks, "errors": errors}, status=422 if errors else 201)
        for error_text in errors:
            messages.error(request, error_text)
        return redirect(f"{self.description.url(record_id)}#panel-{KEY}")


class OneFileView(ObjectView):
    """What the views of one file begin with."""

    change = False

    def found(self, record_id: UUID, file_id: UUID, *, deleted: bool = False) -> tuple[models.Model, Attachment]:
        """The record and its file.

        Raises:
            Http404: if there is none, or the record is not visible.
            PermissionDenied: if the file is to be changed and the user may not change the record.
        """
        record = self.record(record_id, action=Action.CHANGE if self.change else Action.READ)
        attachment = (
            Attachment.objects.filter(object=self.description.name, record_id=record.pk, pk=file_id)
            .filter(deleted_at__isnull=not deleted)
            .select_related("file", "preview", "thumbnail")
            .first()
        )
        if attachment is None:
            raise Http404(_("There is no such file, or it was deleted."))
        return record, attachment

    def panel(self, request: HttpRequest, record: models.Model, *, toast: str = "", undo: str = "") -> HttpResponse:
        response = HttpResponse(files_panel(request, self.description, record))
        if toast:
            changed(response, f"{KEY}:{record.pk}")
            with_toast(response, toast, undo=undo)
        return response


class FileView(OneFileView):
    """GET saves the file, as it came."""

    def get(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponseBase:
        attachment = self.found(record_id, file_id)[1]
        kind = types.known(attachment.file.content_type)
        return handed_out(request, attachment.file, content_type=kind.served_as)


class ShowView(OneFileView):
    """GET shows what can be shown without danger: a picture that we wrote, a PDF in the browser's own viewer, the words
    of a mail."""

    def get(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponseBase:
        attachment = self.found(record_id, file_id)[1]
        if attachment.preview is not None:
            return handed_out(request, attachment.preview, inline=True)
        if attachment.file.content_type == types.PDF.content_type:
            return handed_out(request, attachment.file, inline=True, policy=PDF_POLICY, framed=True)
        if attachment.file.content_type in (types.MAIL.content_type, types.OUTLOOK.content_type):
            return self.mail(request, attachment)
        return redirect("records:attachment", name=self.description.name, record_id=record_id, file_id=file_id)

    def mail(self, request: HttpRequest, attachment: Attachment) -> HttpResponse:
        with files.path_of(attachment.file).open("rb") as stream:
            shown = mail_in(stream.read(LARGEST_MAIL + 1))
        response = render(request, "records/attachments/mail.html", {"mail": shown, "name": attachment.name})
        response["Content-Security-Policy"] = MAIL_POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Cache-Control"] = "private, no-cache"
        return response


class ThumbnailView(OneFileView):
    def get(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponseBase:
        attachment = self.found(record_id, file_id)[1]
        if attachment.thumbnail is None:
            raise Http404(_("There is no such file, or it was deleted."))
        return handed_out(request, attachment.thumbnail, inline=True)


class EditFileView(OneFileView):
    """GET opens name and description in the panel, POST keeps them."""

    change = True

    def get(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponse:
        record, attachment = self.found(record_id, file_id)
        return HttpResponse(files_panel(request, self.description, record, editing=attachment))

    def post(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponse:
        record, attachment = self.found(record_id, file_id)
        data: dict[str, Any] = {"name": request.POST.get("name", ""), "text": request.POST.get("description", "")}
        try:
            change_attachment(self.description, record, attachment, by=self.user, **data)
        except ValidationError as error:
            html = files_panel(
                request, self.description, record, editing=attachment, errors=dict(error.message_dict.items())
            )
            return HttpResponse(html, status=422)
        return self.panel(request, record, toast=_("Saved."))


class RemoveFileView(OneFileView):
    change = True

    def post(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponse:
        record, attachment = self.found(record_id, file_id)
        remove_attachment(self.description, record, attachment, by=self.user)
        told = _("“%(name)s” deleted.") % {"name": attachment.name}
        return self.panel(
            request, record, toast=told, undo=f"{self.description.url(record_id)}files/{attachment.pk}/back/"
        )


class RestoreFileView(OneFileView):
    change = True

    def post(self, request: HttpRequest, record_id: UUID, file_id: UUID) -> HttpResponse:
        record, attachment = self.found(record_id, file_id, deleted=True)
        restore_attachment(self.description, record, attachment, by=self.user)
        return changed(with_toast(HttpResponse(), _("Undone.")), f"{KEY}:{record.pk}")
