"""Coverage: which active customers have no next step and no reason to be left alone. Of customers, never of people."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from kundig.accounts.enums import Scope
from kundig.accounts.models import Membership
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline import actions
from kundig.timeline.enums import Unit
from kundig.timeline.models import ContactRhythm, Task
from kundig.timeline.queries.coverage import Coverage, coverage_of, own_customers, uncovered
from kundig.timeline.queries.day import day_of
from kundig.timeline.queries.days_off import days_off
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_team, a_user
from tests.parties.factories import a_scoped_user


@pytest.fixture
def firm(svenja):
    ContactRhythm.objects.all().delete()

    def make(name, **values):
        return create_record(
            registry.get("organisations"), {"name": name, "lifecycle": "customer", **values}, by=svenja
        )

    return make


def names(rows):
    return sorted(rows.values_list("name", flat=True))


def test_rhythm_or_rest_covers(svenja, firm):
    with_rhythm, resting, _forgotten = firm("Molkerei"), firm("Brauhaus"), firm("Walzwerk")
    firm("Messekontakt", lifecycle="lead")
    firm("Ehemalige", lifecycle="former", customer_class="A")
    assert coverage_of(own_customers(svenja)) == Coverage(all=3, uncovered=3)
    actions.set_own_rhythms(with_rhythm, [Rhythm("call", 1, Unit.WEEK)], by=svenja)
    actions.rest(resting, until=None, reason="Insolvenz", by=svenja)
    found = coverage_of(own_customers(svenja))
    assert (found, found.covered) == (Coverage(all=3, uncovered=1), 2)
    assert names(uncovered(own_customers(svenja))) == ["Walzwerk"]
    actions.lift_rest(resting, by=svenja)
    assert names(uncovered(own_customers(svenja))) == ["Brauhaus", "Walzwerk"]


def test_the_page_lists_who_is_missing(client, svenja, firm):
    firm("Walzwerk")
    client.force_login(svenja)
    text = client.get("/coverage/").content.decode()
    assert "0 von 1 aktiven Kunden haben einen nächsten Schritt" in text and "Walzwerk" in text


def test_who_leads_a_team_sees_the_customers_of_the_team(client, svenja, firm):
    team = a_team("Süd")
    firm("Walzwerk", team=team)
    lead, member = a_user("Paula Roth", role="sales"), a_user("Holger Timm", role="sales")
    Membership.objects.create(user=lead, team=team, is_lead=True)
    Membership.objects.create(user=member, team=team)
    client.force_login(lead)
    text = client.get(f"/coverage/?team={team.pk}").content.decode()
    assert "Walzwerk" in text and svenja.name not in text
    client.force_login(member)
    assert client.get(f"/coverage/?team={team.pk}").status_code == 404
    assert client.get("/coverage/?team=Süd").status_code == 404


def test_one_click_plans_a_contact_for_who_looks_after_the_customer(client, svenja, firm):
    made = firm("Walzwerk")
    client.force_login(svenja)
    answer = client.post(
        f"/coverage/{made.pk}/plan/",
        headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#coverage"},
    )
    task = Task.objects.get()
    assert (task.party_id, task.assignee_id) == (made.pk, svenja.pk) and task.due_on > timezone.localdate()
    assert coverage_of(own_customers(svenja)).uncovered == 0 and "/undo/" in answer.content.decode()
    stranger = a_scoped_user("Fremde", Scope.OWN)
    client.force_login(stranger)
    assert client.post(f"/coverage/{made.pk}/plan/").status_code == 404 and Task.objects.count() == 1


def test_tasks_and_appointments_cover_and_stand_in_the_day(svenja, firm):
    tasked, met = firm("Molkerei"), firm("Brauhaus")
    today = timezone.localdate()
    with translation.override("en"):
        task = actions.give_task(title="Rückruf", party=tasked, due_on=today, by=svenja)
        begins = timezone.localtime().replace(hour=12)
        actions.add_appointment({"title": "Besuch", "party": met, "starts_at": begins}, by=svenja)
        actions.give_task(title="Bericht", due_on=today, by=svenja)
        day = day_of(svenja)
    reasons = {contact.first.reason: contact.done for contact in day.contacts}
    assert reasons["Due today: Rückruf"] == f"/tasks/{task.pk}/done/" and "Appointment: Besuch" in reasons
    assert [each.title for each in day.tasks] == ["Bericht"] and [each.title for each in day.appointments] == ["Besuch"]


def test_a_contact_that_falls_on_a_holiday_moves(svenja, firm):
    made = firm("Molkerei", country="DE")
    is_off = days_off("DE")
    assert is_off(dt.date(2026, 12, 25)) and not is_off(dt.date(2026, 12, 24)) and days_off("CH")(dt.date(2026, 8, 1))
    actions.set_own_rhythms(made, [Rhythm("call", 1, Unit.DAY)], by=svenja)
