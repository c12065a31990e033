"""Where people are signed in, what it costs to know, and how it ends."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone, translation

from kundig.accounts.actions import change_user, deactivate_user, end_session, make_password_link
from kundig.accounts.devices import device_in_words, place_in_words
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.jobs import mail_security_entry
from kundig.accounts.models import KnownDevice, OpenSession, SecurityEntry, User
from kundig.platform.models import JobRun
from tests.accounts.factories import PASSWORD, a_user, an_administrator

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0"
    " Safari/537.36 Edg/138.0.0.0"
)
NEW_PASSWORD = "Drei Kraniche am Kanal"


@pytest.fixture(autouse=True)
def _nothing_counted_and_in_german():
    cache.clear()
    with translation.override("de"):
        yield


def a_browser(agent=FIREFOX, address="203.0.113.9"):
    return Client(headers={"user-agent": agent, "accept-language": "en"}, REMOTE_ADDR=address)


def sign_in(user, browser=None):
    browser = browser or a_browser()
    assert browser.post("/sign-in/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return browser


def is_signed_in(browser):
    return browser.get("/settings/security/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox auf Linux"),
        (IPHONE, "Safari auf iPhone"),
        (EDGE, "Edge auf Windows"),
        ("curl/8.9.1", "curl"),
        ("", "Unbekanntes Gerät"),
        ('"><script>alert(1)</script>', '"><script>alert(1)<'),
    ],
)
def test_device_in_words(agent, words):
    assert device_in_words(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("203.0.113.9", "203.0.113.9, in Ihrem Netz"),
        ("8.8.8.8", "8.8.8.8"),
        ("192.168.1.20", "192.168.1.20, in Ihrem Netz"),
        ("::1", "die Maschine, auf der Kundig läuft"),
        (None, "Unbekannter Ort"),
        ("0.0.0.0", "Unbekannter Ort"),
    ],
)
def test_place_in_words(address, words):
    assert place_in_words(address) == words


def test_session_knows_whose_it_is_from_where_and_with_what():
    user = a_user()
    sign_in(user)
    session = OpenSession.objects.get()
    assert (session.user, session.address, session.device) == (user, "203.0.113.9", FIREFOX)
    began = session.began_at
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    browser = a_browser()
    assert OpenSession.objects.get().began_at == began
    assert browser.get("/sign-in/").status_code == 200
    assert OpenSession.objects.count() == 1


def test_a_request_costs_one_statement_for_the_session_and_the_user(django_assert_num_queries, versions_known):
    browser = sign_in(a_user())
    browser.get("/settings/profile/")
    with django_assert_num_queries(2):  # and one for the bell
        browser.get("/settings/profile/")


def test_use_is_noted_every_few_minutes_only(django_assert_num_queries, versions_known):
    browser = sign_in(a_user())
    browser.get("/settings/profile/")
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    with django_assert_num_queries(3):
        browser.get("/settings/profile/", REMOTE_ADDR="198.51.100.7")
    assert OpenSession.objects.get().address == "198.51.100.7"
    with django_assert_num_queries(2):
        browser.get("/settings/profile/")


def test_own_sessions_are_listed_and_ended_one_by_one_or_all():
    user, colleague = a_user(), a_user("Holger Timm")
    here, there, third, foreign = sign_in(user), sign_in(user, a_browser(IPHONE)), sign_in(user), sign_in(colleague)
    page = here.get("/settings/security/").content.decode()
    assert page.count("Safari") >= 1 and page.count("dieses Gerät") == 1
    ref = OpenSession.objects.get(device=IPHONE).ref
    assert foreign.post("/settings/security/sessions/ending/", {"session": str(ref)}).status_code == 302
    assert is_signed_in(there), "nobody ends somebody else's"
    here.post("/settings/security/sessions/ending/", {"session": str(ref)})
    assert [is_signed_in(browser) for browser in (here, there, third, foreign)] == [True, False, True, True]
    here.post("/settings/security/sessions/ending/")
    assert [is_signed_in(browser) for browser in (here, third, foreign)] == [True, False, True]
    for nonsense in ("", "x", str(UUID(int=0)), "'; DROP TABLE"):
        assert here.post("/settings/security/sessions/ending/", {"session": nonsense}).status_code == 302
    assert is_signed_in(here)


def test_end_session_is_for_ones_own_only():
    user, colleague = a_user(), a_user("Holger Timm")
    sign_in(user)
    with pytest.raises(PermissionDenied):
        end_session(OpenSession.objects.get(), by=colleague)
    assert OpenSession.objects.count() == 1


def test_administrators_end_all_sessions_of_somebody_who_is_told():
    user, jana = a_user(), an_administrator()
    browser, colleague, administrator = sign_in(user), sign_in(a_user("Holger Timm")), sign_in(jana)
    address = f"/settings/users/{user.pk}/sessions/ending/"
    assert colleague.post(address).status_code == 403
    assert is_signed_in(browser)
    assert administrator.post(address).status_code == 302
    assert not is_signed_in(browser) and is_signed_in(administrator)
    entry = SecurityEntry.objects.get(event=SecurityEvent.SESSIONS_ENDED)
    assert (entry.user, entry.by) == (user, jana)
    mail_security_entry(None, entry_id=str(entry.pk))
    assert mail.outbox[0].to == [user.email] and "Jana Brandt" in mail.outbox[0].body


def test_sessions_end_with_a_new_password_and_with_deactivation():
    user, jana = a_user(), an_administrator()
    here, there = sign_in(user), sign_in(user)
    here.post("/settings/password/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert OpenSession.objects.filter(user=user).count() == 1
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    by_link = a_browser()
    page = by_link.get(make_password_link(User.objects.get(pk=user.pk), by=None))["Location"]
    by_link.post(page, {"password1": PASSWORD})
    assert (is_signed_in(by_link), is_signed_in(here)) == (True, False)
    deactivate_user(user, by=jana)
    assert not OpenSession.objects.filter(user=user).exists()


def test_changing_somebodys_name_leaves_them_signed_in():
    user, jana = a_user(), an_administrator()
    browser = sign_in(user)
    change_user(user, email=user.email, name="Svenja Amann", role="sales", teams=[], by=jana)
    assert is_signed_in(browser)


def test_signing_out_removes_the_session():
    browser = sign_in(a_user())
    browser.post("/sign-out/")
    assert not OpenSession.objects.filter(user__isnull=False).exists()


# -- new devices ---------------------------------------------------------------------------------------------------


def test_first_device_is_no_news_the_second_is():
    user = a_user()
    browser = sign_in(user)
    assert not SecurityEntry.objects.exists() and not JobRun.objects.exists()
    browser.post("/sign-out/")
    sign_in(user, browser)
    assert not SecurityEntry.objects.exists(), "the same browser is known again"
    sign_in(user, a_browser(IPHONE, "8.8.8.8"))
    entry = SecurityEntry.objects.get()
    assert (entry.event, entry.address) == (SecurityEvent.NEW_DEVICE, "8.8.8.8")
    run = JobRun.objects.get()
    mail_security_entry(None, **run.arguments)
    message = mail.outbox[0]
    assert message.to == [user.email]
    assert "Safari auf iPhone, 8.8.8.8" in message.body and "@" not in str(run.arguments)
    assert "Safari auf iPhone" in browser.get("/settings/security/").content.decode()


def test_device_of_a_colleague_is_new_for_oneself():
    user, colleague = a_user(), a_user("Holger Timm")
    sign_in(user)
    browser = sign_in(colleague)
    browser.post("/sign-out/")
    sign_in(user, browser)
    assert SecurityEntry.objects.get().user == user


def test_device_cookie_is_closed_to_scripts_and_kept_by_its_hash():
    browser = sign_in(a_user())
    cookie = browser.cookies["kundig_device"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] > 50_000_000
    assert cookie.value not in str(KnownDevice.objects.values().get())


@pytest.mark.parametrize("mark", ["x", "'; DROP TABLE", "ü" * 40, "a" * 5000])
def test_device_cookie_of_ones_own_making_harms_nobody(mark):
    browser = a_browser()
    browser.cookies["kundig_device"] = mark
    sign_in(a_user(), browser)
    assert KnownDevice.objects.count() == 1


def test_mail_about_somebody_who_has_left_is_not_sent():
    user = a_user()
    sign_in(user)
    sign_in(user, a_browser(EDGE))
    deactivate_user(user, by=an_administrator())
    mail_security_entry(None, entry_id=str(SecurityEntry.objects.get().pk))
    assert mail.outbox == []
