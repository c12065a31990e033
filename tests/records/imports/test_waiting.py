"""Rows that name what is not there yet wait for it, whoever brings it, and can be given up."""

import csv
import threading
import time

import pytest
from django.db import connection, connections, transaction
from django.utils import translation

from kundig.accounts.actions import find_role
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.imports.jobs import do_import
from kundig.records.imports.mapping import propose
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.imports.preview import preview_of, tally_of
from kundig.records.imports.reading.opening import open_file
from kundig.records.imports.running import RETURNED, outcome_counts, perform
from kundig.records.imports.waiting import bring_waiting, hand_back, waits_in_words, waits_of
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
SPLICES = "name;builds on\nSplices;Knots\nWhippings;Knots\nRopes;Fibres\n"


@pytest.fixture
def jana(courses, settings, tmp_path):
    settings.DATA = tmp_path
    jana = an_administrator("Jana Brandt")
    User.objects.filter(pk=jana.pk).update(language="en")
    with translation.override("en"):
        yield User.objects.with_access(jana.pk)


@pytest.fixture
def brought(jana, tmp_path):
    """An import of courses that is over."""

    def do(text, *, name="courses.csv", is_done=True):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        opened = open_file(path, tmp_path)
        plan = propose(opened.table, registry.get("courses"), by=jana, file_name=name).plan
        run = ImportRun.objects.create(
            object="courses", name=name, path=str(path), form=opened.table.form.as_json(), plan=plan.as_json(),
            created_by=jana,
        )  # fmt: skip
        return perform(run, by=jana) if is_done else run

    return do


def counts_of(run):
    run.refresh_from_db()
    return {name: count for name, count in outcome_counts(run.counts).items() if count}


def names():
    return sorted(Course.objects.values_list("name", flat=True))


def test_the_list_of_imports_says_how_many_rows_still_wait(brought, jana, client):
    client.force_login(jana)
    run = brought(SPLICES)
    assert "· done · 3 rows still wait</span>" in client.get("/courses/import/").content.decode()
    hand_back(run)
    assert "· done</span>" in client.get("/courses/import/").content.decode()


def test_rows_wait_for_what_a_later_import_brings(brought):
    first = brought(SPLICES)
    assert (counts_of(first), names()) == ({"waiting": 3}, [])
    assert [waits_in_words(group) for group in waits_of(first)] == [
        "2 rows wait for course “Knots”", "1 row waits for course “Fibres”",
    ]  # fmt: skip
    assert first.waiting.order_by("number").first().reason == "There is no “Knots” that you may choose."
    brought("name\nKnots\n", name="more.csv")
    assert bring_waiting() == 2
    assert counts_of(first) == {"created": 2, "waiting": 1}
    assert names() == ["Knots", "Splices", "Whippings"]
    assert Course.objects.get(name="Splices").builds_on.name == "Knots"
    assert bring_waiting() == 0


def test_chain_that_stands_the_wrong_way_round_comes_in_by_itself(brought):
    run = brought("name;builds on\nWires;Splices\nSplices;Knots\nKnots;\n")
    assert counts_of(run) == {"created": 1, "waiting": 2}
    assert bring_waiting() == 2
    assert counts_of(run) == {"created": 3}
    assert Course.objects.get(name="Wires").builds_on.builds_on.name == "Knots"


def test_what_comes_later_is_taken_back_with_its_import(brought, jana):
    run = brought(SPLICES + "Sails;\n")
    create_record(registry.get("courses"), {"name": "Knots"}, by=jana)
    bring_waiting()
    assert names() == ["Knots", "Sails", "Splices", "Whippings"]
    undo(run.pk, by=jana)
    assert names() == ["Knots"]
    create_record(registry.get("courses"), {"name": "Fibres"}, by=jana)
    assert bring_waiting() == 0, "of an import that was taken back nothing more comes"
    assert (names(), run.waiting.count()) == (["Fibres", "Knots"], 0)


def test_row_with_a_mistake_beside_does_not_wait(brought):
    run = brought("name;builds on;seats\nSplices;Knots;many\n")
    assert counts_of(run) == {"failed": 1}


def test_row_that_fails_when_its_turn_comes_is_handed_back(brought, jana):
    run = brought("name;builds on\n;Knots\n")
    create_record(registry.get("courses"), {"name": "Knots"}, by=jana)
    bring_waiting()
    assert counts_of(run) == {"failed": 1}
    assert returned(run) == [["", "Knots", "“name” is missing."]]


def test_interrupted_trying_is_done_again(brought, monkeypatch):
    """The import was over, and the worker died before it tried what waits."""
    first = brought(SPLICES)
    second = brought("name\nKnots\n", name="more.csv")
    assert second.state == RunState.DONE
    do_import(None, run_id=str(second.pk))
    assert counts_of(first) == {"created": 2, "waiting": 1}


def test_rows_of_somebody_who_may_not_any_more_stay(brought, jana):
    run = brought(SPLICES)
    User.objects.filter(pk=jana.pk).update(is_active=False)
    brought("name\nKnots\n", name="more.csv")
    assert bring_waiting() == 0
    assert set(run.waiting.values_list("reason", flat=True)) == {"Who started this import may not do it any more."}


def test_rows_of_somebody_who_may_not_make_such_records_any_more_stay(brought, jana):
    run = brought(SPLICES)
    brought("name\nKnots\n", name="more.csv")
    jana.roles.set([find_role("reader")])
    assert bring_waiting() == 0
    assert (counts_of(run), names()) == ({"waiting": 3}, ["Knots"])
    assert set(run.waiting.values_list("reason", flat=True)) == {"Who started this import may not do it any more."}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("gives_up", "counts"), [
    (lambda run, by: hand_back(run), {"created": 1, "failed": 3}),
    (lambda run, by: undo(run.pk, by=by), {"created": 1, "waiting": 3}),
])  # fmt: skip
def test_rows_given_up_while_they_are_tried_do_not_come_in(brought, jana, gives_up, counts):
    run = brought(SPLICES + "Sails;\n")
    create_record(registry.get("courses"), {"name": "Knots"}, by=jana)
    given_up = threading.Event()

    def give_up():
        try:
            with transaction.atomic():
                gives_up(run, jana)
                given_up.set()
                wait_for_waiting(1)
        finally:
            connections.close_all()

    thread = threading.Thread(target=give_up)
    thread.start()
    given_up.wait(10)
    assert bring_waiting() == 0
    thread.join(10)
    assert (counts_of(run), run.waiting.count()) == (counts, 0)
    assert {"Splices", "Whippings"} & set(names()) == set()


def test_many_rows_that_wait_cost_as_few_statements_as_one(brought, django_assert_max_num_queries):
    for count in (1, 300):
        rows = "".join(f"Course {number} of {count};Knots\n" for number in range(count))
        brought("name;builds on\n" + rows, name=f"{count}.csv")
    with django_assert_max_num_queries(30):
        assert bring_waiting() == 0


def test_preview_says_for_what_rows_will_wait(brought, jana):
    preview = preview_of(brought(SPLICES, is_done=False), by=jana)
    assert preview.waits == {"course “Knots”": 2, "course “Fibres”": 1}
    tally = tally_of(preview, {})
    assert (tally.waiting, tally.taken, tally.to_check, tally.new) == (3, 3, 0, 0)


def wait_for_waiting(number):
    """Until so many connections wait for a lock, or do not."""
    with connection.cursor() as cursor:
        for _each in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.02)


def returned(run):
    with (run.folder / RETURNED).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))[1:]


# -- in the browser ----------------------------------------------------------------------------------------------------


def test_page_tells_what_waits_and_hands_it_back(brought, jana, client):
    run = brought(SPLICES)
    client.force_login(jana)
    page = client.get(f"/courses/import/{run.pk}/").content.decode()
    assert "3 rows wait" in page and "2 rows wait for course “Knots”" in page
    assert client.post(f"/courses/import/{run.pk}/waiting/", {"do": "hand_back"}).status_code == 302
    assert counts_of(run) == {"failed": 3}
    assert returned(run)[2] == ["Ropes", "Fibres", "There is no “Fibres” that you may choose."]
    assert "What rows wait for" not in client.get(f"/courses/import/{run.pk}/").content.decode()
    assert client.get(f"/courses/import/{run.pk}/returned/").status_code == 200


def test_rows_are_tried_again_by_hand(brought, jana, client):
    run = brought(SPLICES)
    create_record(registry.get("courses"), {"name": "Fibres"}, by=jana)
    client.force_login(jana)
    address, again = f"/courses/import/{run.pk}/waiting/", {"do": "again"}
    said = client.post(address, again, follow=True).content.decode()
    assert counts_of(run) == {"created": 1, "waiting": 2}
    assert "1 of 3 rows wait no longer." in said
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#job"}
    assert "What the rows wait for is still not there." in client.post(address, again, headers=part).content.decode()
    create_record(registry.get("courses"), {"name": "Knots"}, by=jana)
    assert "No row waits any more." in client.post(address, again, headers=part).content.decode()
    assert counts_of(run) == {"created": 3}


def test_waiting_rows_are_whose_import_it_is(brought, client):
    run = brought(SPLICES)
    client.force_login(a_user("Kai Lindner"))
    assert client.post(f"/courses/import/{run.pk}/waiting/", {"do": "hand_back"}).status_code in (403, 404)
    assert counts_of(run) == {"waiting": 3}
