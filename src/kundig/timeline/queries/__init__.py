"""Questions about the history of customers."""

from kundig.timeline.queries.contacts import LastContact, last_contacts
from kundig.timeline.queries.planned import (
    NextStep,
    appointments_between,
    has_next_step,
    next_steps,
    open_tasks,
    people_of,
)
from kundig.timeline.queries.regions import (
    holidays_for,
    region_of,
    region_of_house,
    working_day_for,
    working_days_of_house,
)
from kundig.timeline.queries.reports import report_templates
from kundig.timeline.queries.rhythm import own_rhythms, rest_of, rhythms_of_classes
from kundig.timeline.queries.stream import (
    Cursor,
    Entry,
    Read,
    Said,
    StreamPage,
    Wanted,
    entry_of,
    people_at,
    stream,
    visible,
)

__all__ = [
    "Cursor",
    "Entry",
    "LastContact",
    "NextStep",
    "Read",
    "Said",
    "StreamPage",
    "Wanted",
    "appointments_between",
    "entry_of",
    "has_next_step",
    "holidays_for",
    "last_contacts",
    "next_steps",
    "open_tasks",
    "own_rhythms",
    "people_at",
    "people_of",
    "region_of",
    "region_of_house",
    "report_templates",
    "rest_of",
    "rhythms_of_classes",
    "stream",
    "visible",
    "working_day_for",
    "working_days_of_house",
]
