import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from kundig.accounts.actions import name_deputy, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.platform.models import OutboxEvent
from kundig.records.events import Via
from kundig.records.ledger.models import ChangeSet
from kundig.records.rest import limits, rows
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program, problem, wait_for_waiting
from tests.records.rest.test_openapi import document, validator
from tests.records.rest.test_resources import member
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def create(**values):
    return {"do": "create", "values": values}


def sent(program, *rows, **members):
    response = program.post("courses/rows", {"rows": list(rows), **members})
    assert response.status_code == 200, response.content
    return response.json()


def test_each_row_is_done_and_told(administrator):
    soldering = Course.objects.create(name="Löten", seats=3)
    old = Course.objects.create(name="Schweißen")
    body = {
        "rows": [
            create(name="Fräsen", seats=8),
            {"do": "change", "id": str(soldering.pk), "values": {"seats": 4}},
            {"do": "change", "id": str(soldering.pk), "values": {"seats": 4}},
            {"do": "delete", "id": str(old.pk)},
        ]
    }
    validator(document(administrator), "CourseRows").validate(body)
    done = sent(administrator, *body["rows"])
    validator(document(administrator), "RowsDone").validate(done)
    milling = Course.objects.get(name="Fräsen")
    assert done["rows"] == [
        {"outcome": "created", "id": str(milling.pk), "status": 201},
        {"outcome": "changed", "id": str(soldering.pk), "status": 200},
        {"outcome": "unchanged", "id": str(soldering.pk), "status": 200},
        {"outcome": "deleted", "id": str(old.pk), "status": 204},
    ]
    assert (done["done"], done["refused"]) == (4, 0)
    assert list(Course.objects.order_by("name").values_list("name", "seats")) == [("Fräsen", 8), ("Löten", 4)]


def test_all_rows_are_one_change_set_that_can_be_taken_back(administrator):
    soldering = Course.objects.create(name="Löten", seats=3)
    done = sent(administrator, create(name="Fräsen"), {"do": "change", "id": str(soldering.pk), "values": {"seats": 4}})
    found = ChangeSet.objects.get(pk=done["change_set"])
    assert (found.via, found.by_id) == (Via.API, administrator.user.pk)
    assert administrator.post(f"change-sets/{found.pk}/undo", {}).status_code == 200
    assert list(Course.objects.values_list("name", "seats")) == [("Löten", 3)]


def test_a_refused_row_stops_no_other(administrator):
    Course.objects.create(name="Löten", starts_on="2026-04-03")
    gone = "01995b1e-7c00-7000-8000-00000000002a"
    done = sent(
        administrator,
        create(name="Fräsen"),
        create(name="Löten", starts_on="2026-04-03"),
        create(nme="Drehen"),
        create(name="Drehen"),
        {"do": "change", "id": gone, "values": {"seats": 1}},
        {"do": "delete", "id": "7"},
        {"do": "dance"},
        "x",
    )
    assert [(row["outcome"], row["status"]) for row in done["rows"]] == [
        ("created", 201), ("refused", 422), ("refused", 422), ("created", 201), ("refused", 404), ("refused", 422),
        ("refused", 422), ("refused", 422),
    ]  # fmt: skip
    assert (done["done"], done["refused"]) == (2, 6)
    assert done["rows"][2]["problem"]["errors"] == {
        "nme": ["There is no field “nme”. Did you mean “name”?"],
        "name": ["This is required."],
    }
    assert done["rows"][6]["problem"]["errors"] == {"do": ["Expected one of: create, change, delete."]}
    assert set(Course.objects.values_list("name", flat=True)) == {"Löten", "Fräsen", "Drehen"}


def test_what_the_database_refuses_is_told_at_its_row(administrator):
    first, second, third = (Course.objects.create(name=name, starts_on="2026-04-03") for name in "abc")
    done = sent(
        administrator,
        {"do": "change", "id": str(first.pk), "values": {"seats": 9}},
        {"do": "change", "id": str(second.pk), "values": {"name": "c"}},
        {"do": "change", "id": str(third.pk), "values": {"seats": 9}},
    )
    assert [row["outcome"] for row in done["rows"]] == ["changed", "refused", "changed"]
    assert sorted(Course.objects.values_list("name", "seats")) == [("a", 9), ("b", None), ("c", 9)]


def test_what_is_needed_cannot_be_deleted(administrator):
    basis = Course.objects.create(name="Löten")
    Course.objects.create(name="Löten für Fortgeschrittene", builds_on=basis)
    other = Course.objects.create(name="Fräsen")
    done = sent(administrator, *({"do": "delete", "id": str(each.pk)} for each in (basis, other)))
    assert [(row["outcome"], row["status"]) for row in done["rows"]] == [("refused", 409), ("deleted", 204)]
    assert Course.objects.count() == 2


def test_together_means_all_or_none(administrator):
    soldering = Course.objects.create(name="Löten", seats=3)
    rows = [
        {"do": "change", "id": str(soldering.pk), "values": {"seats": 4}},
        create(name="", seats=1),
        create(name="Fräsen"),
    ]
    found = problem(administrator.post("courses/rows", {"rows": rows, "together": True}), 422)
    assert found["detail"] == "Nothing was done, because 1 of 3 rows cannot be."
    assert list(found["errors"]) == ["rows.1.values.name"]
    assert list(Course.objects.values_list("name", "seats")) == [("Löten", 3)]
    assert not ChangeSet.objects.filter(via=Via.API).exists()
    done = sent(administrator, rows[0], rows[2], together=True)
    assert (done["done"], done["refused"]) == (2, 0)


def test_a_row_can_demand_the_state_that_was_seen(administrator):
    course = Course.objects.create(name="Löten", seats=3)
    seen = administrator.get(f"courses/{course.pk}")["ETag"]
    row = {"do": "change", "id": str(course.pk), "values": {"seats": 4}, "if_match": seen}
    done = sent(administrator, row, row)
    assert [(each["outcome"], each["status"]) for each in done["rows"]] == [("changed", 200), ("refused", 412)]
    assert done["rows"][1]["problem"]["changed"]["seats"] == 4


@pytest.mark.parametrize(
    ("body", "at"),
    [({}, "rows"), ({"rows": []}, "rows"), ({"rows": {}}, "rows"), ({"rows": [create(name="x")] * 1001}, "rows"),
     ({"rows": [create(name="x")], "together": "yes"}, "together"), ({"row": []}, "row")],
)  # fmt: skip
def test_a_body_that_is_no_list_of_rows_is_refused(administrator, body, at):
    assert list(problem(administrator.post("courses/rows", body), 422)["errors"]) == [at]
    assert not Course.objects.exists()


def test_too_many_rows_are_told_with_the_limit(administrator):
    found = problem(administrator.post("courses/rows", {"rows": [create(name="x")] * 1001}), 422)
    assert found["errors"] == {"rows": ["1001 rows are too many; 1000 fit into a call."]}


def test_a_thousand_rows_are_one_event_and_few_statements(administrator, django_assert_max_num_queries):
    made = [create(name=f"Kurs {place:04}", starts_on="2026-04-03") for place in range(1000)]
    events = OutboxEvent.objects.count()
    with django_assert_max_num_queries(40):
        done = sent(administrator, *made)
    assert (done["done"], Course.objects.count()) == (1000, 1000)
    assert OutboxEvent.objects.count() == events + 1
    changes = [{"do": "change", "id": row["id"], "values": {"seats": place}} for place, row in enumerate(done["rows"])]
    with django_assert_max_num_queries(40):
        assert sent(administrator, *changes)["done"] == 1000
    assert Course.objects.filter(seats=999).get().name == "Kurs 0999"


def test_rows_ask_the_rights_of_owner_colleague_and_stranger(administrator, reader):
    owner, colleague = member(Scope.OWN), member(Scope.OWN, "Ida Falk")
    set_grants(colleague.user.roles.get(), scopes={("courses", Action.READ): Scope.ALL}, by=None)
    course = Course.objects.create(name="Löten", owner=owner.user)
    foreign = Course.objects.create(name="Fräsen", owner=administrator.user)
    row = {"do": "change", "id": str(course.pk), "values": {"seats": 4}}
    remove = {"do": "delete", "id": str(course.pk)}
    problem(reader.post("courses/rows", {"rows": [row]}), 403)
    problem(Program().post("courses/rows", {"rows": [row]}), 401)
    done = sent(Program(colleague.user), row, remove)
    assert [each["status"] for each in done["rows"]] == [403, 403]
    done = sent(member(Scope.OWN, "Max Horn"), row, remove)
    assert [each["status"] for each in done["rows"]] == [404, 404]
    assert sorted(Course.objects.values_list("name", "seats")) == [("Fräsen", None), ("Löten", None)]
    done = sent(owner, row, {**row, "id": str(foreign.pk)}, {"do": "delete", "id": str(foreign.pk)})
    assert [each["status"] for each in done["rows"]] == [200, 404, 404]
    assert sorted(Course.objects.values_list("name", "seats")) == [("Fräsen", None), ("Löten", 4)]


def test_parts_go_through_their_own_action(administrator):
    firm = administrator.post("organisations", {"name": "Alfreds Futterkiste"}).json()["id"]
    response = administrator.post(
        "addresses/rows",
        {"rows": [create(party=firm, city="Berlin"), create(party=firm, city="Halle"), create(city="Ulm")]},
    )
    done = response.json()
    assert [row["status"] for row in done["rows"]] == [201, 201, 422]
    moved = [{"do": "change", "id": row["id"], "values": {"city": "Köln"}} for row in done["rows"][:2]]
    assert administrator.post("addresses/rows", {"rows": moved}).json()["done"] == 2
    assert administrator.get(f"organisations/{firm}?fields=address").json()["address"]["city"] == "Köln"


def test_many_rows_need_the_right_to_change_in_bulk(monkeypatch):
    program = member(Scope.ALL)
    ids = [str(Course.objects.create(name=f"Kurs {place}").pk) for place in range(4)]
    monkeypatch.setattr(rows, "MOST_BY_ONE", 2)
    changes = [{"do": "change", "id": each, "values": {"seats": 4}} for each in ids]
    removals = [{"do": "delete", "id": each} for each in ids]
    for refused in (changes[:3], removals[:3], changes[:2] + removals[2:3]):
        found = problem(program.post("courses/rows", {"rows": refused}), 403)
        assert "“In bulk”" in found["detail"]
    assert set(Course.objects.values_list("seats", flat=True)) == {None}
    assert sent(program, *changes[:2], *[create(name=f"Neu {place}") for place in range(3)])["refused"] == 0
    set_grants(program.user.roles.get(), scopes={("courses", Action.BULK): Scope.OWN}, by=None)
    Course.objects.filter(pk=ids[0]).update(owner=program.user)
    done = sent(program, *changes)
    assert [each["status"] for each in done["rows"]] == [200, 403, 403, 403]


class StoppedClock(limits.Limit):
    """Nothing is filled up again while a test goes on."""

    def take(self, key, *, count=1, now=None):
        return super().take(key, count=count, now=0.0)


def test_rows_are_counted_by_the_ten(administrator, monkeypatch):
    monkeypatch.setattr(limits, "requests", StoppedClock(60))
    monkeypatch.setattr(limits, "PER_MINUTE", 60)
    made = [create(name=f"Kurs {place:04}") for place in range(310)]
    response = administrator.post("courses/rows", {"rows": made[:10]})
    assert response["RateLimit-Remaining"] == "59"
    response = administrator.post("courses/rows", {"rows": made[10:]})
    assert (response.status_code, response["RateLimit-Remaining"]) == (200, "29")
    refused = administrator.post("courses/rows", {"rows": [create(name=f"Zuviel {place}") for place in range(300)]})
    problem(refused, 429)
    assert refused["Retry-After"] == "1"
    assert Course.objects.count() == 310


def test_a_thousand_rows_fit_into_any_full_bucket(administrator, monkeypatch):
    monkeypatch.setattr(limits, "requests", limits.Limit(5))
    monkeypatch.setattr(limits, "PER_MINUTE", 5)
    assert sent(administrator, *[create(name=f"Kurs {place}") for place in range(100)])["done"] == 100


@pytest.mark.parametrize("do", ["change", "delete"])
def test_what_a_deputy_does_is_done_for_somebody(do):
    away, deputy = member(Scope.OWN), member(Scope.OWN, "Paula Roth")
    hers, mine = Course.objects.create(name="Hers", owner=away.user), Course.objects.create(name="Mine")
    Course.objects.filter(pk=mine.pk).update(owner=deputy.user)
    today = timezone.localdate()
    name_deputy(away.user, deputy=deputy.user, starts_on=today, ends_on=today, by=away.user)
    row = {"do": do, "values": {"seats": 3}} if do == "change" else {"do": do}
    opened = ChangeSet.objects.get(pk=sent(deputy, {**row, "id": str(mine.pk)})["change_set"])
    assert (opened.by_id, opened.deputy_for) == (deputy.user.pk, None)
    opened = ChangeSet.objects.get(pk=sent(deputy, {**row, "id": str(hers.pk)})["change_set"])
    assert (opened.by_id, opened.deputy_for) == (deputy.user.pk, away.user.pk)
    assert OutboxEvent.objects.order_by("-id").first().payload["for_id"] == str(away.user.pk)


@pytest.mark.django_db(transaction=True)
def test_all_records_are_locked_in_one_order_before_the_first_is_done():
    program, answers = Program(an_administrator()), []
    first, second = sorted((Course.objects.create(name=name) for name in "ab"), key=lambda course: course.pk)

    def send():
        rows = [{"do": "change", "id": str(second.pk), "values": {"seats": 4}}, {"do": "delete", "id": str(first.pk)}]
        answers.append(program.post("courses/rows", {"rows": rows}))
        connections.close_all()

    with transaction.atomic():
        Course.objects.select_for_update().get(pk=first.pk)
        thread = threading.Thread(target=send)
        thread.start()
        wait_for_waiting(1)
        # Whoever has the first may have the second, too: the call waits with empty hands.
        Course.objects.select_for_update(nowait=True).get(pk=second.pk)
    thread.join()
    assert [row["status"] for row in answers[0].json()["rows"]] == [200, 204]


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_who_stands_in_the_way_of_another_is_asked_to_come_again(administrator, state):
    course = Course.objects.create(name="Löten")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE FUNCTION cross_one() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION USING ERRCODE = ''{state}''; END';
            CREATE TRIGGER cross_one BEFORE UPDATE ON {Course._meta.db_table}
            FOR EACH ROW EXECUTE FUNCTION cross_one()"""
        )
    row = {"do": "change", "id": str(course.pk), "values": {"seats": 4}}
    for refused in (
        administrator.post("courses/rows", {"rows": [row]}),
        administrator.patch(f"courses/{course.pk}", {"seats": 4}, **{"Idempotency-Key": "1"}),
    ):
        assert problem(refused, 409)["detail"].startswith("Somebody else was writing the same records.")
        assert refused["Retry-After"] == "1"
