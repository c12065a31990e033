"""A file that somebody put to a record."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, object_name: str, record_id: UUID) -> Self:
        """The files of one record that are not deleted, all their versions, newest first."""
        return self.filter(object=object_name, record_id=record_id, deleted_at=None).order_by("-created_at", "-id")

    def standing(self) -> Self:
        """Of each file the version that counts."""
        later = Attachment.objects.filter(series=OuterRef("series"), version__gt=OuterRef("version"), deleted_at=None)
        return self.filter(~Exists(later))


class Attachment(models.Model):
    """One file at one record; `object` is the name of the record's description. What is put there under the name of a
    file that is there is a further version of it, of the same `series`.

    The bytes that came lie in `file` as they are and are only ever saved, never shown. `preview` and `thumbnail` are
    pictures written by ourselves, where the file is a picture.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    record_id = models.UUIDField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    preview = models.ForeignKey(StoredFile, models.SET_NULL, related_name="+", null=True)
    thumbnail = models.ForeignKey(StoredFile, models.SET_NULL, related_name="+", null=True)
    series = models.UUIDField(default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    description = models.CharField(_("description"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    deleted_at = models.DateTimeField(null=True)
    """Kept for a while, so that deleting can be undone."""
    orphaned_at = models.DateTimeField(null=True)
    """When its record was found to be gone."""

    objects: ClassVar[AttachmentQuerySet] = AttachmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["object", "record_id", "-created_at"], name="attachment_of_record")]
        constraints = [models.UniqueConstraint(fields=["series", "version"], name="attachment_version_once")]

    @property
    def name(self) -> str:
        return self.file.name
