"""An administrator writes formulas, and everybody sees the values follow."""

import pytest
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import an_administrator


@pytest.fixture
def user(sign_in):
    return sign_in(an_administrator())


def test_a_formula_and_a_roll_up_are_made_and_their_values_follow(page, user, worker, look):
    organisations, persons = registry.get("organisations"), registry.get("persons")
    mill = create_record(organisations, {"name": "Walzwerk Ahlen GmbH", "employees": 40}, by=user)
    create_record(organisations, {"name": "Brauhaus Lindenhain", "employees": 7}, by=user)

    page.goto("/settings/fields/organisations/new/")
    page.get_by_label("Bezeichnung", exact=True).fill("Umsatzpotenzial")
    page.get_by_label("Art").select_option("calculated")
    expect(page.get_by_label("Muss ausgefüllt sein")).to_be_hidden()
    formula = page.get_by_label("Formel")
    formula.fill("employes * 100")
    expect(page.locator("#formula-check mark")).to_have_text("employes")
    expect(page.locator("#formula-check")).to_contain_text("Meinten Sie")
    look("formula-with-a-fault")
    formula.fill("employees * 100")
    expect(page.locator("#formula-check")).to_contain_text("4.000")
    look("formula")
    page.get_by_role("button", name="Feld anlegen").click()
    expect(page.get_by_role("link", name="Umsatzpotenzial")).to_be_visible()

    page.goto("/settings/fields/organisations/new/")
    page.get_by_label("Bezeichnung", exact=True).fill("Zahl der Personen")
    page.get_by_label("Art").select_option("calculated")
    formula.fill("count(persons)")
    expect(page.locator("#formula-check")).to_contain_text("anderer Datensätze")
    page.get_by_role("button", name="Feld anlegen").click()
    expect(page.get_by_role("link", name="Zahl der Personen")).to_be_visible()
    look("fields")

    row = page.get_by_role("row").filter(has_text="Walzwerk")
    page.goto("/organisations/?sort=-c_umsatzpotenzial")
    expect(row).to_contain_text("4.000")
    page.reload()  # rows come anew one by one; their order is that of the moment in which the table was asked for
    expect(page.get_by_role("row").nth(1)).to_contain_text("Walzwerk")
    create_record(persons, {"first_name": "Ina", "family_name": "Bergner", "organisation": mill.pk}, by=user)
    expect(row.get_by_role("gridcell").last).to_have_text("1")
    look("table")

    page.goto(f"/organisations/{mill.pk}/")
    employees = page.locator("dd[data-field=employees]")
    employees.click()
    employees.get_by_role("textbox").fill("41")
    employees.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("4.100")).to_be_visible()
    look("page")
    page.goto("/organisations/?filter=c_umsatzpotenzial+>+4000+and+c_zahl_der_personen+%3D+1")
    expect(row).to_contain_text("4.100")
    expect(page.get_by_text("Brauhaus Lindenhain")).to_be_hidden()
