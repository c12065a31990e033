"""How appointments are described."""

from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.records.bulk.acting import RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.timeline import actions
from kundig.timeline.models import Appointment, AppointmentParty, Attendee
from kundig.timeline.objects.repeating import Repetition


class AppointmentDescription(Description):
    model = Appointment
    name = "appointments"
    icon = "calendar"
    in_navigation = False
    title, subtitle = "title", "party"
    columns = "starts_at title party kind place owner"
    search = "title party.name place"
    filters = "owner kind starts_at party held_at"
    sort = "-starts_at"
    form = "title kind starts_at ends_at all_day party place owner remind_at repeat details"
    page = Page(
        header="owner starts_at ends_at held_at",
        sections={_("Appointment"): "kind party place all_day details",
                  _("Reminder and repeating"): "remind_at repeat previous held_by"},
    )  # fmt: skip
    hidden = "reminded_at source source_id"
    calendar = Calendar("starts_at", "ends_at")
    kinds: ClassVar = {"repeat": Repetition()}
    personal_fields = "details"
    purpose = "customer_care"
    create, change, delete = actions.add_appointment, actions.change_appointment, actions.delete_appointment
    brought_back = actions.appointments_brought_back
    actions = [RecordAction("held", _("It took place"), one_by_one(actions.complete_appointment), icon="check")]

    def read_along(self, user_id: object, *, prefix: str = "") -> Q:
        """Whoever takes part may look at it."""
        return Q(**{f"{prefix}pk__in": Attendee.objects.filter(user_id=user_id).values("appointment_id")})


class _Part(Description):
    nav = False
    owner = team = None
    parent = "appointment"


class AppointmentPartyDescription(_Part):
    model = AppointmentParty
    name = "appointment-parties"
    icon = "building"
    title = "party"
    columns = "party appointment"


class AttendeeDescription(_Part):
    model = Attendee
    name = "attendees"
    icon = "users"
    title = "user"
    columns = "user appointment"
