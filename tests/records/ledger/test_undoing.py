"""Taking back: everything as it was, nothing that came since is lost, nobody takes back more than they may do."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from kundig.accounts.enums import Scope
from kundig.parties.models import Address, ContactPoint, ExternalKey, Organisation, Party, Person, Role
from kundig.platform.copying import copy_rows
from kundig.platform.models import OutboxEvent
from kundig.records import registry, search
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.events import Via
from kundig.records.ledger import change_set, undoing
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.results import Clash, Hindrance
from kundig.records.ledger.undoing import try_undo, undo
from kundig.timeline.actions.keeping import keep_all
from tests.accounts.factories import a_user
from tests.parties.factories import a_person, a_scoped_user, an_organisation, ohlendorf, steinbrueck
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def sql(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def state(*tables):
    """Everything in these tables but when it was touched."""
    return {
        table: sorted(str(row) for (row,) in sql(f"SELECT to_jsonb(t) - 'changed_at' - 'created_at' FROM {table} AS t"))
        for table in tables
    }


PARTIES = ("parties_party", "parties_address", "parties_contactpoint", "parties_role", "parties_externalkey")


def a_course(courses, jana, **values):
    return create_record(courses, {"name": "Soldering", "seats": 8, **values}, by=jana)


def changed_in_a_set(courses, jana, course, **values):
    with change_set(by=jana, via=Via.BULK, title="More seats") as opened:
        change_record(courses, course, values, by=jana)
    return opened.id


def test_a_change_goes_back_and_is_a_change_of_its_own(courses, jana):
    course = a_course(courses, jana, tags=["new"])
    made = changed_in_a_set(courses, jana, course, seats=12, is_online=True, tags=["old", 'loud, but "quoted"'])
    result = undo(made, by=jana)
    course.refresh_from_db()
    assert (course.seats, course.is_online, course.tags) == (8, False, ["new"])
    assert (result.done, result.is_clean) == (1, True)
    taken_back = ChangeSet.objects.get(pk=result.change_set)
    assert (taken_back.via, taken_back.undoes, taken_back.title, taken_back.by_id) == (
        "undo", made, "More seats", jana.pk,
    )  # fmt: skip


def test_an_undo_can_be_undone_and_a_second_one_does_nothing(courses, jana):
    course = a_course(courses, jana)
    made = changed_in_a_set(courses, jana, course, seats=12)
    first = undo(made, by=jana)
    again = undo(made, by=jana)
    assert (again.done, again.change_set, again.counts["unchanged"]) == (0, None, 1)
    undo(first.change_set, by=jana)
    course.refresh_from_db()
    assert course.seats == 12


def test_what_another_changed_stays_and_what_was_changed_again_is_asked(courses, jana):
    course = a_course(courses, jana, content="Tin")
    made = changed_in_a_set(courses, jana, course, seats=12, content="Tin and lead")
    change_record(courses, course, {"seats": 20, "is_online": True}, by=jana)
    result = undo(made, by=jana)
    course.refresh_from_db()
    assert (course.seats, course.content, course.is_online) == (20, "Tin", True)
    conflict = result.conflicts[0]
    assert (conflict.clash, conflict.place.column, conflict.before, conflict.after, conflict.now) == (
        Clash.FIELD, "seats", "8", "12", "20",
    )  # fmt: skip
    decided = undo(made, by=jana, choices={(course.pk, "seats"): True})
    course.refresh_from_db()
    assert (course.seats, decided.is_clean) == (8, True)


def test_several_changes_of_one_record_are_folded(courses, jana):
    course = a_course(courses, jana)
    with change_set(by=jana, via=Via.RULE) as opened:
        for seats in (9, 10, 11):
            change_record(courses, course, {"seats": seats}, by=jana)
        change_record(courses, course, {"content": "x"}, by=jana)
        change_record(courses, course, {"content": ""}, by=jana)
    result = undo(opened.id, by=jana)
    course.refresh_from_db()
    assert (course.seats, course.content, result.counts["changed"], result.conflicts) == (8, "", 1, [])


def test_changed_then_deleted_comes_back_as_it_was_before_both(courses, jana):
    course = a_course(courses, jana)
    key = course.pk
    with change_set(by=jana) as opened:
        change_record(courses, course, {"seats": 99}, by=jana)
        delete_record(courses, course, by=jana)
    result = undo(opened.id, by=jana)
    assert (Course.objects.get(pk=key).seats, result.counts["restored"]) == (8, 1)


def test_made_and_deleted_at_once_is_nothing(courses, jana):
    with change_set(by=jana) as opened:
        delete_record(courses, a_course(courses, jana), by=jana)
    result = undo(opened.id, by=jana)
    assert (result.done, result.is_clean, Course.objects.count()) == (0, True, 0)


def test_what_was_made_goes_unless_it_has_been_worked_with(courses, jana):
    with change_set(by=jana, via=Via.IMPORT) as opened:
        left, worked_with = a_course(courses, jana), a_course(courses, jana, name="Welding")
    change_record(courses, worked_with, {"seats": 30}, by=jana)
    result = undo(opened.id, by=jana)
    assert list(Course.objects.values_list("pk", flat=True)) == [worked_with.pk]
    assert [(c.clash, c.place.record) for c in result.conflicts] == [(Clash.RECORD, worked_with.pk)]
    assert undo(opened.id, by=jana, overwrite=True).counts["removed"] == 1
    assert not Course.objects.filter(pk__in=[left.pk, worked_with.pk]).exists()


def test_what_another_record_needs_stays(courses, jana):
    with change_set(by=jana) as opened:
        basics = a_course(courses, jana)
    a_course(courses, jana, name="Advanced", builds_on=basics.pk)
    result = undo(opened.id, by=jana, overwrite=True)
    assert [each.why for each in result.obstacles] == [Hindrance.NEEDED]
    assert Course.objects.filter(pk=basics.pk).exists()


def test_only_some_records_go_back(courses, jana):
    first, second = a_course(courses, jana), a_course(courses, jana, name="Welding")
    with change_set(by=jana, via=Via.BULK) as opened:
        for course in (first, second):
            change_record(courses, course, {"seats": 1}, by=jana)
    undo(opened.id, by=jana, records=[second.pk])
    assert sorted(Course.objects.values_list("name", "seats")) == [("Soldering", 1), ("Welding", 8)]


def test_a_value_that_must_be_unique_and_is_taken_is_told(courses, jana):
    course = a_course(courses, jana, starts_on="2026-12-01")
    made = changed_in_a_set(courses, jana, course, name="Welding")
    a_course(courses, jana, starts_on="2026-12-01")
    other = a_course(courses, jana, name="Milling")
    with change_set(by=jana, key=made):
        change_record(courses, other, {"seats": 2}, by=jana)
    result = undo(made, by=jana)
    course.refresh_from_db(), other.refresh_from_db()
    assert (course.name, other.seats, [each.why for each in result.obstacles]) == ("Welding", 8, [Hindrance.TAKEN])


def test_trying_changes_nothing(courses, jana):
    course = a_course(courses, jana)
    made = changed_in_a_set(courses, jana, course, seats=12)
    before = state("toy_course", "records_ledger", "records_changeset", "platform_outboxevent")
    assert try_undo(made, by=jana).counts["changed"] == 1
    assert state("toy_course", "records_ledger", "records_changeset", "platform_outboxevent") == before


def test_of_a_record_that_is_gone_nothing_goes_back(courses, jana):
    course = a_course(courses, jana)
    made = changed_in_a_set(courses, jana, course, seats=12)
    delete_record(courses, course, by=jana)
    assert [each.why for each in undo(made, by=jana).obstacles] == [Hindrance.GONE]


def test_what_nobody_said_can_be_taken_back_too(courses, jana):
    copy_rows(Course, ("id", "name", "seats"), [(uuid4(), f"Course {n}", n) for n in range(3)])
    with transaction.atomic():
        sql("SELECT set_config('kundig.change_set', '', true)")
        sql("UPDATE toy_course SET seats = seats + 100")
    last = LedgerRow.objects.order_by("-seq").first().change_set
    assert undo(last, by=jana).counts["changed"] == 3
    assert sorted(Course.objects.values_list("seats", flat=True)) == [0, 1, 2]


def test_many_changes_go_back_in_portions(courses, jana):
    copy_rows(Course, ("id", "name", "seats"), [(uuid4(), f"Course {n}", n) for n in range(2_500)])
    with change_set(by=jana, via=Via.BULK) as opened:
        sql("UPDATE toy_course SET seats = 0, tags = '{x}'")
    seen = []
    result = undo(opened.id, by=jana, watch=seen.append)
    assert (result.counts["changed"], seen[0], seen[-1]) == (2_500, 1000, 2_500)
    assert Course.objects.filter(tags=[]).count() == 2_500


# -- parties: parts, references, summaries, search ---------------------------------------------------------------------


def test_a_deleted_customer_comes_back_with_all_parts_and_references(jana):
    firm = steinbrueck(by=jana)
    person = ohlendorf(by=jana, organisation=firm)
    child = an_organisation(by=jana, name="Steinbrück Logistik GmbH", parent=firm)
    ExternalKey.objects.create(party=Party.objects.get(pk=firm.pk), system="Navision", key="10042")
    keep_all()  # who comes back is reckoned with, as those who are there have been
    before = state(*PARTIES)
    description = registry.get("organisations")
    with change_set(by=jana) as opened:
        delete_record(description, Organisation.objects.get(pk=firm.pk), by=jana)
    person.refresh_from_db(), child.refresh_from_db()
    assert (person.organisation, child.parent) == (None, None)
    assert not search.find(jana, "steinbrück eg")
    OutboxEvent.objects.all().delete()

    result = undo(opened.id, by=jana)
    assert result.is_clean
    assert state(*PARTIES) == before
    assert [hit.title for hit in search.find(jana, "molkerei steinbrück")][:1] == ["Molkerei Steinbrück eG"]
    told = {event.name.rpartition(".")[2] for event in OutboxEvent.objects.all()}
    assert {"RecordsChanged", "PartyChanged"} <= told


def test_a_new_customer_goes_with_all_parts(jana):
    an_organisation(by=jana, name="Stays")
    before = state(*PARTIES)
    with change_set(by=jana, via=Via.IMPORT) as opened:
        ohlendorf(by=jana, organisation=steinbrueck(by=jana))
    assert undo(opened.id, by=jana).is_clean
    assert state(*PARTIES) == before
    assert not search.find(jana, "ohlendorf")


def test_a_new_customer_who_got_an_address_since_is_asked_about(jana):
    with change_set(by=jana, via=Via.IMPORT) as opened:
        firm = an_organisation(by=jana)
    create_record(registry.get("addresses"), {"party": firm.pk, "city": "Passau"}, by=jana)
    result = undo(opened.id, by=jana)
    assert [c.clash for c in result.conflicts] == [Clash.RECORD]
    assert Organisation.objects.filter(pk=firm.pk).exists()


def test_summaries_follow_what_went_back_and_make_no_conflicts(jana):
    firm = steinbrueck(by=jana)
    description = registry.get("organisations")
    with change_set(by=jana) as opened:
        change_record(description, firm, {"phone": "030 1234567", "industry": "Käse"}, by=jana)
    point = ContactPoint.objects.get(party=firm, kind="phone")
    change_record(registry.get("contact-points"), point, {"label": "Zentrale"}, by=jana)
    assert undo(opened.id, by=jana).is_clean
    firm.refresh_from_db(), point.refresh_from_db()
    assert (firm.phone, firm.industry, point.label) == ("+498999998100", "Milchverarbeitung", "Zentrale")


def test_a_number_that_was_changed_again_is_one_conflict(jana):
    firm = steinbrueck(by=jana)
    description = registry.get("organisations")
    with change_set(by=jana) as opened:
        change_record(description, firm, {"phone": "030 1234567"}, by=jana)
    change_record(description, Organisation.objects.get(pk=firm.pk), {"phone": "030 7654321"}, by=jana)
    result = undo(opened.id, by=jana)
    assert [(c.place.watched.name, c.place.column) for c in result.conflicts if c.place.column == "value"] == [
        ("parties_contactpoint", "value")
    ]
    firm.refresh_from_db()
    assert firm.phone == "+49307654321"


def test_origins_go_back_by_field(jana):
    firm = steinbrueck(by=jana)
    description = registry.get("organisations")
    with change_set(by=jana) as opened:
        change_record(description, firm, {"industry": "Käse"}, by=jana)
    change_record(description, firm, {"employees": 12}, by=jana)
    assert undo(opened.id, by=jana).is_clean
    firm.refresh_from_db()
    assert set(firm.origins) == {"*", "employees"}


def test_a_name_that_goes_back_is_found_again(jana):
    person = a_person(by=jana, family_name="Ohlendorf")
    with change_set(by=jana) as opened:
        change_record(registry.get("persons"), person, {"family_name": "Lindqvist"}, by=jana)
    assert not search.find(jana, "ohlendorf")
    undo(opened.id, by=jana)
    assert [hit.title for hit in search.find(jana, "ohlendorf")] == ["Katrin Ohlendorf"]
    assert not search.find(jana, "lindqvist")


def test_a_part_whose_customer_is_gone_stays_away(jana):
    firm = steinbrueck(by=jana)
    with change_set(by=jana) as opened:
        delete_record(registry.get("addresses"), Address.objects.get(party=firm), by=jana)
    delete_record(registry.get("organisations"), Organisation.objects.get(pk=firm.pk), by=jana)
    assert {each.why for each in undo(opened.id, by=jana).obstacles} == {Hindrance.OWNER_GONE, Hindrance.GONE}


def test_more_roles_than_a_portion_holds_come_back(jana, monkeypatch):
    monkeypatch.setattr(undoing, "PORTION", 100)
    firm = an_organisation(by=jana)
    persons = [uuid4() for _number in range(120)]
    numbers = iter(range(10**6, 10**7))
    copy_rows(
        Party,
        ("id", "kind", "name", "number"),
        [(key, "person", f"P {n}", str(next(numbers))) for n, key in enumerate(persons)],
    )
    copy_rows(Role, ("id", "person_id", "party_id"), [(uuid4(), key, firm.pk) for key in persons])
    with change_set(by=jana, via=Via.MERGE) as opened:
        sql("DELETE FROM parties_role")
    assert undo(opened.id, by=jana).counts["restored"] == 120
    assert Person.objects.filter(organisation_id=firm.pk).count() == 120


# -- rights: owner, colleague, stranger --------------------------------------------------------------------------------


def test_nobody_takes_back_what_they_may_not_change(jana):
    owner, stranger = a_scoped_user("Ole Lund", Scope.OWN), a_scoped_user("Ines Lindqvist", Scope.OWN)
    firm = steinbrueck(by=owner)
    with change_set(by=jana, via=Via.BULK) as opened:
        change_record(registry.get("organisations"), firm, {"industry": "Käse"}, by=jana)
    refused = undo(opened.id, by=stranger)
    firm.refresh_from_db()
    assert ([each.why for each in refused.obstacles], refused.change_set, firm.industry) == (
        [Hindrance.FORBIDDEN], None, "Käse",
    )  # fmt: skip
    assert undo(opened.id, by=owner).is_clean
    firm.refresh_from_db()
    assert firm.industry == "Milchverarbeitung"


def test_who_may_not_delete_takes_nothing_new_back(jana):
    reader = a_user("Lea Sommer", role="reader")
    with change_set(by=jana) as opened:
        firm = steinbrueck(by=jana)
    result = undo(opened.id, by=reader)
    assert {each.why for each in result.obstacles} == {Hindrance.FORBIDDEN}
    assert Organisation.objects.filter(pk=firm.pk).exists() and Address.objects.filter(party=firm).exists()


def test_who_may_not_create_brings_nothing_back(jana):
    reader = a_user("Lea Sommer", role="reader")
    firm = steinbrueck(by=jana)
    key = firm.pk
    with change_set(by=jana) as opened:
        delete_record(registry.get("organisations"), Organisation.objects.get(pk=key), by=jana)
    result = undo(opened.id, by=reader)
    assert result.done == 0 and Hindrance.FORBIDDEN in {each.why for each in result.obstacles}
    assert not Organisation.objects.filter(pk=key).exists() and not Address.objects.exists()
