"""The log of exports: who took what out of the house."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundig.platform.formats import current_formats
from kundig.records.exports.files import Form
from kundig.records.exports.models import ExportEntry
from kundig.records.registry import get
from kundig.web.administration.access import administrators

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One export as the page tells it."""

    entry: ExportEntry
    at: str
    object: str
    rows: str
    form: str
    columns: str


@administrators
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The newest first; `by` narrows to one person, `before` leads to the older ones."""
    entries = ExportEntry.objects.order_by("-at", "-id")
    people = ExportEntry.objects.order_by("by_name").values_list("by_id", "by_name").distinct()
    person, before = _id(request.GET.get("by", "")), _id(request.GET.get("before", ""))
    if person:
        entries = entries.filter(by_id=person)
    last = ExportEntry.objects.filter(pk=before).first() if before else None
    if last is not None:
        entries = entries.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    lines = [_line(entry) for entry in entries[:SHOWN]]
    context = {
        "lines": lines,
        "people": [(str(key), name, key == person) for key, name in people if key],
        "person": str(person) if person else "",
        "older": str(lines[-1].entry.pk) if len(lines) == SHOWN else "",
    }
    return render(request, "administration/exports.html", context)


def _line(entry: ExportEntry) -> Line:
    formats, described = current_formats(), get(entry.object)
    label = str(described.label_plural) if described else entry.object
    columns = [_label(described, name) for name in entry.columns]
    form = str(Form(entry.form).label) if entry.form in Form.values else entry.form
    return Line(entry, formats.moment(entry.at), label, formats.number(entry.rows), form, ", ".join(columns))


def _label(described: Any, name: str) -> str:
    field = described.fields.get(name) if described else None
    return str(field.label) if field else name


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
