"""From a stranger at a web form to a deal of a colleague."""

import re

import pytest
from playwright.sync_api import expect

from kundig.sales.actions.forms import save_form
from kundig.sales.actions.lead_rules import set_route_rules, set_score_rules
from kundig.sales.models import Deal, Lead, LeadForm
from tests.accounts.factories import a_team, a_user, an_administrator

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = ("persons.first_name", "persons.family_name", "organisations.name", "persons.mail", "message")


def test_stranger_fills_in_a_form_and_the_owner_makes_a_deal_of_it(page, sign_in, a_browser, look, look_at, house):
    boss = sign_in(an_administrator())
    team = a_team("Vertrieb")
    seller = a_user("Paula Roth", team=team)
    route = {"name": "Alle", "condition": "", "turn": "turns", "who": str(team.pk)}
    set_route_rules([route], by=boss)
    set_score_rules([{"name": "Sucht Filter", "condition": 'interest contains "Filter"', "points": "25"}], by=boss)
    texts = {"de": {"title": "Schreiben Sie uns", "intro": "Worum geht es?", "thanks": "Danke! Wir melden uns."}}
    fields = [{"name": name, "required": name in ("persons.family_name", "persons.mail")} for name in ASKED]
    values = {"name": "Anfrage", "is_active": True, "texts": texts, "fields": fields, "source": "Website"}
    form = save_form(LeadForm(), values, by=boss)

    stranger = a_browser(java_script_enabled=False).new_page()
    stranger.goto(f"{house.url}/forms/{form.key}/")
    stranger.get_by_label("Vorname").fill("Jonas")
    stranger.get_by_label("Nachname").fill("Wirth")
    stranger.get_by_label("Unternehmen").fill("Brauerei Auerhahn")
    stranger.get_by_label("Nachricht").fill("Wir suchen Filter für die neue Abfüllung.")
    stranger.get_by_role("button", name="Senden").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    expect(stranger.get_by_label("Vorname")).to_have_value("Jonas")
    look_at(stranger, "web-form", schemes=("light",), axe=False)
    stranger.get_by_label("Mail").fill("j.wirth@auerhahn.example")
    thanks, too_fast = (
        stranger.get_by_text("Danke! Wir melden uns."),
        stranger.get_by_text("schneller, als jemand tippt"),
    )
    stranger.get_by_role("button", name="Senden").click()
    while thanks.or_(too_fast).first.inner_text() != "Danke! Wir melden uns.":
        stranger.get_by_role("button", name="Senden").click()
    expect(thanks).to_be_visible()
    assert stranger.context.cookies() == []

    lead = Lead.objects.get()
    assert (lead.owner, lead.score) == (seller, 25)
    sign_in(seller)
    page.goto("/leads/")
    page.get_by_role("link", name="Brauerei Auerhahn").first.click()
    page.goto(f"/leads/{lead.pk}/")
    panel = page.locator("#panel-lead")
    expect(panel.get_by_text("Sucht Filter")).to_be_visible()
    expect(panel.get_by_text(re.compile("reihum im Team"))).to_be_visible()
    look("lead")
    panel.get_by_role("button", name="Verkaufschance daraus machen").click()
    expect(panel.get_by_text("Daraus wurde die Verkaufschance:")).to_be_visible()
    deal = Deal.objects.get()
    assert (deal.party_id, deal.person_id, deal.owner) == (lead.party_id, lead.person_id, seller)
    page.get_by_role("button", name="Rückgängig").click()
    expect(panel.get_by_role("button", name="Verkaufschance daraus machen")).to_be_visible()
    assert not Deal.objects.exists()
