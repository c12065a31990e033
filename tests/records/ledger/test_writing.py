"""What comes into the ledger: everything that is written to a described table, by whatever way it comes."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from kundig.platform.copying import copy_rows
from kundig.records.actions import change_record, create_record, create_records, delete_record
from kundig.records.events import Via
from kundig.records.ledger import change_set, changes_together, current
from kundig.records.ledger.models import ChangeSet, LedgerRow
from tests import database
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def sql(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_the_actions_write_under_who_did_it(courses, jana, ledger, last_set):
    course = create_record(courses, {"name": "Soldering", "seats": 8}, by=jana, via=Via.API)
    made = last_set(course)
    assert (made.by_id, made.via, made.title, made.undoes) == (jana.pk, "api", "", None)
    assert ledger(course) == [("I", None, None)]
    change_record(courses, course, {"seats": 12, "is_online": True}, by=jana)
    assert ledger(course)[1:] == [("U", {"seats": "8", "is_online": "f"}, {"seats": "12", "is_online": "t"})]
    assert last_set(course).via == "hand"
    key = course.pk
    delete_record(courses, course, by=jana)
    op, before, after = ledger(record__in=[key])[-1]
    assert (op, before["name"], before["seats"], before["tags"], before["price"], after) == (
        "D", "Soldering", "12", "{}", None, None,
    )  # fmt: skip
    assert "name_key" not in before and "changed_at" not in before


def test_a_change_of_nothing_leaves_no_trace(courses, jana, ledger):
    course = create_record(courses, {"name": "Soldering"}, by=jana)
    sets = ChangeSet.objects.count()
    change_record(courses, course, {"name": "Soldering"}, by=jana)
    assert ledger(course) == [("I", None, None)]
    sql("UPDATE toy_course SET changed_at = now() + interval '1 day'")
    assert ledger(course) == [("I", None, None)]
    assert ChangeSet.objects.count() == sets


def test_raw_sql_and_copy_are_caught_too(courses, jana, ledger, last_set):
    ids = [uuid4() for _number in range(3)]
    with change_set(by=jana, via=Via.IMPORT, title="Messe Köln"):
        copy_rows(Course, ("id", "name"), [(key, f"Course {number}") for number, key in enumerate(ids)])
        sql("UPDATE toy_course SET name = name || '!', tags = '{a,b}' WHERE id = ANY(%s)", [ids])
    course = Course.objects.get(pk=ids[1])
    assert ledger(course) == [
        ("I", None, None),
        ("U", {"name": "Course 1", "tags": "{}"}, {"name": "Course 1!", "tags": "{a,b}"}),
    ]
    assert (last_set(course).title, last_set(course).via) == ("Messe Köln", "import")


def test_an_upsert_writes_what_it_made_and_what_it_changed(courses, ledger):
    key, other = uuid4(), uuid4()
    copy_rows(Course, ("id", "name"), [(key, "Soldering")])
    Course.objects.bulk_create(
        [Course(id=each, name=str(each), seats=3) for each in (key, other)],
        update_conflicts=True, unique_fields=["id"], update_fields=["seats"],
    )  # fmt: skip
    assert ledger(record__in=[key]) == [("I", None, None), ("U", {"seats": None}, {"seats": "3"})]
    assert ledger(record__in=[other]) == [("I", None, None)]


def test_what_nobody_said_is_kept_and_marked(courses, ledger):
    copy_rows(Course, ("id", "name"), [(uuid4(), "Soldering")])
    sql("UPDATE toy_course SET seats = 1")
    sets = set(LedgerRow.objects.values_list("change_set", flat=True))
    assert len(sets) == 1  # one transaction
    marked = ChangeSet.objects.get()
    assert (marked.via, marked.by_id, marked.title) == ("outside", None, "kundig")


def test_change_sets_inside_one_another_are_the_outer_one(courses, jana):
    with change_set(by=jana, via=Via.BULK, title="Übergabe Süd") as outer:
        course = create_record(courses, {"name": "Soldering"}, by=jana, via=Via.HAND)
        with change_set(by=None, via=Via.RULE) as inner:
            change_record(courses, course, {"seats": 2}, by=jana)
        assert inner is outer is current()
    assert current() is None
    assert set(LedgerRow.objects.values_list("change_set", flat=True)) == {outer.id}
    assert ChangeSet.objects.get().title == "Übergabe Süd"


def test_what_a_request_does_is_one_change_set(courses, jana):
    with changes_together():
        for name in ("Soldering", "Welding"):
            create_record(courses, {"name": name}, by=jana)
        create_record(courses, {"name": "Milling"}, by=jana, via=Via.API)
    assert sorted(ChangeSet.objects.values_list("via", flat=True)) == ["api", "hand"]
    assert LedgerRow.objects.values("change_set").distinct().count() == 2


def test_many_at_once_are_one_change_set(courses, jana):
    create_records(courses, [{"name": f"Course {n}"} for n in range(5)], by=jana, via=Via.IMPORT)
    assert (ChangeSet.objects.count(), LedgerRow.objects.count()) == (1, 5)


def test_what_is_rolled_back_was_never_there(courses, jana):
    with change_set(by=jana) as opened:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            create_record(courses, {"name": "Soldering"}, by=jana)
            raise ZeroDivisionError
        assert not ChangeSet.objects.exists()
        create_record(courses, {"name": "Welding"}, by=jana)
    assert ChangeSet.objects.get().pk == opened.id


@pytest.mark.django_db(transaction=True)
def test_a_change_set_spans_transactions(courses, jana):
    key = UUID("0190d3f4-0000-7000-8000-000000000001")
    for _attempt in range(2):  # interrupted, and gone on with
        with change_set(by=jana, via=Via.IMPORT, title="Kunden.csv", key=key):
            for _portion in range(2):
                with transaction.atomic():
                    copy_rows(Course, ("id", "name"), [(uuid4(), f"Course {uuid4()}")])
    assert ChangeSet.objects.get().pk == key
    assert LedgerRow.objects.filter(change_set=key).count() == 4
    copy_rows(Course, ("id", "name"), [(uuid4(), "Later")])
    assert ChangeSet.objects.exclude(pk=key).get().via == "outside"


def test_ten_thousand_after_a_first_one_take_no_longer(courses):
    copy_rows(Course, ("id", "name"), [(uuid4(), f"Course {number}") for number in range(10_000)])
    sql("UPDATE toy_course SET seats = 1 WHERE name = 'Course 7'")
    began = time.monotonic()
    assert sql("UPDATE toy_course SET seats = 2") == 10_000
    assert time.monotonic() - began < 8  # with the plan of the first statement it takes three quarters of a minute
    assert LedgerRow.objects.filter(op="U").count() == 10_001


def test_rows_lie_in_the_partition_of_their_month(courses):
    copy_rows(Course, ("id", "name"), [(uuid4(), "Soldering")])
    month = f"records_ledger_{datetime.now(UTC):%Y_%m}"
    assert sql("SELECT DISTINCT tableoid::regclass::text FROM records_ledger") == [(month,)]


@pytest.fixture
def owner(db):
    """A connection of the ledger's owner, whose work is taken back at the end."""
    name = connection.settings_dict["NAME"]
    if not os.environ[database.SERVER].partition("?host=")[2]:
        pytest.skip("an outside server gives the ledger to nobody")
    with psycopg.connect(database.administrator_of(name)) as opened:
        yield opened
        opened.rollback()


def test_a_month_without_partition_refuses_nothing_and_is_tidied_up_later(owner):
    for day in ("2031-01-31 23:59:59.999", "2031-02-01 00:00:00", "2031-02-28 23:00:00", "2031-03-01 00:00:00"):
        owner.execute(
            "INSERT INTO records_ledger (change_set, table_id, record, op, at)"
            " VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'I', %s)",
            [f"{day}+00"],
        )
    where = "SELECT tableoid::regclass::text FROM records_ledger WHERE at >= '2031-01-01' ORDER BY at"
    assert {name for (name,) in owner.execute(where)} == {"records_ledger_rest"}
    assert owner.execute("SELECT records_ledger_partitions('2031-01-15', 1)").fetchall() == [(2,)]
    assert [name for (name,) in owner.execute(where)] == [
        "records_ledger_2031_01", "records_ledger_2031_02", "records_ledger_2031_02", "records_ledger_rest",
    ]  # fmt: skip
    assert owner.execute("SELECT records_ledger_partitions('2031-01-15', 1)").fetchall() == [(0,)]


def test_the_program_makes_partitions_though_it_owns_none(courses):
    assert sql("SELECT records_ledger_partitions('2041-05-01', 0)") == [(1,)]
    assert sql("SELECT count(*) FROM records_ledger_2041_05") == [(0,)]
