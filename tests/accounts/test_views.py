import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from kundig.accounts.actions import deactivate_user, make_password_link
from kundig.accounts.jobs import KIND, mail_password_link
from kundig.accounts.models import User
from kundig.accounts.queries import forget_company
from kundig.platform.models import JobRun
from tests.accounts.factories import PASSWORD, a_user, an_administrator

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "Drei Kraniche am Kanal"
WORLD = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    forget_company()


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": email, "password": password, **extra}, headers={"accept-language": "en"})


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def do_jobs():
    for run in JobRun.objects.filter(kind=KIND, finished_at=None):
        mail_password_link(None, **run.arguments)
        run.delete()


# -- in and out ----------------------------------------------------------------------------------------------------


def test_sign_in_leads_to_the_page_one_wanted(client):
    user = a_user(email="svenja@wendeler.example")
    asked = client.get("/settings/profile/?a=1")
    assert (asked.status_code, asked["Location"]) == (302, "/sign-in/?next=/settings/profile/%3Fa%3D1")
    answer = sign_in(client, "Svenja@Wendeler.example", next="/settings/profile/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/settings/profile/?a=1")
    assert signed_in_as(client) == str(user.pk)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://boese.example/",
        "//boese.example/",
        "/\\boese.example",
        "javascript:alert(1)",
        "http:///x",
        "http://[",
        "http://localhost/",
    ],
)
def test_sign_in_never_leads_elsewhere(client, elsewhere):
    user = a_user()
    answer = sign_in(client, user.email, next=elsewhere)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_sign_in_changes_the_session_and_its_cookie_is_closed_to_scripts(client):
    client.get("/sign-in/")
    client.session.save()
    user = a_user()
    answer = sign_in(client, user.email)
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    before = client.session.session_key
    client.post("/sign-out/")
    sign_in(client, user.email)
    assert client.session.session_key != before


def test_sign_in_without_staying_ends_with_the_browser(client):
    user = a_user()
    assert sign_in(client, user.email).cookies["sessionid"]["max-age"] == ""
    client.post("/sign-out/")
    assert sign_in(client, user.email, remember="on").cookies["sessionid"]["max-age"] > 1_000_000


def test_sign_in_refused_says_the_same_whoever_tries(client):
    user, gone = a_user(), a_user("Holger Timm")
    deactivate_user(gone, by=an_administrator())
    answers = [
        sign_in(client, user.email, "falsch"),
        sign_in(client, "niemand@wendeler.example", PASSWORD),
        sign_in(client, gone.email, PASSWORD),
    ]
    pages = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert {answer.status_code for answer in answers} == {422}
    assert pages[0] == pages[1] == pages[2]
    assert "Mail address or password is not right." in pages[0]
    assert signed_in_as(client) is None


def test_sign_in_empty_says_what_is_missing(client):
    a_user()
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert "Please enter your mail address." in answer.content.decode()
    assert "Please enter your password." in answer.content.decode()


def test_sign_in_escapes_what_was_typed(client):
    a_user()
    page = sign_in(client, '"><script>alert(1)</script>', "x").content.decode()
    assert "<script>alert" not in page


def test_sign_out_needs_a_click_and_ends_the_session(client):
    client.force_login(a_user())
    assert client.get("/sign-out/").status_code == 200
    assert signed_in_as(client)
    token = client.cookies["csrftoken"].value
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert client.cookies["csrftoken"].value != token
    assert signed_in_as(client) is None


def test_nobody_signs_up(client):
    for path in ("/signup/", "/accounts/signup/", "/accounts/login/", "/accounts/email/"):
        assert client.get(path).status_code in (302, 404)
    assert User.objects.count() == 0


def test_sign_in_page_of_an_empty_house_says_where_the_link_is(client):
    page = client.get("/sign-in/", headers={"accept-language": "en"}).content.decode()
    assert "./kundig start" in page
    assert 'name="password"' not in page


# -- lock-out ------------------------------------------------------------------------------------------------------


def test_lock_out_says_when_it_opens_again_and_opens(client):
    user = a_user()
    for _ in range(4):
        assert sign_in(client, user.email, "falsch").status_code == 422
    last = sign_in(client, user.email, "falsch")
    assert last.status_code == 429
    locked = sign_in(client, user.email, PASSWORD)
    assert locked.status_code == 429
    assert signed_in_as(client) is None
    opens = timezone.localtime(AccessAttempt.objects.get().attempt_time + timedelta(minutes=15))
    assert f"From {opens:%H:%M} you can try again" in locked.content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, user.email, PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_lock_out_warns_before(client):
    user = a_user()
    texts = [sign_in(client, user.email, "falsch").content.decode() for _ in range(4)]
    assert "minutes of pause" not in texts[0]
    assert "3 more attempts, then 15 minutes of pause." in " ".join(texts[1].split())
    assert "One more attempt, then 15 minutes of pause." in " ".join(texts[3].split())


def test_lock_out_is_the_same_for_addresses_nobody_has(client):
    a_user()
    statuses = [sign_in(client, "niemand@wendeler.example", "falsch").status_code for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 429, 429]


def test_lock_out_holds_for_one_address_at_one_place_only(client):
    user, other = a_user(), a_user("Holger Timm")
    for _ in range(5):
        sign_in(client, user.email.upper(), "falsch")
    assert sign_in(client, user.email).status_code == 429
    assert sign_in(client, other.email).status_code == 302
    client.post("/sign-out/")
    elsewhere = client.post("/sign-in/", {"login": user.email, "password": PASSWORD}, **WORLD)
    assert elsewhere.status_code == 302


def test_lock_out_cannot_be_dodged_by_a_header(client):
    user = a_user()
    for n in range(6):
        answer = client.post(
            "/sign-in/", {"login": user.email, "password": "falsch"}, headers={"x-forwarded-for": f"198.51.100.{n}"}
        )
    assert answer.status_code == 429


def test_lock_out_tells_callers_apart_behind_a_known_proxy(client, settings):
    settings.TRUSTED_PROXIES = 1
    user = a_user()
    for _ in range(5):
        client.post("/sign-in/", {"login": user.email, "password": "falsch"}, headers={"x-forwarded-for": "9.9.9.9"})
    for forwarded, status in (("198.51.100.1, 9.9.9.9", 429), ("9.9.9.9, 198.51.100.1", 302)):
        answer = client.post(
            "/sign-in/", {"login": user.email, "password": PASSWORD}, headers={"x-forwarded-for": forwarded}
        )
        assert answer.status_code == status


# -- passwords -----------------------------------------------------------------------------------------------------


def ask_for_link(client, email):
    answer = client.post("/password/forgotten/", {"email": email}, headers={"accept-language": "en"})
    do_jobs()
    return answer


def test_forgotten_sends_a_link_that_works_once(client):
    user = a_user(email="svenja@wendeler.example")
    assert ask_for_link(client, "Svenja@Wendeler.Example")["Location"] == "/password/forgotten/sent/"
    message = mail.outbox[0]
    assert message.to == ["svenja@wendeler.example"]
    link = urlsplit(re.search(r"http\S+", message.body)[0])
    assert link.netloc == "testserver"
    form = client.get(link.path)
    assert form.status_code == 302 and user.pk.hex in form["Location"] and "set-password" in form["Location"]
    page = client.get(form["Location"])
    assert "no-store" in page["Cache-Control"]
    done = client.post(form["Location"], {"password1": NEW_PASSWORD})
    assert (done.status_code, done["Location"]) == (302, "/")
    assert signed_in_as(client) == str(user.pk)
    client.post("/sign-out/")
    assert "no longer works" in client.get(link.path, headers={"accept-language": "en"}).content.decode()
    assert sign_in(client, user.email, PASSWORD).status_code == 422
    assert sign_in(client, user.email, NEW_PASSWORD).status_code == 302


def test_forgotten_answers_the_same_for_nobody(client, django_assert_num_queries):
    user = a_user()
    known = ask_for_link(client, user.email)
    unknown = ask_for_link(client, "niemand@wendeler.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_forgotten_keeps_no_address_and_no_link_in_the_queue(client):
    user = a_user()
    client.post("/password/forgotten/", {"email": user.email})
    client.post("/password/forgotten/", {"email": "niemand@wendeler.example"})
    kept = [run.arguments for run in JobRun.objects.order_by("id")]
    assert [arguments["user_id"] for arguments in kept] == [str(user.pk), ""]
    assert "@" not in str(kept) and "/password/" not in str(kept)


def test_forgotten_of_someone_deactivated_sends_nothing(client):
    user = a_user()
    deactivate_user(user, by=an_administrator())
    ask_for_link(client, user.email)
    assert mail.outbox == []


def test_forgotten_wrong_address_is_refused_at_the_field(client):
    answer = ask_for_link(client, "keine adresse")
    assert answer.status_code == 422
    assert "name@company.com" in answer.content.decode()


def test_forgotten_is_limited(client):
    statuses = [ask_for_link(client, "niemand@wendeler.example").status_code for _ in range(6)]
    assert statuses == [302, 302, 302, 302, 302, 429]
    refused = ask_for_link(client, "niemand@wendeler.example").content.decode()
    assert "Please wait a few minutes." in refused and "<html" in refused


@pytest.mark.parametrize("path", ["/password/0-x/", "/password/zzzz-set-password/", "/password/" + "f" * 32 + "-x/"])
def test_new_password_with_a_wrong_link_says_what_to_do(client, path):
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "This link no longer works" in answer.content.decode()


def test_new_password_too_weak_is_refused_at_the_field(client):
    user = a_user()
    page = client.get(make_password_link(user, by=None))["Location"]
    for weak in ("kurz", "Passwort123!", user.email, ""):
        assert client.post(page, {"password1": weak}).status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_new_password_link_ends_with_a_new_address_and_with_deactivation(client):
    user, gone = a_user(), a_user("Holger Timm")
    link, other = make_password_link(user, by=None), make_password_link(gone, by=None)
    User.objects.filter(pk=user.pk).update(email="neu@wendeler.example")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert client.get(link).status_code == 200
    assert client.get(other).status_code == 200


def test_new_password_link_after_three_days_is_gone(client, settings):
    link = make_password_link(a_user(), by=None)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link).status_code == 200


def test_new_password_opens_a_lock(client):
    user = a_user()
    for _ in range(5):
        sign_in(client, user.email, "falsch")
    page = client.get(make_password_link(user, by=None))["Location"]
    assert client.post(page, {"password1": NEW_PASSWORD}).status_code == 302
    client.post("/sign-out/")
    assert sign_in(client, user.email, NEW_PASSWORD).status_code == 302


def test_own_password_changes_and_signs_out_elsewhere(client, client_elsewhere):
    user = a_user()
    client.force_login(user)
    client_elsewhere.force_login(user)
    answer = client.post("/settings/password/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert answer.status_code == 302
    assert client.get("/settings/profile/").status_code == 200
    assert client_elsewhere.get("/settings/profile/").status_code == 302


@pytest.mark.parametrize(("old", "new"), [("falsch", NEW_PASSWORD), (PASSWORD, "kurz"), ("", "")])
def test_own_password_refused_changes_nothing(client, old, new):
    user = a_user()
    client.force_login(user)
    assert client.post("/settings/password/", {"oldpassword": old, "password1": new}).status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_passwords_are_kept_by_argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert a_user().password.startswith("argon2$argon2id$")


@pytest.fixture
def client_elsewhere():
    from django.test import Client

    return Client()


# -- language ------------------------------------------------------------------------------------------------------


def test_language_of_visitors_follows_the_browser_then_their_choice(client):
    a_user()
    assert ">Anmelden<" in client.get("/sign-in/", headers={"accept-language": "de-AT"}).content.decode()
    assert ">Sign in<" in client.get("/sign-in/", headers={"accept-language": "en-GB"}).content.decode()
    client.post("/preferences/", {"language": "de"}, headers={"referer": "http://testserver/sign-in/"})
    answer = client.get("/sign-in/", headers={"accept-language": "en-GB"})
    assert ">Anmelden<" in answer.content.decode()
    assert answer["Content-Language"] == "de"


def test_language_of_users_is_their_own(client):
    user = a_user()
    client.force_login(user)
    client.post("/preferences/", {"language": "en"})
    assert "Profile" in client.get("/settings/profile/", headers={"accept-language": "de"}).content.decode()
