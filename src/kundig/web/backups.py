"""The backup of every night: written into the data folder, proven by bringing it back, and kept for some days."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig import __version__
from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform import backups, files, jobs
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder
from kundig.platform.logs import first_line
from kundig.platform.models import JobRun
from kundig.web import schema
from kundig.web.database import OUTSIDE

KIND = "backup"
NIGHTLY, UNPROVEN = "kundig-*.tar", "unproven-*.tar"
"""Those that came back whole, and those of which nobody knows: neither pushes the other out. What was written before an
update stays until somebody removes it."""


def start_backup(by: User) -> JobRun:
    """Write and prove a backup in the background; answers the job's run."""
    return jobs.start(KIND, title=_("Backup"), by=by, lock=KIND, by_hand=True)


@jobs.job(KIND, cron="11 1 * * *", title="Backup")
def save(run: jobs.Progress, *, by_hand: bool = False) -> dict[str, Any]:
    """Every night, unless KUNDIG_BACKUPS is 0. Administrators are told when it fails: nobody looks after what works."""
    if not (settings.BACKUPS or by_hand):
        return {}
    folder, began, at = DataFolder.locate(), time.monotonic(), f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.tar"
    unproven, path = folder.backups / f"unproven-{at}", folder.backups / f"kundig-{at}"
    try:
        for left in folder.backups.glob(".*"):
            left.unlink(missing_ok=True)  # by one that was killed
        files.fetch_missing()  # what only a store has belongs into the backup, too
        size, proof = _written(unproven, folder)
        unproven.replace(path)
    except Exception as error:
        forget_old(folder, UNPROVEN)
        reason = str(error) if isinstance(error, Refused) else first_line(error)
        _tell_of_failure(run.run, reason)
        raise jobs.Rejected(reason) from error
    return {
        "file": path.name,
        "size": size,
        "tables": proof.tables,
        "rows": proof.rows,
        "files": proof.files,
        "seconds": round(time.monotonic() - began),
        "removed": forget_old(folder, NIGHTLY),
    }


def _written(path: Path, folder: DataFolder) -> tuple[int, backups.Proof]:
    url = os.environ[OUTSIDE]
    size = backups.write(
        path,
        folder=folder,
        url=url,
        kundig=__version__,
        server=connection.pg_version // 10000,  # type: ignore[attr-defined]
        migrations=schema.applied(),
    )
    return size, backups.verify(path, folder=folder, url=url, known=schema.known())


def forget_old(folder: DataFolder, pattern: str) -> int:
    """Remove the oldest backups of a kind beyond the number that is kept; answers how many."""
    old = sorted(folder.backups.glob(pattern), reverse=True)[max(settings.BACKUPS, 1) :]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def is_kept(name: str) -> bool:
    """Whether the file of a backup is still there."""
    return (DataFolder.locate().backups / Path(name).name).is_file()


def _tell_of_failure(run: JobRun, reason: str) -> None:
    for user in User.objects.active():
        if user.is_administrator:
            tell(user, kind=KIND, matter=KIND, key=str(run.pk), data={"reason": reason}, url="/settings/backups/")


def _words(data: Mapping[str, Any], count: int) -> str:
    return _("The backup could not be made or not be proven: %(reason)s") % {"reason": data.get("reason", "")}


def _headline(data: Mapping[str, Any], count: int) -> str:
    return _("No backup")


FAILED = NoticeKind(
    key=KIND,
    label=gettext_lazy("Failed backups"),
    help=gettext_lazy("When the backup of the night could not be written or does not bring everything back."),
    icon="shield",
    words=_words,
    headline=_headline,
)
