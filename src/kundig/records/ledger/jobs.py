"""What the ledger does in the background: large changes go back, and the months ahead get their partitions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.models import User
from kundig.platform import jobs
from kundig.platform.models import JobRun
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.triggers import make_partitions
from kundig.records.ledger.undoing import undo

KIND = "undo"
LARGE = 2000
"""Rows of the ledger above which a change goes back in the background."""


def start_undo(change_set_id: UUID, *, by: User, overwrite: bool = False) -> JobRun:
    """Queue it; twice at the same time makes no sense, so the second waits and then finds nothing to do."""
    found = ChangeSet.objects.get(pk=change_set_id)
    title = _("Taking back: %(title)s") % {"title": found.title or str(found.pk)}
    return jobs.start(
        KIND, title=title, by=by, lock=f"{KIND}:{change_set_id}", change_set_id=str(change_set_id), by_id=str(by.pk),
        overwrite=overwrite,
    )  # fmt: skip


@jobs.job(KIND, page=lambda change_set_id, **_others: f"/changes/#change-{change_set_id}")
def take_back(run: jobs.Progress, *, change_set_id: str, by_id: str, overwrite: bool) -> dict[str, Any]:
    """Take a change back with the rights that `by` has now."""
    by = User.objects.with_access(UUID(by_id))
    if by is None:
        raise jobs.Rejected(_("Who started this may not do it any more."))
    with override(by.language):
        try:
            result = undo(UUID(change_set_id), by=by, overwrite=overwrite, watch=run.progress)
        except (ValidationError, ChangeSet.DoesNotExist) as error:
            raise jobs.Rejected(" ".join(getattr(error, "messages", [str(error)]))) from error
    return dict(result.counts) | {"change_set": str(result.change_set or "")}


@jobs.job("ledger_partitions", cron="37 1 * * *", title="Months of the ledger")
def look_ahead(run: jobs.Progress) -> dict[str, Any]:
    """Every night: the next months have a place before anybody writes into them."""
    return {"made": make_partitions()}
