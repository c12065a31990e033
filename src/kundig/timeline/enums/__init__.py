"""Choices about what happened with customers."""

from kundig.timeline.enums.appointments import AppointmentKind
from kundig.timeline.enums.handovers import HandoverReason
from kundig.timeline.enums.promises import Side
from kundig.timeline.enums.repeating import RepeatFrom
from kundig.timeline.enums.rhythm import Unit
from kundig.timeline.enums.touchpoints import Direction, Mood, Objection, Response

__all__ = [
    "AppointmentKind",
    "Direction",
    "HandoverReason",
    "Mood",
    "Objection",
    "RepeatFrom",
    "Response",
    "Side",
    "Unit",
]
