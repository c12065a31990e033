"""What happened with a customer, and what is to happen."""

from kundig.timeline.models.appointments import Appointment, AppointmentParty, Attendee
from kundig.timeline.models.handovers import Handover
from kundig.timeline.models.promises import Promise, PromiseProposal
from kundig.timeline.models.pushes import PushKey, PushSubscription
from kundig.timeline.models.regions import HolidayRegion
from kundig.timeline.models.reports import ReportTemplate
from kundig.timeline.models.rhythm import ContactRhythm, OwnRhythm, Postponement, Rest
from kundig.timeline.models.tasks import Task, TaskParty
from kundig.timeline.models.touchpoints import Comment, FiledOnce, Involvement, Reaction, Touchpoint

__all__ = [
    "Appointment",
    "AppointmentParty",
    "Attendee",
    "Comment",
    "ContactRhythm",
    "FiledOnce",
    "Handover",
    "HolidayRegion",
    "Involvement",
    "OwnRhythm",
    "Postponement",
    "Promise",
    "PromiseProposal",
    "PushKey",
    "PushSubscription",
    "Reaction",
    "ReportTemplate",
    "Rest",
    "Task",
    "TaskParty",
    "Touchpoint",
]
