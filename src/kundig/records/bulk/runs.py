"""What somebody has set going lately: bulk runs, imports, exports, in one list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.models import User
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.bulk import jobs
from kundig.records.bulk.bar import counted
from kundig.records.bulk.models import BulkRun, BulkState
from kundig.records.exports.jobs import settle as settle_export
from kundig.records.exports.models import ExportRun, ExportState
from kundig.records.imports.jobs import settle as settle_import
from kundig.records.imports.models import ImportRun, RunState

SHOWN = 50


@dataclass(frozen=True)
class Going:
    """One line: what was set going, when, how far it is and what came of it."""

    icon: str
    title: str
    what: str
    at: dt.datetime
    moment: str
    state: Any
    tone: str
    result: str
    url: str
    is_over: bool


class RunsView(LoginRequiredMixin, View):
    """One's own runs, the newest first; fetched anew as long as one of them is on its way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        lines = runs_of(request.user, current_formats())
        is_part = bool(getattr(request, "htmx", None)) and "progress" in request.GET
        context = {"lines": lines, "is_busy": any(not line.is_over for line in lines)}
        return render(request, f"records/bulk/{'_runs' if is_part else 'runs'}.html", context)


def runs_of(user: User, formats: Formats) -> list[Going]:
    """What `user` has set going of late."""
    lines = [_of_bulk(run, formats) for run in BulkRun.objects.filter(created_by=user).order_by("-created_at")[:SHOWN]]
    exports = ExportRun.objects.filter(created_by=user).order_by("-created_at")
    lines += [_of_export(run, formats) for run in exports[:SHOWN]]
    imports = ImportRun.objects.filter(created_by=user).exclude(state=RunState.MAPPING).order_by("-created_at")
    lines += [_of_import(run, formats) for run in imports[:SHOWN]]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


def _label(name: str) -> str:
    description = registry.get(name)
    label = str(description.label_plural) if description else name
    return label[:1].upper() + label[1:]


def _tone(state: str) -> str:
    return {"done": "good", "failed": "bad"}.get(state, "open")


def _of_bulk(run: BulkRun, formats: Formats) -> Going:
    jobs.settle(run)
    description = registry.get(run.object)
    result = run.error
    if run.state in (BulkState.DONE, BulkState.STOPPED) and description is not None:
        result = _("%(what)s changed") % {"what": counted(description, run.changed, formats)}
        if run.refused:
            result += ", " + _("%(count)s refused") % {"count": formats.number(run.refused)}
    elif not run.is_over and run.total:
        result = f"{formats.number(run.done)} / {formats.number(run.total)}"
    return Going(
        "pencil", run.title, _label(run.object), run.created_at, formats.moment(run.created_at),
        BulkState(run.state).label, _tone(run.state), result, f"/bulk/{run.pk}/", run.is_over,
    )  # fmt: skip


def _of_export(run: ExportRun, formats: Formats) -> Going:
    settle_export(run)
    result = run.error
    if run.state == ExportState.DONE:
        result = _("%(count)s rows") % {"count": formats.number(run.done)}
    return Going(
        "download", run.name, _("Export"), run.created_at, formats.moment(run.created_at),
        ExportState(run.state).label, _tone(run.state), result, f"/exports/{run.pk}/" if run.job_id else "",
        run.is_over,
    )  # fmt: skip


def _of_import(run: ImportRun, formats: Formats) -> Going:
    settle_import(run)
    done = formats.number(run.position)
    result = run.error or _("%(count)s rows") % {"count": done}
    return Going(
        "form", run.name, _("Import"), run.created_at, formats.moment(run.created_at), RunState(run.state).label,
        _tone(run.state), result, f"/{run.object}/import/{run.pk}/", run.is_over,
    )  # fmt: skip
