"""What is forgotten at night: files deleted a month ago, files of records that are gone, files that nobody uses."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kundig.platform import files, jobs
from kundig.records import registry
from kundig.records.attachments.actions import KEPT_DELETED, erase_attachments
from kundig.records.attachments.models import Attachment


@jobs.job("files_upkeep", cron="47 2 * * *", title="Forget unused files")
def forget_files(run: jobs.Progress) -> dict[str, Any]:
    now = timezone.now()
    for description in registry.descriptions():
        of_kind = Attachment.objects.filter(object=description.name)
        record = description.everything().filter(pk=OuterRef("record_id"))
        of_kind.filter(~Exists(record), orphaned_at=None).update(orphaned_at=now)
        of_kind.filter(Exists(record)).exclude(orphaned_at=None).update(orphaned_at=None)
    erased = sum(
        erase_attachments(
            Attachment.objects.filter(**{f"{reason}__lt": now - KEPT_DELETED}).select_related(
                "file", "preview", "thumbnail"
            )
        )
        for reason in ("deleted_at", "orphaned_at")
    )
    return {"deleted": erased, "unused": files.forget_unused(now=now), "bytes": files.forget_stray_bytes(now=now)}
