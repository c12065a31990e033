"""Of the call brief: what was spoken of last, how the mood has gone, what to offer and what not."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.parties.enums import PartyKind
from kundig.platform.formats import Formats, current_formats
from kundig.timeline.enums import Mood, Response
from kundig.timeline.models import Reaction
from kundig.timeline.protocol import kind_of
from kundig.timeline.protocol.brief import BriefAsk, BriefLine
from kundig.timeline.queries.briefs import is_open_to, last_told, moods_of, offers_spoken_of
from kundig.timeline.rules.moods import HEIGHT, WIDTH, points, trend

REMEMBERED = dt.timedelta(days=730)
"""What was said of an offer longer ago is not held against it."""


def contacts(ask: BriefAsk) -> str:
    """The last three contacts, and the mood of the last twelve as a curve."""
    is_house = ask.party.kind == PartyKind.ORGANISATION
    told = last_told(ask.ids, user=ask.user, organisation=is_house)
    if not told:
        return ""
    formats = current_formats()
    moods = moods_of(ask.ids, user=ask.user, organisation=is_house)
    context = {
        "lines": [
            {
                "kind": kind_of(each.kind),
                "told": each,
                "when": _when(each.at, ask.on, formats),
                "who": each.who if each.who != ask.party.name else "",
                "mood": Mood(each.mood) if each.mood else None,
                "mood_icon": f"mood-{each.mood}",
                "reactions": [(row.offer, reaction_words(row), _tone(row)) for row in each.reactions],
            }
            for each in told
        ],
        "curve": _curve(moods, formats) if len(moods) > 1 else None,
    }
    return render_to_string("timeline/brief/_contacts.html", context)


def _curve(moods: list[tuple[dt.datetime, int]], formats: Formats) -> dict[str, Any]:
    places = points([mood for _at, mood in moods])
    return {
        "points": " ".join(f"{x},{y}" for x, y in places),
        "last": {"x": str(places[-1][0]), "y": str(places[-1][1])},
        "width": WIDTH,
        "height": HEIGHT,
        "sentence": _sentence([mood for _at, mood in moods]),
        "rows": [(formats.date(timezone.localtime(at).date()), Mood(mood).label) for at, mood in reversed(moods)],
    }


def _sentence(moods: list[int]) -> str:
    words = {
        "better": _("Mood at last: %(mood)s, better than before."),
        "worse": _("Mood at last: %(mood)s, worse than before."),
        "same": _("Mood at last: %(mood)s, as before."),
    }
    return words[trend(moods)] % {"mood": str(Mood(moods[-1]).label).lower()}


def _when(at: dt.datetime, today: dt.date, formats: Formats) -> str:
    day = timezone.localtime(at).date()
    days = (today - day).days
    if days == 0:
        return _("today")
    return _("yesterday") if days == 1 else formats.date(day)


def reaction_words(row: Reaction) -> str:
    """ "Interested", or "Objection: price"."""
    if row.objection:
        return f"{row.get_reaction_display()}: {row.get_objection_display()}"
    return str(row.get_reaction_display())


def _tone(row: Reaction) -> str:
    tones = {Response.INTERESTED: "good", Response.OBJECTION: "warn", Response.DECLINED: "bad"}
    return tones.get(Response(row.reaction), "")


def offers_welcome(ask: BriefAsk) -> list[BriefLine]:
    """What they were interested in, or had not made up their minds about."""
    return _offers(ask, is_welcome=True)


def offers_not(ask: BriefAsk) -> list[BriefLine]:
    """What they declined or had objections to, and which."""
    return _offers(ask, is_welcome=False)


def _offers(ask: BriefAsk, *, is_welcome: bool) -> list[BriefLine]:
    formats = current_formats()
    if "offers" not in ask.kept:
        since = timezone.make_aware(dt.datetime.combine(ask.on, dt.time())) - REMEMBERED
        ask.kept["offers"] = offers_spoken_of(ask.ids, since=since)
    found = [row for row in ask.kept["offers"] if is_open_to(row) == is_welcome]
    return [
        BriefLine(
            row.offer, note=f"{reaction_words(row)}, {formats.date(timezone.localtime(row.at).date())}", tone=_tone(row)
        )
        for row in found
    ]
