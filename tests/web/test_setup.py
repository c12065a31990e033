import pytest
from django.core.cache import cache

from kundig.accounts.actions import make_setup_token
from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from kundig.platform.models import JobRun
from tests.accounts.factories import PASSWORD

pytestmark = pytest.mark.django_db

TYPED = {
    "company_name": "Wendeler Drucklufttechnik GmbH",
    "country": "DE",
    "name": "Jana Brandt",
    "email": "jana.brandt@wendeler.example",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    forget_company()


@pytest.fixture
def link():
    return f"/setup/{make_setup_token()}/"


@pytest.mark.parametrize(
    ("way", "leads_to"),
    [("import", "/organisations/import/"), ("sample", "/"), ("empty", "/organisations/new/")],
)
def test_setup_makes_the_house_signs_in_and_leads_where_one_chose(client, link, way, leads_to):
    answer = client.post(link, TYPED | {"way": way})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.is_administrator
    assert Company.objects.get().name == "Wendeler Drucklufttechnik GmbH"
    assert [run.kind for run in JobRun.objects.all()] == (["sample"] if way == "sample" else [])


def test_setup_of_an_unknown_way_leads_home(client, link):
    assert client.post(link, TYPED | {"way": "https://boese.example"})["Location"] == "/"


def test_setup_link_works_once(client, link):
    client.post(link, TYPED)
    client.logout()
    again = client.get(link, headers={"accept-language": "en"})
    assert again.status_code == 410
    assert "Kundig is set up already" in again.content.decode()
    assert client.post(link, TYPED | {"email": "boese@example.org"}).status_code == 410
    assert User.objects.count() == 1


def test_setup_link_wrong_says_where_the_right_one_is(client):
    answer = client.get("/setup/falsch/", headers={"accept-language": "en"})
    assert answer.status_code == 410
    assert "./kundig start" in answer.content.decode()


def test_setup_switches_the_language_at_once_and_keeps_what_was_typed(client, link):
    german = client.get(link, headers={"accept-language": "de"})
    assert "Willkommen bei Kundig" in german.content.decode()
    english = client.post(link, TYPED | {"speak": "en"}, headers={"accept-language": "de"})
    page = english.content.decode()
    assert english.status_code == 200
    assert "Welcome to Kundig" in page and '<html lang="en"' in page
    assert 'value="Wendeler Drucklufttechnik GmbH"' in page and 'value="jana.brandt@wendeler.example"' in page
    assert PASSWORD not in page
    assert not User.objects.exists()
    assert "Welcome to Kundig" in client.get(link, headers={"accept-language": "de"}).content.decode()
    client.post(link, TYPED)
    assert User.objects.get().language == "en"


def test_setup_refused_keeps_all_but_the_password(client, link):
    answer = client.post(link, TYPED | {"password": "passwort", "email": "jana"}, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="e-password"' in page and 'id="e-email"' in page and 'value="Jana Brandt"' in page
    assert 'value="passwort"' not in page
    assert not User.objects.exists()


def test_setup_escapes_what_was_typed(client, link):
    evil = '"><script>alert(1)</script>'
    page = client.post(link, TYPED | {"company_name": evil, "name": evil, "password": ""}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["company_name", "country", "name", "email", "password", "speak", "way"])
def test_setup_takes_bytes_that_cannot_be_stored_for_a_mistake(client, link, name):
    assert client.post(link, TYPED | {name: "a\x00b"}).status_code in (302, 422)
    assert all("\x00" not in user.name for user in User.objects.all())


def test_setup_overlong_values_are_refused_at_the_field(client, link):
    for name, length in (("company_name", 161), ("name", 121), ("email", 300)):
        assert client.post(link, TYPED | {name: "x" * length}).status_code == 422
    assert not User.objects.exists()


def test_setup_is_limited(client, link):
    statuses = {client.post(link, TYPED | {"password": ""}).status_code for _ in range(20)}
    assert statuses == {422}
    assert client.post(link, TYPED).status_code == 429
    assert not User.objects.exists()


def test_setup_is_never_kept_by_the_browser(client, link):
    assert "no-store" in client.get(link)["Cache-Control"]
