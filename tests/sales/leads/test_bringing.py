"""Mails, business cards and badges that become leads."""

import io

import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image

from kundig.accounts.enums import Scope
from kundig.parties.models import Organisation, Party, Person
from kundig.records.events import Via
from kundig.sales.actions.bringing import bring_at_once, read_brought
from kundig.sales.actions.lead_rules import set_route_rules
from kundig.sales.models import Lead
from kundig.sales.rules.cards import card_in
from kundig.sales.rules.scanning import NoPicture, codes_in
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user
from tests.parties.factories import a_person, a_scoped_user
from tests.records.rest.conftest import Program, problem

OF_21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;Dr.
ORG;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Br=FCckenbau =
S=FCd GmbH;Einkauf
TITLE:Leiter Einkauf
TEL;WORK;VOICE:+49 89 123456
TEL;CELL:0171 1234567
TEL;WORK;FAX:+49 89 1234569
EMAIL;INTERNET:j.mueller@brueckenbau.example
ADR;WORK:;;Isarweg 3;M\\;nchen;;80331;Germany
PHOTO;ENCODING=BASE64;TYPE=GIF:R0lGODdhfgA4
NOTE:Interesse an Filtern
END:VCARD
"""
OF_40 = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Katrin Ohlendorf\r\nN:Ohlendorf;Katrin;;Dr.;\r\n"
    'item1.TEL;VALUE=uri;TYPE="voice,work":tel:+498999998120\r\nTEL;TYPE=cell:+491701\r\n 234567\r\n'
    "EMAIL;PREF=1:k.ohlendorf@steinbrueck.example\r\nORG:Molkerei Steinbrück eG\\, München;Technik\r\n"
    'ADR;LABEL="Eversbuschring 18: Hof":;;Eversbuschring 18;München;;80999;Deutschland\r\nEND:VCARD\r\n'
)
OF_30 = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Maria Meier\nEMAIL;TYPE=INTERNET:anna@meier.example\nEND:VCARD"
MECARD = (
    "MECARD:N:Wirth,Jonas;ORG:Brauerei Auerhahn\\; Abfüllung;TEL:+4995648090;EMAIL:j.wirth@auerhahn.example;"
    "URL:https\\://auerhahn.example;NOTE:Halle 4;;"
)
MAIL = (
    "From: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <j.mueller@brueckenbau.example>\r\nTo: verkauf@wendeler.example\r\n"
    "Subject: Anfrage Filter\r\nDate: Mon, 02 Nov 2026 09:00:00 +0100\r\nMessage-ID: <1@brueckenbau.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBitte ein Angebot für Filter.\r\n"
).encode()


def picture_of(text, *, form="PNG"):
    """A photograph of a code: with a margin, turned a little."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    code = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=8))
    paper = Image.new("L", (code.width + 300, code.height + 200), 220)
    paper.paste(code, (150, 100))
    out = io.BytesIO()
    paper.rotate(7, fillcolor=220).save(out, form)
    return out.getvalue()


def test_vcard_21_is_read_with_its_old_encodings():
    card = card_in(OF_21)
    assert card.person == {
        "family_name": "Müller", "first_name": "Jörg", "academic_title": "Dr.", "function": "Leiter Einkauf",
        "phone": "+49 89 123456", "mobile": "0171 1234567", "mail": "j.mueller@brueckenbau.example",
        "street": "Isarweg 3", "city": "M;nchen", "postal_code": "80331", "country": "Germany",
    }  # fmt: skip
    assert (card.organisation, card.note) == ({"name": "Brückenbau Süd GmbH"}, "Interesse an Filtern")


def test_vcard_40_is_read_with_folded_lines_quotes_and_addresses():
    card = card_in("\ufeff" + OF_40)
    assert card.person == {
        "family_name": "Ohlendorf", "first_name": "Katrin", "academic_title": "Dr.", "phone": "+498999998120",
        "mobile": "+491701234567", "mail": "k.ohlendorf@steinbrueck.example", "street": "Eversbuschring 18",
        "city": "München", "postal_code": "80999", "country": "Deutschland",
    }  # fmt: skip
    assert card.organisation == {"name": "Molkerei Steinbrück eG, München"}


def test_card_without_parts_of_a_name_has_them_in_one():
    assert card_in(OF_30).person == {
        "first_name": "Anna Maria", "family_name": "Meier", "mail": "anna@meier.example",
    }  # fmt: skip


def test_mecard_is_read_with_its_masks():
    card = card_in(MECARD)
    assert card.person == {
        "family_name": "Wirth", "first_name": "Jonas", "phone": "+4995648090", "mail": "j.wirth@auerhahn.example",
    }  # fmt: skip
    assert (card.organisation, card.note) == (
        {"name": "Brauerei Auerhahn; Abfüllung", "website": "https://auerhahn.example"}, "Halle 4",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VEVENT", "https://example.com", "\x00"])
def test_other_texts_are_no_cards(text):
    assert card_in(text) is None


@pytest.mark.parametrize("text", ["BEGIN:VCARD", "BEGIN:VCARD\nN:\nTEL\n;;;:\nEND:VCARD", "MECARD:", "MECARD:;;:;N"])
def test_broken_cards_are_empty(text):
    assert card_in(text).is_empty


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_code_on_a_photograph_is_read(form):
    assert codes_in(picture_of(MECARD, form=form)) == [MECARD]


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 no picture", b"GIF89a", b"x" * 100])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(NoPicture):
        codes_in(content)


@pytest.mark.parametrize(
    "content",
    [
        b"hello", b"\xff\xd8\xff no picture", b"BEGIN:VCARD\nEND:VCARD", b"x" * 9_000_000,
        b"Subject: nobody\r\n\r\nText", MAIL.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_words(content):
    with pytest.raises(ValidationError):
        read_brought(content)


@pytest.mark.django_db
def test_mail_becomes_a_lead_once(boss):
    taken = [bring_at_once(MAIL, {"source": "Postfach"}, by=boss, via=Via.API) for _each in range(2)]
    assert [each.is_new for each in taken] == [True, False]
    lead = Lead.objects.get()
    assert (lead.party.name, lead.interest, lead.source, lead.party.mail) == (
        "Jörg Müller", "Anfrage Filter", "Postfach", "j.mueller@brueckenbau.example",
    )  # fmt: skip
    contact = Touchpoint.objects.filter(kind="mail").get()
    assert (contact.direction, contact.summary, contact.body) == (
        "in",
        "Anfrage Filter",
        "Bitte ein Angebot für Filter.",
    )
    assert (contact.at.isoformat(), Party.objects.count()) == ("2026-11-02T08:00:00+00:00", 1)


@pytest.mark.django_db
def test_photograph_of_a_card_becomes_a_lead_of_who_is_known(boss):
    known = a_person(by=boss, first_name="Jonas", family_name="Wirth", mail="j.wirth@auerhahn.example")
    taken = bring_at_once(picture_of(MECARD), {"source": "Messe"}, by=boss, via=Via.HAND)
    assert (taken.lead.person_id, Person.objects.count()) == (known.pk, 1)
    assert Organisation.objects.get().name == "Brauerei Auerhahn; Abfüllung"


@pytest.mark.django_db
def test_page_reads_shows_and_saves(boss, client):
    client.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    file = io.BytesIO(picture_of(OF_30))
    file.name = "badge.png"
    shown = client.post("/inquiries/new/", {"photo": file, "source": "Messe Köln"})
    html = shown.content.decode()
    assert (shown.status_code, 'value="anna@meier.example"' in html, 'value="Meier"' in html) == (200, True, True)
    assert (Lead.objects.count(), client.post("/inquiries/new/", {"pasted": "x", "read": "1"}).status_code) == (0, 422)
    wrong = {"persons.family_name": "Meier", "persons.mail": "keine"}
    assert client.post("/inquiries/new/", wrong).status_code == 422
    assert client.post("/inquiries/new/", {}).status_code == 422
    saved = client.post("/inquiries/new/", {**wrong, "persons.mail": "anna@meier.example", "source": "Messe Köln"})
    lead = Lead.objects.get()
    assert (saved.status_code, saved["Location"], lead.source, lead.party.name) == (
        302, f"/leads/{lead.pk}/", "Messe Köln", "Meier",
    )  # fmt: skip


@pytest.mark.django_db
def test_reader_takes_in_nothing(boss, client):
    client.force_login(a_user("Leo Lang", role="reader"), backend="kundig.accounts.backends.AccessBackend")
    values = {"persons.family_name": "Meier", "persons.mail": "anna@meier.example"}
    assert [client.get("/inquiries/new/").status_code, client.post("/inquiries/new/", values).status_code] == [403, 403]
    assert Party.objects.count() == 0


@pytest.mark.django_db
def test_programs_send_mails_to_rest(boss):
    program = Program(boss)
    answer = program.client.post(
        "/api/v1/inquiries?source=Postfach", MAIL, content_type="message/rfc822",
        headers={"Authorization": f"Bearer {program.token}"},
    )  # fmt: skip
    lead = Lead.objects.get()
    assert (answer.status_code, answer.json()["lead"], answer.json()["is_new"]) == (201, str(lead.pk), True)
    for body, status in ((b"", 422), (b"hello", 422)):
        refused = program.client.post(
            "/api/v1/inquiries", body, content_type="message/rfc822",
            headers={"Authorization": f"Bearer {program.token}"},
        )  # fmt: skip
        problem(refused, status)


CARD = MECARD.encode()


@pytest.mark.django_db
def test_card_of_somebody_hidden_tells_nothing_and_hands_nobody_over(boss):
    hidden = a_person(by=boss, first_name="J.", family_name="W.", mail="j.wirth@auerhahn.example", owner=None)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    program = Program(stranger)
    answer = program.client.post(
        "/api/v1/inquiries", CARD, content_type="text/vcard", headers={"Authorization": f"Bearer {program.token}"}
    )
    lead = Lead.objects.get()
    assert (answer.status_code, answer.json()["known"], answer.json()["person"]) == (201, [], None)
    assert (answer.json()["party"], lead.person_id, lead.owner_id) == (str(lead.party_id), hidden.pk, stranger.pk)
    hidden.refresh_from_db()
    assert (hidden.owner_id, Touchpoint.objects.filter(body__contains="Known already").count()) == (None, 0)
    assert Organisation.objects.get().owner_id == stranger.pk


@pytest.mark.django_db
def test_open_lead_of_somebody_hidden_is_joined_without_a_word(boss):
    a_person(by=boss, first_name="Jonas", family_name="Wirth", mail="j.wirth@auerhahn.example")
    first = bring_at_once(CARD, {}, by=boss, via=Via.HAND).lead
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    program = Program(stranger)
    answer = program.client.post(
        "/api/v1/inquiries", CARD, content_type="text/vcard", headers={"Authorization": f"Bearer {program.token}"}
    )
    told = answer.json()
    assert (answer.status_code, told["is_new"], told["lead"], told["party"]) == (201, True, None, None)
    assert "Location" not in answer.headers
    browser = Client()
    browser.force_login(stranger, backend="kundig.accounts.backends.AccessBackend")
    typed = {"persons.family_name": "Wirth", "persons.mail": "j.wirth@auerhahn.example"}
    page = browser.post("/inquiries/new/", typed, follow=True)
    assert page.redirect_chain == [("/leads/", 302)]
    assert [str(each) for each in page.context["messages"]] == ["The lead is noted."]
    assert Lead.objects.get() == first
    browser.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    assert browser.post("/inquiries/new/", typed).url == f"/leads/{first.pk}/"


@pytest.mark.django_db
def test_who_may_change_a_party_or_gets_its_lead_by_a_rule_looks_after_it(boss):
    known = a_person(by=boss, first_name="Jonas", family_name="Wirth", mail="j.wirth@auerhahn.example", owner=None)
    taken = bring_at_once(CARD, {}, by=boss, via=Via.HAND)
    known.refresh_from_db()
    assert (known.owner_id, len(taken.known)) == (boss.pk, 1)
    other = a_person(by=boss, first_name="A.", family_name="M.", mail="anna@meier.example", owner=None)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    rule = {"name": "Alle", "condition": "", "turn": "person", "who": str(stranger.pk)}
    set_route_rules([rule], by=boss)
    assert bring_at_once(OF_30.encode(), {}, by=stranger, via=Via.HAND).known == ()
    other.refresh_from_db()
    assert other.owner_id == stranger.pk
