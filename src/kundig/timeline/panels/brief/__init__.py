"""The parts of the call brief that this domain brings."""

from django.utils.translation import gettext_lazy as _

from kundig.timeline.panels.brief.contacts import contacts, offers_not, offers_welcome
from kundig.timeline.panels.brief.people import consents, master_data, people, preferences
from kundig.timeline.panels.brief.planned import appointments, tasks
from kundig.timeline.panels.brief.promised import promised
from kundig.timeline.panels.brief.rests import rests
from kundig.timeline.protocol.brief import BriefSection

SECTIONS = (
    BriefSection("master_data", _("Who they are"), 10, master_data),
    BriefSection("rests", _("Leave alone"), 15, rests),
    BriefSection("people", _("Who is in the room"), 20, people),
    BriefSection("promised", _("Promised"), 41, promised),
    BriefSection("appointments", _("Appointments"), 42, appointments, most=3),
    BriefSection("tasks", _("Open tasks"), 43, tasks),
    BriefSection("contacts", _("Last spoken"), 50, render=contacts),
    BriefSection("welcome", _("What to offer"), 60, offers_welcome),
    BriefSection("unwelcome", _("Better not"), 61, offers_not),
    BriefSection("consents", _("May be contacted by"), 70, consents, most=10),
    BriefSection("preferences", _("Good to know"), 80, preferences),
)

__all__ = ["SECTIONS"]
