"""A web form that asks for a whole address, because an invoice will follow."""

import pytest
from django.core.cache import cache

from kundig.parties.models import Organisation
from kundig.sales.models import Lead
from kundig.sales.queries.forms import offered, questions
from tests.sales.leads.test_forms import QUESTIONS, a_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_counted(db):
    cache.clear()


ADDRESS = {
    "persons.street": "Brauhausgasse 4", "persons.postal_code": "96450", "persons.city": "Coburg",
    "persons.country": "DE",
}  # fmt: skip


@pytest.mark.parametrize("required", [True, False])
def test_address_for_an_invoice_is_asked_as_one_and_stands_with_the_company(boss, client, required):
    form = a_form(boss, (*QUESTIONS, ("address", required)))
    page = client.get(f"/forms/{form.key}/?lang=de").content.decode()
    assert page.count("<fieldset") == 1 and "<legend>Anschrift</legend>" in page
    assert all(f'name="{name}"' in page for name in ADDRESS)
    refused = [
        ({**ADDRESS, "persons.city": ""}, "Nur eine ganze Anschrift"),
        ({**ADDRESS, "persons.postal_code": "123"}, "123"),
    ]  # fmt: skip
    for values, words in refused:
        answer = send(client, form, **values)
        assert (answer.status_code, words in answer.content.decode() or required) == (422, True), values
    assert send(client, form, **dict.fromkeys(ADDRESS, "")).status_code == (422 if required else 200)
    Lead.objects.all().delete()
    assert send(client, form, nonce="n2", **ADDRESS).status_code == 200
    if required:
        firm = Organisation.objects.get()
        assert (firm.street, firm.postal_code, firm.city, firm.country) == (
            "Brauhausgasse 4", "96450", "Coburg", "DE",
        )  # fmt: skip


def test_country_alone_is_no_address(boss, client):
    form = a_form(boss, (*QUESTIONS, ("address", False)))
    assert send(client, form, **{"persons.country": "AT"}).status_code == 200
    assert Organisation.objects.get().country != "AT"


def test_address_is_offered_once_and_its_parts_are_asked_once(boss):
    assert [each.name for each in offered()].count("address") == 1
    form = a_form(boss, (*QUESTIONS, ("address", True), ("persons.city", False)))
    assert [asked.name for asked in questions(form, "de")][-4:] == [*ADDRESS], "within the address, where it is checked"
