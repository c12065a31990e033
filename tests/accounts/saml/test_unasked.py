"""Sign-ins that the provider begins: off until an administrator wants them, and no attack comes in by them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.models import IdentityProvider, PendingAnswer
from tests.accounts.factories import a_user
from tests.accounts.saml.provider import sealing_for, stamp
from tests.accounts.saml.steps import ask, make, nobody_came_in, reason, signed_in_as

pytestmark = pytest.mark.django_db
NOT_ASKED = {"request": "", "answers_to": ""}


@pytest.fixture
def willing(house):
    """A provider from whose start page people may come."""
    return make(house, takes_unasked=True)


def place(provider):
    return f"/sign-in/with/{provider.pk}/answer/"


def ours(provider):
    """What the provider knows of us without having been asked."""
    return {
        "id": "_tile1", "issuer": f"http://testserver/sign-in/with/{provider.pk}/metadata/",
        "answers": f"http://testserver{place(provider)}",
    }  # fmt: skip


def unasked(house, provider, lies=None, **how):
    house.lies = NOT_ASKED | (lies or {})
    return house.answer(ours(provider), **how)


def post(provider, text, state=""):
    """The form on the provider's page, which brings no cookie."""
    sent = {"SAMLResponse": text} | ({"RelayState": state} if state else {})
    return Client().post(place(provider), sent, headers={"origin": "https://haus.example"})


def come(client, provider, text, state=""):
    kept = post(provider, text, state)
    return client.get(kept["Location"]) if kept.status_code == 303 else kept


@pytest.mark.parametrize("how", [{}, {"signs": "response"}, {"signs": "both"}])
def test_sign_in_from_the_start_page_of_the_provider(client, willing, house, svenja, how):
    answer = come(client, willing, unasked(house, willing, **how))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in_as(client) == str(svenja.pk)


def test_an_encrypted_one_is_opened(client, willing, house, svenja):
    page = client.get(f"/sign-in/with/{willing.pk}/metadata/").content
    come(client, willing, unasked(house, willing, seal=sealing_for(page)))
    assert signed_in_as(client) == str(svenja.pk)


def test_it_is_off_until_somebody_wants_it(client, provider, house, svenja):
    assert "Beginnen Sie hier" in reason(come(client, provider, unasked(house, provider)))
    assert nobody_came_in(client) and not PendingAnswer.objects.exists()


def test_switched_off_meanwhile_nothing_is_fetched(client, willing, house, svenja):
    kept = post(willing, unasked(house, willing))
    IdentityProvider.objects.update(takes_unasked=False)
    assert client.get(kept["Location"]).status_code == 403
    assert nobody_came_in(client)


def test_the_same_answer_lets_nobody_in_twice(client, willing, house, svenja):
    text = unasked(house, willing)
    kept, again = post(willing, text), post(willing, text)
    client.get(kept["Location"])
    assert signed_in_as(client) == str(svenja.pk)
    thief = Client()
    assert "hat nichts geschickt" in reason(thief.get(kept["Location"]))
    assert "schon" in reason(thief.get(again["Location"]))
    assert "schon" in reason(come(thief, willing, text))
    assert signed_in_as(thief) is None


def test_what_nobody_fetches_is_forgotten(client, willing, house, svenja):
    kept = post(willing, unasked(house, willing))
    PendingAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert client.get(kept["Location"]).status_code == 403
    assert nobody_came_in(client)


@pytest.mark.parametrize(
    ("lies", "how", "words"),
    [
        ({}, {"signs": "none"}, "nicht so unterschrieben"),
        ({}, {"by": "other"}, "nicht so unterschrieben"),
        ({"issuer": "https://boese.example"}, {}, "für jemand anderen"),
        ({"audience": "https://anderswo.example"}, {}, "für jemand anderen"),
        ({"audience": ""}, {}, "für jemand anderen"),
        ({"recipient": "https://anderswo.example/answer/"}, {}, "für jemand anderen"),
        ({"destination": "https://anderswo.example/answer/"}, {}, "für jemand anderen"),
        ({"ends": stamp(minutes=5)}, {}, "zu alt"),
        ({"conditions_end": stamp(minutes=5)}, {}, "zu alt"),
        ({"not_before": stamp(minutes=-5)}, {}, "zu alt"),
        ({"ends": stamp(days=-2)}, {}, "zu alt"),
        ({"request": "_a_question"}, {}, "anderen Frage"),
        ({"answers_to": "_a_question"}, {}, "anderen Frage"),
    ],
)
def test_what_does_not_hold_lets_nobody_in_and_is_not_even_kept(client, willing, house, svenja, lies, how, words):
    assert words in reason(come(client, willing, unasked(house, willing, lies, **how)))
    assert nobody_came_in(client) and not PendingAnswer.objects.exists()


def test_answer_to_a_question_of_another_browser_is_no_unasked_one(client, willing, house, svenja):
    asked = ask(Client(), willing)
    text = house.answer(asked)
    assert "anderen Frage" in reason(come(client, willing, text))
    kept = post(willing, text, asked["state"])
    assert client.get(kept["Location"]).status_code == 403
    assert nobody_came_in(client)


def test_unasked_answer_does_not_pass_for_the_answer_to_a_question(client, willing, house, svenja):
    asked = ask(client, willing)
    assert "anderen Frage" in reason(come(client, willing, unasked(house, willing), asked["state"]))
    assert nobody_came_in(client)


@pytest.mark.parametrize(
    ("state", "onwards"),
    [
        ("/persons/", "/persons/"),
        ("/organisations/?q=Anker", "/organisations/?q=Anker"),
        ("https://boese.example/", "/"),
        ("//boese.example/", "/"),
        ("/\\boese.example/", "/"),
        ("/\t/boese.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("unasked-x", "/"),
    ],
)
def test_it_leads_only_to_pages_of_this_house(client, willing, house, svenja, state, onwards):
    assert come(client, willing, unasked(house, willing), state)["Location"] == onwards
    assert signed_in_as(client) == str(svenja.pk)


def test_an_address_that_was_altered_on_the_way_leads_nowhere_else(client, willing, house, svenja):
    kept = post(willing, unasked(house, willing))
    assert client.get(f"{kept['Location']}&next=https://boese.example/")["Location"] == "/"


def test_nobody_is_replaced_unseen(client, willing, house, svenja):
    """A page elsewhere could make somebody go on as whoever made it."""
    holger = a_user("Holger Wendeler")
    client.force_login(holger, backend="kundig.accounts.backends.AccessBackend")
    assert "Holger Wendeler" in reason(come(client, willing, unasked(house, willing)))
    assert signed_in_as(client) == str(holger.pk)
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    assert come(client, willing, unasked(house, willing, {"assertion": "_a2"}))["Location"] == "/"
    assert signed_in_as(client) == str(svenja.pk)


def test_a_second_factor_is_still_asked(client, willing, house, svenja):
    from tests.accounts.test_factors import with_totp

    with_totp(svenja)
    assert come(client, willing, unasked(house, willing))["Location"] == "/sign-in/code/"
    assert signed_in_as(client) is None


def test_strangers_cannot_fill_the_database(willing, house, svenja):
    assert [post(willing, "x").status_code for _time in range(3)] == [403] * 3
    answers = [post(willing, unasked(house, willing, {"assertion": f"_a{number}"})) for number in range(40)]
    assert {answer.status_code for answer in answers} == {303, 403}
    assert "Zu viele Versuche" in reason(answers[-1])
