"""Merging over the API: the same rules as on the page, and old ids lead on."""

from uuid import uuid4

import pytest

from kundig.accounts.enums import Scope
from kundig.parties.models import Party
from tests.parties.factories import a_person, a_scoped_user, an_organisation
from tests.records.rest.conftest import Program, problem
from tests.records.rest.test_openapi import document, validator

pytestmark = pytest.mark.django_db


@pytest.fixture
def dairies(administrator):
    by = administrator.user
    return an_organisation(by=by, employees=340), an_organisation(by=by, name="Steinbrück", employees=355)


def test_one_goes_into_the_other_and_comes_back(administrator, dairies):
    one, other = dairies
    body = {"with": str(other.pk), "values": {"employees": str(other.pk)}}
    done = administrator.post(f"organisations/{one.pk}/merge", body).json()
    assert (done["record"]["id"], done["record"]["employees"]) == (str(one.pk), 355)
    validator(document(administrator), "OrganisationMerged").validate(done)
    led_on = administrator.get(f"organisations/{other.pk}")
    assert (led_on.status_code, led_on["Location"]) == (308, f"/api/v1/organisations/{one.pk}")
    told = problem(administrator.patch(f"organisations/{other.pk}", {"employees": 1}), 409)
    assert str(one.pk) in told["detail"]
    problem(administrator.delete(f"organisations/{other.pk}"), 409)
    assert administrator.post(f"change-sets/{done['change_set']}/undo", {}).status_code == 200
    assert administrator.get(f"organisations/{other.pk}").json()["employees"] == 355
    assert administrator.get(f"organisations/{one.pk}").json()["employees"] == 340


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, "Please correct: with."),
        ({"with": "SELF"}, 422, "These are one and the same already."),
        ({"with": "PERSON"}, 422, "cannot be merged"),
        ({"with": str(uuid4())}, 404, "There is no such record, or it is not visible to you."),
        ({"with": "OTHER", "values": {"nonsense": "OTHER"}}, 422, "Please correct: values.nonsense."),
        ({"with": "OTHER", "values": {"name": "blue"}}, 422, "Please correct: values.name."),
        ({"with": "OTHER", "values": []}, 422, "Please correct"),
        ({"with": "OTHER", "with_people": "yes"}, 422, "Please correct: with_people."),
        ({"with": "OTHER", "when": "now"}, 422, "Unknown: when."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(administrator, dairies, body, status, says):
    one, other = dairies
    known = {"SELF": one.pk, "OTHER": other.pk, "PERSON": a_person(by=administrator.user).pk}

    def filled(value):
        return {key: filled(each) for key, each in value.items()} if isinstance(value, dict) else (
            str(known[value]) if isinstance(value, str) and value in known else value
        )  # fmt: skip

    assert says in problem(administrator.post(f"organisations/{one.pk}/merge", filled(body)), status)["detail"]
    assert Party.objects.count() == 3


def test_owner_colleague_and_stranger(administrator, dairies, reader, stranger):
    one, other = dairies
    colleague = Program(a_scoped_user("Ute Kern", Scope.OWN))
    address, body = f"organisations/{one.pk}/merge", {"with": str(other.pk)}
    problem(colleague.post(address, body), 404)
    problem(reader.post(address, body), 403)
    problem(stranger.post(address, body), 401)
    assert Party.objects.count() == 2
    mine = an_organisation(by=colleague.user)
    problem(colleague.post(f"organisations/{mine.pk}/merge", body), 404)
    assert Party.objects.count() == 3


def test_what_never_becomes_one_has_no_such_address(administrator, dairies):
    told = problem(administrator.post(f"addresses/{dairies[0].pk}/merge", {"with": str(dairies[1].pk)}), 404)
    assert told["detail"] == "Two addresses cannot become one."
