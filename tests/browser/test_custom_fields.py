"""An administrator adds a field and everybody works with it, a moment later."""

import pytest
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import an_administrator


@pytest.fixture
def user(sign_in):
    return sign_in(an_administrator())


def test_a_field_is_added_and_filtered_by_within_six_clicks(page, user, worker, look):
    firms = [
        create_record(registry.get("organisations"), {"name": name}, by=user)
        for name in ("Walzwerk Ahlen GmbH", "Brauhaus Lindenhain")
    ]
    page.goto("/settings/")
    page.get_by_role("link", name="Objekte und Felder").click()
    look("objects")
    page.locator("li", has=page.get_by_role("link", name="Organisationen")).get_by_role(
        "link", name="Feld hinzufügen"
    ).click()
    expect(page.get_by_label("Werte", exact=True)).to_be_hidden()
    page.get_by_label("Bezeichnung", exact=True).fill("Vertriebsgebiet")
    page.get_by_label("Art").select_option("choice")
    page.get_by_label("Werte", exact=True).fill("Norden | North\nSüden | South")
    look("new-field")
    page.get_by_role("button", name="Feld anlegen").click()
    expect(page.get_by_role("link", name="Vertriebsgebiet")).to_be_visible()
    look("fields")

    page.goto(f"/organisations/{firms[0].pk}/edit/")
    page.get_by_label("Vertriebsgebiet").select_option("north")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Norden", exact=True)).to_be_visible()
    look("page")
    page.goto("/organisations/?c_vertriebsgebiet=north")
    expect(page.get_by_role("row").filter(has_text="Walzwerk")).to_contain_text("Norden")
    expect(page.get_by_text("Brauhaus Lindenhain")).to_be_hidden()
    look("table")
