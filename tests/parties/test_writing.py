"""What it costs to write a customer, and what is left out only where nothing depends on it."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundig.accounts.actions import create_token
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Organisation
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.timeline.models import ContactRhythm
from tests.parties.factories import an_organisation, steinbrueck

HTMX = {"HX-Request": "true"}
FIRM = {
    "name": "Messung GmbH", "phone": "+49 30 23125 001", "mail": "info@messung.example",
    "address": {"street": "Teststr. 1", "city": "Berlin", "country": "DE"},
}  # fmt: skip


@pytest.fixture
def organisations():
    return registry.get("organisations")


@pytest.fixture
def program(svenja, versions_known):
    token = create_token(svenja, name="test", by=svenja, scopes=["write"])
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(method, address, body):
        with CaptureQueriesContext(connection) as queries:
            answer = client.generic(method, f"/api/v1/{address}", json.dumps(body), content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json(), [query["sql"] for query in queries]

    call("POST", "organisations", FIRM)  # what a process asks once
    return call


def test_a_new_customer_costs_few_statements(program):
    _made, asked = program("POST", "organisations", FIRM)
    assert len(asked) <= 16, "\n".join(asked)


def test_a_changed_customer_costs_few_statements(program):
    made, _asked = program("POST", "organisations", FIRM)
    changed, asked = program("PATCH", f"organisations/{made['id']}", {"industry": "Optik"})
    assert changed["industry"] == "Optik"
    assert len(asked) <= 9, "\n".join(asked)


def test_a_phone_number_is_changed_in_the_table_by_few_statements(client, svenja, versions_known):
    client.force_login(svenja)
    firm = steinbrueck(by=svenja)
    headers = HTMX | {"HX-Target": f"td#r{firm.pk}-phone"}
    for number in ("030 23125 001", "030 23125 002"):
        with CaptureQueriesContext(connection) as queries:
            client.put(f"/organisations/{firm.pk}/fields/phone/", f"phone={number}", headers=headers)
    firm.refresh_from_db()
    assert firm.phone == "+493023125002"
    assert len([query for query in queries if "FOR UPDATE" in query["sql"]]) == 1
    assert len(queries) <= 17, "\n".join(query["sql"] for query in queries)


@pytest.mark.parametrize("values", [{"customer_class": "A"}, {"lifecycle": Lifecycle.CUSTOMER}])
def test_the_next_contact_of_a_new_one_and_of_a_changed_one_is_reckoned(organisations, svenja, values):
    ContactRhythm.objects.create(customer_class=values.get("customer_class", ""), kind="any", every=1, unit="month")
    new = create_record(organisations, {"name": "Neu", **values}, by=svenja)
    assert Organisation.objects.get(pk=new.pk).next_contact_on is not None
    other = create_record(organisations, {"name": "Später"}, by=svenja)
    assert Organisation.objects.get(pk=other.pk).next_contact_on is None
    change_record(organisations, other, values, by=svenja)
    assert Organisation.objects.get(pk=other.pk).next_contact_on is not None


def test_what_is_refused_leaves_the_work_around_it_whole(organisations, svenja):
    firm = an_organisation(by=svenja, name="Alt", number="K-7")
    other = an_organisation(by=svenja, name="Andere")
    before = OutboxEvent.objects.count()
    with transaction.atomic():
        with pytest.raises(ValidationError, match="belongs to another"):
            change_record(organisations, other, {"number": firm.number, "name": "Neu"}, by=svenja)
        with pytest.raises(ValidationError, match="belongs to another"):
            create_record(organisations, {"name": "Neu", "number": firm.number}, by=svenja)
        assert set(Organisation.objects.values_list("name", flat=True)) == {"Alt", "Andere"}
    assert OutboxEvent.objects.count() == before
