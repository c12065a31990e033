"""What somebody's day holds."""

from kundig.timeline.queries.day.planned import SOURCES as PLANNED
from kundig.timeline.queries.day.promised import SOURCE as PROMISED
from kundig.timeline.queries.day.reading import Contact, Day, day_of, shown_people
from kundig.timeline.queries.day.sources import SOURCES as CONTACTS

SOURCES = (*CONTACTS, PROMISED, *PLANNED)

__all__ = ["SOURCES", "Contact", "Day", "day_of", "shown_people"]
