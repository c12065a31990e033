"""Mailboxes that are asked: what becomes a lead, what is kept with its reason, and who may say so."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.models import User
from kundig.sales.actions.imap import NotRead
from kundig.sales.actions.mailboxes import ask_mailbox, ask_mailboxes, put_aside, save_mailbox, take_again, try_mailbox
from kundig.sales.models import Lead, Mailbox, ReceivedMail
from tests.accounts.factories import a_user, an_administrator
from tests.people import english  # noqa: F401 - fixtures
from tests.sales.leads.imap_server import mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return User.objects.with_access(an_administrator().pk)


@pytest.fixture
def server(tmp_path, monkeypatch, settings):
    settings.PRIVATE_ADDRESSES = True
    with mailbox(tmp_path, monkeypatch) as found:
        yield found


def mail(number, sender="Anna Klein <anna@klein.example>", subject="Zwei Filter", head=""):
    lines = f"From: {sender}\r\nTo: us@house.example\r\nSubject: {subject}\r\nMessage-ID: <{number}@klein.example>\r\n"
    return f"{lines}{head}\r\nWas kosten zwei Filter?\r\n".encode()


def typed(server, **changes):
    return {
        "name": "Anfragen", "host": "localhost", "port": str(server.port), "user_name": "anfragen",
        "password": "geheim", "is_active": "on", "source": "Mail", **changes,
    }  # fmt: skip


def a_mailbox(server, boss, **changes):
    return save_mailbox(Mailbox(), typed(server, **changes), by=boss)


def test_new_mails_become_leads_and_old_ones_only_where_they_are_wanted(server, boss):
    server.mails = {4: mail(4)}
    found = a_mailbox(server, boss)
    assert (ask_mailbox(found), Lead.objects.count(), found.problem) == (0, 0, "")
    server.mails[5] = mail(5)
    assert ask_mailbox(found) == 1
    lead = Lead.objects.get()
    assert (lead.interest, lead.source, lead.party.mail) == ("Zwei Filter", "Mail", "anna@klein.example")
    kept = ReceivedMail.objects.get()
    assert (kept.mark, kept.lead, kept.problem, bytes(kept.content)) == ("<5@klein.example>", lead, "", b"")
    assert ask_mailbox(found) == 0
    other = a_mailbox(server, boss, name="Alle", takes_old="on")
    assert ask_mailbox(other) == 2
    assert not [each for each in server.asked if "STORE" in each or each.startswith("SELECT") or "BODY[" in each]


def test_mail_that_is_met_again_under_another_number_makes_nothing_new(server, boss):
    found = a_mailbox(server, boss, takes_old="on")
    server.mails = {1: mail(1)}
    ask_mailbox(found)
    server.mails, server.validity = {9: mail(1), 10: mail(2, sender="Bea Groß <bea@gross.example>")}, 8
    assert ask_mailbox(found) == 2
    assert (Lead.objects.count(), ReceivedMail.objects.count()) == (2, 2)


def test_mail_that_fails_is_kept_and_named_and_the_next_goes_on(server, boss):
    found = a_mailbox(server, boss, takes_old="on")
    server.mails = {
        1: mail(1, sender="nobody", subject="Ohne Absender"), 2: mail(2, head="Auto-Submitted: auto-replied\r\n"),
        3: b"\xff\x00\x80", 4: mail(4), 5: b"x" * 8_000_001,
    }  # fmt: skip
    assert ask_mailbox(found) == 5
    assert Lead.objects.count() == 1
    problems = dict(ReceivedMail.objects.exclude(problem="").values_list("mark", "problem"))
    assert problems["<1@klein.example>"] == "This mail does not say from whom it is."
    assert problems["<2@klein.example>"] == "This mail was written by a machine; no lead is made of it."
    assert problems["7:5"] == "The mail is larger than 8 MB. It lies in the mailbox as it came."
    assert len(problems) == 4
    first = ReceivedMail.objects.get(mark="<1@klein.example>")
    assert (first.subject, bytes(first.content)) == ("Ohne Absender", server.mails[1])
    assert not take_again(first, by=boss)
    put_aside(first, by=boss)
    assert (bytes(first.content), first.problem) == (b"", "")
    assert (ask_mailbox(found), Lead.objects.count()) == (0, 1)


def test_asking_that_breaks_off_goes_on_where_it_was(server, boss):
    found = a_mailbox(server, boss, takes_old="on")
    server.mails = {1: mail(1), 2: mail(2, sender="Bea Groß <bea@gross.example>")}
    server.breaks_off_at = 2
    assert ask_mailbox(found) == 1
    assert found.problem.startswith("localhost does not answer as a mailbox does:")
    server.breaks_off_at = 0
    assert (ask_mailbox(found), found.problem, Lead.objects.count()) == (1, "", 2)


def test_every_mailbox_is_asked_by_one_worker_when_its_time_has_come(server, boss):
    found = a_mailbox(server, boss, takes_old="on")
    a_mailbox(server, boss, name="Ruht", is_active="")
    server.mails = {1: mail(1)}
    assert (ask_mailboxes(), ask_mailboxes()) == (1, 0)
    server.mails[2] = mail(2)
    Mailbox.objects.filter(pk=found.pk).update(asked_at=timezone.now() - dt.timedelta(minutes=5))
    assert ask_mailboxes() == 1


def test_wrong_password_and_strange_certificate_are_told(server, boss, monkeypatch):
    with pytest.raises(NotRead, match="does not accept user name and password: wrong password"):
        try_mailbox(Mailbox(), typed(server, password="falsch"), by=boss)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotRead, match="cannot prove that it is the right server"):
        try_mailbox(Mailbox(), typed(server), by=boss)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.0.0.7", "mail.internal"])
def test_nothing_of_the_house_is_asked(server, boss, settings, host):
    settings.PRIVATE_ADDRESSES = False
    with pytest.raises(NotRead, match="leads into a private network"):
        try_mailbox(Mailbox(), typed(server, host=host), by=boss)
    assert server.asked == []


def test_password_is_sealed_and_goes_to_no_other_server(server, boss):
    found = a_mailbox(server, boss)
    assert found.sealed and "geheim" not in found.sealed
    same = typed(server, password="", name="Anders")
    assert save_mailbox(Mailbox.objects.get(), same, by=boss).sealed == found.sealed
    with pytest.raises(ValidationError) as refused:
        save_mailbox(Mailbox.objects.get(), typed(server, password="", host="evil.example"), by=boss)
    assert refused.value.message_dict == {"password": ["For another server, type the password once more."]}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, "name"), ({"host": ""}, "host"), ({"port": "0"}, "port"), ({"port": "²"}, "port"),
        ({"user_name": ""}, "user_name"), ({"password": ""}, "password"), ({"password": "a\r\nb"}, "password"),
        ({"folder": "Entwürfe"}, "folder"), ({"host": "a" * 254}, "host"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(server, boss, changes, wrong):
    with pytest.raises(ValidationError) as refused:
        save_mailbox(Mailbox(), typed(server, **changes), by=boss)
    assert set(refused.value.message_dict) == {wrong}
    assert not Mailbox.objects.exists()


def test_only_administrators_have_mailboxes(server, boss, client):
    anna = User.objects.with_access(a_user("Anna Bauer").pk)
    with pytest.raises(PermissionDenied):
        save_mailbox(Mailbox(), typed(server), by=anna)
    client.force_login(anna, backend="kundig.accounts.backends.AccessBackend")
    assert client.post("/settings/leads/mailboxes/new/", typed(server)).status_code == 403
    assert not Mailbox.objects.exists()


def test_page_tries_keeps_and_decides(server, boss, client):
    client.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    server.mails = {1: mail(1, sender="nobody", subject="Ohne Absender")}
    new = "/settings/leads/mailboxes/new/"
    assert client.get(new).status_code == 200
    tried = client.post(new, {**typed(server), "try": "1"})
    assert (tried.status_code, Mailbox.objects.count()) == (200, 0)
    assert "1 Nachricht" in tried.content.decode() and "geheim" not in tried.content.decode()
    assert client.post(new, {**typed(server, password="falsch"), "try": "1"}).status_code == 422
    assert client.post(new, typed(server, takes_old="on")).status_code == 302
    found = Mailbox.objects.get()
    ask_mailbox(found)
    address = f"/settings/leads/mailboxes/{found.pk}/"
    assert "Ohne Absender" in client.get(address).content.decode()
    assert "Anfragen" in client.get("/settings/leads/").content.decode()
    kept = str(ReceivedMail.objects.get().pk)
    assert client.post(address, {"mail": kept, "do": "again"}).status_code == 302
    assert client.post(address, {"mail": "x", "do": "aside"}).status_code == 404
    client.post(address, {"mail": kept, "do": "aside"})
    assert "Ohne Absender" not in client.get(address).content.decode()
    assert client.post(address, {"delete": "1"}).status_code == 302
    assert not Mailbox.objects.exists()
