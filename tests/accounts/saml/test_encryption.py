"""Answers that are encrypted for this house, by xmlsec: opened with our key, and believed no more than open ones."""

import base64

import pytest
import xmlsec
from django.core.exceptions import PermissionDenied
from lxml import etree

from kundig.accounts.actions import house_keys, renew_house_key
from kundig.accounts.models import HouseKey
from kundig.platform.sealing import seal as sealed
from tests.accounts.factories import a_user, an_administrator
from tests.accounts.saml.provider import NAMES, SAML, certificate_in, sealing_for
from tests.accounts.saml.steps import go, nobody_came_in, reason, signed_in_as
from tests.accounts.saml.test_forgeries import altered, behind, beside, in_extensions

pytestmark = pytest.mark.django_db
Way = xmlsec.Transform


def ours(client, provider):
    return client.get(f"/sign-in/with/{provider.pk}/metadata/").content


@pytest.mark.parametrize("signs", ["assertion", "response", "both"])
@pytest.mark.parametrize("way", [Way.AES256, Way.AES256_GCM], ids=["cbc", "gcm"])
def test_encrypted_answer_lets_in(client, provider, house, svenja, signs, way):
    seal = sealing_for(ours(client, provider), way=way)
    go(client, provider, house, signs=signs, seal=seal)
    assert signed_in_as(client) == str(svenja.pk)


def test_encrypted_name_is_read(client, provider, house, svenja):
    seal = sealing_for(ours(client, provider), tag="saml:NameID")
    go(client, provider, house, signs="response", seal=seal)
    assert signed_in_as(client) == str(svenja.pk)
    assert svenja.identities.get().subject == "S-4711"


def test_our_metadata_names_one_key_for_both_uses_and_it_stays(client, provider):
    first, second = ours(client, provider), ours(client, provider)
    assert first == second and HouseKey.objects.count() == 1
    assert certificate_in(first, "signing") == certificate_in(first, "encryption") == house_keys()[0].certificate
    kept = HouseKey.objects.values_list("sealed", flat=True).get()
    assert "PRIVATE" not in kept, "the database alone opens nothing"


@pytest.mark.parametrize("signs", ["none", "assertion", "response"])
def test_encryption_proves_nothing_everybody_can_encrypt(client, provider, house, svenja, signs):
    seal = sealing_for(ours(client, provider))
    words = reason(go(client, provider, house, signs=signs, by="other", seal=seal))
    assert "nicht so unterschrieben" in words
    assert nobody_came_in(client)


def other_house(_page):
    return {"seal": sealing_for(None)}


def old_wrapping(page):
    return {"seal": sealing_for(page, wrap=Way.RSA_PKCS1)}


def flipped(page):
    def change(root):
        value = root.find(".//{http://www.w3.org/2001/04/xmlenc#}EncryptedData/*/{*}CipherValue", NAMES)
        value = root.findall(".//{http://www.w3.org/2001/04/xmlenc#}CipherValue")[-1] if value is None else value
        raw = bytearray(base64.b64decode(value.text))
        raw[40] ^= 1
        value.text = base64.b64encode(raw).decode()
        return root

    return {"seal": sealing_for(page, way=Way.AES256_GCM), "after": change}


def emptied(page):
    def change(root):
        for value in root.findall(".//{http://www.w3.org/2001/04/xmlenc#}CipherValue"):
            value.text = ""
        return root

    return {"seal": sealing_for(page), "after": change}


def of_another_kind(page):
    def change(root):
        for method in root.findall(".//{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod"):
            method.set("Algorithm", "http://www.w3.org/2001/04/xmlenc#tripledes-cbc")
        return root

    return {"seal": sealing_for(page), "after": change}


def within(page):
    """What is signed and encrypted is no assertion, the assertion inside of it is not looked for."""
    return {"seal": sealing_for(page, tag="saml:Subject"), "after": _renamed}


def _renamed(root):
    holder = root.find(".//saml:EncryptedAssertion", NAMES)
    root.replace(root.find("saml:Assertion", NAMES), holder)
    return root


@pytest.mark.parametrize("wrong", [other_house, old_wrapping, flipped, emptied, of_another_kind, within])
def test_what_cannot_be_opened_says_what_to_do_and_not_why(client, provider, house, svenja, wrong):
    words = reason(go(client, provider, house, **wrong(ours(client, provider))))
    assert "lässt sich mit unserem Schlüssel nicht öffnen" in words and "Metadaten" in words
    assert nobody_came_in(client)


@pytest.mark.parametrize("forge", [altered, beside, behind, in_extensions])
@pytest.mark.parametrize("signs", ["assertion", "response"])
def test_forged_before_it_is_encrypted(client, provider, house, svenja, forge, signs):
    """Whoever has one signed answer alters it and encrypts it for us again."""
    an_administrator(email="jana@wendeler.example")
    seal = sealing_for(ours(client, provider))

    def both(root):
        root = forge(root)
        seal(root)
        return root

    reason(go(client, provider, house, signs=signs, after=both))
    assert nobody_came_in(client)


def test_one_open_beside_one_encrypted_is_none(client, provider, house, svenja):
    seal = sealing_for(ours(client, provider))

    def both(root):
        open_one = etree.fromstring(etree.tostring(root.find("saml:Assertion", NAMES)))
        seal(root)
        root.append(open_one)
        return root

    assert "nicht so unterschrieben" in reason(go(client, provider, house, after=both))
    assert nobody_came_in(client)


def test_encrypted_answer_counts_for_us_and_now_like_any(client, provider, house, svenja):
    seal = sealing_for(ours(client, provider))
    house.lies = {"audience": "https://anderswo.example/"}
    assert "für jemand anderen" in reason(go(client, provider, house, seal=seal))
    house.lies = {"assertion": "_same"}
    go(client, provider, house, seal=seal)
    assert signed_in_as(client) == str(svenja.pk)
    client.post("/sign-out/")
    assert "schon einmal" in reason(go(client, provider, house, seal=seal))


def test_a_document_type_behind_the_encryption_is_not_read(client, provider, house, svenja):
    seal = sealing_for(ours(client, provider))

    def bomb(root):
        part = root.find("saml:Assertion", NAMES)
        part.insert(0, etree.Comment("[CDATA["))
        part.find("saml:Subject", NAMES).addprevious(etree.ProcessingInstruction("x", "<!ENTITY"))
        seal(root)
        return root

    reason(go(client, provider, house, after=bomb))
    assert nobody_came_in(client)


def test_new_key_opens_and_so_does_the_one_before_but_no_older_one(client, provider, house, svenja):
    jana = an_administrator()
    before = ours(client, provider)
    renew_house_key(by=jana)
    go(client, provider, house, seal=sealing_for(before))
    assert signed_in_as(client) == str(svenja.pk)
    client.post("/sign-out/")
    assert certificate_in(ours(client, provider), "encryption") != certificate_in(before, "encryption")
    go(client, provider, house, seal=sealing_for(ours(client, provider)))
    assert signed_in_as(client) == str(svenja.pk)
    client.post("/sign-out/")
    renew_house_key(by=jana)
    assert "nicht öffnen" in reason(go(client, provider, house, seal=sealing_for(before)))
    assert HouseKey.objects.count() == 2


def test_key_sealed_with_a_secret_that_is_gone_opens_nothing_and_a_new_one_helps(client, provider, house, svenja):
    seal = sealing_for(ours(client, provider))
    HouseKey.objects.update(sealed=sealed("x", purpose="another"))
    assert "nicht öffnen" in reason(go(client, provider, house, seal=seal))
    renew_house_key(by=an_administrator())
    go(client, provider, house, seal=sealing_for(ours(client, provider)))
    assert signed_in_as(client) == str(svenja.pk)


def test_only_administrators_make_a_new_key(provider):
    first = house_keys()[0]
    with pytest.raises(PermissionDenied):
        renew_house_key(by=a_user())
    assert [key.pk for key in house_keys()] == [first.pk]


def test_empty_encrypted_part_is_told(client, provider, house, svenja):
    def empty(root):
        root.replace(root.find("saml:Assertion", NAMES), etree.Element(f"{{{SAML}}}EncryptedAssertion"))
        return root

    assert "nicht öffnen" in reason(go(client, provider, house, after=empty))
