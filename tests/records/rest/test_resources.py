import uuid
from urllib.parse import quote

import pytest

from kundig.accounts.actions import add_role, set_grants
from kundig.accounts.actions.roles import find_role
from kundig.accounts.enums import Action, Scope
from kundig.records.rest import resources
from tests.accounts.factories import a_team, a_user
from tests.records.rest.conftest import Program, problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def test_a_record_is_created_read_changed_and_deleted(administrator):
    created = administrator.post("courses", {"name": "Löten für Anfänger", "seats": 12, "price": "149.50"})
    assert created.status_code == 201, created.content
    address = created["Location"]
    assert address == f"/api/v1/courses/{created.json()['id']}"
    assert created.json()["price"] == "149.50"

    read = administrator.get(address)
    assert read.status_code == 200
    assert read.json() == created.json()

    changed = administrator.patch(address, {"seats": 15})
    assert changed.status_code == 200
    assert changed.json()["seats"] == 15
    assert changed.json()["name"] == "Löten für Anfänger"

    assert administrator.delete(address).status_code == 204
    assert problem(administrator.get(address), 404)
    assert not Course.objects.exists()


def test_an_item_can_be_sent_back_whole(administrator):
    address = administrator.post("courses", {"name": "Löten", "address": {"city": "Köln"}})["Location"]
    item = administrator.get(address).json()
    answer = administrator.patch(address, {**item, "seats": 9})
    assert answer.status_code == 200, answer.content
    assert {**answer.json(), "changed_at": ""} == {**item, "seats": 9, "changed_at": ""}


def test_what_kundig_sets_itself_cannot_be_written(administrator):
    address = administrator.post("courses", {"name": "Löten"})["Location"]
    for name in ("id", "created_at", "changed_at", "announcement"):
        errors = problem(administrator.patch(address, {name: "2020-01-01T00:00:00+00:00"}), 422)["errors"]
        assert errors == {name: ["This is set by Kundig and can only be read."]}
    assert "id" in problem(administrator.post("courses", {"id": str(uuid.uuid4()), "name": "A"}), 422)["errors"]


def test_an_unknown_field_is_named_with_the_one_that_was_meant(administrator):
    errors = problem(administrator.post("courses", {"name": "Löten", "seets": 3, "zzz": 1}), 422)["errors"]
    assert errors["seets"] == ["There is no field “seets”. Did you mean “seats”?"]
    assert errors["zzz"][0].startswith("There is no field “zzz”. Known are: name, content, seats")
    assert not Course.objects.exists()


def test_a_part_of_an_address_is_told_where_it_belongs(administrator):
    errors = problem(administrator.post("courses", {"name": "Löten", "city": "Köln"}), 422)["errors"]
    assert errors == {"city": ['“city” is a part of “address”: send {"address": {"city": …}}.']}


def test_a_field_whose_purpose_is_not_stated_is_off(administrator):
    errors = problem(administrator.post("courses", {"name": "Löten", "allergies": "Nüsse"}), 422)["errors"]
    assert "switched off until an administrator states the purpose" in errors["allergies"][0]
    created = administrator.post("courses", {"name": "Löten"})
    assert "allergies" not in created.json()


def test_required_fields_may_neither_be_missing_nor_empty(administrator):
    assert problem(administrator.post("courses", {}), 422)["errors"] == {"name": ["This is required."]}
    for nothing in ("", "   ", None):
        errors = problem(administrator.post("courses", {"name": nothing}), 422)["errors"]
        assert errors == {"name": ["This may not be empty."]}
    address = administrator.post("courses", {"name": "Löten"})["Location"]
    problem(administrator.patch(address, {"name": ""}), 422)
    assert administrator.get(address).json()["name"] == "Löten"


def test_a_second_record_of_what_may_exist_once_is_refused(administrator):
    body = {"name": "Löten", "starts_on": "2026-04-03"}
    assert administrator.post("courses", body).status_code == 201
    problem(administrator.post("courses", body), 422)
    assert Course.objects.count() == 1


def test_what_others_need_is_not_deleted(administrator):
    first = administrator.post("courses", {"name": "Löten"}).json()["id"]
    administrator.post("courses", {"name": "Löten für Experten", "builds_on": first})
    assert "something needs it: 1 course" in problem(administrator.delete(f"courses/{first}"), 409)["detail"]
    assert Course.objects.count() == 2


def test_a_phone_number_is_read_by_the_country_in_the_same_body(administrator):
    body = {"phone": "01 234567", "address": {"country": "AT"}, "name": "Löten"}
    assert administrator.post("courses", body).json()["phone"] == "+431234567"


# -- rights -------------------------------------------------------------------------------------------------------


def member(scope, name="Ole Lund", *, team=None):
    """A program of somebody who may do everything with courses as far as `scope`."""
    role = add_role(name=f"Courses {scope.label}", like=find_role("reader"), by=None)
    actions = (Action.READ, Action.CREATE, Action.CHANGE, Action.DELETE, Action.EXPORT)
    set_grants(role, scopes={("courses", action): scope for action in actions}, by=None)
    return Program(a_user(name, role=role.key, team=team))


def test_owner_colleague_and_stranger(administrator):
    team = a_team("Kurse")
    owner, colleague = member(Scope.OWN, team=team), member(Scope.TEAM, "Ida Falk", team=team)
    stranger = member(Scope.OWN, "Max Horn")
    address = owner.post("courses", {"name": "Löten"})["Location"]

    assert owner.get(address).status_code == colleague.get(address).status_code == 200
    assert colleague.patch(address, {"seats": 5}).status_code == 200
    assert owner.patch(address, {"seats": 6}).status_code == 200
    for refused in (stranger.get(address), stranger.patch(address, {"seats": 7}), stranger.delete(address)):
        problem(refused, 404)
    assert stranger.get("courses").json() == {"items": [], "next": None, "count": {"value": 0, "exact": True}}
    assert [item["name"] for item in colleague.get("courses").json()["items"]] == ["Löten"]
    assert Course.objects.get().seats == 6


def test_a_foreign_id_is_answered_like_one_that_does_not_exist(administrator):
    owner, stranger = member(Scope.OWN), member(Scope.OWN, "Max Horn")
    address = owner.post("courses", {"name": "Löten"})["Location"]
    foreign, missing = stranger.get(address), stranger.get(f"courses/{uuid.uuid4()}")
    assert foreign.content == missing.content


def test_a_reference_leads_only_to_what_one_may_see(administrator):
    owner, stranger = member(Scope.OWN), member(Scope.OWN, "Max Horn")
    foreign = owner.post("courses", {"name": "Löten"}).json()["id"]
    refused = problem(stranger.post("courses", {"name": "Löten II", "builds_on": foreign}), 422)
    assert refused["errors"] == {"builds_on": [f"There is no “{foreign}” that you may choose."]}
    missing = str(uuid.uuid4())
    same = problem(stranger.post("courses", {"name": "Löten II", "builds_on": missing}), 422)
    assert same["errors"]["builds_on"][0].replace(missing, foreign) == refused["errors"]["builds_on"][0]


def test_a_reader_may_read_but_nothing_else(administrator, reader):
    address = administrator.post("courses", {"name": "Löten"})["Location"]
    assert reader.get(address).status_code == 200
    assert "do not include" in problem(reader.post("courses", {"name": "Weben"}), 403)["detail"]
    problem(reader.patch(address, {"name": "Weben"}), 403)
    problem(reader.patch(address, {"name": "Löten"}), 403)
    problem(reader.delete(address), 403)
    assert list(Course.objects.values_list("name", flat=True)) == ["Löten"]


def test_a_filter_that_takes_too_long_is_given_up_with_a_sentence(administrator, monkeypatch):
    Course.objects.bulk_create([Course(name=f"Kurs {n}", content="Löten und Schweißen " * 20) for n in range(4_000)])
    monkeypatch.setattr(resources, "LIST_MS", 1)
    found = problem(administrator.get("courses?filter=" + quote('content contains "gibt es nirgends"')), 400)
    assert found["detail"] == (
        "Among so many courses this filter takes too long. Narrow it further, or sort another way."
    )
    assert administrator.get("courses?limit=1").status_code == 200
