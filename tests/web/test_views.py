import pytest

from tests.accounts.factories import an_administrator

pytestmark = pytest.mark.django_db


def test_preferences_are_kept_and_lead_back(client):
    user = an_administrator()
    client.force_login(user)
    response = client.post(
        "/preferences/", {"theme": "dark", "language": "en"}, headers={"Referer": "http://testserver/persons/"}
    )
    assert (response.status_code, response["Location"]) == (302, "/persons/")
    user.refresh_from_db()
    assert (user.theme, user.language, user.density) == ("dark", "en", "")


@pytest.mark.parametrize("referer", ["https://evil.example/persons/", "http://[", "http://testserver//evil.example/"])
def test_preferences_lead_nowhere_else(client, referer):
    assert client.post("/preferences/", {"language": "en"}, headers={"Referer": referer})["Location"] == "/"


def test_scripts_get_no_page_for_preferences(client):
    client.force_login(an_administrator())
    assert (
        client.post("/preferences/", {"density": "compact"}, headers={"Accept": "application/json"}).status_code == 204
    )


def test_visitors_choose_a_language_for_this_device(client):
    response = client.post("/preferences/", {"language": "en"})
    assert response.cookies["django_language"].value == "en"
    assert b"Sign in" in client.get("/sign-in/").content


def test_shortcuts_are_kept_on_the_device(client):
    client.force_login(an_administrator())
    client.post("/preferences/", {"shortcuts": "off"})
    assert 'data-hotkeys-off-value="true"' in client.get("/organisations/").content.decode()


@pytest.mark.parametrize("values", [{"theme": "pink"}, {"density": "tight"}, {"language": "xx"}])
def test_unknown_preferences_are_refused(client, values):
    user = an_administrator()
    client.force_login(user)
    assert client.post("/preferences/", values).status_code == 400
    user.refresh_from_db()
    assert (user.theme, user.density, user.language) == ("", "", "de")


def test_settings_lead_to_the_first_page(client):
    client.force_login(an_administrator())
    assert client.get("/settings/")["Location"] == "/settings/profile/"


def test_settings_ask_for_sign_in(client):
    assert client.get("/settings/")["Location"] == "/sign-in/?next=/settings/"


def test_unknown_address_is_a_page_in_the_shell(client):
    client.force_login(an_administrator())
    response = client.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert b"sidebar" in response.content
