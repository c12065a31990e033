"""What was changed is read, looked at as it was, and taken back: a field, a part, an import with what came since."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from tests.accounts.factories import a_user
from tests.browser.looks import accessibility_faults, wait_for_controller


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def dairy(user):
    values = {
        "name": "Molkerei Steinbrück eG", "street": "Eversbuschring 18", "postal_code": "80999", "city": "München",
        "country": "DE", "phone": "089 99998-100", "mail": "post@steinbrueck.example", "industry": "Milch",
    }  # fmt: skip
    firm = create_record(registry.get("organisations"), values, by=user)
    for changes in ({"industry": "Käse", "employees": 340}, {"phone": "089 4711-0"}, {"industry": "Butter"}):
        firm = change_record(registry.get("organisations"), Organisation.objects.get(pk=firm.pk), changes, by=user)
    return firm


def industry():
    return Organisation.objects.get(name="Molkerei Steinbrück eG").industry


def test_the_history_of_a_field_beside_it(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    wait_for_controller(page, "history")
    row = page.locator(".field-row", has=page.locator(f"#f{dairy.pk}-industry"))
    row.hover()
    row.get_by_role("button", name="Verlauf: Branche").click()
    history = page.get_by_role("dialog", name="Verlauf eines Feldes")
    expect(history.get_by_role("heading", name="Verlauf: Branche")).to_be_visible()
    expect(history.get_by_role("listitem")).to_have_count(2)
    expect(history).to_contain_text("Svenja Kroll von Hand")
    look("field-history")
    history.get_by_role("button", name="Nur das zurücknehmen").first.click()
    expect(page.locator(f"#f{dairy.pk}-industry")).to_contain_text("Käse")
    assert industry() == "Käse"

    page.goto("/organisations/")
    wait_for_controller(page, "history")
    page.locator(f"#r{dairy.pk}-name").focus()
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f"#r{dairy.pk}-phone")).to_be_focused()
    page.keyboard.press("Alt+h")
    expect(history.get_by_role("heading", name="Verlauf: Telefon")).to_be_focused()
    expect(history.get_by_role("listitem")).to_have_count(1)
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(history).to_be_hidden()
    expect(page.locator(f"#r{dairy.pk}-phone")).to_be_focused()


def test_the_page_as_it_was(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.get_by_role("link", name="So war es an einem Tag").click()
    expect(page.get_by_text("Eine Angabe war anders als heute.")).to_be_visible()
    changed = page.locator("[data-state=other]")
    expect(changed).to_have_text(re.compile("Käse.*heute Butter"))
    page.get_by_role("link", name="Vorige Änderung").click()
    expect(page.locator("dd", has_text="99998100")).to_contain_text("heute")
    look("as-of")
    page.get_by_role("link", name="Vorige Änderung").click()
    expect(page.locator("[data-state=other]", has_text="Milch")).to_contain_text("heute Butter")
    page.get_by_role("link", name="Nächste Änderung").click()
    expect(page.locator("[data-state=other]", has_text="Käse")).to_be_visible()
    page.get_by_label("Stand am").fill("2020-01-01")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.get_by_text("war das noch nicht aufgezeichnet")).to_be_visible()
    page.get_by_role("link", name="Heute").click()
    expect(page).to_have_url(re.compile(rf"/organisations/{dairy.pk}/$"))


def test_history_and_list_of_changes(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/history/")
    page.locator("details.change summary").nth(2).click()
    expect(page.get_by_role("button", name="Nur das zurücknehmen: Branche")).to_be_visible()
    look("history")
    page.get_by_role("button", name="Nur das zurücknehmen: Branche").click()
    side = page.get_by_role("group", name=re.compile("Branche"))
    expect(side).to_contain_text("Butter")
    look("history-conflict")
    side.get_by_role("radio", name=re.compile("Milch")).check()
    page.locator(".conflict").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("Rückgängig")
    assert industry() == "Milch"
    page.goto("/changes/")
    page.locator("details.change summary").first.click()
    expect(page.get_by_role("button", name="Hier zurücknehmen").first).to_be_visible()
    look("changes")


def test_an_import_is_taken_back_and_what_came_since_is_decided(page, user, worker, look, tmp_path):
    for name in ("Walzwerk Ahlen GmbH", "Molkerei Anders KG"):
        create_record(registry.get("organisations"), {"name": name}, by=user)
    path = tmp_path / "abgleich.csv"
    path.write_text("Name;Branche;Mitarbeiter\nWalzwerk Ahlen GmbH;Stahl;120\nMolkerei Anders KG;Milch;40\n", "utf-8")
    page.goto("/organisations/import/")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("#mapping")).to_be_visible()
    expect(page.locator(".import__side .tally")).to_be_visible()
    page.get_by_role("button", name=re.compile("übernehmen")).last.click()
    undo = page.get_by_role("button", name="Diesen Import zurücknehmen")
    expect(undo).to_be_visible(timeout=60_000)
    firms = {firm.name: firm for firm in Organisation.objects.all()}
    works = firms["Walzwerk Ahlen GmbH"]
    assert (works.industry, works.employees, len(firms)) == ("Stahl", 120, 2)
    change_record(registry.get("organisations"), works, {"industry": "Edelstahl"}, by=user)

    undo.click()
    side = page.get_by_role("group", name="Walzwerk Ahlen GmbH, Branche")
    expect(side).to_contain_text("Edelstahl")
    assert Organisation.objects.get(pk=works.pk).employees == 120  # nothing before it is decided
    look("import-taken-back")
    page.get_by_role("button", name="Zurücknehmen", exact=True).click()
    expect(page.get_by_text("Dieser Import wurde zurückgenommen.")).to_be_visible()
    works.refresh_from_db()
    assert (works.industry, works.employees) == ("Edelstahl", None)
    assert Organisation.objects.get(name="Molkerei Anders KG").industry == ""

    page.get_by_role("link", name="Was er geändert hatte").click()
    expect(page.get_by_role("heading", name=re.compile("abgleich.csv"))).to_be_visible()
    look("change")
    page.goto("/changes/")
    page.get_by_role("button", name="Zurücknehmen").first.click()  # the taking back itself
    expect(page.locator(".toast")).to_be_visible()
    works.refresh_from_db()
    assert (works.industry, works.employees) == ("Edelstahl", 120)
