"""What SAML providers say about themselves."""

import pytest

from kundig.accounts.adapters import saml
from kundig.accounts.adapters.asking import Failed
from kundig.accounts.jobs import renew_provider_keys
from kundig.accounts.models import (
    IdentityProvider,
)
from tests.accounts.saml.provider import BOMB, Provider, running
from tests.accounts.saml.steps import make

pytestmark = pytest.mark.django_db


def test_metadata_is_read_from_its_address_and_again_each_day():
    with running() as house:
        facts, text = saml.read_metadata(address=f"{house.address}/metadata", text="")
        assert facts["entity_id"] == house.entity and len(facts["certificates"]) == 1
        provider = make(house, issuer=f"{house.address}/metadata")
        house.keys = ["own", "other"]
        assert renew_provider_keys(None) == {"renewed": 1, "problems": []}
        provider.refresh_from_db()
        assert len(provider.facts["certificates"]) == 2 and provider.metadata != text
        house.entity = "https://boese.example/"
        told = renew_provider_keys(None)
        provider.refresh_from_db()
        assert told["renewed"] == 0 and "boese.example" in told["problems"][0]
        assert provider.facts["entity_id"] != house.entity
    told = renew_provider_keys(None)
    assert told["renewed"] == 0 and len(told["problems"]) == 1
    assert len(IdentityProvider.objects.get().facts["certificates"]) == 2, "what is known stays"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"keys": []}, "kein Zertifikat"),
        ({"keys": ["weak"]}, "zu schwach"),
        ({"binding": "HTTP-POST"}, "HTTP-Redirect"),
        ({"role": "SPSSODescriptor"}, "kein"),
        ({"more": 'validUntil="2020-01-01T00:00:00Z"'}, "veraltet"),
    ],
)
def test_metadata_that_is_of_no_use_says_why(house, more, words):
    with pytest.raises(Failed, match=words):
        saml.read_metadata(address="", text=house.metadata(**more))


@pytest.mark.parametrize(
    "text", ["", "x", "<a/>", f"{BOMB}]><x>&i;</x>", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "x" * 1_000_001]
)
def test_what_is_no_metadata_says_so(text):
    with pytest.raises(Failed):
        saml.read_metadata(address="", text=text)


def test_metadata_of_several_asks_for_one(house):
    one = house.metadata().partition("?>")[2]
    many = f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{one}{{}}</md:EntitiesDescriptor>'
    assert saml.read_metadata(address="", text=many.format(""))[0]["entity_id"] == house.entity
    with pytest.raises(Failed, match="mehrerer"):
        saml.read_metadata(address="", text=many.format(one))


def test_metadata_leads_to_no_address_inside(house, settings):
    settings.PRIVATE_ADDRESSES = False
    inside = Provider("http://127.0.0.1:9")
    with pytest.raises(Failed, match="https://"):
        saml.read_metadata(address="", text=inside.metadata())
    with pytest.raises(Failed):
        saml.read_metadata(address="https://127.0.0.1/metadata", text="")
