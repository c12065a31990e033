"""The history on the page of a party, with the composer above it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.platform.shown import filled
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.timeline.panels.composer import composer
from kundig.timeline.panels.entries import base_of, entries_html
from kundig.timeline.protocol import GROUPS, kinds
from kundig.timeline.queries import Cursor, Wanted, people_at, stream, visible


def history(request: HttpRequest, description: Description, record: Any) -> str:
    """The composer, the filters, and the newest entries."""
    user: Any = request.user
    people = people_at(record, user=user)
    may_change = description.may(user, Action.CHANGE, record)
    entries, until = _reaching_to(request, record, user)
    places = {
        "base": base_of(record.pk),
        "people": format_html_join("", '<option value="{}">{}</option>', people),
        "composer": composer(request, record, people=people, place="page") if may_change else "",
        "list": entries,
    }
    values = {"until": until, "has_people": bool(people)}
    return filled("timeline/stream/_panel.html", values, places, constants={"groups": list(GROUPS.items())})


def _reaching_to(request: HttpRequest, party: Party, user: Any) -> tuple[SafeString, str]:
    """The list down to the contact that the address names with `?at=`; where too much has happened since, it begins on
    that day, which is answered, too."""
    try:
        key = UUID(request.GET.get("at", ""))
    except ValueError:
        return list_html(request, party, QueryDict()), ""
    at = visible(user).filter(pk=key).values_list("at", flat=True).first()
    asked = QueryDict(mutable=True)
    if at is None:
        return list_html(request, party, asked), ""
    asked["down_to"] = at.isoformat()
    entries = list_html(request, party, asked)
    if f'id="t{key}"' in entries:
        return entries, ""
    until = timezone.localdate(at).isoformat()
    asked = QueryDict(mutable=True)
    asked["until"] = until
    return list_html(request, party, asked), until


def list_html(request: HttpRequest, party: Party, asked: QueryDict) -> SafeString:
    """One page of the entries: the whole list, or, with `after`, those that follow."""
    user: Any = request.user
    wanted, after, formats = wanted_from(asked), cursor_from(asked.get("after", "")), current_formats()
    page = stream(party, user=user, wanted=wanted, after=after, down_to=_moment(asked.get("down_to", "")))
    further = asked.copy()
    for name in ("after", "down_to"):
        further.pop(name, None)
    if page.next:
        further["after"] = text_of(page.next)
    values = {
        "is_begun": after is not None,
        "is_narrowed": wanted.is_narrowed or bool(wanted.kinds),
        "has_pinned": bool(page.pinned),
        "has_entries": bool(page.entries),
        "has_further": page.next is not None,
    }
    places = {
        "base": base_of(party.pk),
        "party_id": party.pk,
        "pinned": entries_html(page.pinned, party_id=party.pk, formats=formats) if page.pinned else "",
        "entries": entries_html(page.entries, party_id=party.pk, formats=formats),
        "last": page.entries[-1].cursor[0].isoformat() if page.entries else "",
        "further": further.urlencode() if page.next else "",
    }
    return filled("timeline/stream/_list.html", values, places)


def wanted_from(asked: QueryDict) -> Wanted:
    """What the filters of a history say; what makes no sense asks for nothing."""
    chosen = asked.getlist("kind")
    names = {kind.name for kind in kinds() if kind.name in chosen or kind.group in chosen}
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    try:
        person = UUID(asked.get("person", ""))
    except ValueError:
        person = None
    return Wanted(
        kinds=frozenset(names),
        person=person,
        words=asked.get("q", "").replace("\x00", "").strip()[:100],
        since=_begin(since),
        until=_begin(until + dt.timedelta(days=1)) if until else None,
    )


def _day(text: str) -> dt.date | None:
    """A day that fits into every time zone."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1900 < day.year < 9999 else None


def _begin(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def text_of(cursor: Cursor) -> str:
    return f"{cursor[0].isoformat()} {cursor[1]}"


def cursor_from(text: str) -> Cursor | None:
    """The place a page begins at; None where the text is none."""
    at, _blank, name = text.partition(" ")
    moment = _moment(at)
    return (moment, name[:80]) if moment and name else None


STREAM = Panel("timeline", gettext_lazy("History"), Party, history, order=5, live="timeline_page")
