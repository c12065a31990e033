"""Appointments: made, moved, held, series of them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.timeline.actions import hold_appointment, move_appointment, not_held, set_attendees, set_parties
from kundig.timeline.models import Appointment
from tests.parties.factories import a_scoped_user, an_organisation
from tests.timeline.days import in_thirty_years

pytestmark = pytest.mark.django_db


def at(day, hour=10, minute=0, *, month=11, year=2026):
    return timezone.make_aware(dt.datetime(year, month, day, hour, minute))


def here(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def an_appointment(by, **values):
    known = {"title": "Besuch Glashütte", "starts_at": at(24), **values}
    return create_record(registry.get("appointments"), known, by=by)


def test_appointment_is_its_makers_and_an_hour_long(jana):
    made = an_appointment(jana)
    assert (made.owner, here(made.starts_at), here(made.ends_at)) == (jana, "2026-11-24 10:00", "2026-11-24 11:00")


def test_whole_days_last_from_midnight_to_midnight(jana):
    fair = an_appointment(jana, title="Messe", all_day=True, starts_at=at(24, 9), ends_at=at(26, 17))
    assert (here(fair.starts_at), here(fair.ends_at)) == ("2026-11-24 00:00", "2026-11-27 00:00")
    day = an_appointment(jana, title="Klausur", all_day=True)
    assert (here(day.starts_at), here(day.ends_at)) == ("2026-11-24 00:00", "2026-11-25 00:00")
    fair.refresh_from_db()
    assert change_record(registry.get("appointments"), fair, {"place": "Köln"}, by=jana).ends_at == fair.ends_at


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"title": ""}, "title", "Say what the appointment is about."),
        ({"starts_at": None}, "starts_at", "Say when it begins."),
        ({"ends_at": at(24, 9)}, "ends_at",
         "The appointment ends before it begins: it begins 24 Nov 2026 10:00 and would end 24 Nov 2026 09:00."),
        ({"all_day": True, "ends_at": at(23, 9)}, "ends_at",
         "The appointment ends before it begins: it begins 24 Nov 2026 00:00 and would end 23 Nov 2026 09:00."),
        ({"ends_at": at(24, year=2028)}, "ends_at",
         "An appointment lasts a year at most. For longer times, make it repeat."),
        ({"starts_at": at(1, month=1, year=1900)}, "starts_at",
         "1 Jan 1900 cannot be meant. Choose a day between 1 Jan 2000 and {latest}."),
        ({"repeat": "FREQ=DAILY;COUNT=1000"}, "repeat",
         "These would be more than 260 appointments. Choose an earlier end, or none: then the next one is made when "
         "this one has been held."),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field(jana, values, field, why):
    with pytest.raises(ValidationError) as refused:
        an_appointment(jana, **values)
    assert refused.value.message_dict[field] == [why.format(latest=in_thirty_years())]
    assert not Appointment.objects.exists()


def test_moved_it_stays_as_long_and_its_reminder_as_early(jana):
    made = an_appointment(jana, ends_at=at(24, 12), remind_at=at(24, 9, 45))
    move_appointment(made, at(25, 14), by=jana)
    made.refresh_from_db()
    assert [here(each) for each in (made.starts_at, made.ends_at, made.remind_at)] == [
        "2026-11-25 14:00", "2026-11-25 16:00", "2026-11-25 13:45",
    ]  # fmt: skip
    move_appointment(made, at(25, 14), at(25, 15), by=jana)
    made.refresh_from_db()
    assert here(made.ends_at) == "2026-11-25 15:00"
    assert OutboxEvent.objects.filter(name="timeline.AppointmentMoved").count() == 2


@pytest.mark.parametrize("day", [at(25, 0, month=10), at(29, 0, month=3)])
def test_whole_day_stays_one_day_wherever_the_clocks_change(jana, day):
    made = an_appointment(jana, all_day=True, starts_at=day)
    made.refresh_from_db()
    move_appointment(made, at(3, 0), by=jana)
    assert [here(each) for each in (made.starts_at, made.ends_at)] == ["2026-11-03 00:00", "2026-11-04 00:00"]
    made.refresh_from_db()
    move_appointment(made, day, by=jana)
    assert [here(each)[:10] for each in (made.starts_at, made.ends_at)] == [
        str(day.date()), str(day.date() + dt.timedelta(days=1)),
    ]  # fmt: skip


def test_series_with_an_end_is_written_out_at_the_same_time_of_the_clock(jana, svenja):
    made = an_appointment(
        jana, starts_at=at(16, month=10), ends_at=at(16, 11, 30, month=10), repeat="FREQ=WEEKLY;COUNT=3"
    )
    found = Appointment.objects.order_by("starts_at")
    assert [(here(each.starts_at), here(each.ends_at)) for each in found] == [
        ("2026-10-16 10:00", "2026-10-16 11:30"),
        ("2026-10-23 10:00", "2026-10-23 11:30"),
        ("2026-10-30 10:00", "2026-10-30 11:30"),
    ]
    assert {each.repeat for each in found} == {""}
    assert [each.previous_id for each in found] == [None, made.pk, made.pk]
    undo(ChangeSet.objects.latest("at").pk, by=jana)
    assert not Appointment.objects.exists()


def test_series_over_the_night_when_clocks_go_forward(jana):
    an_appointment(jana, starts_at=at(27, 2, 30, month=3), ends_at=at(27, 3, 30, month=3), repeat="FREQ=DAILY;COUNT=3")
    found = Appointment.objects.order_by("starts_at")
    assert [here(each.starts_at) for each in found] == ["2026-03-27 02:30", "2026-03-28 02:30", "2026-03-29 03:30"]
    assert all(each.ends_at >= each.starts_at for each in found)


def test_of_a_series_without_an_end_the_next_is_made_when_one_was_held(jana, svenja, monkeypatch):
    made = an_appointment(jana, repeat="FREQ=MONTHLY", remind_at=at(24, 9))
    set_attendees(made, [svenja], by=jana)
    assert Appointment.objects.count() == 1
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
    following = hold_appointment(made, by=jana)
    assert (here(following.starts_at), here(following.ends_at), here(following.remind_at)) == (
        "2026-12-24 10:00", "2026-12-24 11:00", "2026-12-24 09:00",
    )  # fmt: skip
    assert [each.user for each in following.attendees.all()] == [svenja]
    assert hold_appointment(made, by=jana) is None
    not_held(made, by=jana)
    made.refresh_from_db()
    assert (made.held_at, Appointment.objects.count()) == (None, 1)


def test_what_has_not_begun_was_not_held(jana, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC))
    made = an_appointment(jana)
    with pytest.raises(ValidationError, match="This appointment begins only 24 Nov 2026 10:00"):
        hold_appointment(made, by=jana)
    made.refresh_from_db()
    assert made.held_at is None


def test_rights_owner_guest_stranger(jana):
    owner, guest, stranger = (a_scoped_user(name, Scope.OWN) for name in ("Owner", "Guest", "Stranger"))
    made = an_appointment(jana, owner=owner)
    set_attendees(made, [guest, owner], by=jana)
    assert [each.user for each in made.attendees.all()] == [guest]
    description = registry.get("appointments")
    for user, reads, changes in ((owner, True, True), (guest, True, False), (stranger, False, False)):
        user = User.objects.with_access(user.pk)
        assert description.visible_to(user).filter(pk=made.pk).exists() is reads
        assert description.may(user, Action.READ, made) is reads
        assert description.may(user, Action.CHANGE, made) is changes
        if not changes:
            with pytest.raises(PermissionDenied):
                move_appointment(made, at(25), by=user)
    made.refresh_from_db()
    assert here(made.starts_at) == "2026-11-24 10:00"


def test_further_customers_are_those_one_may_see(jana):
    main, other = an_organisation(by=jana), an_organisation(by=jana, name="Molkerei Nord")
    made = an_appointment(jana, party=main)
    assert set_parties(made, [main, other], by=jana)
    assert [each.party for each in made.parties.all()] == [other]
    assert not set_parties(made, [other.pk], by=jana)
    nobody = User.objects.with_access(a_scoped_user("Stranger", Scope.OWN).pk)
    made = an_appointment(jana)
    with pytest.raises(ValidationError, match="not there, or not visible to you"):
        set_parties(made, [other], by=nobody)
    assert not made.parties.exists()
