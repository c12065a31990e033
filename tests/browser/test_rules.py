"""Rules: built by hand, tried on the past, let loose; somebody else's change sets one off, and the bell says so."""

import re

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import User
from kundig.automation.actions import activate_rule, back_test, save_rule
from kundig.automation.models import Rule, Run
from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from tests.accounts.factories import a_user, an_administrator
from tests.browser.looks import wait_for_controller


@pytest.fixture
def firms(house):
    """Three firms of Svenja's, one of which has been in Munich all the time."""
    svenja = User.objects.with_access(a_user("Svenja Kroll").pk)
    organisations = registry.get("organisations")
    rows = (("Molkerei Steinbrück", "München"), ("Brauhaus Lindenhain", "Bamberg"), ("Walzwerk Ruhrort", "Duisburg"))
    return svenja, [create_record(organisations, {"name": name, "city": city}, by=svenja) for name, city in rows]


def saved(page):
    expect(page.locator("#toasts")).to_contain_text("Gespeichert")


def test_a_rule_is_built_tried_let_loose_and_paused(page, worker, firms, sign_in, look):
    svenja, (_dairy, brewery, _mill) = firms
    jana = sign_in(an_administrator())
    page.goto("/settings/rules/")
    look("rules-none", widths=("desktop",))
    page.get_by_role("link", name="Regel anlegen").click()
    choose = page.get_by_role("button", name="Bedingung auswählen")
    expect(choose).to_be_visible(timeout=60_000)  # the script of the picker is there
    page.get_by_label("Name", exact=True).fill("München im Blick")
    page.get_by_label("Wann", exact=True).select_option("becomes")

    chips = page.locator("[data-condition-target='chips']")
    choose.click()
    editor = page.locator("#fp-condition")
    editor.get_by_role("searchbox", name="Feld suchen").fill("ort")
    editor.get_by_role("button", name="Ort", exact=True).first.click()
    editor.get_by_label("Vergleich").select_option("=")
    editor.get_by_role("textbox", name="Ort").fill("München")
    look("rule-picker", widths=("desktop", "phone"))
    editor.get_by_role("button", name="Anwenden").click()
    expect(page.get_by_label("Als Text")).to_have_value('city = "München"')
    expect(page.locator(".rule__told")).to_contain_text("Ort ist „München“")
    expect(chips).to_contain_text("Ort ist „München“")

    page.get_by_label("Was geschehen soll").select_option("notify")
    page.get_by_label("Wen", exact=True).select_option(f"user:{jana.pk}")
    page.get_by_label("Text", exact=True).fill("ist jetzt in {city}")
    look("rule-form")
    page.get_by_role("button", name="Speichern").click()
    saved(page)

    page.get_by_role("button", name="Probelauf über die letzten 90 Tage").click()
    expect(page.locator(".rule__count output")).to_have_text("1")
    expect(page.locator("aside").get_by_role("link", name="Molkerei Steinbrück")).to_be_visible()
    look("rule-tried")
    page.get_by_role("button", name="Aktivieren").click()
    expect(page.locator("aside .status")).to_have_text("Aktiv")

    change_record(registry.get("organisations"), brewery, {"city": "München"}, by=svenja)
    expect(page.locator("#bell-count")).to_have_text("1")
    page.get_by_role("button", name="Benachrichtigungen").click()
    wait_for_controller(page, "notices")
    expect(page.locator("#notices")).to_contain_text("ist jetzt in München")
    page.keyboard.press("Escape")

    page.goto(page.url)
    page.get_by_role("link", name="Ganzes Protokoll").click()
    line = page.locator(".lines li").first
    expect(line).to_contain_text("Brauhaus Lindenhain")
    expect(line).to_contain_text("Ort ist „München“")
    expect(line).to_contain_text("Benachrichtigt: Jana Brandt.")
    look("rule-log")
    page.go_back()
    page.get_by_role("button", name="Anhalten").click()
    expect(page.locator("aside .status")).to_have_text("Angehalten")
    change_record(registry.get("organisations"), brewery, {"city": "Bonn"}, by=svenja)
    assert Rule.objects.get().state == "paused"
    assert Run.objects.count() == 1


def test_a_run_that_failed_is_tried_again_and_what_it_did_is_taken_back(page, worker, firms, sign_in, look):
    svenja, (dairy, _brewery, _mill) = firms
    jana = sign_in(an_administrator())
    holger = a_user("Holger Wendeler")
    steps = [
        {"action": "set_field", "values": {"field": "lifecycle", "value": "lead"}},
        {"action": "assign", "values": {"to": f"user:{holger.pk}"}},
    ]
    values = {"name": "Nach Kiel zu Holger", "object": "organisations", "trigger": "changed", "details": {}}
    rule = save_rule(Rule(), values={**values, "condition": 'city = "Kiel"', "steps": steps}, version=None, by=jana)
    back_test(rule)
    activate_rule(rule, by=jana)
    User.objects.filter(pk=holger.pk).update(is_active=False)

    def moves():
        """There and back: the worker knows of the rule some moments after it was let loose."""
        if not Run.objects.exists():
            for city in ("Bonn", "Kiel"):
                change_record(
                    registry.get("organisations"), Organisation.objects.get(pk=dairy.pk), {"city": city}, by=svenja
                )

    line = page.locator(".lines li").last
    until_seen(page, f"/settings/rules/{rule.pk}/runs/", line, "arbeitet niemand mehr", act=moves)
    look("rule-run-failed")
    User.objects.filter(pk=holger.pk).update(is_active=True)
    line.get_by_role("button", name="Noch einmal versuchen").click()
    until_seen(page, page.url, line, "An Holger Wendeler übergeben.")

    # What the rule did stands in the history of the record and goes back from there.
    page.goto(f"/organisations/{dairy.pk}/")
    expect(page.locator("#head")).to_contain_text("Interessent")
    page.goto(f"/settings/rules/{rule.pk}/runs/")
    line.get_by_role("link", name="Ansehen oder zurücknehmen").click()
    page.get_by_role("button", name="Zurücknehmen", exact=True).click()
    expect(page.get_by_text("Rückgängig gemacht")).to_be_visible()
    page.goto(f"/organisations/{dairy.pk}/")
    expect(page.get_by_role("heading", name="Molkerei Steinbrück")).to_be_visible()
    expect(page.locator("#head")).to_contain_text("Kontakt")
    assert Run.objects.filter(state="done").count() == 1, "taking it back sets nothing off"


def until_seen(page, address, place, text, *, act=lambda: None):
    """Look again until the worker has done its part."""
    for _time in range(60):
        act()
        page.goto(address)
        if place.filter(has_text=text).count():
            return
        page.wait_for_timeout(500)
    expect(place).to_contain_text(text)


def test_not_in_the_picker_and_what_is_wrong_in_the_text(page, firms, sign_in, look):
    sign_in(an_administrator())
    page.goto("/settings/rules/new/")
    expect(page.get_by_role("button", name="Bedingung auswählen")).to_be_visible(timeout=60_000)
    text = page.get_by_label("Als Text")
    text.fill('city = "München"')
    chips = page.locator("[data-condition-target='chips']")
    chips.get_by_role("button", name="Ort ist „München“", exact=True).click()
    editor = page.locator("#fp-condition")
    editor.get_by_role("button", name="nicht …").click()
    expect(text).to_have_value('not city = "München"')
    chips.get_by_role("button", name=re.compile("nicht", re.IGNORECASE)).first.click()
    editor.get_by_role("button", name="und …").click()
    editor.get_by_role("searchbox", name="Feld suchen").fill("beschäftigte")
    page.keyboard.press("Enter")
    editor.get_by_label("Vergleich").select_option(">")
    editor.get_by_role("textbox").fill("100")
    page.keyboard.press("Enter")
    expect(text).to_have_value('not (city = "München" and employees > 100)')
    look("rule-not", widths=("desktop", "phone"))
    text.fill('citty = "Kiel"')
    expect(chips.locator("mark")).to_have_text("citty")
    expect(chips.get_by_role("alert")).to_contain_text("Meinten Sie")


def test_the_list_of_changes_is_accessible(page, firms, sign_in, look):
    sign_in(an_administrator())
    page.goto("/changes/")
    page.locator("summary").first.click()
    expect(page.locator(".change__record, .diff").first).to_be_visible()
    look("changes")
