"""What a customer has agreed to, on their page: by purpose and channel, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.privacy.enums import Act
from kundig.privacy.models import Consent
from kundig.privacy.queries import standing
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel

KEY = "consents"
LIVE = "consents-of"


@dataclass(frozen=True)
class Line:
    """What counts for one purpose and channel."""

    entry: Consent
    what: str
    state: str
    may_correct: bool


def consents(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """The section; `editor` is the form that stands open in it."""
    user: Any = request.user
    described = registry.for_model(Consent)
    assert described is not None, "consents are described"
    known = described.fields_for(user)
    if not {"purpose", "channel", "act", "at", "in_force"} <= known.keys():
        return ""
    context = {
        "lines": [_line(entry, tells_how="how" in known) for entry in standing([record.pk]).values()],
        "base": f"/parties/{record.pk}/consents",
        "key": KEY,
        "may_change": description.may(user, Action.CHANGE, record),
        "editor": editor,
    }
    return render_to_string("privacy/_consents.html", context, request=request)


def _line(entry: Consent, *, tells_how: bool) -> Line:
    day = current_formats().date(entry.at)
    state = _("since %(day)s") if entry.act == Act.GIVEN else _("withdrawn on %(day)s")
    parts = [state % {"day": day}]
    if tells_how and entry.how:
        parts.append(str(entry.get_how_display()))
    if entry.wording is not None:
        parts.append(_("wording %(version)d") % {"version": entry.wording.version})
    what = f"{entry.purpose.name}: {entry.get_channel_display()}"
    may_correct = entry.act == Act.WITHDRAWN and entry.author_id is not None
    return Line(entry, what, ", ".join(parts), may_correct)


PANELS = (
    Panel(
        KEY, gettext_lazy("Consents"), Party, consents, order=40, lazy=True, live=LIVE, is_shared=True
    ),
)  # fmt: skip
