"""Pages and parts of bulk work: the forms of actions, doing them, the result of a run."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import ui
from kundig.platform.formats import current_formats
from kundig.platform.htmx import with_toast
from kundig.records import registry
from kundig.records.bulk import jobs
from kundig.records.bulk.acting import Outcome, RecordAction
from kundig.records.bulk.bar import ASSIGN, choices, counted, has_many_holders, meant
from kundig.records.bulk.forms import StepForm, action_values, blank_step, input_controls
from kundig.records.bulk.generic import CHANGE, DELETE, Doing, doing
from kundig.records.bulk.models import BulkRun
from kundig.records.bulk.results import lines_of, result_of
from kundig.records.bulk.selection import Selection
from kundig.records.bulk.steps import changeable
from kundig.records.bulk.undoing import can_be_undone
from kundig.records.description import Description
from kundig.records.exports.cells import harmless
from kundig.records.views.base import ObjectView

TYPED_ABOVE = 100
"""From so many records on, who deletes them types their number."""


class BulkView(ObjectView):
    """The form of one action for some records, and doing it."""

    action = Action.BULK

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.key = kwargs.pop("key")
        return super().dispatch(request, *args, **kwargs)

    def doing(self) -> Doing:
        """Raises Http404 if there is no such action, PermissionDenied if it is not for this user."""
        action = doing(self.description, CHANGE if self.key == ASSIGN else self.key, by=self.user)
        if action is None:
            raise Http404(_("There is no such action."))
        if not self.description.may(self.user, action.right):
            raise PermissionDenied(_("Your role does not let you do this."))
        return action

    def get(self, request: HttpRequest) -> HttpResponse:
        action = self.doing()
        try:
            context = self.context(action, request.GET)
        except ValidationError as error:
            return with_toast(HttpResponse(status=422), " ".join(error.messages))
        if self.key == ASSIGN:
            q = request.GET.get("who", "").replace("\x00", "").strip()[:80]
            context |= {"groups": choices(self.description, self.user, q), "searches": has_many_holders(), "who": q}
            return render(request, "records/bulk/_assign.html", context)
        if self.key == CHANGE:
            names = [name for name in request.GET.getlist("field") if name]
            context["form"] = StepForm.blank(self.description, self.user, names)
        return render(request, "records/bulk/_dialog.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        action, data = self.doing(), request.POST
        selection = Selection()
        try:
            selection = Selection.of_form(data)
            self.check_typed(selection, data)
            run = jobs.begin(self.description, action.key, selection, self.values(action, data), by=self.user)
        except ValidationError as error:
            return self.refuse(request, action, selection, error)
        if not run.is_over:
            return redirect(f"/bulk/{run.pk}/")
        return done(run, self.description)

    def context(self, action: Doing, data: QueryDict) -> dict[str, Any]:
        selection = Selection.of_form(data)
        if not selection:
            raise ValidationError(_("Choose at least one record."))
        return self.base(action, selection, data)

    def base(self, action: Doing, selection: Selection, data: QueryDict) -> dict[str, Any]:
        found = meant(selection, self.description, self.user, self.formats, (action.right, Action.BULK))
        return {
            "description": self.description,
            "key": self.key,
            "action": action,
            "meant": found,
            "ids": [str(each) for each in selection.ids],
            "query": data.get("query", "") if selection.params is not None else "",
            "is_all": selection.params is not None,
            "types_number": self.key == DELETE and found.total > TYPED_ABOVE,
            "is_large": found.total > jobs.AT_ONCE,
            "inputs": input_controls(action, self.description, self.user) if isinstance(action, RecordAction) else [],
        }

    def values(self, action: Doing, data: QueryDict) -> dict[str, Any]:
        """What the action is given, as it was typed. Raises ValidationError."""
        if self.key == ASSIGN:
            fields = changeable(self.description, self.user)
            name = next((n for n in (self.description.owner, self.description.team) if n and n in data), "")
            if name not in fields:
                raise ValidationError(_("Choose who shall look after them."))
            return {"steps": [{"field": name, "how": "set" if data[name] else "empty", "raw": data[name]}]}
        if self.key == CHANGE:
            return {"steps": StepForm(self.description, self.user, data).given()}
        return action_values(action, self.description, data) if isinstance(action, RecordAction) else {}

    def check_typed(self, selection: Selection, data: QueryDict) -> None:
        """Whoever deletes very many has typed how many, and they are still as many."""
        if self.key != DELETE:
            return
        total = selection.rows(self.description, self.user, self.formats).count()
        typed = "".join(sign for sign in data.get("number", "") if sign.isdigit())
        if total > TYPED_ABOVE and typed != str(total):
            raise ValidationError(
                {"number": _("Type %(count)s to delete them.") % {"count": self.formats.number(total)}}
            )

    def refuse(self, request: HttpRequest, action: Doing, selection: Selection, error: ValidationError) -> HttpResponse:
        errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        if self.key == ASSIGN or not selection:
            text = " ".join(message for messages in errors.values() for message in messages)
            return with_toast(HttpResponse(status=422), text)
        context = self.base(action, selection, request.POST)
        if self.key == CHANGE:
            form = StepForm(self.description, self.user, request.POST, errors)
            context["form"], context["error"] = form, " ".join(form.general_errors)
        elif isinstance(action, RecordAction):
            context["inputs"] = input_controls(action, self.description, self.user, request.POST, errors)
            context["error"] = " ".join(errors.get("", []))
        else:
            context["number_error"] = " ".join(errors.get("number", []))
            context["error"] = " ".join(errors.get("", []))
        return render(request, "records/bulk/_form.html", context, status=422)


class StepView(ObjectView):
    """One more field for the form that changes fields, and the choice without it."""

    action = Action.BULK

    def get(self, request: HttpRequest) -> HttpResponse:
        taken = [*request.GET.getlist("field"), request.GET.get("add", "")]
        step = blank_step(self.description, self.user, request.GET.get("add", ""))
        if step is None:
            raise Http404(_("There is no such field."))
        form = StepForm.blank(self.description, self.user, taken)
        return render(request, "records/bulk/_step.html", {"step": step, "form": form, "is_added": True})


def done(run: BulkRun, description: Description) -> HttpResponse:
    """The answer to a run that is over: the lists fetch themselves anew, and a message offers to take it back."""
    formats = current_formats()
    what = counted(description, run.changed, formats)
    deleted = run.action == DELETE
    if not run.changed:
        message = _("Nothing changed.")
    else:
        message = (_("%(what)s deleted.") if deleted else _("%(what)s changed.")) % {"what": what}
    if run.refused:
        message += " " + _("%(count)s refused.") % {"count": formats.number(run.refused)}
    undo = reverse("records:undo", args=(run.pk,)) if can_be_undone(run) else ""
    link = (f"/bulk/{run.pk}/", _("Show why")) if run.refused else None
    response = HttpResponse(ui.toast(message, undo=undo, link=link))
    response["HX-Trigger"] = json.dumps({"changed": f"{description.name}:*", "bulkdone": "", "focuslist": ""})
    return response


class RunView(LoginRequiredMixin, View):
    """A run as its owner sees it; nobody else does."""

    def found(self, request: HttpRequest, run_id: UUID) -> tuple[BulkRun, Description]:
        """Raises Http404 also where the run is somebody else's."""
        run = BulkRun.objects.filter(pk=run_id, created_by=request.user).first()
        description = registry.get(run.object) if run else None
        if run is None or description is None or not isinstance(request.user, User):
            raise Http404(_("There is no such run, or it is not yours."))
        jobs.settle(run)
        return run, description

    def get(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        run, description = self.found(request, run_id)
        assert isinstance(request.user, User)
        wanted, after = request.GET.get("show", ""), request.GET.get("after", "")
        shown = Outcome(wanted) if wanted in Outcome.values else None
        context = result_of(run, description, current_formats(), user=request.user, shown=shown, after=after)
        is_part = bool(getattr(request, "htmx", None)) and "progress" in request.GET
        return render(request, f"records/bulk/{'_result' if is_part else 'result'}.html", context)


class StopView(RunView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        run, _description = self.found(request, run_id)
        BulkRun.objects.filter(pk=run.pk).update(is_to_stop=True)
        return redirect(f"/bulk/{run.pk}/")


class UndoView(RunView):
    """POST takes the run back and leads to what came of it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        run, _description = self.found(request, run_id)
        assert isinstance(request.user, User)
        try:
            back = jobs.undo(run, by=request.user)
        except ValidationError as error:
            messages.info(request, " ".join(error.messages))
            back = run
        return redirect(f"/bulk/{back.pk}/")


class RefusedView(RunView):
    """The refused records as a file."""

    def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:  # type: ignore[override]
        run, description = self.found(request, run_id)
        assert isinstance(request.user, User)
        response = StreamingHttpResponse(
            _refused(run, description, request.user), content_type="text/csv; charset=utf-8"
        )
        name = _("%(what)s – refused.csv") % {"what": run.title[:80]}
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _refused(run: BulkRun, description: Description, user: User) -> Iterator[bytes]:
    with override(user.language):
        delimiter = ";" if current_formats().decimal == "," else ","
        writer = csv.writer(_Echo(), delimiter=delimiter)
        yield b"\xef\xbb\xbf"
        label = str(description.label)
        head = [label[:1].upper() + label[1:], _("Reason"), _("Id")]
        yield str(writer.writerow([harmless(text) for text in head])).encode()
        after = 0
        while lines := lines_of(run, description, Outcome.REFUSED, user=user, after=after, most=1000):
            for line in lines:
                cells = [harmless(line.title), harmless(line.reason), str(line.record_id)]
                yield str(writer.writerow(cells)).encode()
            after = lines[-1].id
