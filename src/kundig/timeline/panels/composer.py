"""Where people note what happened: tabs of kinds, and those of other domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from kundig.parties.models import Party
from kundig.platform.shown import filled
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
    follow_ups = follow_up_choices(user)
    reports = [
        {"pk": str(report.pk), "kind": report.kind, "text": report.text, "name": report.name}
        for report in report_templates()
    ]
    values = {
        "place": place,
        "keys": [tab["key"] for tab in tabs],
        "has_follow_ups": bool(follow_ups),
        "reports": reports,
    }
    places = {
        "party.pk": party.pk,
        "user_id": user.pk,
        "people": _people(people[:6]),
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    constants = {
        "tabs": sorted(tabs, key=lambda tab: tab["order"]),
        "moods": [(value, label, f"mood-{value}") for value, label in Mood.choices],
        "responses": Response.choices,
        "objections": Objection.choices,
        "follow_ups": follow_ups,
    }
    return filled("timeline/stream/_composer.html", values, places, constants=constants)


def _people(people: Sequence[tuple[UUID, str]]) -> SafeString:
    """Boxes to tick; nothing where there is nobody."""
    if not people:
        return SafeString("")
    boxes = format_html_join("", '<label><input type="checkbox" name="people" value="{}">{}</label>', people)
    return format_html('<fieldset class="pick"><legend>{}</legend>{}</fieldset>', pgettext("whom", "with"), boxes)
