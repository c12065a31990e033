"""What is kept on the rows of customers follows every contact, rest, class and rhythm, in the same transaction."""

import datetime as dt
from contextlib import nullcontext

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight, Scope
from kundig.parties.actions import merge_parties
from kundig.parties.models import Party
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.records.imports import running
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline import actions
from kundig.timeline.enums import Unit
from kundig.timeline.models import ContactRhythm, OwnRhythm, Rest
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import an_administrator
from tests.parties.actions.importing.conftest import imported  # noqa: F401 - a fixture
from tests.parties.factories import a_scoped_user, an_organisation, ohlendorf
from tests.timeline.touchpoints.test_recording import a_call

TODAY = timezone.localdate()
WEEKLY = Rhythm("call", 1, Unit.WEEK)


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


def workday(day, *, off=()):
    while day.weekday() > 4 or day in off:
        day += dt.timedelta(days=1)
    return day


def kept(party):
    party.refresh_from_db()
    return party.last_contact_on, party.next_contact_on, party.next_contact_why


@pytest.fixture
def dairy(svenja, dairy):
    """Of class A, with a rhythm in which no holiday can lie, and a call last week."""
    ContactRhythm.objects.all().delete()
    ContactRhythm.objects.create(customer_class="A", kind="call", every=30, unit="day")
    change_record(registry.get("organisations"), dairy, {"customer_class": "A"}, by=svenja)
    actions.set_own_rhythms(dairy, [WEEKLY], by=svenja)
    a_call(dairy, by=svenja, at=ago(3))
    return dairy


def test_a_call_moves_the_next_one(svenja, dairy):
    before = kept(dairy)
    assert before[0] == timezone.localdate(ago(3)) and before[2] == "call 1 week"
    made = a_call(dairy, by=svenja)
    after = kept(dairy)
    assert after[0] == TODAY and after[1] >= TODAY + dt.timedelta(days=7)
    with change_set(by=svenja) as changes:
        actions.remove_touchpoint(made, by=svenja)
    assert kept(dairy) == before
    undo(changes.id, by=svenja)
    assert kept(dairy) == after


def test_taking_a_call_back_takes_the_next_one_back(svenja, dairy):
    before = kept(dairy)
    with change_set(by=svenja) as changes:
        a_call(dairy, by=svenja)
    assert kept(dairy) != before
    undo(changes.id, by=svenja)
    assert kept(dairy) == before


def test_a_call_with_a_contact_person_counts_for_the_firm(svenja, dairy):
    katrin = ohlendorf(by=svenja, organisation=dairy)
    a_call(katrin, by=svenja)
    assert kept(dairy)[0] == TODAY
    assert kept(katrin)[0] == TODAY and kept(katrin)[1] is None


def test_who_took_part_was_contacted_too(svenja, dairy):
    katrin = ohlendorf(by=svenja)
    a_call(dairy, by=svenja, people=[katrin])
    assert kept(katrin)[0] == TODAY


@pytest.mark.parametrize(
    ("kind", "direction", "counts"), [("mail", "out", False), ("mail", "in", True), ("note", "", False)]
)
def test_what_goes_out_alone_is_no_contact(svenja, dairy, kind, direction, counts):
    actions.set_own_rhythms(dairy, [Rhythm("", 1, Unit.WEEK)], by=svenja)
    before = kept(dairy)
    actions.record_touchpoint(kind=kind, party=dairy, by=svenja, direction=direction)
    assert (kept(dairy) != before) is counts


def test_another_class_has_another_rhythm(svenja, dairy):
    actions.set_own_rhythms(dairy, [], by=svenja)
    assert kept(dairy)[2] == "call 30 day"
    description = registry.get("organisations")
    with change_set(by=svenja) as changes:
        change_record(description, dairy, {"customer_class": "C"}, by=svenja)
    assert kept(dairy)[1:] == (None, "")
    undo(changes.id, by=svenja)
    assert kept(dairy)[2] == "call 30 day"
    change_record(description, dairy, {"lifecycle": "former"}, by=svenja)
    assert kept(dairy)[1:] == (None, "")


def test_a_change_that_concerns_no_rhythm_costs_one_query(svenja, dairy):
    description = registry.get("organisations")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        change_record(description, dairy, {"industry": "Käse"}, by=svenja)
    assert (
        sum("contact_basis" in each["sql"] and "customer_class" in each["sql"] for each in queries.captured_queries)
        == 1
    )


def _updates(queries):
    return [each["sql"] for each in queries.captured_queries if "fresh.basis" in each["sql"]]


def test_a_new_customer_is_written_with_its_next_contact(svenja, dairy):
    with CaptureQueriesContext(connection) as queries:
        firm = an_organisation(by=svenja, name="Käserei Lang", customer_class="A", country="DE")
    assert not _updates(queries)
    assert (firm.next_contact_why, firm.contact_basis) == ("call 30 day", "A contact")
    before = kept(firm)
    assert before[1] > TODAY  # the first contacts of a class are spread
    assert actions.keep_step([firm.pk]) == [] and kept(firm) == before


def test_imported_customers_are_written_with_their_next_contact(imported, dairy):  # noqa: F811
    with CaptureQueriesContext(connection) as queries:
        imported("Firma;Klasse;Status\nLang;A;Kunde\nKurz;A;former\nMüller;;\n")
    assert not _updates(queries)
    new = list(Party.objects.filter(name__in=["Kurz", "Lang", "Müller"]).order_by("name"))
    assert [each.contact_basis for each in new] == ["A former", "A customer", "- customer"]
    assert [each.next_contact_why for each in new] == ["", "call 30 day", ""]
    assert actions.keep_step([each.pk for each in new]) == []


def test_who_gets_a_colleague_by_an_import_is_not_reckoned_anew(imported, dairy, monkeypatch):  # noqa: F811
    monkeypatch.setattr(running, "writing_behind", nullcontext)  # what is written behind stands in no log
    with CaptureQueriesContext(connection) as queries:
        imported(f"Vorname;Nachname;Firma\nAnna;Klein;{dairy.name}\n", name="persons")
    assert Party.objects.get(first_name="Anna").organisation_id == dairy.pk
    read = [each["sql"] for each in queries.captured_queries if "contact_basis" in each["sql"]]
    assert read and not any(str(dairy.pk) in sql for sql in read)


def test_other_rhythms_of_a_class_are_reckoned_by_the_job(svenja, dairy):
    actions.set_own_rhythms(dairy, [], by=svenja)
    actions.set_class_rhythms("A", [Rhythm("visit", 2, Unit.YEAR)], by=an_administrator())
    assert actions.keep_all() == 1
    assert kept(dairy)[2] == "visit 2 year"
    assert actions.keep_all() == 0


def test_only_administrators_decide_for_classes(svenja):
    with pytest.raises(PermissionDenied):
        actions.set_class_rhythms("A", [WEEKLY], by=svenja)
    assert ContactRhythm.objects.filter(customer_class="A", unit="week").count() == 0


@pytest.mark.parametrize(
    "wrong", [Rhythm("call", 0, Unit.WEEK), Rhythm("call", 11, Unit.YEAR), Rhythm("séance", 1, Unit.DAY)]
)
def test_rhythms_that_cannot_be(svenja, dairy, wrong):
    before = kept(dairy)
    with pytest.raises(ValidationError):
        actions.set_own_rhythms(dairy, [wrong], by=svenja)
    assert kept(dairy) == before and OwnRhythm.objects.get().unit == "week"


# -- rests -----------------------------------------------------------------------------------------------------------


def test_during_a_rest_nothing_is_due(svenja, dairy):
    before, until = kept(dairy), TODAY + dt.timedelta(days=200)
    with change_set(by=svenja) as changes:
        actions.rest(dairy, until=until, reason="Betriebsferien und Umbau", by=svenja)
    assert kept(dairy)[1] >= until
    undo(changes.id, by=svenja)
    assert kept(dairy) == before and not Rest.objects.exists()


def test_a_rest_without_a_day_holds_until_it_is_lifted(svenja, dairy):
    before = kept(dairy)
    actions.rest(dairy, until=None, reason="Möchte nicht mehr angerufen werden", by=svenja)
    assert kept(dairy)[1] is None
    assert actions.lift_rest(dairy, by=svenja) is True
    assert kept(dairy) == before
    assert actions.lift_rest(dairy, by=svenja) is False
    assert Rest.objects.get().lifted_by == svenja


def test_a_second_rest_takes_the_place_of_the_first(svenja, dairy):
    actions.rest(dairy, until=None, reason="Umzug", by=svenja)
    actions.rest(dairy, until=TODAY + dt.timedelta(days=5), reason="Inventur", by=svenja)
    assert [each.reason for each in Rest.objects.holding()] == ["Inventur"]


@pytest.mark.parametrize(
    ("until", "reason"),
    [(TODAY, "Heute"), (TODAY - dt.timedelta(days=1), "Gestern"), (TODAY + dt.timedelta(days=3000), "Fern"),
     (None, ""), (None, "   "), (None, "x" * 201), (None, "\x00")],
)  # fmt: skip
def test_rests_that_cannot_be(svenja, dairy, until, reason):
    before = kept(dairy)
    with pytest.raises(ValidationError):
        actions.rest(dairy, until=until, reason=reason, by=svenja)
    assert kept(dairy) == before and not Rest.objects.exists()


def test_who_may_not_change_a_customer_may_not_leave_it_alone_either(dairy):
    stranger = a_scoped_user("Fremde", Scope.OWN)
    before = kept(dairy)
    for attempt in (
        lambda: actions.rest(dairy, until=None, reason="So", by=stranger),
        lambda: actions.lift_rest(dairy, by=stranger),
        lambda: actions.set_own_rhythms(dairy, [], by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert kept(dairy) == before and OwnRhythm.objects.exists()


# -- merging and silence ---------------------------------------------------------------------------------------------


def test_of_two_that_become_one_the_contacts_of_both_count(svenja, dairy):
    other = an_organisation(by=svenja, name="Molkerei Steinbrueck")
    a_call(other, by=svenja)
    actions.set_own_rhythms(other, [Rhythm("call", 2, Unit.WEEK)], by=svenja)
    before = kept(dairy), kept(other)
    with change_set(by=svenja) as changes:
        merge_parties(dairy, other, by=svenja)
    assert kept(dairy)[0] == TODAY
    undo(changes.id, by=svenja)
    assert (kept(dairy), kept(other)) == before


def test_silence_is_kept_and_ends_with_a_contact(svenja):
    firm = an_organisation(by=svenja)
    for days in range(200, 60, -20):
        a_call(firm, by=svenja, at=ago(days))
    firm.refresh_from_db()
    last_on = timezone.localdate(ago(80))
    assert (firm.usual_gap, firm.silent_why) == (20, f"contacts 20 {last_on.isoformat()}")
    assert firm.silent_from == timezone.localdate(ago(80)) + dt.timedelta(days=39)
    a_call(firm, by=svenja)
    firm.refresh_from_db()
    assert firm.silent_from > TODAY
    actions.rest(firm, until=None, reason="Ruhe", by=svenja)
    firm.refresh_from_db()
    assert firm.silent_from is None


def test_the_history_of_customers_says_nothing_of_what_is_kept(svenja, dairy):
    from kundig.records.ledger.models import LedgerRow

    rows = LedgerRow.objects.filter(record=dairy.pk).count()
    a_call(dairy, by=svenja)
    assert LedgerRow.objects.filter(record=dairy.pk).count() == rows


def test_the_panel_does_not_tell_hidden_fields(client, svenja, dairy):
    OwnRhythm.objects.all().delete()
    type(dairy).objects.filter(pk=dairy.pk).update(
        next_contact_on=timezone.localdate(), next_contact_why=f"call 1 {Unit.MONTH}", customer_class="A"
    )
    change_preferences(svenja, values={"language": "en"})
    client.force_login(svenja)
    panel = f"/organisations/{dairy.pk}/panels/contact/"
    assert "as with all customers of class A." in client.get(panel).content.decode()
    role = find_role("sales")
    set_field_rights(role, rights={("organisations", "customer_class"): FieldRight.HIDDEN}, by=None)
    text = client.get(panel).content.decode()
    assert "Call every month" in text and "of class" not in text
    set_field_rights(role, rights={("organisations", "next_contact_on"): FieldRight.HIDDEN}, by=None)
    text = client.get(panel).content.decode()
    assert "Call every month" not in text and "No rhythm is set" not in text


def test_the_page_says_since_when_the_next_contact_is_due(client, svenja, dairy):
    type(dairy).objects.filter(pk=dairy.pk).update(next_contact_on=TODAY - dt.timedelta(days=12))
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    panel = client.get(f"/organisations/{dairy.pk}/panels/contact/", headers={"Accept-Language": "de"}).content.decode()
    assert "seit 12 Tagen fällig" in panel
