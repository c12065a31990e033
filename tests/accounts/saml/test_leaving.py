"""Signing out at both houses: begun here, begun there, and what nobody may be signed out by."""

import sys

import pytest
from django.test import Client
from lxml import etree

from kundig.accounts.actions import house_keys, renew_house_key
from kundig.accounts.models import HouseKey, IdentityProvider, OpenSession
from kundig.platform.sealing import seal as sealed
from tests.accounts.factories import a_user, an_administrator
from tests.accounts.saml.provider import (
    NAMES,
    SAMLP,
    farewell,
    goodbye,
    holds,
    message_in,
    sealing_for,
    signed_query,
    stamp,
)
from tests.accounts.saml.steps import go, make, signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def together(provider):
    """Whoever signs out here is signed out there."""
    IdentityProvider.objects.update(signs_out_there=True)
    return provider


def leave(provider):
    return f"http://testserver/sign-in/with/{provider.pk}/leave/"


def sign_out(client):
    """Out here, to the page that leads on; its address there."""
    out = client.post("/sign-out/")
    assert out.status_code == 302
    page = client.get(out["Location"])
    return page.content.decode().partition('http-equiv="refresh" content="0; url=')[2].partition('"')[0].replace(
        "&amp;", "&"
    )  # fmt: skip


def asked_to_end(provider, message, **how):
    """A browser without our cookies, as in a frame on the provider's page."""
    return Client().get(f"{leave(provider)}?{signed_query('SAMLRequest', message, **how)}")


# -- begun here ----------------------------------------------------------------------------------------------------


def test_signing_out_here_signs_out_there(client, together, house, svenja):
    go(client, together, house)
    address = sign_out(client)
    assert signed_in_as(client) is None and not OpenSession.objects.filter(user=svenja).exists(), "here at once"
    asked, state = message_in(address, "SAMLRequest")
    assert address.startswith("https://haus.example/sign-out?") and asked.tag == f"{{{SAMLP}}}LogoutRequest"
    name = asked.find("saml:NameID", NAMES)
    assert (name.text, name.get("Format")) == ("S-4711", house.form)
    assert asked.findtext("samlp:SessionIndex", namespaces=NAMES) == "_session1"
    assert holds(address.partition("?")[2], "SAMLRequest", house_keys()[0].certificate)
    answer = farewell(house, to=asked.get("ID"), destination=leave(together))
    page = client.get(f"{leave(together)}?{signed_query('SAMLResponse', answer, state=state)}")
    assert page.status_code == 200 and "hier und bei Werkskonto abgemeldet" in page.content.decode()
    again = client.get(f"{leave(together)}?{signed_query('SAMLResponse', answer, state=state)}")
    assert again["Location"] == "/sign-in/", "an answer is read once"


@pytest.mark.parametrize(
    ("said", "how", "words"),
    [
        ({}, {"by": "other"}, "nicht so unterschrieben"),
        ({}, {"how": "rsa-sha1"}, "nicht so unterschrieben"),
        ({"to": "_another"}, {}, "anderen Frage"),
        ({"issuer": "https://boese.example"}, {}, "für jemand anderen"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, {}, "nicht alle Sitzungen"),
        ({"inner": "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"}, {}, "nicht alle Sitzungen"),
    ],
)
def test_answer_that_does_not_hold_says_that_only_here_one_is_out(client, together, house, svenja, said, how, words):
    go(client, together, house)
    asked, state = message_in(sign_out(client), "SAMLRequest")
    answer = farewell(house, **{"to": asked.get("ID"), "destination": leave(together)} | said)
    page = client.get(f"{leave(together)}?{signed_query('SAMLResponse', answer, state=state, **how)}").content.decode()
    assert words in page and "Hier sind Sie abgemeldet" in page


def test_signing_out_stays_here_unless_the_house_wants_it(client, provider, house, svenja):
    go(client, provider, house)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_signing_out_stays_here_where_the_provider_has_no_address_for_it(client, house, svenja, monkeypatch):
    bare = type(house)()
    monkeypatch.setattr(bare, "metadata", lambda: house.metadata(out=False))
    provider = make(bare, signs_out_there=True)
    assert "sign_out" not in provider.facts
    go(client, provider, house)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_who_came_by_another_way_is_signed_out_only_here(client, together, svenja):
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_without_a_readable_key_one_is_out_here_all_the_same(client, together, house, svenja):
    go(client, together, house)
    house_keys()
    HouseKey.objects.update(sealed=sealed("x", purpose="another"))
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert signed_in_as(client) is None


def test_page_that_leads_on_is_nobody_elses(client, together, house, svenja):
    go(client, together, house)
    client.post("/sign-out/")
    assert Client().get(f"/sign-in/with/{together.pk}/leaving/")["Location"] == "/sign-in/"


# -- begun there ---------------------------------------------------------------------------------------------------


def test_provider_ends_the_session_without_any_cookie_and_hears_of_it(client, provider, house, svenja):
    go(client, provider, house)
    other = Client()
    house.index = "_session2"
    house.lies = {"assertion": "_a2"}
    go(other, provider, house)
    back = asked_to_end(provider, goodbye(house, leave=leave(provider)), state="theirs")
    assert client.get("/persons/").status_code == 302, "nobody any more"
    assert signed_in_as(other) == str(svenja.pk), "another session of the provider"
    told, state = message_in(back["Location"], "SAMLResponse")
    assert (told.get("InResponseTo"), state) == ("_out1", "theirs")
    assert told.find("samlp:Status/samlp:StatusCode", NAMES).get("Value").endswith(":Success")
    assert holds(back["Location"].partition("?")[2], "SAMLResponse", house_keys()[0].certificate)


def test_provider_that_names_no_session_ends_all_of_them(client, provider, house, svenja):
    jana = an_administrator(email="jana@wendeler.example")
    go(client, provider, house)
    other = Client()
    other.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    own = Client()
    own.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    asked_to_end(provider, goodbye(house, leave=leave(provider), indexes=()))
    assert client.get("/persons/").status_code == 302
    assert signed_in_as(other) and signed_in_as(own), "whoever came by another way is not the provider's"


def test_browser_that_brings_the_request_is_nobodys_any_more(client, provider, house, svenja):
    go(client, provider, house)
    client.get(f"{leave(provider)}?{signed_query('SAMLRequest', goodbye(house, leave=leave(provider)))}")
    assert signed_in_as(client) is None and client.get("/sign-in/").status_code == 200


def test_name_in_the_request_may_be_encrypted(client, provider, house, svenja):
    go(client, provider, house)
    page = client.get(f"/sign-in/with/{provider.pk}/metadata/").content
    asked_to_end(provider, goodbye(house, leave=leave(provider), seal=sealing_for(page, tag="saml:NameID")))
    assert not OpenSession.objects.filter(user=svenja).exists()


def twice(query):
    return f"{query}&SAMLRequest=x"


def unsigned(query):
    return query.partition("&SigAlg")[0]


def changed(query):
    return query.replace("RelayState=a", "RelayState=b")


@pytest.mark.parametrize(
    ("lies", "how"),
    [
        ({}, {"by": "other"}),
        ({}, {"how": "rsa-sha1"}),
        ({}, {"after": twice}),
        ({}, {"after": unsigned}),
        ({}, {"after": changed, "state": "a"}),
        ({"issuer": "https://boese.example"}, {}),
        ({"destination": "https://anderswo.example/leave/"}, {}),
        ({"at": stamp(hours=1)}, {}),
        ({"at": stamp(hours=-1)}, {}),
        ({"at": "bald"}, {}),
        ({"version": "1.1"}, {}),
        ({"name": ""}, {}),
        ({"number": ""}, {}),
    ],
)
def test_request_that_does_not_hold_ends_nothing(client, provider, house, svenja, lies, how):
    go(client, provider, house)
    answer = asked_to_end(provider, goodbye(house, **{"leave": leave(provider)} | lies), **how)
    assert answer.status_code == 403 and "Abmelden durch Werkskonto" in answer.content.decode()
    assert signed_in_as(client) == str(svenja.pk)


def test_request_that_could_not_be_done_may_be_repeated(client, provider, house, svenja, monkeypatch):
    go(client, provider, house)
    message = goodbye(house, leave=leave(provider))
    with monkeypatch.context() as away:
        views = sys.modules["kundig.accounts.views.leaving"]  # the package itself has a view of that name
        away.setattr(views, "end_sessions_there", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asked_to_end(provider, message)
    assert signed_in_as(client) == str(svenja.pk)
    assert asked_to_end(provider, message).status_code == 302
    assert signed_in_as(client) is None


def test_request_counts_once(client, provider, house, svenja):
    go(client, provider, house)
    message = goodbye(house, leave=leave(provider))
    assert asked_to_end(provider, message).status_code == 302
    house.lies = {"assertion": "_a2"}
    go(client, provider, house)
    assert asked_to_end(provider, message).status_code == 403
    assert signed_in_as(client) == str(svenja.pk)


@pytest.mark.parametrize(
    "message",
    [b"", b"x", b"<a/>", b"<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", b" " * 300_000],
    ids=["empty", "no XML", "another thing", "a doctype", "a bomb"],
)
def test_nonsense_ends_nothing_even_if_it_is_signed(client, provider, house, svenja, message):
    go(client, provider, house)
    assert asked_to_end(provider, message).status_code == 403
    assert signed_in_as(client) == str(svenja.pk)


@pytest.mark.parametrize(
    "query", ["", "?SAMLRequest=x", "?SAMLResponse=x&RelayState=y", "?SAMLRequest=%FF&SigAlg=&Signature=%"]
)
def test_nonsense_in_the_address_is_no_error_of_ours(client, provider, query):
    assert client.get(f"/sign-in/with/{provider.pk}/leave/{query}").status_code in (302, 403)


def test_who_is_already_out_is_a_success_for_the_provider(provider, house, svenja):
    assert "SAMLResponse" in asked_to_end(provider, goodbye(house, leave=leave(provider)))["Location"]


def test_somebody_else_in_the_same_browser_is_not_the_providers(client, provider, house, svenja):
    """The first one stopped before the second step; then a colleague signed in by password."""
    from tests.accounts.test_factors import with_totp

    with_totp(svenja)
    assert go(client, provider, house)["Location"] == "/sign-in/code/"
    colleague = a_user(email="holger@wendeler.example")
    client.force_login(colleague, backend="kundig.accounts.backends.AccessBackend")
    asked_to_end(provider, goodbye(house, leave=leave(provider)))
    assert signed_in_as(client) == str(colleague.pk)


# -- signed questions ----------------------------------------------------------------------------------------------


def question(client, provider):
    return client.get(f"/sign-in/with/{provider.pk}/")["Location"].partition("?")[2]


def test_question_is_signed_where_the_provider_wants_it_or_the_house(client, house):
    ours = house_keys()[0]
    provider = make(house)
    assert "Signature" not in question(client, provider)
    page = f"/sign-in/with/{provider.pk}/metadata/"
    assert b'AuthnRequestsSigned="false"' in client.get(page).content
    IdentityProvider.objects.update(signs_questions=True)
    query = question(client, provider).removeprefix("tenant=1&")
    assert holds(query, "SAMLRequest", ours.certificate)
    assert b'AuthnRequestsSigned="true"' in client.get(page).content


def test_provider_that_takes_only_signed_questions_gets_them(client, house, monkeypatch):
    strict = type(house)()
    text = house.metadata(wants=' WantAuthnRequestsSigned="true"')
    monkeypatch.setattr(strict, "metadata", lambda: text)
    provider = make(strict)
    renew_house_key(by=an_administrator())
    assert holds(question(client, provider).removeprefix("tenant=1&"), "SAMLRequest", house_keys()[0].certificate)


def test_question_that_cannot_be_signed_says_so(client, house, svenja):
    provider = make(house, signs_questions=True)
    house_keys()
    HouseKey.objects.update(sealed=sealed("x", purpose="another"))
    answer = client.get(f"/sign-in/with/{provider.pk}/")
    assert answer.status_code == 403 and "neuen Schlüssel" in answer.content.decode()


def test_our_metadata_says_where_sessions_end(client, provider):
    root = etree.fromstring(client.get(f"/sign-in/with/{provider.pk}/metadata/").content)
    (place,) = root.iter("{urn:oasis:names:tc:SAML:2.0:metadata}SingleLogoutService")
    assert place.get("Location") == leave(provider) and place.get("Binding").endswith("HTTP-Redirect")
