"""The pages on which people set up their second factor and their passkeys."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import translation

from kundig.accounts.actions import renew_codes
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models import SecurityEntry
from kundig.accounts.queries import factors_of
from tests.accounts.factories import PASSWORD, a_user, an_administrator
from tests.accounts.test_factors import code_of, with_totp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted_and_in_german():
    cache.clear()
    with translation.override("de"):
        yield


@pytest.fixture
def svenja(client):
    user = a_user()
    client.force_login(user)
    return user


@pytest.fixture
def confirmed(client, svenja):
    assert client.post("/confirm/", {"password": PASSWORD})["Location"] == "/settings/security/"
    return client


LOCKS = ["/settings/security/totp/", "/settings/security/passkeys/new/"]


@pytest.mark.parametrize("address", LOCKS)
def test_locks_are_changed_only_by_who_shows_again_who_they_are(client, svenja, address):
    answer = client.get(address)
    assert answer["Location"] == f"/confirm/?next={address.replace('/', '%2F')}"
    assert client.post("/confirm/", {"password": "falsch", "next": address}).status_code == 422
    assert client.get(address).status_code == 302
    assert client.post("/confirm/", {"password": PASSWORD, "next": address})["Location"] == address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["totp/removal/", "codes/new/", "passkeys/1/"],
)
def test_locks_are_not_opened_by_who_finds_an_open_browser(client, svenja, address):
    with_totp(svenja)
    answer = client.post(f"/settings/security/{address}")
    assert answer["Location"].startswith("/confirm/?next=%2Fsettings%2Fsecurity%2F")
    assert factors_of(svenja).totp and not factors_of(svenja).codes_left


def test_confirming_holds_for_ten_minutes(confirmed, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert confirmed.get("/settings/security/totp/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://boese.example/", "//boese.example/", "javascript:alert(1)"])
def test_confirming_never_leads_elsewhere(client, svenja, elsewhere):
    assert client.post("/confirm/", {"password": PASSWORD, "next": elsewhere})["Location"] == "/settings/security/"


def test_confirming_is_limited(client, svenja):
    for _ in range(6):
        client.post("/confirm/", {"password": "falsch"})
    assert "Zu viele Versuche" in client.post("/confirm/", {"password": PASSWORD}).content.decode()


def set_up(client):
    page = client.get("/settings/security/totp/").content.decode()
    secret = re.search(r'id="f-secret" readonly value="([^"]+)"', page)[1].replace(" ", "")
    return page, secret


def test_second_factor_is_set_up_with_a_picture_and_as_text(confirmed, svenja):
    page, secret = set_up(confirmed)
    assert re.search(r'<svg class="totp__picture" viewBox="0 0 (\d+) \1"', page) and "data:image" not in page
    wrong = confirmed.post("/settings/security/totp/", {"code": "000000"})
    assert wrong.status_code == 422 and secret in wrong.content.decode().replace(" ", "")
    assert not factors_of(svenja).any
    done = confirmed.post("/settings/security/totp/", {"code": code_of(secret)})
    assert done["Location"] == "/settings/security/codes/"
    assert factors_of(svenja).totp and factors_of(svenja).codes_left == 10
    codes = re.findall(r"<code>([\d ]{9})</code>", confirmed.get("/settings/security/codes/").content.decode())
    assert len(codes) == 10
    file = confirmed.get("/settings/security/codes/file/")
    assert "attachment" in file["Content-Disposition"] and all(code in file.content.decode() for code in codes)
    assert {entry.event for entry in SecurityEntry.objects.filter(user=svenja)} == {SecurityEvent.TOTP_ADDED}


def test_recovery_codes_are_not_shown_again(confirmed, svenja, monkeypatch):
    with_totp(svenja)
    renew_codes(svenja)
    assert confirmed.get("/settings/security/codes/")["Location"] == "/settings/security/"
    assert confirmed.get("/settings/security/codes/file/").status_code == 404
    assert confirmed.post("/settings/security/codes/new/")["Location"] == "/settings/security/codes/"
    assert confirmed.get("/settings/security/codes/").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert confirmed.get("/settings/security/codes/").status_code == 302


def test_second_factor_switched_off_takes_its_recovery_codes_along(confirmed, svenja):
    with_totp(svenja)
    renew_codes(svenja)
    assert confirmed.post("/settings/security/totp/removal/").status_code == 302
    assert not Authenticator.objects.exists()


def test_passkeys_are_ones_own_business(confirmed, svenja):
    foreign = Authenticator.objects.create(user=a_user("Holger Timm"), type="webauthn", data={"name": "Telefon"})
    own = Authenticator.objects.create(user=svenja, type="webauthn", data={"name": "Laptop"})
    assert confirmed.post(f"/settings/security/passkeys/{foreign.pk}/", {"remove": "1"}).status_code == 404
    confirmed.post(f"/settings/security/passkeys/{own.pk}/", {"name": " Werkstatt\0 "})
    own.refresh_from_db()
    assert own.data["name"] == "Werkstatt"
    assert "Werkstatt" in confirmed.get("/settings/security/").content.decode()
    confirmed.post(f"/settings/security/passkeys/{own.pk}/", {"remove": "1"})
    assert list(Authenticator.objects.all()) == [foreign]
    assert SecurityEntry.objects.get().detail == "Werkstatt"


def test_passkeys_are_offered_where_browsers_keep_them(confirmed, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for host, possible in (
        ("localhost:8000", True),
        ("127.0.0.1:8000", False),
        ("[::1]", False),
        ("crm.example", False),
    ):
        page = confirmed.get("/settings/security/passkeys/new/", headers={"host": host}).content.decode()
        assert ("data-passkey-options-value" in page) is possible, host


def test_administrator_lets_somebody_in_who_has_lost_everything(client, svenja):
    with_totp(svenja)
    address = f"/settings/users/{svenja.pk}/factors/removal/"
    assert client.post(address).status_code == 403
    jana = an_administrator()
    client.force_login(jana)
    assert client.post(address)["Location"].startswith("/confirm/")
    client.post("/confirm/", {"password": PASSWORD})
    assert "Zweiter Faktor" in client.get(f"/settings/users/{svenja.pk}/").content.decode()
    client.post(address)
    assert not factors_of(svenja).any
