"""The triggers stand on every table that is described, and are put there as often as anybody likes."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from kundig.parties.models import ExternalKey, Party
from kundig.records import registry
from kundig.records.ledger import change_set, ownership, triggers
from kundig.records.ledger.erasing import erase
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.results import Hindrance
from kundig.records.ledger.undoing import undo
from tests.parties.factories import an_organisation
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def test_every_described_table_is_watched():
    described = {description.model._meta.db_table for description in registry.descriptions()}
    assert described | {"parties_externalkey"} <= set(triggers.watched_models())
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'ledger_insert'")
        assert described <= {name for (name,) in cursor.fetchall()}


def test_putting_them_there_again_changes_nothing(courses):
    assert triggers.install() == []


def test_a_table_whose_columns_changed_gets_new_ones(courses, monkeypatch):
    monkeypatch.setattr(triggers, "noise_of", lambda model: ["changed_at", "name_key", "seats"])
    assert "toy_course" in triggers.install()
    assert triggers.install() == []
    course = Course.objects.create(name="Soldering")
    Course.objects.update(seats=3)
    assert [row.op for row in LedgerRow.objects.filter(record=course.pk)] == ["I"]


def test_what_is_part_of_a_record_without_being_described_is_watched(jana, ledger):
    party = an_organisation(by=jana)
    key = ExternalKey.objects.create(party=Party.objects.get(pk=party.pk), system="Navision", key="10042")
    key.delete()
    rows = ledger(table_id=number("parties_externalkey"))
    assert [(op, before and before["key"]) for op, before, _after in rows] == [("I", None), ("D", "10042")]


def number(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_ledger_table(%s)", [table])
        return cursor.fetchone()[0]


def refused(statement, *, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["TRUNCATE parties_party CASCADE", "TRUNCATE toy_course"])
def test_a_watched_table_cannot_be_truncated(courses, statement):
    refused(statement, match="cannot be truncated")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_ledger SET before = NULL",
        "DELETE FROM records_ledger",
        "TRUNCATE records_ledger",
        "DELETE FROM records_ledger_rest",
        "UPDATE records_changeset SET title = 'x'",
        "DELETE FROM records_changeset",
        "TRUNCATE records_changeset",
        "DELETE FROM records_ledgertable",
        "DO $$ BEGIN EXECUTE 'DELETE FROM records_ledger WHERE ''function records_ledger_erase('' > ''a'' '; END $$",
    ],
)
def test_nothing_that_is_written_can_be_changed(courses, statement):
    Course.objects.create(name="Soldering")
    refused(statement, match="never changed|permission denied")
    assert LedgerRow.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO records_ledger (change_set, table_id, record, op) VALUES ('{0}', 1, '{0}', 'I')",
        "INSERT INTO records_changeset (id, via) VALUES ('{0}', 'hand')",
        "ALTER TABLE records_ledger DISABLE TRIGGER ALL",
        "ALTER TABLE records_ledger OWNER TO kundig",
        "DROP TABLE records_ledger",
        "DROP FUNCTION records_ledger_write CASCADE",
        "CREATE OR REPLACE FUNCTION records_ledger_guard() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SET ROLE kundig_ledger",
        "SET session_replication_role = replica",
    ],
)
def test_the_role_of_the_program_cannot_get_around_that(db, statement):
    if not ownership.is_handed_over():
        pytest.skip("an outside server gives the ledger to nobody")
    refused(statement.format("019a0000-0000-7000-8000-000000000000"), match="must be owner|permission denied")


# -- erasing -----------------------------------------------------------------------------------------------------------


def test_what_is_erased_is_replaced_by_a_marker_and_that_is_written_down(courses, jana, ledger):
    course = Course.objects.create(name="Soldering", allergies="nuts")
    Course.objects.update(allergies="nuts and milk", seats=3)
    erase(courses, [course.pk], fields=["allergies"], by=jana)
    marker = {"erased": True}
    rows = ledger(course)
    assert rows[1] == ("U", {"allergies": marker, "seats": None}, {"allergies": marker, "seats": "3"})
    assert rows[2] == ("E", None, {"columns": ["allergies"]})
    last = LedgerRow.objects.get(op="E")
    made = ChangeSet.objects.get(pk=last.change_set)
    assert (made.via, made.by_id) == ("erasure", jana.pk)


def test_what_is_erased_does_not_come_back(courses, jana):
    course = Course.objects.create(name="Soldering", allergies="nuts")
    with change_set(by=jana) as opened:
        Course.objects.update(allergies="", seats=3)
    erase(courses, [course.pk], fields=["allergies"], by=jana)
    result = undo(opened.id, by=jana)
    course.refresh_from_db()
    assert (course.allergies, course.seats) == ("", None)
    assert [each.why for each in result.obstacles] == [Hindrance.ERASED]


def test_nobody_erases_without_saying_so(courses):
    course = Course.objects.create(name="Soldering")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kundig.change_set', '', true)")
    refused(f"SELECT records_ledger_erase('toy_course', ARRAY['{course.pk}']::uuid[], ARRAY['name'])", match="says so")
