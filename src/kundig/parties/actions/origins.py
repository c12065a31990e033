"""Where values of parties came from: field → {"via", "at", "note", "confirmed_on", "doubted_on"}; "*" for others."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from kundig.records.events import Via

EVERYTHING = "*"
DOUBT = ("doubted_on", "doubted_by")
"""When something spoke against a value, and what."""


def origin(*, via: Via, note: str = "", today: dt.date | None = None) -> dict[str, str]:
    """One entry: by what means and when a value came, and a note such as the name of the file it stood in."""
    entry = {"via": via.value, "at": (today or timezone.localdate()).isoformat()}
    return {**entry, "note": note} if note else entry


def with_origin(origins: Mapping[str, Any], fields: Iterable[str], *, via: Via, note: str = "") -> dict[str, Any]:
    """`origins` with a new entry for each of `fields`."""
    return {**origins, **dict.fromkeys(fields, origin(via=via, note=note))}


def all_confirmed(origins: Mapping[str, Any], *, on: dt.date) -> dict[str, Any]:
    """`origins` with the day on which somebody checked that everything is right."""
    return {field: _checked(entry, on) for field, entry in origins.items()}


def confirmed(origins: Mapping[str, Any], field: str, *, on: dt.date) -> dict[str, Any]:
    """`origins` with the day on which somebody checked that the field is right."""
    entry = origins.get(field) or origins.get(EVERYTHING) or {}
    return {**origins, field: _checked(entry, on)}


def _checked(entry: Mapping[str, Any], on: dt.date) -> dict[str, Any]:
    """The entry with the day; whatever spoke against the value is settled."""
    kept = {name: value for name, value in entry.items() if name not in DOUBT}
    return {**kept, "confirmed_on": on.isoformat()}
