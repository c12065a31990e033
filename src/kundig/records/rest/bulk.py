"""Many records at once: `POST /api/v1/<name>/bulk` does it, now or by a job, `GET /api/v1/bulk/<id>` tells about it;
and the records of a list as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.bulk import jobs
from kundig.records.bulk.acting import Outcome, RecordAction
from kundig.records.bulk.generic import CHANGE, doing
from kundig.records.bulk.models import BulkRun
from kundig.records.bulk.results import lines_of
from kundig.records.bulk.selection import Selection
from kundig.records.bulk.undoing import can_be_undone
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.exports.files import MOST_ROWS_XLSX, Form
from kundig.records.exports.running import API, asked, make
from kundig.records.kinds.base import json_type
from kundig.records.listing import unknown_name
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.problems import Problem, invalid, of_fields
from kundig.records.rest.resources import ROOT, described

MEMBERS = ("action", "ids", "filter", "values", "changes")
FILE_MEMBERS = ("as", "columns")
REFUSALS_TOLD = 100


def begin(request: HttpRequest, user: User, name: str) -> HttpResponse:
    description = described(name, user)
    body = object_in(request)
    if unknown := [member for member in body if member not in MEMBERS]:
        raise of_fields({unknown[0][:60]: [unknown_name(unknown[0], dict.fromkeys(MEMBERS))]})
    key = body.get("action", CHANGE)
    action = doing(description, key, by=user, via=Via.API) if isinstance(key, str) else None
    if action is None:
        raise of_fields({"action": [_("There is no action “%(key)s” here.") % {"key": str(key)[:40]}]})
    described(name, user, action.right)
    try:
        run = jobs.begin(
            description, key, selection_of(body), _values(body, is_own=isinstance(action, RecordAction)), by=user,
            via=Via.API,
        )  # fmt: skip
    except ValidationError as error:
        raise invalid(error) from error
    headers = {"Location": f"{ROOT}/bulk/{run.pk}"}
    return answer(told(run, description, user), status=200 if run.is_over else 202, headers=headers)


def read(request: HttpRequest, user: User, run_id: str) -> HttpResponse:
    run, description = _run(user, run_id)
    return answer(told(run, description, user))


def stop(request: HttpRequest, user: User, run_id: str) -> HttpResponse:
    """DELETE stops a run after the portion it is doing; what is done stays done."""
    run, description = _run(user, run_id)
    if not run.is_over:
        BulkRun.objects.filter(pk=run.pk).update(is_to_stop=True)
        run.is_to_stop = True
    return answer(told(run, description, user), status=202)


def undo(request: HttpRequest, user: User, run_id: str) -> HttpResponse:
    run, description = _run(user, run_id)
    try:
        back = jobs.undo(run, by=user)
    except ValidationError as error:
        raise invalid(error, status=409) from error
    headers = {"Location": f"{ROOT}/bulk/{back.pk}"}
    return answer(told(back, description, user), status=200 if back.is_over else 202, headers=headers)


def export(request: HttpRequest, user: User, name: str) -> HttpResponse:
    """The records of a list as a file; `as` and `columns` as on the page, all else as for the list."""
    description = described(name, user, Action.EXPORT)
    text = request.GET.get("as") or Form.CSV.value
    if text not in Form.values:
        message = _("“%(form)s” is not a form of export; there are %(forms)s.")
        raise of_fields({"as": [message % {"form": text[:20], "forms": ", ".join(Form.values)}]}, status=400)
    params = {key: values for key, values in request.GET.lists() if key not in FILE_MEMBERS}
    selection = Selection(params=params, is_iso=True)
    names = [part for given in request.GET.getlist("columns") for part in given.split(",") if part]
    known = description.fields_for(user)
    if strange := [part for part in names if part not in known]:
        raise of_fields({"columns": [unknown_name(strange[0], known)]}, status=400)
    try:
        question = asked(description, user, current_formats(), selection=selection, names=names, form=Form(text))
    except ValidationError as error:
        raise invalid(error, status=400) from error
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        make(question, target, via=API)
    except ValueError as error:
        limit = _("More than %(limit)d rows do not go into a workbook. Export them as CSV, or filter the table.")
        raise Problem(400, limit % {"limit": MOST_ROWS_XLSX}) from error
    target.seek(0)
    form = question.form
    return FileResponse(target, as_attachment=True, filename=question.name, content_type=form.content_type)  # type: ignore[return-value]


def selection_of(body: Mapping[str, Any]) -> Selection:
    """Which records a body means: `ids`, or a `filter`: a condition, or the parameters of a list. Raises Problem."""
    if ("ids" in body) == ("filter" in body):
        raise of_fields({"ids": [_("Send either “ids” or “filter”; an empty filter means all records.")]})
    if "ids" in body:
        ids = body["ids"]
        if not isinstance(ids, list):
            raise of_fields({"ids": [_("Expected a list of ids, got %(got)s.") % {"got": json_type(ids)}]})
        try:
            return Selection.of_ids(ids)
        except ValidationError as error:
            raise of_fields({"ids": error.messages}) from error
    given = body["filter"]
    if isinstance(given, str):
        given = {"filter": given}
    if not isinstance(given, dict):
        example = '{"city": ["Berlin"]}'
        raise of_fields(
            {"filter": [_("Expected a condition, or an object such as %(example)s.") % {"example": example}]}
        )
    params = {name: [_text(each) for each in (v if isinstance(v, list) else [v])] for name, v in given.items()}
    return Selection(params=params, is_iso=True)


def _text(value: Any) -> str:
    return "true" if value is True else "false" if value is False else str(value)


def _values(body: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
    """What the action is given, as a run keeps it."""
    values, changes = body.get("values", {}), body.get("changes", [])
    if not isinstance(values, dict):
        raise of_fields({"values": [_("Expected an object, got %(got)s.") % {"got": json_type(values)}]})
    if not isinstance(changes, list) or not all(isinstance(each, dict) for each in changes):
        example = '[{"field": "price", "how": "percent", "value": "3"}]'
        raise of_fields({"changes": [_("Expected a list such as %(example)s.") % {"example": example}]})
    if is_own:
        return {"inputs": values, "is_json": True}
    steps = [{"field": name, "how": "set", "raw": value} for name, value in values.items()]
    steps += [{"field": e.get("field"), "how": e.get("how", "set"), "raw": e.get("value")} for e in changes]
    return {"steps": steps, "is_json": True}


def _run(user: User, run_id: str) -> tuple[BulkRun, Description]:
    """A run of one's own. Raises Problem."""
    try:
        run = BulkRun.objects.filter(pk=UUID(run_id), created_by=user).first()
    except ValueError:
        run = None
    description = registry.get(run.object) if run else None
    if run is None or description is None:
        raise Problem(404, _("There is no such run, or it is not yours."))
    described(description.name, user)
    jobs.settle(run)
    return run, description


def told(run: BulkRun, description: Description, user: User) -> dict[str, Any]:
    """A run as the API tells it."""
    refused = lines_of(run, description, Outcome.REFUSED, user=user, most=REFUSALS_TOLD) if run.refused else []
    return {
        "id": str(run.pk),
        "object": run.object,
        "action": run.action,
        "title": run.title,
        "state": run.state,
        "total": run.total,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "refused": run.refused,
        "refusals": [{"id": str(line.record_id), "reason": line.reason} for line in refused],
        "can_be_undone": can_be_undone(run),
        "error": run.error,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
