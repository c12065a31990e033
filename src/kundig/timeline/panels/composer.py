"""Where people note what happened: tabs of kinds, and those of other domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from kundig.parties.models import Party
from kundig.timeline.enums import Mood, Objection, Response
from kundig.timeline.protocol import composer_tabs, follow_up_choices, kind_of
from kundig.timeline.queries import report_templates

NOTED = ("call", "visit", "note", "mail", "meeting", "letter")
"""Kinds that people note by hand, in the order of their tabs; registered tabs come between."""
_ORDER = {name: (number + 1) * 10 for number, name in enumerate(NOTED)} | {"meeting": 70, "letter": 80}


def composer(
    request: HttpRequest, party: Party, *, people: Sequence[tuple[UUID, str]], place: str, errors: Any = None
) -> str:
    """The composer of a party; `place` tells one on a page from one in a dialogue."""
    user: Any = request.user
    tabs = [
        {"key": name, "label": kind.label, "icon": kind.icon, "order": _ORDER[name], "is_kind": True}
        for name in NOTED
        if (kind := kind_of(name)) is not None
    ]
    tabs += [
        {"key": tab.key, "label": tab.label, "icon": tab.icon, "order": tab.order, "is_kind": False}
        for tab in composer_tabs()
        if tab.may(user)
    ]
    context = {
        "party": party,
        "place": place,
        "user_id": user.pk,
        "tabs": sorted(tabs, key=lambda tab: tab["order"]),
        "people": people[:6],
        "moods": [(value, label, f"mood-{value}") for value, label in Mood.choices],
        "responses": Response.choices,
        "objections": Objection.choices,
        "follow_ups": follow_up_choices(user),
        "reports": report_templates(),
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    return render_to_string("timeline/stream/_composer.html", context, request=request)
