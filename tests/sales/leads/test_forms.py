"""Web forms: what strangers may send, what becomes of it, and who may show the form."""

import datetime as dt
import json
import time
from urllib.parse import urlsplit

import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from kundig.notices.models import Notice
from kundig.parties.models import Organisation, Party, Person
from kundig.platform.models import JobRun
from kundig.privacy.actions import state_purpose
from kundig.privacy.queries import forget_purposes
from kundig.records import registry
from kundig.records.erasure import erase_record
from kundig.sales.actions.forms import SALT, confirmation_token, forget_unconfirmed, save_form
from kundig.sales.jobs.forms import ask_for_confirmation
from kundig.sales.models import Lead, LeadForm, Submission
from kundig.sales.queries.forms import offered
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user
from tests.parties.factories import a_person, an_organisation

pytestmark = pytest.mark.django_db
QUESTIONS = (
    ("persons.first_name", False), ("persons.family_name", True), ("organisations.name", False), ("persons.mail", True),
    ("persons.phone", False), ("message", False),
)  # fmt: skip
FILLED = {
    "persons.first_name": "Jonas", "persons.family_name": "Wirth", "organisations.name": "Brauerei Auerhahn",
    "persons.mail": "j.wirth@auerhahn.example", "persons.phone": "09564 809-0",
    "message": "Wir brauchen Filter.\nBitte rufen Sie an.",
}  # fmt: skip
SITE = "https://www.wendeler.example"


@pytest.fixture(autouse=True)
def _not_counted(db):
    cache.clear()


def a_form(boss, questions=QUESTIONS, **values):
    given = {
        "name": "Anfrage", "is_active": True, "source": "Website", "campaign": "Herbst",
        "fields": [{"name": name, "required": required} for name, required in questions],
        "texts": {"de": {"title": "Schreiben Sie uns", "thanks": "Danke!"}, "en": {"title": "Write to us"}},
    }  # fmt: skip
    return save_form(LeadForm(), {**given, **values}, by=boss)


def a_token(form, *, age=10, nonce="n1"):
    """As the page makes it, some seconds ago."""
    signer = signing.TimestampSigner(salt=SALT)
    signer.timestamp = lambda: signing.b62_encode(int(time.time()) - age)
    return signer.sign_object([str(form.pk), nonce])


def send(client, form, *, age=10, nonce="n1", origin="", lang="de", **values):
    headers = {"origin": origin} if origin else {}
    data = {**FILLED, "token": a_token(form, age=age, nonce=nonce), **values}
    return client.post(f"/forms/{form.key}/?lang={lang}", data, headers=headers)


def test_page_is_a_form_that_needs_neither_script_nor_cookie(boss, client):
    form = a_form(boss)
    answer = client.get(f"/forms/{form.key}/?lang=de")
    html = answer.content.decode()
    assert (answer.status_code, dict(answer.cookies), "<script" in html) == (200, {}, False)
    assert "Schreiben Sie uns" in html and "Nachname" in html and 'type="email"' in html
    assert "Write to us" in client.get(f"/forms/{form.key}/?lang=en").content.decode()


def test_what_a_stranger_sends_is_a_lead_of_new_parties(boss, client):
    form = a_form(boss)
    answer = send(client, form)
    assert (answer.status_code, "Danke!" in answer.content.decode(), dict(answer.cookies)) == (200, True, {})
    lead = Lead.objects.get()
    assert (lead.party.name, lead.person.name, lead.source, lead.campaign, lead.interest) == (
        "Brauerei Auerhahn", "Jonas Wirth", "Website", "Herbst", "Wir brauchen Filter. Bitte rufen Sie an.",
    )  # fmt: skip
    person = Person.objects.get()
    assert (person.mail, person.phone, person.organisation.name, person.lifecycle) == (
        "j.wirth@auerhahn.example", "+4995648090", "Brauerei Auerhahn", "contact",
    )  # fmt: skip
    assert Organisation.objects.get().lifecycle == "lead"
    contact = Touchpoint.objects.get()
    assert (contact.kind, contact.direction, contact.body, contact.source_id) == (
        "web_form", "in", FILLED["message"], lead.pk,
    )  # fmt: skip
    assert (Submission.objects.get().values, lead.state) == ({}, "new")


def test_who_is_known_is_found_and_not_copied_or_changed(boss, client):
    keeper = a_user("Paula Roth")
    firm = an_organisation(by=boss, name="Auerhahn Bräu GmbH", owner=keeper, lifecycle="customer")
    person = a_person(
        by=boss, first_name="Jonas", family_name="Wirth", mail="J.Wirth@auerhahn.example", organisation=firm.pk,
        phone="09564 1",
    )  # fmt: skip
    before = Party.objects.count()
    send(client, a_form(boss), **{"organisations.name": ""})
    lead = Lead.objects.get()
    assert (lead.party_id, lead.person_id, lead.owner, Party.objects.count()) == (firm.pk, person.pk, keeper, before)
    person.refresh_from_db()
    assert person.phone == "+4995641"
    body = Touchpoint.objects.get().body
    assert "Jonas Wirth: " in body
    assert "+4995648090" in body


def test_second_inquiry_joins_the_lead_that_is_open(boss, client):
    form = a_form(boss)
    send(client, form)
    send(client, form, nonce="n2", message="Noch etwas: bis wann?")
    assert (Lead.objects.count(), Person.objects.count(), Organisation.objects.count()) == (1, 1, 1)
    assert Touchpoint.objects.filter(party=Lead.objects.get().party).count() == 2


def test_page_sent_twice_is_one_submission(boss, client):
    form = a_form(boss)
    assert [send(client, form).status_code for _each in range(2)] == [200, 200]
    assert (Submission.objects.count(), Touchpoint.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("values", "age", "status"),
    [
        ({"company_url_2": "http://spam.example"}, 10, 200),  # told nothing, so that it learns nothing
        ({}, 0, 422), ({}, 90_000, 422), ({"token": "made up"}, 10, 422), ({"token": ""}, 10, 422),
    ],
)  # fmt: skip
def test_machines_leave_nothing(boss, client, values, age, status):
    form = a_form(boss)
    assert send(client, form, age=age, **values).status_code == status
    assert (Lead.objects.count(), Party.objects.count(), Submission.objects.count()) == (0, 0, 0)


def test_token_of_one_form_opens_no_other(boss, client):
    one, other = a_form(boss), a_form(boss, name="Andere")
    assert send(client, one, token=a_token(other)).status_code == 422
    assert Lead.objects.count() == 0


def test_what_cannot_be_read_is_said_at_its_field(boss, client):
    form = a_form(boss)
    answer = send(client, form, **{"persons.mail": "keine", "persons.family_name": "", "persons.phone": "x" * 90})
    html = answer.content.decode()
    assert (answer.status_code, html.count('aria-invalid="true"'), Party.objects.count()) == (422, 3, 0)
    assert "„keine“ ist keine" in html and 'value="Jonas"' in html


def test_odd_bodies_are_refused_with_words(boss, client):
    form = a_form(boss)
    for values in ({"message": "A\x00B"}, {"persons.first_name": "=cmd|'/C calc'!A0"}, {"message": "x" * 20_000}):
        assert send(client, form, nonce=str(values)[:9], **values).status_code in (200, 422)
    assert client.post(f"/forms/{form.key}/", b"\xff\xfe", content_type="application/octet-stream").status_code == 422


def test_one_address_sends_only_so_often(boss, client):
    form = a_form(boss)
    answers = [send(client, form, token="x").status_code for _each in range(11)]
    assert (answers[:10], answers[10]) == ([422] * 10, 429)


def test_closed_or_unknown_form_is_not_there(boss, client):
    form = a_form(boss, is_active=False)
    assert (client.get(f"/forms/{form.key}/").status_code, client.get("/forms/nothing/").status_code) == (404, 404)


def test_only_named_websites_may_show_it(boss, client):
    form = a_form(boss, origins=f"{SITE}\nhttp://localhost:8000")
    told = client.get(f"/forms/{form.key}/?lang=de", headers={"origin": SITE})
    data = json.loads(told.content)
    assert (told["Access-Control-Allow-Origin"], data["title"], data["questions"][3]["input"]) == (
        SITE, "Schreiben Sie uns", "email",
    )  # fmt: skip
    assert told["Vary"].count("Origin") == 1 and "Access-Control-Allow-Credentials" not in told
    assert send(client, form, origin=SITE).json() == {"thanks": "Danke!"}
    assert set(send(client, form, origin=SITE, nonce="n2", **{"persons.mail": ""}).json()) == {"errors", "token"}
    other = "https://other.example"
    for answer in (
        client.get(f"/forms/{form.key}/", headers={"origin": other}),
        send(client, form, origin=other, nonce="3"),
    ):
        assert (answer.status_code, "Access-Control-Allow-Origin" in answer) == (403, False)
    assert Submission.objects.count() == 1


def test_script_for_foreign_pages_is_ours(boss, client):
    answer = client.get("/forms/embed.js")
    assert answer.status_code == 302 and answer["Location"].startswith("/static/")


def test_confirmation_by_mail_comes_before_anything_is_kept(boss, client):
    form = a_form(boss, double_opt_in=True, texts={"de": {"title": "Anfrage", "consent": "Ich stimme zu."}})
    assert send(client, form).status_code == 422
    asked = send(client, form, nonce="n2", consent="yes")
    assert (asked.status_code, Party.objects.count(), Lead.objects.count()) == (200, 0, 0)
    run = JobRun.objects.get(kind="lead_form_mail")
    ask_for_confirmation(None, **run.arguments)
    (letter,) = mail.outbox
    link = next(word for word in letter.body.split() if "/forms/confirm/" in word)
    assert (letter.to, letter.subject) == (["j.wirth@auerhahn.example"], "Bitte bestätigen: Anfrage")
    path = urlsplit(link).path
    assert (client.get(path).status_code, Lead.objects.count()) == (200, 0)  # programs that look at links
    assert (client.post(path).status_code, client.post(path).status_code, Lead.objects.count()) == (200, 200, 1)
    sent = Submission.objects.get()
    assert (sent.wording, sent.mail, sent.sent_from, sent.confirmed_from, sent.values, sent.lead) == (
        "Ich stimme zu.", "j.wirth@auerhahn.example", "127.0.0.0/24", "127.0.0.0/24", {}, Lead.objects.get(),
    )  # fmt: skip
    assert sent.asked_at <= sent.confirmed_at


PLACES = (*QUESTIONS[:2], ("persons.mail", True), ("persons.postal_code", False), ("persons.country", False))


def test_form_that_requires_nothing_sent_empty_says_what_is_missing(boss, client):
    form = a_form(boss, questions=[("persons.family_name", False), ("persons.mail", False)], origins=SITE)
    empty = {"persons.family_name": "", "persons.mail": ""}
    words = "Geben Sie wenigstens einen Namen, eine Firma oder eine Mailadresse an."
    answer = send(client, form, **empty)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert send(client, form, origin=SITE, **empty).json()["errors"] == {"": words}
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("double_opt_in", [False, True])
def test_what_the_record_refuses_is_said_at_its_question_before_anybody_is_asked(boss, client, double_opt_in):
    form = a_form(boss, questions=PLACES, double_opt_in=double_opt_in)
    answer = send(client, form, **{"persons.postal_code": "12", "persons.country": "DE"})
    html = answer.content.decode()
    assert (answer.status_code, html.count('aria-invalid="true"'), "public__error" in html) == (422, 1, True)
    assert (Submission.objects.count(), JobRun.objects.filter(kind="lead_form_mail").count()) == (0, 0)


def test_trying_what_was_sent_leaves_nothing_behind(boss, client):
    assert send(client, a_form(boss, double_opt_in=True)).status_code == 200
    sent = Submission.objects.get()
    assert (sent.values["persons.family_name"], sent.lead, Party.objects.count(), Touchpoint.objects.count()) == (
        "Wirth", None, 0, 0,
    )  # fmt: skip


def test_what_is_not_possible_any_more_is_said_to_who_confirms(boss, client):
    send(client, a_form(boss, double_opt_in=True))
    sent = Submission.objects.get()
    Submission.objects.update(values={**sent.values, "persons.mail": "keine"})
    answer = client.post(f"/forms/confirm/{confirmation_token(sent)}/")
    sent.refresh_from_db()
    assert (answer.status_code, "public__problem" in answer.content.decode()) == (422, True)
    assert (sent.confirmed_at, Lead.objects.count()) == (None, 0)


def test_what_the_database_refuses_is_not_thanked_for(boss, client):
    form = a_form(boss)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_lead ADD CONSTRAINT never CHECK (source <> 'Website')")
    with pytest.raises(IntegrityError):
        send(client, form)


def test_address_that_strangers_type_gets_only_so_many_mails(boss, client):
    form = a_form(boss, double_opt_in=True)
    cases = ["j.wirth@auerhahn.example", "J.Wirth@auerhahn.example"] * 3
    told = [send(client, form, nonce=f"n{n}", **{"persons.mail": each}).status_code for n, each in enumerate(cases)]
    assert (told, JobRun.objects.filter(kind="lead_form_mail").count()) == ([200] * 6, 3)
    Submission.objects.update(asked_at=timezone.now() - dt.timedelta(days=2))
    send(client, form, nonce="later")
    assert JobRun.objects.filter(kind="lead_form_mail").count() == 4


def test_what_nobody_confirms_is_deleted_and_its_link_leads_nowhere(boss, client):
    form = a_form(boss, double_opt_in=True)
    send(client, form)
    sent = Submission.objects.get()
    path = f"/forms/confirm/{confirmation_token(sent)}/"
    Submission.objects.update(sent_at=timezone.now() - dt.timedelta(days=8))
    assert forget_unconfirmed() == 1
    assert (client.post(path).status_code, client.get("/forms/confirm/made-up/").status_code) == (404, 404)
    assert Party.objects.count() == 0


def test_only_fields_with_a_stated_purpose_are_offered_and_asked(boss, client):
    names = {each.name for each in offered()}
    assert {"persons.mail", "organisations.industry", "leads.interest", "message"} <= names
    assert not {"persons.hobbies", "persons.birthday", "persons.notes", "leads.owner", "persons.number"} & names
    with pytest.raises(ValidationError) as refused:
        a_form(boss, questions=[*QUESTIONS, ("persons.hobbies", False)])
    assert set(refused.value.message_dict) == {"fields"}
    stated = {"legal_basis": "consent", "wording": "Geschenke.", "retention": "Bis zum Widerruf."}
    state_purpose("personal_interests", **stated, by=boss)
    forget_purposes()
    form = a_form(boss, questions=[*QUESTIONS, ("persons.hobbies", False)])
    assert 'name="persons.hobbies"' in client.get(f"/forms/{form.key}/").content.decode()


def test_form_must_lead_to_an_answer(boss):
    with pytest.raises(ValidationError) as refused:
        a_form(boss, questions=[("persons.family_name", True)], name=" ", texts={}, origins="*", double_opt_in=True)
    assert set(refused.value.message_dict) == {"name", "fields", "double_opt_in", "texts", "origins"}
    assert LeadForm.objects.count() == 0


def test_designer_is_for_administrators(boss, client):
    seller = a_user("Paula Roth")
    client.force_login(seller, backend="kundig.accounts.backends.AccessBackend")
    assert [client.get(path).status_code for path in ("/settings/leads/", "/settings/leads/forms/new/")] == [403, 403]
    with pytest.raises(PermissionDenied):
        a_form(seller)
    client.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    page = client.get("/settings/leads/forms/new/").content.decode()
    assert 'name="persons.mail.asked" checked' in page
    data = {
        "name": "Rückruf", "is_active": "on", "field": ["persons.phone", "persons.family_name"], "de.title": "Rückruf",
        "persons.phone.asked": "on", "persons.phone.required": "on", "persons.phone.place": "2",
        "persons.phone.de": "Ihre Nummer", "persons.family_name.asked": "on", "persons.family_name.place": "1",
    }  # fmt: skip
    assert client.post("/settings/leads/forms/new/", data).status_code == 302
    form = LeadForm.objects.get()
    assert (form.key, [(each["name"], each["required"], each["de"]) for each in form.fields]) == (
        "rueckruf", [("persons.family_name", False, ""), ("persons.phone", True, "Ihre Nummer")],
    )  # fmt: skip
    assert client.get(f"/settings/leads/forms/{form.pk}/").status_code == 200
    assert client.get("/settings/leads/").status_code == 200
    assert client.post(f"/settings/leads/forms/{form.pk}/", {"delete": "1"}).status_code == 302
    assert LeadForm.objects.count() == 0


def test_settings_keep_what_was_typed_beside_what_is_wrong(boss, client):
    client.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    wrong = {"what": "scores", "name": ["Groß"], "condition": ["party.color = red"], "points": ["30"]}
    answer = client.post("/settings/leads/", wrong)
    assert (answer.status_code, 'value="party.color = red"' in answer.content.decode()) == (422, True)
    assert client.post("/settings/leads/", {"what": "usual"}).status_code == 302
    assert (
        client.post("/settings/leads/", {"what": "target", "hours": "2", "opens_at": "8", "closes_at": "x"}).status_code
        == 422
    )
    assert client.post("/settings/leads/", {"what": "nonsense"}).status_code == 403


@pytest.mark.parametrize("firm", ["Brauerei Auerhahn", ""])
def test_proof_goes_with_the_person_who_is_erased(boss, client, firm):
    send(client, a_form(boss), **{"organisations.name": firm})
    assert Submission.objects.get().mail == "j.wirth@auerhahn.example"
    erase_record(registry.get("persons"), Person.objects.get(), by=boss)
    assert (Submission.objects.count(), Lead.objects.count()) == (0, 1 if firm else 0)


def test_administrators_hear_of_what_no_rule_fits(boss, client):
    send(client, a_form(boss))
    lead = Lead.objects.get()
    told = Notice.objects.filter(reader=boss).values_list("kind", "records")
    assert (lead.owner, list(told)) == (None, [("lead_unclaimed", [lead.pk])])
