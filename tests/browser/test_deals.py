"""A deal from the customer's page to the next stage, and over the board through a gate."""

import re

import pytest
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_deal, ensure_pipelines
from kundig.sales.models import Deal, Stage
from tests.accounts.factories import a_user
from tests.browser.hands import drag, where
from tests.browser.test_click_budget import Work


@pytest.fixture
def svenja(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def customer(svenja):
    values = {"name": "Alfreds Futterkiste", "phone": "+49300074321", "city": "Berlin"}
    return create_record(registry.get("organisations"), values, by=svenja)


def test_deal_for_a_customer_moved_to_the_next_stage(page, customer):
    ensure_pipelines()
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("button", name=re.compile("Suchen oder tun")))
    page.get_by_role("combobox").fill("Alfreds")
    expect(page.get_by_role("option", name=re.compile("Alfreds Futterkiste"))).to_be_visible()
    page.keyboard.press("Enter")
    work.click(page.get_by_role("textbox", name="Was lässt sich verkaufen?"))
    page.keyboard.type("WD 37-V mit Steuerung")
    page.keyboard.press("Tab")
    page.keyboard.type("31.500")
    page.keyboard.press("Enter")
    work.click(page.get_by_role("button", name="WD 37-V mit Steuerung: nach „Bedarf geklärt“"))
    expect(page.get_by_role("button", name="WD 37-V mit Steuerung: nach „Angebot versandt“")).to_be_visible()
    deal = Deal.objects.get()
    assert (deal.party_id, deal.amount, deal.status) == (customer.pk, 31_500, "qualified")
    assert work.clicks <= 4 and work.views <= 1


def test_a_card_dragged_through_a_gate(page, customer, svenja, look):
    pipeline = ensure_pipelines()
    deal = add_deal(title="WD 30-V, Leasing", party=customer, amount="18400", by=svenja)
    Stage.objects.filter(pipeline=pipeline, status="qualified").update(
        required=["needs"], checklist=["Entscheider getroffen"]
    )
    page.goto("/deals/board/")
    card = page.locator(f"#c{deal.pk}")
    clarified = page.locator(".stage", has=page.get_by_role("heading", name="Bedarf geklärt", exact=True))
    expect(page.locator("#band")).to_contain_text("erwartet")
    look("deals")
    drag(page, card, clarified.locator(".stage__list"))
    gate = page.get_by_role("dialog")
    expect(gate.get_by_role("heading", name=re.compile("nach „Bedarf geklärt“"))).to_be_visible()
    gate.get_by_label("Was der Kunde braucht").fill("Druckluft für zwei Hallen")
    gate.get_by_label("Entscheider getroffen").check()
    gate.get_by_role("button", name="Weiter").click()
    expect(gate).to_be_hidden()
    expect(clarified.locator(f"#c{deal.pk}")).to_be_visible()
    expect(clarified.locator(".stage__total")).to_contain_text("18.400")
    deal.refresh_from_db()
    assert (deal.status, deal.needs, deal.checked) == (
        "qualified", "Druckluft für zwei Hallen", ["Entscheider getroffen"],
    )  # fmt: skip
    Stage.objects.filter(pipeline=pipeline, status="proposed").update(required=["expected_on"])
    page.goto(f"/deals/{deal.pk}/")
    page.get_by_role("button", name="Angebot versandt").click()
    expect(gate.get_by_label("Erwartet am")).to_be_visible()
    assert where(gate)["x"] > 400  # in the middle: its looks come with it, whatever page it opens on
