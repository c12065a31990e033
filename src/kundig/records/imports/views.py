"""The import in the browser: a file is chosen, its columns are mapped, the job is watched, the result is read."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.records import registry
from kundig.records.imports import jobs, pages, uploads
from kundig.records.imports.mapping import LONGEST_SYSTEM, importer_of, propose
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.imports.plan import IS_NEW, SKIP, UnusablePlan
from kundig.records.imports.preview import MOST_BESIDE, Preview, preview_of, tally_of, version_of
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.table import Row, Table
from kundig.records.imports.recognised import cuts_shown, cuts_typed, detected
from kundig.records.imports.results import result_of
from kundig.records.imports.running import MENDED, RETURNED, show_row
from kundig.records.imports.targets import LEAVE_OUT, Outcome
from kundig.records.imports.waiting import bring_waiting, hand_back
from kundig.records.roundtrips.running import is_returned
from kundig.records.views.base import ObjectView

RECENT = 8
MOST_AT_ONCE = 2000
"""Waiting rows that are tried again while somebody looks on; more are left to a worker."""
READING = ("encoding", "delimiter", "layout", "dates", "decimal", "header", "sheet")
"""Settings of the reader, as the menus send them; the others belong to the plan."""


class ImportView(ObjectView):
    """A view of imports of one kind of object; an import is seen by who began it, and by administrators."""

    action = Action.CREATE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.run_id: UUID | None = kwargs.pop("run_id", None)
        description = registry.get(kwargs["name"])
        if description is not None and request.user.is_authenticated and not description.may(request.user, self.action):
            self.action = Action.CHANGE  # That is enough for a file that was exported to be edited.
        if description is not None and description.parent:
            raise Http404(_("This cannot be imported."))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def run(self) -> ImportRun:
        run = ImportRun.objects.filter(pk=self.run_id, object=self.description.name).first()
        if run is None or (run.created_by_id != self.user.pk and not self.user.access.is_administrator):
            raise Http404(_("There is no such import, or it is not visible to you."))
        jobs.settle(run)
        return run

    @property
    def address(self) -> str:
        return f"{self.description.url()}import/{self.run.pk}/"

    def shown(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        base = {"description": self.description, "formats": self.formats}
        return render(request, f"records/imports/{template}", {**base, **context}, status=status)


class StartView(ImportView):
    """Choosing a file, and the imports of late."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request, "start.html", {"recent": self.recent(), "importer": self.description.label_plural})

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            self.run = uploads.receive(request.FILES.get("file"), self.description, by=self.user)
        except UnusableFile as error:
            template = "_upload.html" if part(request) else "start.html"
            return self.shown(request, template, {"error": str(error), "recent": self.recent()}, status=422)
        return redirect(f"/{self.run.object}/import/{self.run.pk}/")

    def recent(self) -> list[ImportRun]:
        runs = ImportRun.objects.filter(object=self.description.name, created_by=self.user)
        return list(runs.order_by("-created_at")[:RECENT])


class RunView(ImportView):
    """One import: its mapping while it is prepared, then its progress and result."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.run.state != RunState.MAPPING:
            return self.shown(request, "result.html", result_of(self.run, self.description, self.formats))
        if is_returned(self.run):
            return redirect(f"{self.address}compare/")
        return self.mapping(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.run.state != RunState.MAPPING or is_returned(self.run):
            return redirect(self.address)
        error = ""
        try:
            self.decide(request)
            if "go" in request.POST:
                return self.go(request)
        except (UnusableFile, UnusablePlan) as problem:
            error = str(problem)
            self.run.refresh_from_db(fields=("plan",))
        return self.mapping(request, error=error, status=422 if error else 200)

    def decide(self, request: HttpRequest) -> None:
        """Take what the form says: columns, settings, one choice of a menu."""
        run, data = self.run, request.POST
        name, _equals, value = _storable(data.get("set", "")).partition("=")
        if name in READING:
            uploads.read_otherwise(run, {name: value}, by=self.user)
            return
        table = uploads.table_of(run)
        if (typed := _storable(data.get("cuts", ""))) and typed != cuts_shown(table.form):
            uploads.read_otherwise(run, {"cuts": cuts_typed(typed)}, by=self.user)
            return
        for index, column in enumerate(table.columns):
            posted = data.get(f"column.{index}")
            if posted is not None and posted != run.plan["columns"].get(column, ""):
                uploads.map_column(run, column, posted, by=self.user)
        if name == "column":
            place, _colon, target = value.partition(":")
            chosen = next((column for index, column in enumerate(table.columns) if str(index) == place), None)
            if chosen is not None:
                uploads.map_column(run, chosen, target, by=self.user)
        elif name in ("match", "existing", "missing"):
            run.plan = {**run.plan, name: value}
        elif name == "new":
            field, _colon, chosen = value.partition(":")
            run.plan = {**run.plan, "new": {**run.plan.get("new", {}), field: chosen}}
        if system := _storable(data.get("system", "")).strip():
            run.plan = {**run.plan, "system": system[:LONGEST_SYSTEM]}
        uploads.plan_of(run, table)
        run.save(update_fields=("plan",))

    def go(self, request: HttpRequest) -> HttpResponse:
        preview = preview_of(self.run, by=self.user)
        decisions = self.run.plan.get("decisions", {})
        undecided = [twin["row"] for twin in preview.twins if not decisions.get(str(twin["row"]))]
        jobs.start(self.run, by=self.user, undecided=undecided)
        if part(request) != "content":
            return redirect(self.address)
        # In place, at the same address: whoever brings a file is led from page to page often enough.
        return self.shown(request, "_done.html", result_of(self.run, self.description, self.formats))

    def mapping(self, request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
        run = self.run
        table = uploads.table_of(run)
        plan, importer = uploads.plan_of(run, table), importer_of(self.description)
        proposal = propose(table, self.description, by=self.user, file_name=run.name)
        targets = importer.targets(by=self.user)
        lines = pages.lines(table, plan, proposal, targets)
        rows = _rows_of(run, table)
        context = {
            "run": run,
            "here": self.address,
            "error": error,
            "headline": pages.headline(lines),
            "summary": pages.summary(run, lines, rows=rows[1], is_remembered=proposal.is_remembered),
            "notices": pages.notices(table, joined=sum(row.is_joined for row in table.sample), formats=self.formats),
            "detected": detected(run, table),
            "cuts": cuts_shown(table.form),
            "options": pages.options(plan, importer, by=self.user),
            "asks_system": "key" in plan.targets(),
            "system": plan.system,
            "lines": lines,
            "groups": pages.grouped(targets),
            "problem": importer.requirement(plan.targets()),
            "version": version_of(run),
            "row": _first_telling(table),
        }
        return self.shown(request, "_mapping.html" if part(request) else "mapping.html", context, status=status)


class PreviewView(ImportView):
    """What will happen; fetched when the page is there, because it looks at every row."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            preview = preview_of(self.run, by=self.user)
        except (UnusableFile, UnusablePlan) as error:
            context = {"here": self.address, "version": version_of(self.run), "problem": str(error)}
            return self.shown(request, "_preview_problem.html", context)
        return self.answer(request, preview)

    def answer(self, request: HttpRequest, preview: Preview) -> HttpResponse:
        decisions = self.run.plan.get("decisions", {})
        table = uploads.table_of(self.run)
        tally = tally_of(preview, decisions)
        context = {
            "run": self.run,
            "here": self.address,
            "version": version_of(self.run),
            "preview": preview,
            "tally": tally,
            "shares": _shares(tally.new, tally.completed, tally.to_check + tally.waiting, tally.skipped),
            "twins": [{**twin, "answer": decisions.get(str(twin["row"]), "")} for twin in preview.twins[:MOST_BESIDE]],
            "twins_all": len(preview.twins),
            "twins_besides": max(0, len(preview.twins) - MOST_BESIDE),
            "rows": _rows_of(self.run, table)[1],
            "is_new": IS_NEW,
            "left_out": SKIP,
            "answers": [("complete", _("Complete all")), (IS_NEW, _("All are new")), (SKIP, _("Leave all out"))],
            "overwrites": self.run.plan.get("existing") == "overwrite",
            "takes_all": preview.is_whole,
        }
        return self.shown(request, "_preview.html", context)


class DecideView(PreviewView):
    """Whether a row is one we have: the preview is answered with its new counts."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            preview = preview_of(self.run, by=self.user)
        except (UnusableFile, UnusablePlan):
            return redirect(self.address)
        decisions = dict(self.run.plan.get("decisions", {}))
        row, _equals, answer = request.POST.get("decide", "").partition("=")
        for twin in preview.twins:
            if row not in (str(twin["row"]), "all") or answer not in (IS_NEW, SKIP, twin["record"], "complete", ""):
                continue
            chosen = twin["record"] if answer == "complete" else answer
            is_taken_back = row != "all" and decisions.get(str(twin["row"])) == chosen
            decisions[str(twin["row"])] = "" if is_taken_back else chosen
        self.run.plan = {**self.run.plan, "decisions": {row: answer for row, answer in decisions.items() if answer}}
        self.run.save(update_fields=("plan",))
        return self.answer(request, preview)


class RowView(ImportView):
    """How one row arrives."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        table = uploads.table_of(self.run)
        plan = uploads.plan_of(self.run, table)
        row = next((row for row in table.sample if row.number == number), None)
        if row is None:
            raise Http404(_("There is no such row among those looked at."))
        context = {
            "here": self.address,
            "row": row,
            "last": _rows_of(self.run, table)[0] or len(table.sample),
            "previous": number - 1 if number > 1 else 0,
            "next": number + 1 if number < len(table.sample) else 0,
            "cells": _cells(row, table, plan.columns),
            "delimiter": table.form.delimiter if table.form.delimiter.isprintable() else "→",
        }
        try:
            context["shown"], context["reason"] = show_row(self.run, row, by=self.user)
        except (UnusableFile, UnusablePlan) as error:
            context["reason"] = str(error)
        return self.shown(request, "_arrives.html", context)


class ProgressView(ImportView):
    """How far the job is; the answer stops asking when it is over."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request, "_result.html", result_of(self.run, self.description, self.formats))


class ReturnedView(ImportView):
    """The rows that were not taken, or with `?which=mended` those that were put together, as a file."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        is_mended = request.GET.get("which") == "mended"
        path = self.run.folder / (MENDED if is_mended else RETURNED)
        if not (self.run.mended_bytes if is_mended else self.run.returned_bytes) or not path.exists():
            raise Http404(_("There is no file of such rows; it is kept for 30 days."))
        name = _("%(name)s – put together.csv") if is_mended else _("%(name)s – not taken.csv")
        name %= {"name": self.run.name.rpartition(".")[0] or self.run.name}
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


class WaitingView(ImportView):
    """The rows that wait: tried again, or handed back as rows that were not taken."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.run.is_over:
            raise PermissionDenied(_("The import is running. Wait until it is done."))
        waiting = self.run.counts.get(Outcome.WAITING, 0)
        said = ""
        if request.POST.get("do") == "hand_back":
            hand_back(self.run)
        elif waiting > MOST_AT_ONCE:
            jobs.queue_again(self.run, by=self.user)
        else:
            bring_waiting(only=self.run)
            self.run.refresh_from_db()
            said = self._said(waiting, self.run.counts.get(Outcome.WAITING, 0))
        self.run.refresh_from_db()
        if not part(request):
            if said:
                messages.info(request, said)
            return redirect(self.address)
        shown = self.shown(request, "_result.html", result_of(self.run, self.description, self.formats))
        return with_toast(shown, said) if said else shown

    def _said(self, before: int, now: int) -> str:
        """What has come of it: of rows that go on waiting nothing else on the page would tell."""
        if now == before:
            return _("What the rows wait for is still not there.")
        if not now:
            return _("No row waits any more.")
        return _("%(done)s of %(all)s rows wait no longer.") % {
            "done": self.formats.number(before - now),
            "all": self.formats.number(before),
        }


class DiscardView(ImportView):
    """Forget an import that was not begun."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.run.state in (RunState.QUEUED, RunState.RUNNING):
            raise PermissionDenied(_("The import is running. Wait until it is done."))
        uploads.discard(self.run)
        return redirect(f"{self.description.url()}import/")


def _storable(text: str) -> str:
    """What was posted, without the one character that PostgreSQL does not keep and file names must not have."""
    return text.replace("\x00", "")


def _rows_of(run: ImportRun, table: Table) -> tuple[int, str]:
    """How many rows the file has, and that in words; large files are estimated."""
    formats = current_formats()
    sample = table.sample
    if len(sample) < 1000:
        count, about = len(sample), ""
    else:
        size = sum(len(cell) for row in sample for cell in row.cells) + sum(len(row.cells) for row in sample) + 1
        count, about = int(table.path.stat().st_size * len(sample) / size) // 100 * 100, _("about") + " "
    text = ngettext("%(count)s row", "%(count)s rows", count) % {"count": f"{about}{formats.number(count)}"}
    return count, text


def _first_telling(table: Table) -> int:
    """A row with as much in it as any."""
    best = max(table.sample[:50], key=lambda row: sum(map(bool, row.cells)) if not row.problem else 0, default=None)
    return best.number if best else 0


def _cells(row: Row, table: Table, columns: Any) -> list[tuple[str, bool]]:
    """The cells of a row, and whether each of them goes anywhere."""
    return [(cell, columns.get(name, "") != LEAVE_OUT) for name, cell in zip(table.columns, row.cells, strict=False)]


def _shares(*counts: int) -> list[dict[str, Any]]:
    """The parts of a bar as wide as all rows: where each begins and how wide it is."""
    shares, start = [], 0
    for kind, count in zip(("new", "fill", "ask", "skip"), counts, strict=True):
        if count > 0:
            shares.append({"kind": kind, "x": str(start), "width": str(count)})
        start += max(count, 0)
    return shares
