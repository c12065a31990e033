"""What the composer sends, as arguments of `record_touchpoint`."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kundig.timeline.actions import ReactionTo
from kundig.timeline.enums import Mood
from kundig.timeline.rules.touchpoints import checked_body

MOST_REACTIONS = 50


def contact_from(posted: QueryDict) -> dict[str, Any]:
    """The arguments beside the party and who notes it.

    Raises:
        ValidationError: with a dict of field names.
    """
    kind, direction = posted.get("kind", "note"), posted.get("direction", "")
    is_missed = kind == "call" and posted.get("reached") == "no"
    return {
        "kind": kind,
        "at": moment_from(posted.get("at", "")),
        "direction": direction if kind in ("call", "mail", "letter") else "",
        "two_way": False if is_missed else None,
        "body": posted.get("body", ""),
        "mood": mood_from(posted.get("mood", "")),
        "duration": number_from(posted.get("duration", "")),
        "people": people_from(posted.getlist("people")),
        "reactions": reactions_from(posted),
        "key": posted.get("key") or None,
    }


def is_empty(posted: QueryDict) -> bool:
    """Whether nothing at all was said: a call or visit may be noted by one click, a note or mail needs words."""
    talks = posted.get("kind") in ("call", "visit", "meeting")
    return not talks and not checked_body(posted.get("body", "")) and not posted.get("mood")


def moment_from(text: str) -> dt.datetime | None:
    """A moment as browsers send it, in the time of the house; None if there is none."""
    if not text.strip():
        return None
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError(
            {"at": _("“%(text)s” is not a date with a time. Write it like 2026-04-03 14:30.") % {"text": text[:40]}}
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def mood_from(text: str) -> int | None:
    return int(text) if text in {str(value) for value in Mood.values} else None


def number_from(text: str) -> int | None:
    bare = text.strip()
    if not bare:
        return None
    if not bare.isascii() or not bare.isdigit() or len(bare) > 4:
        raise ValidationError({"duration": _("Give the minutes as a number.")})
    return int(bare)


def people_from(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts if text]
    except ValueError as error:
        raise ValidationError(
            {"people": _("One of those who took part is not there, or not visible to you.")}
        ) from error


def reactions_from(posted: QueryDict) -> list[ReactionTo]:
    """The reactions, numbered: `offer-0`, `reaction-0`, `objection-0` … Those without a reaction are left out."""
    found = []
    for number in range(MOST_REACTIONS):
        reaction = posted.get(f"reaction-{number}", "")
        if reaction:
            offer = posted.get(f"offer-{number}", "").strip() or _("our offer")
            objection = posted.get(f"objection-{number}", "") if reaction == "objection" else ""
            found.append(ReactionTo(offer, reaction, objection))
    return found
