"""The second factor: set up, asked for, replaced by recovery codes, never used twice, reset by an administrator."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import translation

from kundig.accounts.actions import add_totp, deactivate_user, new_totp_secret, renew_codes, reset_factors, use_code
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models import SecurityEntry
from kundig.accounts.queries import factors_of
from kundig.platform.sealing import Unreadable, seal, unseal
from tests.accounts.factories import PASSWORD, a_user, an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted_and_in_german():
    cache.clear()
    with translation.override("de"):
        yield


def code_of(secret, step=0, *, lasting=0):
    """The code of so many half minutes from now, which go on for `lasting` seconds at least."""
    left = 30 - time.time() % 30
    if left < lasting:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def with_totp(user):
    """The secret of a second factor whose code of now is not used up."""
    secret = new_totp_secret()
    add_totp(user, secret=secret, code=code_of(secret, -1))
    return secret


def sign_in(client, user):
    return client.post("/sign-in/", {"login": user.email, "password": PASSWORD})


def signed_in_as(client):
    return client.session.get("_auth_user_id")


# -- the secret ----------------------------------------------------------------------------------------------------


def test_sealed_opens_only_here_and_for_its_purpose(settings):
    sealed = seal("Kesselhaus", purpose="second factor")
    assert "Kesselhaus" not in sealed
    assert unseal(sealed, purpose="second factor") == "Kesselhaus"
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="provider")
    settings.SECRET_KEY = "another house"
    for broken in (sealed, "", "ü", sealed[:-3]):
        with pytest.raises(Unreadable):
            unseal(broken, purpose="second factor")


def test_secret_lies_sealed_in_the_database():
    secret = with_totp(a_user())
    assert secret not in str(Authenticator.objects.get().data)


# -- codes ---------------------------------------------------------------------------------------------------------


def test_code_works_once_and_not_again_even_a_minute_later(monkeypatch):
    user = a_user()
    secret = with_totp(user)
    code = code_of(secret)
    assert use_code(user, code=f" {code[:3]} {code[3:]} ") is not None
    assert use_code(user, code=code) is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31)
    assert use_code(user, code=code) is None, "still within the tolerance, but used"
    assert use_code(user, code=code_of(secret)) is not None


def test_code_that_set_the_factor_up_does_not_sign_in():
    user, secret = a_user(), new_totp_secret()
    code = code_of(secret)
    add_totp(user, secret=secret, code=code)
    assert use_code(user, code=code) is None


@pytest.mark.parametrize("wrong", ["", "000000", "abcdef", "12345", "²²²²²²", "1" * 5000, "\0"])
def test_wrong_code_is_nobodys(wrong):
    user = a_user()
    with_totp(user)
    assert use_code(user, code=wrong) is None
    with pytest.raises(ValidationError):
        add_totp(user, secret=new_totp_secret(), code=wrong)


def test_recovery_code_works_once_and_is_recorded():
    user = a_user()
    with_totp(user)
    codes = renew_codes(user)
    assert len(set(codes)) == 10
    assert use_code(user, code=f"{codes[3][:4]} {codes[3][4:]}") is not None
    assert use_code(user, code=codes[3]) is None
    assert factors_of(user).codes_left == 9
    assert SecurityEntry.objects.get(event=SecurityEvent.CODE_USED).detail == "noch 9"
    renew_codes(user)
    assert use_code(user, code=codes[4]) is None, "new ones end the old"


def test_recovery_codes_alone_are_no_factor():
    with pytest.raises(ValidationError):
        renew_codes(a_user())
    assert not Authenticator.objects.exists()


# -- signing in ----------------------------------------------------------------------------------------------------


def test_sign_in_asks_for_the_code_and_leads_where_one_wanted(client):
    user = a_user()
    secret = with_totp(user)
    first = client.post("/sign-in/", {"login": user.email, "password": PASSWORD, "next": "/persons/"})
    assert (first.status_code, first["Location"]) == (302, "/sign-in/code/")
    assert signed_in_as(client) is None
    assert client.get("/persons/").status_code == 302
    page = client.get("/sign-in/code/").content.decode()
    assert "Sechs Ziffern" in page and PASSWORD not in page
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    assert wrong.status_code == 422 and "stimmt nicht" in wrong.content.decode()
    assert signed_in_as(client) is None
    done = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert (done.status_code, done["Location"]) == (302, "/persons/")
    assert signed_in_as(client) == str(user.pk)


def test_code_without_the_password_opens_nothing(client):
    secret = with_totp(a_user())
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert client.post("/sign-in/code/", {"code": code_of(secret)})["Location"] == "/sign-in/"
    assert signed_in_as(client) is None


def test_code_of_a_colleague_opens_nothing(client):
    user, colleague = a_user(), a_user("Holger Timm")
    with_totp(user)
    secret = with_totp(colleague)
    sign_in(client, user)
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 422
    assert signed_in_as(client) is None


def test_guessing_codes_is_limited_for_the_account_whatever_the_browser(client):
    user = a_user()
    secret = with_totp(user)
    sign_in(client, user)
    for _ in range(6):
        assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    other = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(other, user)
    refused = other.post("/sign-in/code/", {"code": code_of(secret)})
    assert "Zu viele Versuche" in refused.content.decode()
    assert signed_in_as(other) is None


def test_sign_in_with_a_recovery_code(client):
    user = a_user()
    with_totp(user)
    codes = renew_codes(user)
    sign_in(client, user)
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    assert signed_in_as(client) == str(user.pk)


def test_new_password_by_link_does_not_jump_the_second_step(client):
    from kundig.accounts.actions import make_password_link

    user = a_user()
    with_totp(user)
    page = client.get(make_password_link(user, by=None))["Location"]
    answer = client.post(page, {"password1": "Drei Kraniche am Kanal"})
    assert answer["Location"] == "/sign-in/code/"
    assert signed_in_as(client) is None


def test_second_step_ends_with_deactivation(client):
    user = a_user()
    secret = with_totp(user)
    sign_in(client, user)
    deactivate_user(user, by=an_administrator())
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert signed_in_as(client) is None or client.get("/settings/profile/").status_code == 302


# -- passkeys by hand ----------------------------------------------------------------------------------------------

NONSENSE = [
    "",
    "x",
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_passkey_of_ones_own_making_opens_nothing(client, credential):
    a_user()
    client.get("/sign-in/passkey/options/")
    answer = client.post("/sign-in/passkey/", {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert "öffnet hier keinen Zugang" in client.get("/sign-in/").content.decode()
    assert signed_in_as(client) is None


@pytest.mark.parametrize("credential", NONSENSE)
def test_passkey_of_ones_own_making_is_not_added(client, credential):
    client.force_login(a_user())
    client.post("/confirm/", {"password": PASSWORD})
    assert client.post("/settings/security/passkeys/new/", {"credential": credential}).status_code == 422
    assert not Authenticator.objects.exists()


def test_passkey_options_tell_nothing_about_anybody(client):
    options = client.get("/sign-in/passkey/options/").json()["publicKey"]
    assert options.get("allowCredentials", []) == [] and options["userVerification"] == "required"


# -- the administrator ---------------------------------------------------------------------------------------------


def test_reset_is_for_administrators_recorded_and_told():
    """Owner, colleague, stranger."""
    owner, colleague, jana = a_user(), a_user("Holger Timm"), an_administrator()
    with_totp(owner)
    for by in (owner, colleague):
        with pytest.raises(PermissionDenied):
            reset_factors(owner, by=by)
    assert factors_of(owner).any
    reset_factors(owner, by=jana)
    assert not factors_of(owner).any
    entry = SecurityEntry.objects.get(event=SecurityEvent.FACTORS_RESET)
    assert (entry.user, entry.by) == (owner, jana)
