"""The list of change sets, one of them with all it did, and taking it back with what stands against it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import ui
from kundig.platform.htmx import changed, part
from kundig.records import registry
from kundig.records.events import Via
from kundig.records.ledger.folding import folds
from kundig.records.ledger.jobs import LARGE, start_undo
from kundig.records.ledger.listing import counts_of, page_of_sets, sets_of, undone_by, visible_sets
from kundig.records.ledger.means import LABELS
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.reading import Reader
from kundig.records.ledger.results import UndoResult
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.tables import watched_tables
from kundig.records.ledger.undoing import undo
from kundig.records.ledger.views.base import ChangesView, decisions_of, heads, left_of, summary_of_counts
from kundig.records.ledger.views.undo import MOST_NAMES, message_of
from kundig.records.ledger.work import Choice

ALL = "changes:all"
"""What the list of changes is called in the stream."""
RECORDS_SHOWN = 50


class ListView(ChangesView):
    """GET answers the change sets, newest first; `by`, `via`, `object` choose."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET.get(name, "") for name in ("by", "via", "object")}
        sets, more = page_of_sets(self.chosen(asked), after=request.GET.get("after", ""))
        counts = counts_of([each.pk for each in sets])
        back = undone_by([each.pk for each in sets])
        lines = heads(sets, self.formats, [summary_of_counts(counts[each.pk]) for each in sets])
        here = request.path + ("?" + urlencode({k: v for k, v in asked.items() if v}) if any(asked.values()) else "")
        context = {
            "lines": [{"head": head, "undone": head.id in back} for head in lines],
            "more": f"{here}{'&' if '?' in here else '?'}{urlencode({'after': more})}" if more else "",
            "here": here,
            "asked": asked,
            "people": self.people(),
            "means": [(via.value, LABELS[via]) for via in Via],
            "objects": [(d.name, d.label_plural) for d in registry.descriptions() if d.nav and not d.parent],
        }  # fmt: skip
        template = "_list" if part(request) == "changes" or request.GET.get("after") else "changes"
        return render(request, f"records/ledger/{template}.html", context)

    def chosen(self, asked: dict[str, str]) -> Any:
        tables = None
        if asked["object"]:
            description = registry.get(asked["object"])
            model = description.model._meta.concrete_model if description else None
            tables = [number for number, watched in watched_tables().items() if watched.model is model]
        try:
            by = UUID(asked["by"]) if asked["by"] else None
        except ValueError:
            by = None
        return sets_of(self.user, by=by, via=asked["via"], tables=tables)

    def people(self) -> list[tuple[str, str]]:
        if not self.user.is_administrator:
            return []
        return [(str(key), name) for key, name in User.objects.order_by("name").values_list("pk", "name")]


class ChangeSetView(ChangesView):
    """What the views of one change set begin with."""

    def found(self, change_set_id: UUID) -> ChangeSet:
        found = visible_sets(self.user).filter(pk=change_set_id).first()
        if found is None:
            raise Http404(_("There is no such change, or it is not yours."))
        return found


class BodyView(ChangeSetView):
    """GET answers what a change set did, record by record, with the buttons that take it back; a page of its own, or
    what unfolds in the list."""

    def get(self, request: HttpRequest, change_set_id: UUID) -> HttpResponse:
        found = self.found(change_set_id)
        first = []
        for fold in folds(found.pk):
            first.append(fold)
            if len(first) > RECORDS_SHOWN:
                break
        entries = Reader(self.user, self.formats).entries(first[:RECORDS_SHOWN])
        context = {
            "id": found.pk,
            "entries": entries,
            "is_more": len(first) > RECORDS_SHOWN,
            "is_large": is_large(found.pk),
        }
        if getattr(request, "htmx", False):
            return render(request, "records/ledger/_body.html", context)
        counts = summary_of_counts(counts_of([found.pk])[found.pk])
        context |= {"head": heads([found], self.formats, [counts])[0], "undone": bool(undone_by([found.pk]))}
        return render(request, "records/ledger/change.html", context)


class TakeBackView(ChangesView):
    """POST takes a change set back, or only some `record`s of it. What stands against it is asked first (422)."""

    def post(self, request: HttpRequest, change_set_id: UUID) -> HttpResponse:
        if not ChangeSet.objects.filter(pk=change_set_id).exists():
            raise Http404(_("There is no such change, or it is not yours."))
        records, fields, choices = _asked(request.POST)
        if records is None and not fields and is_large(change_set_id):
            start_undo(change_set_id, by=self.user)
            return self.answer(request, ui.toast(_("This is being taken back in the background.")), [ALL])
        try:
            result = undo(
                change_set_id, by=self.user, records=records, fields=fields, choices=choices,
                only_if_clean="decided" not in request.POST,
            )  # fmt: skip
        except ValidationError as error:
            return self.answer(request, ui.toast(" ".join(error.messages), tone="bad"), [])
        if result.is_put_off:
            return self.ask(request, change_set_id, result, records, fields)
        undone = f"/undo/{result.change_set}/" if result.change_set else ""
        return self.answer(
            request, ui.toast(message_of(result, self.user), undo=undone), [ALL, *result.names[:MOST_NAMES]]
        )

    def answer(self, request: HttpRequest, toast: str, names: list[str]) -> HttpResponse:
        if not getattr(request, "htmx", False):
            return redirect("records:changes")
        response = HttpResponse(toast)
        return changed(response, *names) if names else response

    def ask(
        self,
        request: HttpRequest,
        change_set_id: UUID,
        result: UndoResult,
        records: list[UUID] | None,
        fields: list[str],
    ) -> HttpResponse:
        sight = Sight(self.user)
        decisions = decisions_of(result, self.formats, sight)
        context = {
            "id": change_set_id,
            "decisions": decisions,
            "left": left_of(result, self.formats, sight),
            "done": result.done,
            "records": records or [],
            "fields": fields,
            "is_cut": result.counts["conflicts"] > len(decisions),
        }
        return render(request, "records/ledger/_conflict.html", context, status=422)


def is_large(change_set_id: UUID) -> bool:
    """Whether it is taken back in the background."""
    return LedgerRow.objects.filter(change_set=change_set_id)[: LARGE + 1].count() > LARGE


def _asked(data: QueryDict) -> tuple[list[UUID] | None, list[str], dict[Choice, bool]]:
    """The records, fields and decisions of a form; what is no id is passed over."""
    records = [key for text in data.getlist("record") if (key := _uuid(text))]
    choices: dict[Choice, bool] = {}
    for name, value in data.items():
        head, _dot, rest = name.partition(".")
        record, _dot, column = rest.partition(".")
        if head == "take" and (key := _uuid(record)):
            choices[key, column] = value == "before"
    return records or None, [name for name in data.getlist("field") if name], choices


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
