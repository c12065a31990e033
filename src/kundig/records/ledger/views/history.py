"""The history of one record: a panel on its page, and a page of its own."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part
from kundig.records.description import Description
from kundig.records.ledger.reading import Event, Reader, history_of
from kundig.records.ledger.views.base import head_of_event
from kundig.records.panels import Panel
from kundig.records.views.base import ObjectView

IN_PANEL, ON_PAGE = 5, 20


class HistoryView(ObjectView):
    """GET answers the history of a record; `?field=phone` only what became of that field."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.record(record_id)
        only = request.GET.get("field", "")
        field = self.description.fields_for(self.user).get(only)
        if only and field is None:
            raise Http404(_("There is no field “%(name)s”.") % {"name": only[:60]})
        after = request.GET.get("after", "")
        before = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
        events, more = history_of(
            self.description, record, reader=Reader(self.user, self.formats), before=before, limit=ON_PAGE, only=only
        )
        title = self.description.field(self.description.title)
        context = {
            "description": self.description,
            "record_id": record_id,
            "title": str(getattr(record, title.name, "")) if title.model_field is not None else str(record),
            "events": shown(events, record, self.formats),
            "more": more,
            "here": request.path,
            "field": field,
        }
        if field is not None and part(request) == "field-history":
            return render(
                request,
                "records/ledger/_field.html",
                {**context, "records": [str(record_id)], "fields": [field.name], "name": capfirst(field.label)},
            )
        if part(request) == "history" or before is not None:
            return render(request, "records/ledger/_events.html", context)
        return render(request, "records/ledger/history.html", context)


def shown(events: list[Event], record: Model, formats: Any) -> list[dict[str, Any]]:
    """Events as the templates want them."""
    return [
        {
            "head": head_of_event(event, formats, page=record.pk),
            "entries": event.entries,
            "own": record.pk,
            "records": [str(entry.record) for entry in event.entries],
            "after": event.stood_from.astimezone(UTC).isoformat() if event.stood_from else "",
        }
        for event in events
    ]


def render_panel(request: HttpRequest, description: Description, record: Model) -> str:
    """The last changes, on the record's own page."""
    user = request.user
    assert isinstance(user, User)
    formats = current_formats()
    events, more = history_of(description, record, reader=Reader(user, formats), limit=IN_PANEL)
    context = {
        "description": description,
        "record_id": record.pk,
        "events": shown(events, record, formats),
        "has_more": more is not None,
    }
    return render_to_string("records/ledger/_panel.html", context, request=request)


PANEL = Panel(
    key="changes", title=gettext_lazy("History of changes"), model=None, render=render_panel, side="business",
    order=900, lazy=True,
)  # fmt: skip
