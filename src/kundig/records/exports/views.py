"""The table one is looking at, as a file: at once, or from the page of a run as soon as it is ready."""

from __future__ import annotations

import tempfile
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.platform.formats import current_formats
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.bulk.selection import PLACE, Selection
from kundig.records.exports import jobs
from kundig.records.exports.files import Form
from kundig.records.exports.models import ExportRun, ExportState
from kundig.records.exports.running import PAGE, Asked, asked, make
from kundig.records.fields import Field
from kundig.records.listing import view_asked
from kundig.records.saved.arranging import Layout, layout
from kundig.records.views.lists import ListView

EVERY_FIELD = "*"
OWN = frozenset({"as", "columns", "id", "all", "query", "fields"})


class ExportView(ListView):
    """GET with the parameters of the table: the same filters, words, order and columns; or with `id` for some rows.

    `as` is `xlsx`, `csv` or `csv-comma`, `columns=*` stands for all fields.
    """

    action = Action.EXPORT

    def get(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        try:
            question = self.question(request)
        except ValidationError as error:
            raise BadRequest(" ".join(error.messages)) from error
        if question.rows()[: jobs.AT_ONCE + 1].count() > jobs.AT_ONCE:
            return redirect(f"/exports/{jobs.start(question).pk}/")
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        with transaction.atomic():
            run = jobs.noted(question)
            run.done = run.total = make(question, target, via=PAGE)
            run.state, run.finished_at = ExportState.DONE, timezone.now()
            run.save()
        target.seek(0)
        return _file(target, question.name, question.form)

    def question(self, request: HttpRequest) -> Asked:
        """Raises ValidationError."""
        text = request.GET.get("as") or Form.XLSX.value
        if text not in Form.values:
            raise ValidationError(
                _("“%(form)s” is not a form of export; there are %(forms)s.")
                % {"form": text[:20], "forms": ", ".join(Form.values)}
            )
        is_every = request.GET.getlist("columns") == [EVERY_FIELD]
        names = [] if is_every else [field.name for field in self.exported(request)]
        return asked(
            self.description, self.user, self.formats, selection=selection_of(request.GET), names=names, form=Form(text)
        )

    def exported(self, request: HttpRequest) -> list[Field]:
        """What the table shows: title, what stands beside it, columns; and what tells the records apart, so that a file
        that comes back finds them again whatever was changed in it."""
        description = self.description
        named = description.shown(f"{description.title} {description.subtitle}", self.user)
        keys = [field for field in description.fields_for(self.user).values() if field.is_unique and field.name != "id"]
        return list({field.name: field for field in (*named, *self.columns(request), *keys)}.values())

    def layout(self, request: HttpRequest) -> Layout:
        """That of the view one looks at, also where rows of it were chosen by hand."""
        params = dict(request.GET.lists())
        if "query" in params and "view" not in params:
            params = parse_qs(request.GET["query"])
        try:
            view = view_asked(self.description, self.user, params)
        except ValidationError:
            view = None
        return layout(self.user, self.description, view, self.arrangements)


def selection_of(data: QueryDict) -> Selection:
    """The rows of a form below a list, or else the list that the address itself asks for."""
    if data.get("all") or data.getlist("id"):
        return Selection.of_form(data)
    return Selection(params={name: values for name, values in data.lists() if name not in PLACE | OWN})


class RunView(LoginRequiredMixin, View):
    """An export on its way, for who asked for it; nobody else sees it, administrators neither."""

    def found(self, request: HttpRequest, run_id: UUID) -> ExportRun:
        run = ExportRun.objects.filter(pk=run_id, created_by=request.user).first()
        if run is None:
            raise Http404(_("There is no such export, or it is not yours."))
        jobs.settle(run)
        return run

    def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        run = self.found(request, run_id)
        is_part = bool(getattr(request, "htmx", None)) and "progress" in request.GET
        return render(request, f"records/exports/{'_result' if is_part else 'result'}.html", result_of(run))


class FileView(RunView):
    """The file."""

    def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        run = self.found(request, run_id)
        if not run.size or not run.path.exists():
            raise Http404(_("The file is not there (any more). Export the table again."))
        return _file(run.path.open("rb"), run.name, Form(run.form))


def result_of(run: ExportRun) -> dict[str, Any]:
    """What the templates of progress and result show."""
    formats, description = current_formats(), registry.get(run.object)
    job = JobRun.objects.filter(pk=run.job_id).first() if run.job_id and not run.is_over else None
    done = job.done if job else run.done
    if run.state == ExportState.FAILED:
        headline = _("The export broke off")
    elif run.state == ExportState.DONE:
        headline = _("The file is ready") if run.size else _("The file has been forgotten")
    else:
        headline = _("The file is being written")
    return {
        "run": run,
        "here": f"/exports/{run.pk}/",
        "description": description,
        "headline": headline,
        "percent": int(100 * done / run.total) if run.total else 0,
        "done": formats.number(done),
        "total": formats.number(run.total or 0),
        "rows": formats.number(run.done),
        "size": filesizeformat(run.size),
        "days": jobs.days_kept(),
        "trouble": run.error or (job.error if job else ""),
    }


def _file(content: Any, name: str, form: Form) -> HttpResponse:
    response = FileResponse(content, as_attachment=True, filename=name, content_type=form.content_type)
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
