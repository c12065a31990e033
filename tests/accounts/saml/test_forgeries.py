"""Signing in with SAML: every forgery, and what is no answer at all."""

import base64
import copy

import pytest
import xmlsec
from lxml import etree

from tests.accounts.factories import an_administrator
from tests.accounts.saml.provider import BOMB, NAMES, SAML
from tests.accounts.saml.steps import ask, bring, go, make, nobody_came_in, reason, signed_in_as

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "how",
    [
        {"signs": "none"},
        {"signs": "assertion", "by": "other"},
        {"signs": "response", "by": "other"},
        {"signs": "assertion", "how": xmlsec.Transform.RSA_SHA1},
        {"signs": "assertion", "how": xmlsec.Transform.HMAC_SHA256},
    ],
    ids=["unsigned", "another key", "another key for all", "SHA-1", "a public secret"],
)
def test_answer_that_the_provider_has_not_signed_lets_nobody_in(client, provider, house, svenja, how):
    assert "nicht so unterschrieben" in reason(go(client, provider, house, **how))
    assert nobody_came_in(client)


def test_second_key_of_the_provider_is_as_good(client, house, svenja):
    house.keys = ["other", "own"]
    provider = make(house)
    go(client, provider, house, by="own")
    assert signed_in_as(client) == str(svenja.pk)


def altered(root):
    root.find(".//saml:NameID", NAMES).text = "S-1"
    root.find(".//saml:AttributeValue", NAMES).text = "jana@wendeler.example"
    return root


def _evil(assertion):
    """The same without its signature, and for somebody else."""
    evil = copy.deepcopy(assertion)
    for signature in evil.findall("ds:Signature", NAMES):
        evil.remove(signature)
    evil.set("ID", "_evil")
    evil.find(".//saml:NameID", NAMES).text = "S-1"
    evil.find(".//saml:AttributeValue", NAMES).text = "jana@wendeler.example"
    return evil


def beside(root):
    """Signature wrapping: the forged one first, the signed one behind it."""
    signed = root.find("saml:Assertion", NAMES)
    signed.addprevious(_evil(signed))
    return root


def behind(root):
    signed = root.find("saml:Assertion", NAMES)
    signed.addnext(_evil(signed))
    return root


def around(root):
    """The signed one inside of the forged one."""
    signed = root.find("saml:Assertion", NAMES)
    evil = _evil(signed)
    root.replace(signed, evil)
    evil.append(signed)
    return root


def inside_the_signature(root):
    """The signed one hidden in an Object of its own signature, which now stands in the forged one."""
    signed = root.find("saml:Assertion", NAMES)
    evil = _evil(signed)
    signature = signed.find("ds:Signature", NAMES)
    root.replace(signed, evil)
    evil.insert(1, signature)
    holder = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    holder.append(signed)
    return root


def with_the_same_number(root):
    """Two with one ID: which of them does the signature mean?"""
    beside(root)
    root.find("saml:Assertion", NAMES).set("ID", root.findall("saml:Assertion", NAMES)[1].get("ID"))
    return root


def in_extensions(root):
    """The signed one where nobody looks, the forged one where it is read."""
    signed = root.find("saml:Assertion", NAMES)
    evil = _evil(signed)
    root.replace(signed, evil)
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    root.insert(1, extensions)
    extensions.append(signed)
    return root


def signature_moved(root):
    """The forged one carries the signature, which still points at the hidden one."""
    signed = root.find("saml:Assertion", NAMES)
    signature = signed.find("ds:Signature", NAMES)
    evil = _evil(signed)
    root.replace(signed, evil)
    evil.insert(1, copy.deepcopy(signature))
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    root.insert(1, extensions)
    extensions.append(signed)
    return root


def whole_response_inside(root):
    """A forged response around the signed one."""
    outer = copy.deepcopy(root)
    for one in outer.findall("ds:Signature", NAMES):
        outer.remove(one)
    inner = outer.find("saml:Assertion", NAMES)
    outer.replace(inner, _evil(inner))
    outer.set("ID", "_outer")
    extensions = etree.SubElement(outer, "{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(root)
    signature = copy.deepcopy(root.find("ds:Signature", NAMES))
    if signature is not None:
        outer.insert(1, signature)
    return outer


EVERYWHERE = (altered, beside, behind, around, with_the_same_number, in_extensions, whole_response_inside)


@pytest.mark.parametrize(
    ("signs", "forge"),
    [
        *[("response", forge) for forge in EVERYWHERE],
        *[("assertion", forge) for forge in (*EVERYWHERE, inside_the_signature, signature_moved)],
    ],
)
def test_what_is_not_signed_is_not_believed_wherever_it_stands(client, provider, house, svenja, forge, signs):
    jana = an_administrator(email="jana@wendeler.example")
    reason(go(client, provider, house, signs=signs, after=forge))
    assert nobody_came_in(client), f"as {jana}"


def test_comment_in_a_name_changes_nobody(client, provider, house):
    """Comments are not signed: "jana@wendeler.example<!-- -->.evil.example" must not become Jana."""
    an_administrator(email="jana@wendeler.example")
    house.attributes["email"] = ["jana@wendeler.example.evil.example"]

    def comment(root):
        value = root.find(".//saml:AttributeValue", NAMES)
        value.text = "jana@wendeler.example"
        value.append(etree.Comment("x"))
        value[0].tail = ".evil.example"
        return root

    assert "jana@wendeler.example.evil.example" in reason(go(client, provider, house, after=comment))
    assert nobody_came_in(client)


# -- what is no answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"not xml", b"<a>", "<a>ä</a>".encode("latin-1"), b"<a/>", b"\x00", b"<" * 100_000,
        b"<a>" * 50_000 + b"</a>" * 50_000,
        (BOMB + "]><samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'>&i;</samlp:Response>").encode(),
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><x/>",
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>".encode("utf-16"),
        b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY e 'x'>]><x>&e;</x>",
        f"<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:saml='{SAML}'>"
        "<saml:Assertion/></samlp:Response>".encode(),
        f"<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:saml='{SAML}'>"
        "<saml:EncryptedAssertion/></samlp:Response>".encode(),
        f"<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:saml='{SAML}'><saml:Assertion>"
        "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></saml:Assertion></samlp:Response>".encode(),
    ],
)  # fmt: skip
def test_nonsense_is_told_and_opens_nothing(client, provider, svenja, raw):
    asked = ask(client, provider)
    reason(bring(client, provider, asked, base64.b64encode(raw).decode()))
    assert nobody_came_in(client)


@pytest.mark.parametrize("text", ["", "%%%", "é", "A", "\0", "x" * 500_001])
def test_what_is_not_even_base64_is_told(client, provider, svenja, text):
    reason(bring(client, provider, ask(client, provider), text))
    assert nobody_came_in(client)


def test_bomb_in_a_signed_answer_is_refused_before_it_is_read(client, provider, house, svenja):
    def bomb(root):
        text = etree.tostring(root).decode().replace("Svenja Kroll", "&i;")
        return f"{BOMB}]>{text}".encode()

    reason(go(client, provider, house, after=bomb))
    assert nobody_came_in(client)


def test_forged_answer_leaves_the_question_open_for_nobody(client, provider, house, svenja):
    """Who brings a forged answer first uses the question up; the honest one is told to begin again."""
    asked = ask(client, provider)
    reason(bring(client, provider, asked, house.answer(asked, by="other")))
    reason(bring(client, provider, asked, house.answer(asked)))
    assert nobody_came_in(client)
    go(client, provider, house)
    assert signed_in_as(client) == str(svenja.pk)
