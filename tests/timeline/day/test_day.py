"""My day: who stands in it, in which order, with which reasons; what one click does, and what it undoes."""

import datetime as dt
import re

import pytest
from django.utils import timezone, translation

from kundig.accounts.enums import Scope
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline import actions
from kundig.timeline.enums import Unit
from kundig.timeline.models import ContactRhythm, Postponement, Rest, Touchpoint
from kundig.timeline.protocol import DayItem, DaySource, register_day_source
from kundig.timeline.protocol import day as day_protocol
from kundig.timeline.queries.day import day_of
from kundig.timeline.queries.regions import working_days_of_house
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user
from tests.timeline.touchpoints.test_recording import a_call

TODAY = timezone.localdate()
WHOLE = {"headers": {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#day"}}


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


@pytest.fixture
def firm(svenja):
    """Makes customers of Svenja's whose call is so many days late."""
    ContactRhythm.objects.all().delete()
    organisations = registry.get("organisations")

    def make(name, *, late=0, letter="B", by=svenja, **values):
        values = {"name": name, "lifecycle": "customer", "customer_class": letter, **values}
        made = create_record(organisations, values, by=by)
        actions.set_own_rhythms(made, [Rhythm("call", 70, Unit.DAY)], by=by)
        # Seventy days before a day on which people work: on any other it would be due later.
        works, day = working_days_of_house(), TODAY - dt.timedelta(days=late)
        while not works(day):
            day -= dt.timedelta(days=1)
        a_call(made, by=by, at=timezone.now() - (TODAY - day) - dt.timedelta(days=70))
        return made

    return make


def names(day):
    return [contact.party.name for contact in day.contacts]


def signed_in(client, user):
    client.force_login(user)
    return client


# -- who and why -----------------------------------------------------------------------------------------------------


def test_the_worthiest_comes_first_with_its_reason(svenja, firm):
    firm("Brauhaus", letter="C", late=30)
    firm("Molkerei", letter="A")
    firm("Walzwerk", letter="B", late=20)
    day = day_of(svenja)
    assert names(day) == ["Molkerei", "Walzwerk", "Brauhaus"] and day.due == 3
    assert day.contacts[1].first.reason.startswith("Call every 70 days: due for 2")


def test_who_is_not_due_is_not_there(svenja, firm):
    made = firm("Molkerei")
    a_call(made, by=svenja)
    assert names(day_of(svenja)) == []


def test_silence_is_told_in_words(svenja):
    made = create_record(registry.get("organisations"), {"name": "Textilveredlung Grünthal"}, by=svenja)
    for days in range(251, 60, -30):
        a_call(made, by=svenja, at=ago(days))
    (contact,) = day_of(svenja).contacts
    assert contact.first.reason == "Usually in touch every 30 days, now quiet for 71 days."


def test_new_leads_come_by_themselves(svenja):
    create_record(
        registry.get("organisations"), {"name": "Messekontakt", "lifecycle": "lead", "source": "Messe"}, by=svenja
    )
    (contact,) = day_of(svenja).contacts
    assert contact.first.reason == "New since today, nobody has been in touch yet. Came by: Messe."


def test_what_waits_for_an_answer_stands_beside(svenja, dairy):
    write = {"kind": "mail", "party": dairy, "by": svenja}
    actions.record_touchpoint(**write, direction="in", summary="Leitungs-Check für zwei Hallen", at=ago(1))
    (answer,) = day_of(svenja).answers
    assert (answer.party.name, answer.first.reason) == (dairy.name, "Leitungs-Check für zwei Hallen")
    actions.record_touchpoint(**write, direction="out", summary="Gern")
    assert not day_of(svenja).answers


def test_who_rests_is_left_alone_and_shown_so(svenja, firm):
    made = firm("Verpackungswerk Saale")
    actions.rest(made, until=TODAY + dt.timedelta(days=2), reason="Inventur", by=svenja)
    day = day_of(svenja)
    assert names(day) == [] and [each.rest.reason for each in day.resting] == ["Inventur"]


def test_others_have_their_own_day(svenja, firm):
    firm("Molkerei")
    assert names(day_of(a_user("Holger Timm", role="sales"))) == []


def test_a_deputy_sees_the_customers_of_who_is_away(svenja, firm):
    from kundig.accounts.actions import name_deputy

    firm("Molkerei")
    holger = a_user("Holger Timm", role="sales")
    name_deputy(svenja, deputy=holger, starts_on=TODAY, ends_on=TODAY, by=svenja)
    assert names(day_of(type(holger).objects.with_access(holger.pk))) == ["Molkerei"]


def test_who_may_see_nothing_gets_nothing(svenja, firm):
    firm("Molkerei", owner=(stranger := a_scoped_user("Fremde", Scope.NONE)))
    assert names(day_of(stranger)) == [] and not day_of(stranger).resting


def test_later_domains_add_their_reasons(svenja, firm, monkeypatch):
    monkeypatch.setattr(day_protocol, "_sources", dict(day_protocol._sources))
    one, other = firm("Molkerei", letter="A"), firm("Brauhaus", letter="C")
    find = lambda user, on, owners: [DayItem(other.pk, "Das Angebot liegt seit acht Tagen da.", worth=90_000)]  # noqa: E731
    register_day_source(DaySource("trips", find))
    day = day_of(svenja)
    assert names(day) == ["Brauhaus", "Molkerei"]
    assert len(day.contacts[0].items) == 2 and one.name == "Molkerei"
    with pytest.raises(ValueError, match="Two sources"):
        register_day_source(DaySource("trips", find))
    with pytest.raises(ValueError, match="no section"):
        register_day_source(DaySource("others", find, section="cellar"))


def test_queries_do_not_grow_with_the_list(svenja, firm, django_assert_max_num_queries):
    firm("Molkerei")
    svenja.access  # noqa: B018 - known before any page
    with django_assert_max_num_queries(26):
        day_of(svenja)
    for number in range(3):
        firm(f"Brauhaus {number}")
    with django_assert_max_num_queries(26):
        assert len(day_of(svenja).contacts) == 4


# -- one click -------------------------------------------------------------------------------------------------------


def test_done_notes_the_contact_and_can_be_taken_back(client, svenja, firm):
    made = firm("Molkerei")
    answer = signed_in(client, svenja).post("/day/done/", {"party": made.pk, "kind": "call"}, **WHOLE)
    text = answer.content.decode()
    assert answer.status_code == 200 and f"contact-{made.pk}" not in text and "/undo/" in text
    newest = Touchpoint.objects.order_by("-at").first()
    assert (newest.kind, newest.party_id, newest.two_way, newest.author_id) == ("call", made.pk, True, svenja.pk)
    undo = text[text.index("/undo/") :].partition('"')[0]
    client.post(undo, **WHOLE)
    assert names(day_of(svenja)) == ["Molkerei"] and Touchpoint.objects.count() == 1


@pytest.mark.parametrize("kind", ["note", "mail", "task", "séance", ""])
def test_done_never_notes_what_is_no_talk(client, svenja, firm, kind):
    made = firm("Molkerei")
    signed_in(client, svenja).post("/day/done/", {"party": made.pk, "kind": kind}, **WHOLE)
    assert Touchpoint.objects.order_by("-at").first().kind == "call"


@pytest.mark.parametrize("sent", [{"until": "hour"}, {"until": "afternoon"}, {"until": "tomorrow"}, {"until": "week"},
                                  {"day": (TODAY + dt.timedelta(days=9)).isoformat()}])  # fmt: skip
def test_later_leaves_out_until_then(client, svenja, firm, sent):
    made = firm("Molkerei")
    answer = signed_in(client, svenja).post("/day/later/", {"party": made.pk, **sent}, **WHOLE)
    assert answer.status_code == 200 and names(day_of(svenja)) == []
    assert Postponement.objects.get().user_id == svenja.pk
    client.post(f"/day/take-up/{made.pk}/")
    assert names(day_of(svenja)) == ["Molkerei"]


@pytest.mark.parametrize(
    "sent",
    [{}, {"until": "never"}, {"day": "gestern"}, {"day": "2026-02-31"}, {"day": "2026-01-05"}, {"day": "2999-01-01"}],
)
def test_later_than_what(client, svenja, firm, sent):
    made = firm("Molkerei")
    answer = signed_in(client, svenja).post("/day/later/", {"party": made.pk, **sent}, **WHOLE)
    assert answer.status_code == 422 and not Postponement.objects.exists()
    assert names(day_of(svenja)) == ["Molkerei"]


def test_not_worth_it_needs_a_reason_and_can_be_taken_back(client, svenja, firm):
    made = firm("Molkerei")
    sent = {"party": made.pk, "reason": "No need at present", "span": "3"}
    answer = signed_in(client, svenja).post("/day/leave/", sent, **WHOLE)
    rest = Rest.objects.get()
    assert (rest.reason, rest.author_id) == ("No need at present", svenja.pk)
    assert TODAY + dt.timedelta(days=91) <= rest.until <= TODAY + dt.timedelta(days=98)
    text = answer.content.decode()
    client.post(text[text.index("/undo/") :].partition('"')[0], **WHOLE)
    assert names(day_of(svenja)) == ["Molkerei"] and not Rest.objects.exists()
    assert client.post("/day/leave/", {"party": made.pk, "reason": " "}, **WHOLE).status_code == 422
    client.post("/day/leave/", {"party": made.pk, "own_reason": "Streik", "span": ""}, **WHOLE)
    assert Rest.objects.get().until is None and Rest.objects.get().reason == "Streik"


@pytest.mark.parametrize("address", ["done", "later", "leave"])
def test_a_stranger_changes_nothing(client, svenja, firm, address):
    made = firm("Molkerei")
    before = Touchpoint.objects.count()
    signed_in(client, a_scoped_user("Fremde", Scope.OWN))
    sent = {"party": made.pk, "until": "week", "reason": "So"}
    assert client.post(f"/day/{address}/", sent, **WHOLE).status_code == 404
    assert client.post(f"/day/{address}/", {"party": "Molkerei"}, **WHOLE).status_code == 404
    assert (Touchpoint.objects.count(), Rest.objects.count(), Postponement.objects.count()) == (before, 0, 0)


def test_the_page_says_it_in_a_sentence(client, svenja, firm):
    firm("Molkerei", letter="A")
    firm("Brauhaus")
    with translation.override("de"):
        text = signed_in(client, svenja).get("/", headers={"Accept-Language": "de"}).content.decode()
    assert "Zwei Kunden sollten heute von Ihnen hören. Am besten beginnen Sie mit Molkerei." in text


def test_without_customers_the_page_says_where_to_begin(client, svenja):
    text = signed_in(client, svenja).get("/").content.decode()
    (ways,) = re.findall(r'home-ways">(.*?)</div>', text, re.S)
    assert re.findall(r' href="(/(?!static)[^"]+)"', ways) == [
        "/organisations/import/", "/organisations/new/", "/persons/new/", "/households/new/"
    ]  # fmt: skip


def test_fields_that_a_role_hides_are_not_shown(svenja, firm):
    from kundig.accounts.actions.roles import set_field_rights
    from kundig.accounts.enums import FieldRight
    from kundig.accounts.models import AccessRole

    firm("Molkerei", letter="A", phone="+498999998100")
    assert day_of(svenja).contacts[0].phone
    role = AccessRole.objects.get(key="sales")
    hidden = {("organisations", name): FieldRight.HIDDEN for name in ("phone", "mobile", "customer_class")}
    set_field_rights(role, rights=hidden, by=None)
    (contact,) = day_of(type(svenja).objects.with_access(svenja.pk)).contacts
    assert (contact.phone, contact.party.customer_class) == ("", "")


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("source", ["Call every 70 days: due today, last contact 70 days ago.", "New since today, nobody has been"]),
        ("last_contact_on", ["Call every 70 days: due today."]),
        ("next_contact_on", ["New since today, nobody has been in touch yet. Came by: Messe."]),
    ],
)
def test_sentences_do_not_tell_hidden_fields(svenja, firm, name, reasons):
    from kundig.accounts.actions.roles import set_field_rights
    from kundig.accounts.enums import FieldRight
    from kundig.accounts.models import AccessRole

    due = firm("Molkerei")
    values = {"name": "Messekontakt", "lifecycle": "lead", "source": "Messe"}
    create_record(registry.get("organisations"), values, by=svenja)
    type(due).objects.filter(pk=due.pk).update(next_contact_on=TODAY, last_contact_on=TODAY - dt.timedelta(days=70))
    hidden = {("organisations", name): FieldRight.HIDDEN}
    set_field_rights(AccessRole.objects.get(key="sales"), rights=hidden, by=None)
    contacts = day_of(type(svenja).objects.with_access(svenja.pk)).contacts
    told = sorted(contact.first.reason for contact in contacts)
    assert len(told) == len(reasons) and all(one.startswith(start) for one, start in zip(told, reasons, strict=True))
    assert not any("Messe." in one for one in told) or name != "source"


def test_whom_one_may_not_see_is_counted_nowhere(client, jana, svenja, firm):
    hidden, colleague = firm("Molkerei", letter="A"), a_scoped_user("Holger Timm", Scope.OWN)
    actions.give_task(title="Rückruf", party=hidden, assignee=colleague, due_on=TODAY, by=jana)
    day = day_of(type(svenja).objects.with_access(colleague.pk))
    assert (day.due, day.contacts) == (0, [])
    assert signed_in(client, colleague).get("/").status_code == 200
    firm("Brauhaus", owner=colleague)
    assert [day_of(type(svenja).objects.with_access(colleague.pk)).due] == [1]


def test_rests_of_hidden_customers_are_not_counted(svenja, firm):
    made = firm("Molkerei", owner=(stranger := a_scoped_user("Fremde", Scope.NONE)))
    actions.rest(made, until=TODAY + dt.timedelta(days=2), reason="Inventur", by=svenja)
    assert day_of(stranger).resting_count == 0
    made = firm("Brauhaus")
    actions.rest(made, until=TODAY + dt.timedelta(days=2), reason="Inventur", by=svenja)
    assert day_of(svenja).resting_count == 1
