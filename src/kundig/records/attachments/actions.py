"""Putting files to records, naming and removing them. Who may change a record may change its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import files, outbox
from kundig.platform.buckets import StoreFailed
from kundig.platform.files import clean_name
from kundig.platform.formats import current_formats
from kundig.platform.ids import uuid7
from kundig.records.attachments import types
from kundig.records.attachments.models import Attachment
from kundig.records.attachments.previews import previews_of
from kundig.records.description import Description
from kundig.records.events import FilesChanged, Via

KEPT_DELETED = timedelta(days=30)
"""How long a deleted file can be brought back, and how long one stays whose record is gone."""
MOST = 1000
"""Files at one record."""
LONGEST_DESCRIPTION = 300


@dataclass(frozen=True)
class Attached:
    """A new file at a record, and what people should be told about it."""

    attachment: Attachment
    remarks: list[str]


def attach_file(
    description: Description, record: models.Model, upload: UploadedFile, *, by: User, via: Via = Via.HAND
) -> Attached:
    """Put an uploaded file to a record. Its bytes are kept as they came; the same bytes are stored once. Where a file
    of this name is there, it becomes the next version of it.

    Raises:
        PermissionDenied: if `by` may not change the record.
        ValidationError: if it is empty or too large, a program that is called something else, or the record has as many
            files as it may.
    """
    _require(description, record, by)
    size, largest = upload.size or 0, settings.BIGGEST_FILE
    name = clean_name(upload.name or "")
    if size == 0:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    if size > largest:
        raise ValidationError(
            _("“%(name)s” has %(size)s; at most %(limit)s fit.")
            % {"name": name, "size": size_text(size), "limit": size_text(largest)}
        )
    if Attachment.objects.of(description.name, record.pk).count() >= MOST:
        raise ValidationError(_("There are %(most)d files here already; more do not fit.") % {"most": MOST})
    stream: BinaryIO = upload.file  # type: ignore[assignment]
    found = types.recognise(stream)
    if refused := types.disguise(name, found):
        raise ValidationError(refused)
    with transaction.atomic():
        try:
            previews = previews_of(stream, name=name)
            # By nobody: whoever sent it sees it as long as the record is visible, and no longer.
            stored = files.store(stream, name=name, content_type=found.content_type, by_id=None)
        except StoreFailed as error:
            raise ValidationError(_("The store for files does not answer. Please try again in a moment.")) from error
        series, version = _next_version(description, record, name)
        attachment = Attachment.objects.create(
            series=series,
            version=version,
            object=description.name,
            record_id=record.pk,
            file=stored,
            preview=previews.large,
            thumbnail=previews.small,
            created_by=by if by.pk else None,
        )
        _announce(attachment, by=by, via=via)
    known = _("This is version %(number)d of “%(name)s”.") % {"number": version, "name": name} if version > 1 else ""
    remarks = [remark for remark in (known, types.mismatch(name, found), previews.why_none) if remark]
    return Attached(attachment, remarks)


def change_attachment(
    description: Description,
    record: models.Model,
    attachment: Attachment,
    *,
    by: User,
    name: str | None = None,
    text: str | None = None,
    via: Via = Via.HAND,
) -> None:
    """Give a file another name or description. A name without an ending keeps the one it had.

    Raises:
        PermissionDenied: if `by` may not change the record.
        ValidationError: with a dict of "name" and "description".
    """
    _require(description, record, by)
    errors: dict[str, str] = {}
    if name is not None:
        ending = PurePosixPath(attachment.file.name).suffix
        name = clean_name(name, otherwise="")
        if not name:
            errors["name"] = _("A file needs a name.")
        elif ending and not PurePosixPath(name).suffix:
            name += ending
    if text is not None:
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        if len(text) > LONGEST_DESCRIPTION:
            errors["description"] = _("At most %(most)d letters fit, these are %(count)d.") % {
                "most": LONGEST_DESCRIPTION,
                "count": len(text),
            }
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        if name is not None:
            attachment.file.name = name
            attachment.file.save(update_fields=["name"])
        if text is not None:
            attachment.description = text
            attachment.save(update_fields=["description"])
        _announce(attachment, by=by, via=via)


def remove_attachment(
    description: Description, record: models.Model, attachment: Attachment, *, by: User, via: Via = Via.HAND
) -> None:
    """Take a file away from its record, with its earlier versions; it can be brought back for a month.

    Raises:
        PermissionDenied: if `by` may not change the record.
    """
    _set_deleted(description, record, attachment, timezone.now(), by=by, via=via)


def restore_attachment(
    description: Description, record: models.Model, attachment: Attachment, *, by: User, via: Via = Via.HAND
) -> None:
    """Bring a removed file back; raises like `remove_attachment`."""
    _set_deleted(description, record, attachment, None, by=by, via=via)


def erase_attachments(attachments: Iterable[Attachment]) -> int:
    """Delete files for good: their rows, and their bytes unless another file has the same. Answers how many."""
    count = 0
    for attachment in attachments:
        with transaction.atomic():
            stored = [attachment.file, attachment.preview, attachment.thumbnail]
            attachment.delete()
            for file in stored:
                if file is not None:
                    files.delete(file)
        count += 1
    return count


def erase_attachments_of(object_name: str, record_ids: Iterable[UUID]) -> int:
    """Delete all files of these records for good, also those that could still be brought back."""
    found = Attachment.objects.filter(object=object_name, record_id__in=list(record_ids))
    return erase_attachments(found.select_related("file", "preview", "thumbnail"))


def size_text(size: int) -> str:
    """1234567 → "1.2 MB", as people of the current language write it."""
    formats = current_formats()
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{formats.number(round(size / 1000))} kB"
    return f"{formats.number(size / 1_000_000, places=0 if size >= 10_000_000 else 1)} MB"


def _set_deleted(
    description: Description, record: models.Model, attachment: Attachment, at: datetime | None, *, by: User, via: Via
) -> None:
    _require(description, record, by)
    with transaction.atomic():
        # What was removed together comes back together.
        together = Attachment.objects.filter(series=attachment.series, deleted_at=attachment.deleted_at)
        together.update(deleted_at=at)
        attachment.deleted_at = at
        _announce(attachment, by=by, via=via)


def _next_version(description: Description, record: models.Model, name: str) -> tuple[UUID, int]:
    """Series and number for a file that is put to a record under a name."""
    same = Attachment.objects.of(description.name, record.pk).standing().filter(file__name__iexact=name)
    before = same.select_for_update(of=("self",)).first()
    if before is None:
        return uuid7(), 1
    highest = Attachment.objects.filter(series=before.series).aggregate(highest=Max("version"))["highest"]
    return before.series, highest + 1


def _require(description: Description, record: models.Model, by: User) -> None:
    if not description.may(by, Action.CHANGE, record):
        raise PermissionDenied(_("You may look at the files of this record, but not change them."))


def _announce(attachment: Attachment, *, by: User, via: Via) -> None:
    outbox.publish(
        FilesChanged(
            object=attachment.object,
            record_id=str(attachment.record_id),
            file_id=str(attachment.pk),
            by_id=str(by.pk or ""),
            via=via.value,
        )
    )
