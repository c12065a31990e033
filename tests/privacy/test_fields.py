"""Prepared fields about a person are off on every surface until their purpose is stated."""

import pytest

from kundig.privacy.actions import end_purpose, state_purpose
from kundig.privacy.queries import forget_purposes
from kundig.privacy.rules import BUILTIN
from kundig.records import registry
from tests.accounts.factories import an_administrator

pytestmark = pytest.mark.django_db

PREPARED = {"birthday": "greeting", "hobbies": "personal_interests", "interests": "personal_interests",
            "family": "family", "education": "education"}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_remembered():
    forget_purposes()
    yield
    forget_purposes()


def names(fields) -> set[str]:
    return {field.name for field in fields}


def test_every_personal_field_names_a_purpose_of_the_register():
    for description in registry.descriptions():
        for field in description.fields.values():
            assert not field.personal or field.purpose in BUILTIN, f"{description.name}.{field.name}"


def test_prepared_fields_are_off_until_stated_and_off_again_after_the_end():
    persons, jana = registry.get("persons"), an_administrator()
    assert {name: persons.fields[name].purpose for name in PREPARED} == PREPARED
    assert not set(PREPARED) & set(persons.fields_for(jana))
    assert not set(PREPARED) & names(persons.form_fields(jana))
    state_purpose("greeting", legal_basis="consent", wording="Zum Gratulieren.", retention="bis Widerruf", by=jana)
    forget_purposes()
    assert set(PREPARED) & set(persons.fields_for(jana)) == {"birthday"}
    end_purpose("greeting", by=jana)
    forget_purposes()
    assert not set(PREPARED) & set(persons.fields_for(jana))


def test_prepared_fields_are_not_answered_at_their_address_until_stated(client):
    jana = an_administrator()
    client.force_login(jana)
    person = _a_person(jana)
    address = f"/persons/{person.pk}/fields/birthday/"
    assert client.get(address).status_code == 404
    assert (
        client.put(address, "birthday=1970-05-01", content_type="application/x-www-form-urlencoded").status_code == 404
    )
    person.refresh_from_db()
    assert person.birthday is None
    page = client.get(f"/persons/{person.pk}/edit/").content.decode()
    assert 'name="birthday"' not in page and 'name="hobbies"' not in page
    state_purpose("greeting", legal_basis="consent", wording="Zum Gratulieren.", retention="bis Widerruf", by=jana)
    forget_purposes()
    assert client.get(address, headers={"hx-request": "true"}).status_code == 200
    assert 'name="birthday"' in client.get(f"/persons/{person.pk}/edit/").content.decode()


def _a_person(by):
    from kundig.records.actions import create_record

    return create_record(registry.get("persons"), {"first_name": "Maria", "family_name": "Anders"}, by=by)
