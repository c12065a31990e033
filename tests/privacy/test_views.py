"""The section on a customer's page: entering, withdrawing in one click, taking back, and who may."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.privacy.models import Consent
from kundig.privacy.queries import has_consent
from kundig.records.attachments.models import Attachment
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db
BACKEND = "kundig.accounts.backends.AccessBackend"


@pytest.fixture
def jana():
    jana = an_administrator()
    jana.language = "de"
    jana.save()
    return jana


@pytest.fixture
def firm(jana):
    return an_organisation(by=jana)


@pytest.fixture
def web(client, jana):
    client.force_login(jana, backend=BACKEND)
    return client


@pytest.fixture
def base(firm):
    return f"/parties/{firm.pk}/consents"


def panel(web, firm):
    answer = web.get(f"/organisations/{firm.pk}/panels/consents/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def enter(web, base, **data):
    return web.post(f"{base}/new/", {"purpose": "newsletter", "channel": "mail", "how": "paper", "at": ""} | data)


def test_consent_is_entered_with_a_file_as_evidence_and_said_in_plain_words(web, firm, base, settings, tmp_path):
    settings.DATA = tmp_path
    assert "Es liegt keine Einwilligung vor" in panel(web, firm)
    form = unescape(web.get(f"{base}/new/").content.decode())
    assert "Newsletter" in form and "beim Zusammenführen" not in form
    file = SimpleUploadedFile("karte.txt", b"Ja, gern. Unterschrift", content_type="text/plain")
    answer = enter(web, base, evidence="Messekarte", file=file)
    assert answer.status_code == 200 and f"consents-of:{firm.pk}" in answer["HX-Trigger"]
    entry = Consent.objects.get()
    assert (entry.evidence, entry.how, entry.in_force) == ("Messekarte", "paper", True)
    assert Attachment.objects.get().record_id == entry.pk
    text = panel(web, firm)
    assert "Newsletter: Mail" in text and "schriftlich auf Papier, Wortlaut 1" in text and "Widerrufen" in text


def test_undo_of_entering_and_of_withdrawing_adds_an_entry(web, firm, base):
    entered = enter(web, base).content.decode()
    entry = Consent.objects.get()
    assert f"{base}/{entry.pk}/mistake/?at-once=1" in entered
    withdrawn = web.post(f"{base}/{entry.pk}/withdraw/")
    assert withdrawn.status_code == 200 and not has_consent(firm.pk, "mail", "newsletter")
    withdrawal = Consent.objects.get(act="withdrawn")
    assert f"{base}/{withdrawal.pk}/mistake/?at-once=1" in withdrawn.content.decode()
    assert web.post(f"{base}/{withdrawal.pk}/mistake/?at-once=1").status_code == 200
    assert has_consent(firm.pk, "mail", "newsletter") and Consent.objects.count() == 3
    again = web.post(f"{base}/{withdrawal.pk}/mistake/?at-once=1")
    assert "bereits berichtigt" in again.content.decode() and Consent.objects.count() == 3


def test_later_a_mistake_needs_a_reason(web, firm, base):
    enter(web, base)
    web.post(f"{base}/{Consent.objects.get().pk}/withdraw/")
    withdrawal = Consent.objects.get(act="withdrawn")
    assert "War ein Versehen" in panel(web, firm)
    assert "Was schiefgegangen ist" in unescape(web.get(f"{base}/{withdrawal.pk}/mistake/").content.decode())
    assert web.post(f"{base}/{withdrawal.pk}/mistake/", {"reason": ""}).status_code == 422
    assert not has_consent(firm.pk, "mail", "newsletter")
    assert web.post(f"{base}/{withdrawal.pk}/mistake/", {"reason": "falscher Kunde"}).status_code == 200
    assert has_consent(firm.pk, "mail", "newsletter")


@pytest.mark.parametrize("wrong", [{"purpose": ""}, {"how": ""}, {"channel": "x"}, {"at": "2026-02-31"}, {"at": "x"}])
def test_what_is_missing_comes_back_with_the_form(web, base, wrong):
    answer = enter(web, base, evidence="bleibt stehen", **wrong)
    assert answer.status_code == 422 and "bleibt stehen" in answer.content.decode()
    assert not Consent.objects.exists()


def test_consent_of_a_day_counts_from_its_beginning(web, firm, base):
    day = timezone.localdate() - dt.timedelta(days=2)
    enter(web, base, at=day.isoformat())
    assert timezone.localtime(Consent.objects.get().at) == timezone.make_aware(dt.datetime.combine(day, dt.time()))
    web.post(f"{base}/{Consent.objects.get().pk}/withdraw/")
    late = enter(web, base, at=day.isoformat())
    assert "Sie gilt nicht" in unescape(late.content.decode()) and not has_consent(firm.pk, "mail", "newsletter")


def test_colleague_who_may_only_look_and_stranger_enter_nothing(client, web, firm, base, jana):
    enter(web, base)
    entry = Consent.objects.get()
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    client.force_login(stranger, backend=BACKEND)
    for address in (f"{base}/new/", f"{base}/{entry.pk}/withdraw/", f"{base}/{entry.pk}/mistake/"):
        assert client.post(address, {"reason": "x"}).status_code == 404
    assert client.get(f"/organisations/{firm.pk}/panels/consents/").status_code == 404
    assert list(Consent.objects.all()) == [entry]
    other = an_organisation(by=jana, name="Andere")
    client.force_login(jana, backend=BACKEND)
    assert client.post(f"/parties/{other.pk}/consents/{entry.pk}/withdraw/").status_code == 404


def test_programs_add_entries_and_read_them(web, firm):
    sent = {"party": str(firm.pk), "purpose": "newsletter", "channel": "mail", "how": "double_opt_in"}
    made = web.post("/api/v1/consents", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["in_force"] is True and made.json()["wording"]
    entry = Consent.objects.get()
    assert (
        web.patch(f"/api/v1/consents/{entry.pk}", {"how": "paper"}, content_type="application/json").status_code == 422
    )
    assert web.delete(f"/api/v1/consents/{entry.pk}").status_code in (409, 422)
    withdrawn = {**sent, "act": "withdrawn", "how": "web"}
    assert web.post("/api/v1/consents", withdrawn, content_type="application/json").status_code == 201
    assert not has_consent(firm.pk, "mail", "newsletter") and Consent.objects.count() == 2
