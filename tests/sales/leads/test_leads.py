"""Leads: who gets them, what they are worth, and what becomes of them."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.notices.models import Notice
from kundig.parties.models import Party
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.sales.actions.lead_rules import set_response_target, set_route_rules, set_score_rules
from kundig.sales.actions.leads import answer_lead, convert_lead, drop_lead, reopen_lead
from kundig.sales.jobs.leads import tell_of_late_leads
from kundig.sales.models import Deal, Lead, RouteRule
from kundig.timeline.actions import record_touchpoint
from kundig.timeline.protocol import day_sources
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.parties.factories import a_person, a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db
LEADS = "leads"


def a_lead(boss, party=None, **values):
    party = party or an_organisation(by=boss, name="Brauerei Auerhahn", owner=None)
    return create_record(registry.get(LEADS), {"party": party.pk, **values}, by=boss)


def score_rules(*rules):
    return [dict(zip(("name", "condition", "points"), rule, strict=True)) for rule in rules]


def route(name, who, *, turn="turns", condition=""):
    return {"name": name, "condition": condition, "turn": turn, "who": str(who.pk)}


def test_score_tells_the_reasons_of_the_rules_that_hold(boss):
    set_score_rules(
        score_rules(
            ("In Deutschland", "party.country = DE", "20"), ("Groß", "party.employees > 50", "30"),
            ("Will Filter", 'interest contains "Filter"', "25"), ("Nicht zu erreichen", "party.mail is empty", "−5"),
        ),
        by=boss,
    )  # fmt: skip
    firm = an_organisation(by=boss, name="Brauerei Auerhahn", country="DE", employees=80, owner=None)
    lead = a_lead(boss, firm, interest="Filter für die Abfüllung")
    assert (lead.score, lead.score_reasons) == (
        70, [[20, "In Deutschland"], [30, "Groß"], [25, "Will Filter"], [-5, "Nicht zu erreichen"]],
    )  # fmt: skip


def test_score_follows_when_the_party_or_the_rules_change(boss, delivered):
    set_score_rules(score_rules(("Groß", "party.employees > 50", "30")), by=boss)
    firm = an_organisation(by=boss, name="Brauerei Auerhahn", owner=None)
    lead = a_lead(boss, firm)
    assert lead.score == 0
    change_record(registry.get("organisations"), firm, {"employees": 90}, by=boss)
    delivered()
    lead.refresh_from_db()
    assert lead.score == 30
    assert set_score_rules(score_rules(("Groß", "party.employees > 50", "40")), by=boss) == 1
    lead.refresh_from_db()
    assert lead.score_reasons == [[40, "Groß"]]


def test_rules_that_say_nothing_are_refused_at_their_fields(boss):
    with pytest.raises(ValidationError) as refused:
        set_score_rules(score_rules(("", "party.colour = red", "0"), ("Ja", "", "viel")), by=boss)
    assert set(refused.value.message_dict) == {"0.name", "0.condition", "0.points", "1.condition", "1.points"}
    with pytest.raises(ValidationError) as refused:
        set_route_rules([{"name": "Süd", "condition": "1 +", "turn": "person", "who": "nobody"}], by=boss)
    assert set(refused.value.message_dict) == {"0.condition", "0.who"}
    with pytest.raises(ValidationError) as refused:
        set_response_target(hours="nan", opens_at="17:00", closes_at="8", by=boss)
    assert set(refused.value.message_dict) == {"hours", "closes_at"}


def test_only_administrators_set_rules():
    seller = a_user("Paula Roth")
    with pytest.raises(PermissionDenied):
        set_score_rules(score_rules(("Groß", "party.employees > 50", "30")), by=seller)
    with pytest.raises(PermissionDenied):
        set_route_rules([], by=seller)
    with pytest.raises(PermissionDenied):
        set_response_target(hours="1", opens_at="08:00", closes_at="17:00", by=seller)


def test_people_of_a_team_get_leads_in_turn(boss):
    team = a_team("Vertrieb Süd")
    people = [a_user(name, team=team) for name in ("Anna Bauer", "Ben Cordes", "Cem Demir")]
    set_route_rules([route("Alle", team)], by=boss)
    owners = [a_lead(boss, an_organisation(by=boss, name=f"Firma {number}", owner=None)).owner for number in range(4)]
    assert owners == [*people, people[0]]


def test_first_rule_that_fits_decides_and_the_lead_says_so(boss):
    team, other = a_team("Vertrieb Süd"), a_team("Vertrieb Nord")
    anna, ben = a_user("Anna Bauer", team=team), a_user("Ben Cordes", team=other)
    set_route_rules(
        [route("Süden", team, condition='party.postal_code starts with "8"'), route("Rest", ben, turn="person")],
        by=boss,
    )
    south = a_lead(boss, an_organisation(by=boss, name="A", postal_code="80999", country="DE", owner=None))
    north = a_lead(boss, an_organisation(by=boss, name="B", postal_code="20095", country="DE", owner=None))
    assert (south.owner, south.team, south.owner_reason) == (
        anna, team, f"Rule “Süden”: in turn in the team {team.name}.",
    )  # fmt: skip
    assert (north.owner, north.owner_reason) == (ben, "Rule “Rest”.")


def test_whoever_has_the_fewest_open_leads_gets_the_next(boss):
    team = a_team("Vertrieb")
    anna, ben = a_user("Anna Bauer", team=team), a_user("Ben Cordes", team=team)
    for number in range(2):
        a_lead(boss, an_organisation(by=boss, name=f"Alt {number}"), owner=anna.pk)
    set_route_rules([route("Last", team, turn="load")], by=boss)
    firms = [an_organisation(by=boss, name=f"Neu {number}", owner=None) for number in range(3)]
    assert [a_lead(boss, firm).owner for firm in firms] == [ben, ben, anna]


def test_customer_keeps_who_looks_after_them(boss):
    team, keeper = a_team("Vertrieb"), a_user("Paula Roth")
    a_user("Anna Bauer", team=team)
    set_route_rules([route("Alle", team)], by=boss)
    firm = an_organisation(by=boss, name="Molkerei", lifecycle="customer", owner=keeper)
    lead = a_lead(boss, firm)
    assert (lead.owner, lead.owner_reason) == (keeper, "Looks after this customer already.")
    firm.refresh_from_db()
    assert firm.lifecycle == "customer"


def test_party_is_a_lead_as_long_as_its_lead_is_open(boss):
    firm = an_organisation(by=boss, name="Brauerei Auerhahn")
    lead = a_lead(boss, firm)
    firm.refresh_from_db()
    assert firm.lifecycle == "lead"
    assert drop_lead(lead, reason="Kein Bedarf", by=boss) is True
    firm.refresh_from_db()
    assert (firm.lifecycle, lead.state, lead.closing_reason) == ("contact", "dropped", "Kein Bedarf")
    assert reopen_lead(lead, by=boss) is True
    firm.refresh_from_db()
    assert (firm.lifecycle, lead.state, lead.closing_reason) == ("lead", "new", "")


def test_dropping_asks_for_a_reason(boss):
    lead = a_lead(boss)
    with pytest.raises(ValidationError):
        drop_lead(lead, reason="  ", by=boss)
    assert Lead.objects.get().state == "new"


def test_target_is_set_by_the_hours_of_the_house(boss):
    set_response_target(hours="2", opens_at="09:00", closes_at="16:00", by=boss)
    received = dt.datetime(2026, 11, 20, 14, 30, tzinfo=dt.UTC)  # half past three in Berlin, on a Friday
    lead = a_lead(boss, received_at=received)
    assert timezone.localtime(lead.respond_by).strftime("%a %H:%M") == "Mon 10:30"


@pytest.mark.parametrize(
    ("kind", "direction", "state"), [("call", "", "working"), ("mail", "out", "working"), ("mail", "in", "new")]
)
def test_lead_is_answered_by_turning_to_it(boss, kind, direction, state, delivered):
    firm = an_organisation(by=boss, name="Brauerei Auerhahn")
    person = a_person(by=boss, organisation=firm.pk)
    lead = a_lead(boss, firm, person=person.pk)
    record_touchpoint(kind=kind, party=person, by=boss, direction=direction, summary="Rückruf")
    delivered()
    lead.refresh_from_db()
    assert (lead.state, lead.responded_at is not None) == (state, state == "working")


def test_owner_hears_of_a_lead_and_once_that_it_is_late(boss):
    anna = a_user("Anna Bauer")
    lead = a_lead(boss, owner=anna.pk, respond_by=timezone.now() - dt.timedelta(minutes=5))
    assert [(each.kind, each.records) for each in Notice.objects.filter(reader=anna)] == [("lead_given", [lead.pk])]
    assert (tell_of_late_leads(), tell_of_late_leads()) == (1, 0)
    assert list(Notice.objects.filter(reader=anna).values_list("kind", "count")) == [("lead_late", 1)]


def test_one_inquiry_is_one_notice_for_each_and_none_for_who_has_nothing_to_do_with_it_any_more(boss):
    anna, other = a_user("Anna Bauer"), User.objects.with_access(an_administrator("Ines Behrens").pk)
    lead = a_lead(boss, respond_by=timezone.now() - dt.timedelta(minutes=5))
    Lead.objects.filter(pk=lead.pk).update(owner=None)
    lead.refresh_from_db()
    tell_of_late_leads()
    change_record(registry.get(LEADS), lead, {"owner": anna.pk}, by=other)

    def unread(reader):
        return list(Notice.objects.filter(reader=reader, read_at=None).values_list("kind", flat=True))

    assert (unread(boss), unread(other), unread(anna)) == ([], [], ["lead_given"])
    Lead.objects.filter(pk=lead.pk).update(reminded_at=None)
    tell_of_late_leads()
    assert unread(anna) == ["lead_late"]
    answer_lead(Lead.objects.get(pk=lead.pk), by=anna)
    assert unread(anna) == []


def test_a_lead_that_is_given_back_is_told_again_and_one_that_is_taken_away_no_more(boss):
    anna, bert = a_user("Anna Bauer"), a_user("Bert Gross")
    lead = a_lead(boss, owner=anna.pk)

    def give(owner):
        change_record(registry.get(LEADS), Lead.objects.get(pk=lead.pk), {"owner": owner}, by=boss)
        readers = Notice.objects.filter(read_at=None).values_list("reader__name", flat=True)
        return sorted(readers)

    assert give(bert.pk) == ["Bert Gross"]
    assert give(anna.pk) == ["Anna Bauer"], "though it was theirs before"
    assert give(None) == []


def test_administrators_hear_that_a_lead_of_nobody_is_late(boss):
    seller = a_user("Anna Bauer")
    lead = a_lead(boss, owner=None, respond_by=timezone.now() - dt.timedelta(minutes=5))
    assert (tell_of_late_leads(), tell_of_late_leads()) == (1, 0)
    assert [(each.kind, each.records) for each in Notice.objects.filter(reader=boss)] == [("lead_late", [lead.pk])]
    assert Notice.objects.filter(reader=seller).count() == 0


def test_my_day_names_leads_that_wait(boss):
    anna = User.objects.with_access(a_user("Anna Bauer").pk)
    firm = an_organisation(by=anna, name="Brauerei Auerhahn")
    lead = a_lead(boss, firm, owner=anna.pk, interest="Filter", respond_by=timezone.now() - dt.timedelta(minutes=5))
    find = next(source.find for source in day_sources("contacts") if source.name == "leads")
    (item,) = find(anna, timezone.localdate(), [anna.pk])
    assert (item.party, item.urgency, item.href) == (firm.pk, 3.0, f"/leads/{lead.pk}/")
    assert item.reason.startswith("New lead: Filter. The first answer was due on")
    answer_lead(lead, by=anna)
    assert find(anna, timezone.localdate(), [anna.pk]) == []


def test_who_is_imported_as_a_lead_is_one(boss, delivered):
    team = a_team("Vertrieb")
    a_user("Anna Bauer", team=team)
    set_route_rules([route("Alle", team)], by=boss)
    values = {"name": "Brauerei Auerhahn", "lifecycle": "lead", "source": "BrauBeviale 2026", "owner": None}
    firm = create_record(registry.get("organisations"), values, by=boss, via=Via.IMPORT)
    delivered()
    lead = Lead.objects.get()
    assert (lead.party_id, lead.source, lead.owner.name) == (firm.pk, "BrauBeviale 2026", "Anna Bauer")
    assert ChangeSet.objects.filter(via="import").exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_get_the_same_turn(boss):
    team = a_team("Vertrieb")
    people = [a_user(name, team=team) for name in ("Anna Bauer", "Ben Cordes")]
    set_route_rules([route("Alle", team)], by=boss)
    firms = [an_organisation(by=boss, name=f"Firma {number}", owner=None) for number in range(4)]
    barrier = threading.Barrier(len(firms))

    def ask(firm):
        barrier.wait()
        try:
            a_lead(boss, firm)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[firm]) for firm in firms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    owners = sorted(Lead.objects.values_list("owner__name", flat=True))
    assert owners == ["Anna Bauer", "Anna Bauer", "Ben Cordes", "Ben Cordes"]
    assert RouteRule.objects.get().last in people


def test_lead_becomes_a_deal_of_the_same_party_and_back(boss):
    firm = an_organisation(by=boss, name="Brauerei Auerhahn")
    person = a_person(by=boss, organisation=firm.pk)
    anna = a_user("Anna Bauer")
    lead = a_lead(
        boss, firm, person=person.pk, interest="Filter", source="Messe", campaign="Herbst", owner=anna.pk,
    )  # fmt: skip
    counts = Party.objects.count()
    with change_set(by=boss) as changes:
        assert convert_lead(lead, by=boss) is True
        assert convert_lead(lead, by=boss) is False
    lead.refresh_from_db()
    deal = lead.deal
    assert (deal.title, deal.party_id, deal.person_id, deal.source, deal.campaign, deal.owner, lead.state) == (
        "Filter", firm.pk, person.pk, "Messe", "Herbst", anna, "converted",
    )  # fmt: skip
    assert Party.objects.count() == counts
    undo(changes.id, by=boss)
    lead.refresh_from_db()
    assert (lead.state, lead.deal, lead.responded_at, Deal.objects.count()) == ("new", None, None, 0)


def test_dropped_lead_becomes_no_deal(boss):
    lead = a_lead(boss)
    drop_lead(lead, reason="Kein Bedarf", by=boss)
    with pytest.raises(ValidationError):
        convert_lead(lead, by=boss)
    assert Deal.objects.count() == 0


def test_page_offers_what_is_next_to_those_who_may(boss, client):
    owner, looker = a_scoped_user("Svenja Kroll", Scope.ALL), a_user("Leo Lang", role="reader")
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    lead = a_lead(boss, owner=owner.pk, interest="Filter")
    address = f"/leads/{lead.pk}/"
    answers = []
    for user in (looker, stranger, owner):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        answers.append((client.get(address).status_code, client.post(f"{address}conversion/").status_code))
        if user != owner:
            assert Deal.objects.count() == 0
    assert answers == [(200, 403), (404, 404), (200, 200)]
    assert Lead.objects.get().deal.title == "Filter"
    refused = client.post(f"{address}dropping/", {"reason": "doch nicht"})
    assert (refused.status_code, "Close the deal instead." in refused.content.decode()) == (422, True)


def test_the_form_of_a_lead_is_headed_by_whom_it_is_about(client, boss):
    lead = a_lead(boss)
    client.force_login(boss, backend="kundig.accounts.backends.AccessBackend")
    page = client.get(f"/leads/{lead.pk}/edit/").content.decode()
    assert "<h1>Brauerei Auerhahn</h1>" in page
