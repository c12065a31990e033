"""Backups: when the last one was made, whether it was proven, and a button for one more."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kundig.platform.datafolder import DataFolder
from kundig.platform.enums import JobState
from kundig.platform.formats import current_formats
from kundig.platform.models import JobRun
from kundig.web import backups as nightly
from kundig.web.administration.access import acting, administrators

SHOWN = 30


@dataclass(frozen=True)
class Line:
    """One backup as the page tells it."""

    at: datetime
    moment: str
    file: str
    facts: str
    state: str
    tone: str


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def backups(request: HttpRequest) -> HttpResponse:
    """The newest first; POST begins one."""
    runs = JobRun.objects.filter(kind=nightly.KIND).order_by("-created_at")
    if request.method == "POST":
        if not runs.filter(finished_at=None).exists():
            nightly.start_backup(by=acting(request))
        messages.info(request, _("The backup is being written and proven. You can go on working."))
        return redirect("backups")
    shown = [run for run in runs[:SHOWN] if run.result or run.error or not run.is_finished]
    context = {
        "lines": [_line(run) for run in shown],
        "is_busy": any(not run.is_finished for run in shown),
        "folder": DataFolder.locate().backups,
        "kept": settings.BACKUPS,
    }
    return render(request, "administration/backups.html", context)


def _line(run: JobRun) -> Line:
    formats, result = current_formats(), run.result
    facts, state, tone = run.error, _("is being written"), "open"
    if run.state == JobState.DONE:
        rows = ngettext("%(rows)s row", "%(rows)s rows", result["rows"]) % {"rows": formats.number(result["rows"])}
        files = ngettext("%(files)s file", "%(files)s files", result["files"]) % {
            "files": formats.number(result["files"])
        }
        facts = " · ".join((filesizeformat(result["size"]), rows, files))
        state, tone = (_("proven"), "good") if nightly.is_kept(result["file"]) else (_("no longer kept"), "")
    elif run.is_finished:
        state, tone = _("failed"), "bad"
    return Line(run.created_at, formats.moment(run.created_at), str(result.get("file", "")), facts, state, tone)
