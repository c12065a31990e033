"""The files of a record on its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.composed import composed_once
from kundig.platform.formats import Formats, current_formats
from kundig.platform.shown import filled
from kundig.records.attachments import types
from kundig.records.attachments.actions import size_text
from kundig.records.attachments.models import Attachment
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.traces import Trace, answered, asked_once, may_have

KEY = "files"
SHOWN = 50
TRACE = Trace(Attachment, "record_id", named="object")
"""By which rows a record has files."""


_SHOWN = {types.PDF: "pdf", types.MAIL: "mail", types.OUTLOOK: "mail"}
"""What opens in the viewer although it is no picture."""


@dataclass(frozen=True)
class FileLine:
    """One file as the panel shows it; `shows` is how it opens: as "picture", "pdf", "mail", or "" for not."""

    attachment: Attachment
    address: str
    shows: str
    icon: str
    notes: str
    warning: str
    earlier: tuple[FileLine, ...] = ()
    """Its earlier versions, the latest first."""


def files_panel(
    request: HttpRequest,
    description: Description,
    record: models.Model,
    *,
    editing: Attachment | None = None,
    errors: dict[str, list[str]] | None = None,
) -> str:
    """The panel; `editing` is the file whose name stands open, with what was wrong about it."""
    user: Any = request.user
    found = _first_of(description, record)
    shows_all = request.GET.get("all") == "1"
    if shows_all and len(found) > SHOWN:
        found = list(attachments_of(description, record).select_related("file", "created_by"))
    formats = current_formats()
    base = f"{description.url(record.pk)}files/"
    may_change = description.may(user, Action.CHANGE, record)
    too_large = _("“{name}” is too large; at most %(limit)s fit.") % {"limit": size_text(settings.BIGGEST_FILE)}
    if not (found or editing or errors):  # as at most records
        values = {"may_change": may_change, "largest": settings.BIGGEST_FILE, "too_large": too_large}
        return filled("records/attachments/_panel.html", values, {"base": base})
    shown = found if shows_all else found[:SHOWN]
    context = {
        "description": description,
        "base": base,
        "key": KEY,
        "lines": _lines(shown, base, formats),
        "count": count_files(description, record, user) if len(found) > SHOWN else len(found),
        "has_more": len(found) > len(shown),
        "may_change": may_change,
        "editing": editing,
        "errors": errors or {},
        "typed": request.POST if errors else {},
        "largest": settings.BIGGEST_FILE,
        "too_large": too_large,
    }
    return render_to_string("records/attachments/_panel.html", context, request=request)


def _lines(shown: Sequence[Attachment], base: str, formats: Formats) -> list[FileLine]:
    """A line for each file, with its earlier versions behind it."""
    more = [attachment.series for attachment in shown if attachment.version > 1]
    earlier: dict[UUID, list[FileLine]] = defaultdict(list)
    if more:
        kept = Attachment.objects.filter(series__in=more, deleted_at=None).exclude(pk__in=[each.pk for each in shown])
        for each in kept.select_related("file", "created_by").order_by("-version"):
            earlier[each.series].append(line_of(each, base, formats))
    return [replace(line_of(each, base, formats), earlier=tuple(earlier[each.series])) for each in shown]


def line_of(attachment: Attachment, base: str, formats: Formats) -> FileLine:
    found = types.known(attachment.file.content_type)
    who = attachment.created_by.name if attachment.created_by else ""
    version = _("version %(number)d") % {"number": attachment.version} if attachment.version > 1 else ""
    notes = [version, str(found.label), size_text(attachment.file.size), who, formats.moment(attachment.created_at)]
    return FileLine(
        attachment=attachment,
        address=f"{base}{attachment.pk}/",
        shows="picture" if attachment.preview_id else _SHOWN.get(found, ""),
        icon=found.icon,
        notes=" · ".join(note for note in notes if note),
        warning=types.mismatch(attachment.file.name, found),
    )


def attachments_of(description: Description, record: models.Model) -> Any:
    return Attachment.objects.of(description.name, record.pk).standing()


def _first_of(description: Description, record: models.Model) -> list[Attachment]:
    if not may_have(record, TRACE):
        return []
    return asked_once(record, KEY, lambda: _first_files(name=description.name, record=record.pk))


@composed_once
def _first_files(*, name: str, record: UUID) -> models.QuerySet[Attachment]:
    return Attachment.objects.of(name, record).standing().select_related("file", "created_by")[: SHOWN + 1]


def count_files(description: Description, record: models.Model, user: User) -> int:
    """Whoever may see the record may see its files."""
    if not may_have(record, TRACE):
        return 0
    first = answered(record, KEY)
    if first is not None and len(first) <= SHOWN:
        return len(first)
    found = _counted(name=description.name, record=record.pk)
    return found[0] if found else 0


@composed_once
def _counted(*, name: str, record: UUID) -> models.QuerySet[Attachment, int]:
    standing = Attachment.objects.of(name, record).standing().order_by()
    return standing.values("object").annotate(number=models.Count("pk")).values_list("number", flat=True)


PANEL = Panel(
    KEY,
    gettext_lazy("Files"),
    None,
    files_panel,
    side="business",
    order=80,
    icon="paperclip",
    count=count_files,
    live=KEY,
    # An address or a phone number has no page that anybody would look for a file on.
    applies=lambda description: not description.parent,
)
