"""Of the brief: what is planned; and that it is handed out before an appointment."""

import datetime as dt

import pytest
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.notices.models import Notice
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.actions import hand_out_briefs
from kundig.timeline.models import Appointment, Attendee
from kundig.timeline.views.briefs import brief_of
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user

TODAY = timezone.localdate()
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def minutes(count):
    return NOW + dt.timedelta(minutes=count)


def an_appointment(party, *, by, at=None, **values):
    """An appointment of an hour, made as somebody does; what has begun already cannot be planned any more."""
    at = at or minutes(10)
    return Appointment.objects.create(
        title="Jahresgespräch", party=party, owner=by, starts_at=at, ends_at=at + dt.timedelta(hours=1), **values
    )


def test_tasks_and_appointments_stand_in_the_brief(svenja, dairy, katrin):
    tomorrow = timezone.now() + dt.timedelta(days=1)
    an_appointment(katrin, by=svenja, at=tomorrow, place="Halle 2")
    values = {
        "title": "Preise prüfen",
        "party": dairy.pk,
        "assignee": svenja.pk,
        "due_on": TODAY + dt.timedelta(days=2),
    }
    create_record(registry.get("tasks"), values, by=svenja)
    shown = {each.section.key: each.lines for each in brief_of(dairy, user=svenja)["sections"]}
    assert [(line.text, line.note.endswith("Halle 2")) for line in shown["appointments"]] == [("Jahresgespräch", True)]
    assert [(line.text, line.note.split(",")[0]) for line in shown["tasks"]] == [("Preise prüfen", "Svenja Kroll")]


def test_brief_is_handed_out_once_to_all_who_go(svenja, dairy):
    paula = a_user("Paula Roth", role="sales")
    soon = an_appointment(dairy, by=svenja)
    Attendee.objects.create(appointment=soon, user=paula)
    assert hand_out_briefs(now=minutes(-6)) == 0
    assert hand_out_briefs(now=NOW) == 2
    assert hand_out_briefs(now=minutes(1)) == 0
    found = Notice.objects.filter(kind="brief_ready")
    assert {(each.reader, each.url) for each in found} == {
        (svenja, f"/brief/{dairy.pk}/"), (paula, f"/brief/{dairy.pk}/"),
    }  # fmt: skip
    assert hand_out_briefs(now=minutes(11)) == 0


def test_moved_appointment_hands_the_brief_out_again(svenja, dairy):
    made = an_appointment(dairy, by=svenja)
    assert hand_out_briefs(now=NOW) == 1
    Appointment.objects.filter(pk=made.pk).update(starts_at=minutes(100), ends_at=minutes(160))
    assert hand_out_briefs(now=minutes(90)) == 1


@pytest.mark.parametrize("values", [{"held_at": NOW}, {"all_day": True}])
def test_no_brief_for_what_is_over_or_has_no_hour(svenja, dairy, values):
    an_appointment(dairy, by=svenja, **values)
    assert hand_out_briefs(now=NOW) == 0


def test_no_brief_without_a_customer_or_for_whom_it_is_hidden(svenja, dairy):
    an_appointment(None, by=svenja)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    an_appointment(dairy, by=stranger)
    assert hand_out_briefs(now=NOW) == 0
    assert not Notice.objects.exists()
