"""What a token's scopes let through, and what is said when one is missing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kundig.accounts.actions import create_token
from kundig.accounts.models import ApiToken
from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.rest.scopes import objects_of
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_scopes():
    jana = an_administrator()
    return lambda *scopes: Program(jana, token=create_token(jana, name="Webshop", by=None, scopes=scopes))


def test_reading_token_reads_and_is_told_what_it_lacks(with_scopes):
    made = with_scopes("write").post("organisations", {"name": "Alfreds Futterkiste"}).json()
    program = with_scopes("read")
    assert program.get("organisations").json()["items"][0]["name"] == "Alfreds Futterkiste"
    item = f"organisations/{made['id']}"
    for response in (
        program.post("organisations", {"name": "X"}),
        program.patch(item, {"name": "X"}),
        program.delete(item),
    ):
        told = problem(response, 403)
        assert told["detail"] == "This token lacks the scope “write”; it has: read. Nothing was done."
        assert 'error="insufficient_scope", scope="write"' in response["WWW-Authenticate"]
    assert Organisation.objects.get().name == "Alfreds Futterkiste"


def test_token_for_one_object_reaches_no_other(with_scopes):
    program = with_scopes("write:organisations")
    made = program.post("organisations", {"name": "Alfreds Futterkiste"})
    assert made.status_code == 201
    assert "“read:persons”" in problem(program.get("persons"), 403)["detail"]
    assert "“write:persons”" not in problem(program.get("persons"), 403)["detail"]
    refused = with_scopes("read:organisations", "write:persons").patch(
        f"organisations/{made.json()['id']}", {"name": "X"}
    )
    assert "“write:organisations”" in problem(refused, 403)["detail"]
    assert Organisation.objects.get().name == "Alfreds Futterkiste"


def test_parts_go_with_their_record(with_scopes):
    assert set(objects_of(registry.get("addresses"))) >= {"organisations", "persons"}
    assert with_scopes("read:organisations").get("addresses").status_code == 200
    assert problem(with_scopes("read:courses").get("addresses"), 403)


def test_unknown_resource_tells_only_what_the_token_reaches(with_scopes):
    detail = problem(with_scopes("read:persons").get("dragons"), 404)["detail"]
    assert "persons" in detail and "organisations" not in detail


def test_document_holds_only_what_the_token_reaches(with_scopes):
    tags = {tag["name"] for tag in with_scopes("read:persons").get("openapi.json").json()["tags"]}
    assert "persons" in tags and "organisations" not in tags


def test_upload_needs_a_token_that_writes(with_scopes):
    assert "“write”" in problem(with_scopes("read").post("files", {}), 403)["detail"]
    assert problem(with_scopes("write:persons").post("files", {}), 415)


def test_administering_alone_reads_nobodys_records(with_scopes):
    assert problem(with_scopes("administer").get("persons"), 403)


def test_token_that_has_run_out_says_so(with_scopes):
    program = with_scopes("read")
    day = timezone.localdate() - timedelta(days=2)
    ApiToken.objects.update(expires_on=day)
    assert problem(program.get("persons"), 401)["detail"].startswith("This token worked until")
