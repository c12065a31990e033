"""An administrator makes an object of the house's own, and everybody works with it, a moment later."""

import re

import pytest
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.objects.models import CustomRecord
from tests.accounts.factories import an_administrator


@pytest.fixture
def user(sign_in):
    return sign_in(an_administrator())


def test_machines_are_made_filled_found_and_seen_at_their_customer(page, user, worker, look):
    firm = create_record(registry.get("organisations"), {"name": "Walzwerk Ahlen GmbH"}, by=user)
    page.goto("/settings/fields/")
    page.get_by_role("link", name="Neues Objekt").click()
    page.get_by_label("Einzahl", exact=True).fill("Maschine")
    page.get_by_label("Mehrzahl", exact=True).fill("Maschinen")
    page.get_by_label("Bezeichnung des Namens", exact=True).fill("Seriennummer")
    page.get_by_role("radio", name="Werkzeug").check(force=True)
    look("own-object")
    page.get_by_role("button", name="Objekt anlegen").click()
    expect(page.get_by_role("heading", name="Maschinen: Felder")).to_be_visible()

    page.get_by_role("link", name="Feld hinzufügen").first.click()
    page.get_by_label("Bezeichnung", exact=True).fill("Kunde")
    page.get_by_label("Art").select_option("reference")
    page.get_by_label("Verweist auf").select_option("organisations")
    page.get_by_role("button", name="Feld anlegen").click()
    expect(page.get_by_role("link", name="Kunde", exact=True)).to_be_visible()

    page.goto(f"/organisations/{firm.pk}/")
    panel = page.locator("section", has=page.get_by_role("heading", name="Maschinen"))
    expect(panel.get_by_text("Noch keine.")).to_be_visible()
    panel.get_by_role("link", name="Hinzufügen (Maschine)").click()
    page.get_by_label("Seriennummer").fill("HB-4711")
    look("own-object-form")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.get_by_role("heading", name="HB-4711")).to_be_visible()
    record = CustomRecord.objects.get()
    assert record.custom == {"c_kunde": str(firm.pk)}
    look("own-object-page")

    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Suchen oder tun")).to_be_focused()
    page.keyboard.type("hb-4711")
    expect(page.get_by_role("option", name=re.compile("HB-4711")).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/own-maschinen/{record.pk}/")
    page.get_by_role("link", name="Walzwerk Ahlen GmbH").first.click()
    expect(panel.get_by_role("link", name="HB-4711")).to_be_visible()
    look("own-object-at-customer")
    page.get_by_role("navigation").get_by_role("link", name="Maschinen").first.click()
    expect(page.get_by_role("row").filter(has_text="HB-4711")).to_contain_text("Walzwerk Ahlen GmbH")
    look("own-object-table")
