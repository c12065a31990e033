"""Descriptions of what happened with customers."""

from kundig.timeline.objects.appointments import (
    AppointmentDescription,
    AppointmentPartyDescription,
    AttendeeDescription,
)
from kundig.timeline.objects.promises import PromiseDescription
from kundig.timeline.objects.rhythm import RestDescription, RhythmDescription
from kundig.timeline.objects.tasks import TaskDescription, TaskPartyDescription
from kundig.timeline.objects.touchpoints import TouchpointDescription

DESCRIPTIONS = (
    TouchpointDescription,
    RestDescription,
    RhythmDescription,
    PromiseDescription,
    TaskDescription,
    TaskPartyDescription,
    AppointmentDescription,
    AppointmentPartyDescription,
    AttendeeDescription,
)

__all__ = [
    "DESCRIPTIONS",
    "PromiseDescription",
    "TouchpointDescription",
]
