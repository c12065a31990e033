"""A file that came back in the browser: what is different in it, what to do about it, and off it goes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform.htmx import part
from kundig.platform.models import JobRun
from kundig.records.imports import jobs
from kundig.records.imports.models import RunState
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.results import result_of
from kundig.records.imports.views import ImportView
from kundig.records.roundtrips.comparing import CONFLICT, cells_of
from kundig.records.roundtrips.models import LineKind, ReturnedLine
from kundig.records.roundtrips.pages import counts_of, page_of
from kundig.records.roundtrips.running import MOST_BY_ONE, compare, is_large, is_returned


class CompareView(ImportView):
    """GET shows what is different, POST takes it in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.run.state != RunState.MAPPING or not is_returned(self.run):
            return redirect(self.address)
        if not self.run.preview and is_large(self.run):
            return self.waiting(request)
        return self.compared(request)

    def waiting(self, request: HttpRequest) -> HttpResponse:
        """How far the job is that compares; the page asks again until it is done."""
        jobs.queue_comparison(self.run, by=self.user)
        assert self.run.job_id is not None
        job = JobRun.objects.filter(pk=self.run.job_id).first()
        far = {"done": job.done, "total": job.total} if job is not None else {}
        context = {"run": self.run, "here": f"{self.address}compare/", **far}
        return self.answer(request, "_compare.html" if part(request) else "compare.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.run.state != RunState.MAPPING or not self.run.preview:
            return redirect(self.address)
        count = counts_of(self.run)["records"]
        if not count:
            return self.compared(request, error=_("There is nothing to take in."))
        if count > MOST_BY_ONE and not self.description.may(self.user, Action.BULK):
            error = _("Your role lets you change %(most)d records at once, and no more in bulk. Bring back fewer rows.")
            return self.compared(request, error=error % {"most": MOST_BY_ONE})
        jobs.queue(self.run, by=self.user)
        if part(request) != "content":
            return redirect(self.address)
        return self.shown(request, "_done.html", result_of(self.run, self.description, self.formats))

    def compared(self, request: HttpRequest, *, error: str = "") -> HttpResponse:
        try:
            self.run = compare(self.run, by=self.user)
        except UnusableFile as problem:
            context = {"run": self.run, "here": f"{self.address}compare/", "problem": str(problem)}
            return self.answer(request, "_compare.html" if part(request) else "compare.html", context)
        after = request.GET.get("after", "")
        context = page_of(
            self.run, self.description, by=self.user, formats=self.formats, show=request.GET.get("show", ""),
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0,
        )  # fmt: skip
        template = "_compare.html" if part(request) else "compare.html"
        return self.answer(request, template, {**context, "error": error}, status=422 if error else 200)

    def answer(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        base = {"description": self.description, "formats": self.formats}
        return render(request, f"records/roundtrips/{template}", {**base, **context}, status=status)


class TakeView(CompareView):
    """POST decides: about a cell that was changed on both sides, a row, or all of a sort."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(f"{self.address}compare/")

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.run.state != RunState.MAPPING:
            raise PermissionDenied(_("The import is running. Wait until it is done."))
        with transaction.atomic():
            self.decide(request)
        return self.compared(request)

    def decide(self, request: HttpRequest) -> None:
        data = request.POST
        if (every := data.get("every")) in ("mine", "theirs"):
            for line in self.run.lines.filter(conflicts__gt=0).select_for_update():
                self.take(line, {place: every == "mine" for place, _cell in enumerate(line.cells)})
        elif "removed" in data:
            wanted = data.get("removed") == "delete" and self.description.may(self.user, Action.DELETE)
            self.run.lines.filter(kind=LineKind.REMOVED, conflicts=0).update(is_wanted=wanted)
        elif (key := data.get("line", "")).isascii() and key.isdigit() and len(key) < 18:
            self.decide_line(self.run.lines.select_for_update().filter(pk=int(key)).first(), data)

    def decide_line(self, line: ReturnedLine | None, data: QueryDict) -> None:
        if line is not None:
            is_deletion = line.kind == LineKind.REMOVED and self.description.may(self.user, Action.DELETE)
            if "wanted" in data and (is_deletion or line.kind in (LineKind.NEW, LineKind.DOUBLE)):
                line.is_wanted = data.get("wanted") == "yes"
                line.save(update_fields=("is_wanted",))
            chosen = {
                place: data[f"cell.{place}"] == "mine" for place in range(len(line.cells)) if f"cell.{place}" in data
            }
            self.take(line, chosen)

    def take(self, line: ReturnedLine, chosen: dict[int, bool]) -> None:
        """Of the cells in conflict those that are to become what the file says."""
        cells = cells_of(line)
        for place, is_mine in chosen.items():
            if cells[place].state == CONFLICT:
                cells[place].take = is_mine
        line.cells = [cell.as_json() for cell in cells]
        line.save(update_fields=("cells",))
