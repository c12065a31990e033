"""Signing in with SAML: the whole way, and what is not for us and not for now."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from kundig.accounts.actions import (
    await_answer,
    deactivate_user,
    forget_answers,
    new_provider,
)
from kundig.accounts.models import (
    AccessRole,
    Identity,
    IdentityProvider,
    OpenSession,
    PendingAnswer,
    SpentAssertion,
    User,
)
from kundig.accounts.sessions import SessionStore
from tests.accounts.factories import a_user, an_administrator
from tests.accounts.saml.provider import stamp
from tests.accounts.saml.steps import ask, bring, go, nobody_came_in, reason, signed_in_as
from tests.accounts.test_factors import code_of, with_totp

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("signs", ["assertion", "response", "both"])
def test_sign_in_leads_out_and_back_to_the_page_one_wanted(client, provider, house, svenja, signs):
    answer = go(client, provider, house, "/persons/", signs=signs)
    assert (answer.status_code, answer["Location"]) == (302, "/persons/"), answer.content.decode()
    assert signed_in_as(client) == str(svenja.pk)
    assert Identity.objects.get().subject == "S-4711"
    assert OpenSession.objects.filter(user=svenja).count() == 1
    assert not PendingAnswer.objects.exists() and SpentAssertion.objects.count() == 1


def test_question_says_who_asks_and_where_the_answer_goes(client, provider):
    asked = ask(client, provider)
    ours = f"http://testserver/sign-in/with/{provider.pk}"
    assert (asked["issuer"], asked["answers"]) == (f"{ours}/metadata/", f"{ours}/answer/")
    assert asked["destination"] == "https://haus.example/sign-on?tenant=1"
    assert len(asked["state"]) >= 43 and len(asked["id"]) >= 40
    address = client.get(f"/sign-in/with/{provider.pk}/")["Location"]
    assert parse_qs(urlsplit(address).query)["tenant"] == ["1"], "what stands in the provider's address stays"


def test_our_metadata_says_the_same_before_the_provider_is_known_here(client):
    page = client.get(f"/sign-in/with/{(new := new_provider('saml')).pk}/metadata/")
    root = etree.fromstring(page.content)
    assert page["Content-Type"] == "application/samlmetadata+xml"
    assert root.get("entityID") == f"http://testserver/sign-in/with/{new.pk}/metadata/"
    (place,) = root.iter("{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService")
    assert place.get("Location") == f"http://testserver/sign-in/with/{new.pk}/answer/"
    assert place.get("Binding").endswith("HTTP-POST")


def test_who_was_here_before_is_known_by_the_subject_whatever_the_address(client, provider, house, svenja):
    go(client, provider, house)
    client.post("/sign-out/")
    house.attributes["email"] = ["svenja.amann@wendeler.example"]
    go(client, provider, house)
    assert signed_in_as(client) == str(svenja.pk)


def test_transient_name_is_another_one_tomorrow_and_so_no_subject(client, provider, house, svenja):
    house.form, house.name_id = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "_today"
    go(client, provider, house)
    assert Identity.objects.get().subject == "svenja@wendeler.example"


def test_name_that_is_a_mail_address_is_enough(client, provider, house, svenja):
    house.form, house.name_id = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "Svenja@Wendeler.example"
    house.attributes = {}
    go(client, provider, house)
    assert signed_in_as(client) == str(svenja.pk)


def test_address_counts_only_when_the_house_says_so(client, provider, house, svenja):
    IdentityProvider.objects.update(vouches_for_mail=False)
    assert "bürgt nicht" in reason(go(client, provider, house))
    assert nobody_came_in(client)


def test_nobody_is_added_unless_the_house_says_so(client, provider, house):
    a_user()
    assert "svenja@wendeler.example" in reason(go(client, provider, house))
    assert User.objects.count() == 1
    IdentityProvider.objects.update(adds_users=True, default_role=AccessRole.objects.get(key="service"))
    assert go(client, provider, house).status_code == 302
    svenja = User.objects.get(email="svenja@wendeler.example")
    assert (svenja.name, [r.key for r in svenja.roles.all()], svenja.has_usable_password()) == (
        "Svenja Kroll", ["service"], False,
    )  # fmt: skip


def test_first_group_that_fits_gives_the_role(client, provider, house, svenja):
    an_administrator()
    IdentityProvider.objects.update(role_by_group=[["leitung", "marketing"], ["alle", "reader"]])
    house.attributes["groups"] = ["alle", "leitung"]
    go(client, provider, house)
    assert [held.key for held in User.objects.get(pk=svenja.pk).roles.all()] == ["marketing"]


def test_deactivated_stays_out(client, provider, house, svenja):
    go(client, provider, house)
    client.post("/sign-out/")
    deactivate_user(svenja, by=an_administrator())
    assert "deaktiviert" in reason(go(client, provider, house))
    assert signed_in_as(client) is None


def test_second_step_is_asked_unless_the_provider_asks_it(client, provider, house, svenja):
    secret = with_totp(svenja)
    assert go(client, provider, house)["Location"] == "/sign-in/code/"
    assert signed_in_as(client) is None
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert signed_in_as(client) == str(svenja.pk)
    client.post("/sign-out/")
    IdentityProvider.objects.update(asks_second_factor=True)
    go(client, provider, house)
    assert signed_in_as(client) == str(svenja.pk)


def test_switched_off_provider_is_no_door(client, provider, house, svenja):
    asked = ask(client, provider)
    IdentityProvider.objects.update(is_active=False)
    assert bring(client, provider, asked, house.answer(asked)).status_code == 404
    assert client.get(f"/sign-in/with/{provider.pk}/").status_code == 404


def test_each_kind_has_its_own_way_back(client, provider):
    assert client.get(f"/sign-in/with/{provider.pk}/back/?state=x&code=y").status_code == 404
    IdentityProvider.objects.update(kind="oidc")
    assert client.post(f"/sign-in/with/{provider.pk}/answer/", {"SAMLResponse": "x"}).status_code == 404


# -- for whom, when, to which question -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lies", "words"),
    [
        ({"audience": "https://anderswo.example/"}, "für jemand anderen"),
        ({"audience": ""}, "für jemand anderen"),
        ({"issuer": "https://boese.example"}, "für jemand anderen"),
        ({"recipient": "https://anderswo.example/answer/"}, "für jemand anderen"),
        ({"destination": "https://anderswo.example/answer/"}, "für jemand anderen"),
        ({"request": "_another"}, "anderen Frage"),
        ({"answers_to": "_another"}, "anderen Frage"),
        ({"ends": stamp(minutes=5)}, "zu alt"),
        ({"conditions_end": stamp(minutes=5)}, "zu alt"),
        ({"not_before": stamp(hours=-6)}, "zu alt"),
        ({"ends": stamp(days=-2)}, "zu alt"),
        ({"ends": "bald"}, "keine ist"),
        ({"conditions_end": "2026-13-45T99:00:00Z"}, "keine ist"),
        ({"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}, "unterschrieben"),
        ({"version": "1.1"}, "unterschrieben"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "Responder"),
        ({"name_id": "x" * 301}, "zu lang"),
    ],
)
@pytest.mark.parametrize("signs", ["assertion", "response"])
def test_answer_that_is_not_for_us_and_now_lets_nobody_in(client, provider, house, svenja, lies, words, signs):
    house.lies = lies
    assert words in reason(go(client, provider, house, signs=signs))
    assert nobody_came_in(client)


def test_clocks_may_differ_by_a_minute(client, provider, house, svenja):
    house.lies = {"not_before": stamp(seconds=-40), "ends": stamp(seconds=40), "conditions_end": stamp(seconds=40)}
    go(client, provider, house)
    assert signed_in_as(client) == str(svenja.pk)


def test_answer_opens_only_in_the_browser_that_asked(client, provider, house, svenja):
    asked = ask(client, provider)
    other = Client()
    reason(bring(other, provider, asked, house.answer(asked)))
    assert nobody_came_in(other)
    asked_there = ask(other, provider)
    reason(bring(other, provider, asked_there, house.answer(asked)))
    assert nobody_came_in(other), "the answer to somebody else's question"


def test_answer_counts_once(client, provider, house, svenja):
    asked = ask(client, provider)
    text = house.answer(asked)
    place = f"/sign-in/with/{provider.pk}/answer/"
    kept = Client().post(place, {"SAMLResponse": text, "RelayState": asked["state"]})
    assert client.get(kept["Location"]).status_code == 302
    client.post("/sign-out/")
    reason(client.get(kept["Location"]))
    reason(bring(client, provider, asked, text))
    assert signed_in_as(client) is None


def test_assertion_counts_once_even_if_the_question_is_open_again(client, provider, house, svenja):
    """As if somebody had got hold of both: the session as it was, and the answer."""
    asked = ask(client, provider)
    before = dict(client.session.items())
    text = house.answer(asked)
    bring(client, provider, asked, text)
    client.post("/sign-out/")
    await_answer(provider, state=asked["state"])
    client.get("/sign-in/")
    session = SessionStore()
    session.update(before)
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert "schon einmal" in reason(bring(client, provider, asked, text))
    assert signed_in_as(client) is None


def test_spent_assertions_are_forgotten_when_they_would_not_hold_any_more(client, provider, house, svenja):
    go(client, provider, house)
    ask(client, provider)
    forget_answers()
    assert (SpentAssertion.objects.count(), PendingAnswer.objects.count()) == (1, 1)
    SpentAssertion.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    PendingAnswer.objects.update(created_at=timezone.now() - timedelta(hours=1))
    forget_answers()
    assert not SpentAssertion.objects.exists() and not PendingAnswer.objects.exists()


def test_sign_in_that_the_provider_begins_is_not_accepted(client, provider, house, svenja):
    asked = {"id": "", "issuer": "", "answers": "", "state": ""}
    assert "Beginnen Sie hier" in reason(bring(client, provider, asked, house.answer(asked), state=""))
    assert not PendingAnswer.objects.exists(), "strangers leave nothing behind"


def test_too_late(client, provider, house, svenja):
    asked = ask(client, provider)
    PendingAnswer.objects.update(created_at=timezone.now() - timedelta(hours=1))
    reason(bring(client, provider, asked, house.answer(asked)))
    assert nobody_came_in(client)
