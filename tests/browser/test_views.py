"""Making a list one's own: a filter by hand and as text, a view, shared; columns that keep their width."""

import re

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import Team
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.saved.models import SavedView
from tests.accounts.factories import a_team, a_user
from tests.browser.hands import take, where
from tests.browser.looks import wait_for_controller

FIRMS = (("Molkerei Steinbrück", "München"), ("Brauhaus Lindenhain", "Bamberg"), ("Walzwerk Ruhrort", "Duisburg"))


@pytest.fixture
def firms(sign_in):
    user = sign_in(a_user("Svenja Kroll", team=a_team("Süd")))
    for name, city in FIRMS:
        create_record(registry.get("organisations"), {"name": name, "city": city}, by=user)
    return user


def names(page):
    return page.locator("tbody tr[data-record] th .who a")


def test_a_filter_that_is_being_chosen_stays_while_the_table_is_drawn_anew(page, firms):
    page.goto("/organisations/")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("searchbox", name="Feld suchen").fill("ort")
    page.evaluate("document.querySelector('#content').dispatchEvent(new Event('stale'))")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("searchbox", name="Feld suchen")).to_have_value("ort")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_role("searchbox", name="Feld suchen")).to_be_hidden()
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_role("button", name="Ort", exact=True).first).to_be_visible()


def test_filter_by_hand_and_by_text_save_it_and_share_it(page, firms, look, sign_in):
    page.goto("/organisations/")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("searchbox", name="Feld suchen").fill("ort")
    look("filter-field", widths=("desktop",))
    page.get_by_role("button", name="Ort", exact=True).first.click()
    page.get_by_label("Vergleich").select_option("=")
    page.get_by_role("textbox", name="Ort").fill("münchen")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["Molkerei Steinbrück"])
    chip = page.locator(".chip[data-place='0']")
    expect(chip).to_contain_text("Ort ist „münchen“")

    chip.get_by_role("button").click()
    page.get_by_role("button", name="oder …").click()
    page.get_by_role("searchbox", name="Feld suchen").fill("ort")
    page.keyboard.press("Enter")
    page.get_by_label("Vergleich").select_option("starts with")
    page.get_by_role("textbox", name="Ort").fill("Bam")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_count(2)

    page.get_by_text("Als Text", exact=True).click()
    page.get_by_label("Filter als Text").fill('city = "Bamberg" or citty = "München"')
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator("mark")).to_have_text("citty")
    expect(page.get_by_role("alert")).to_contain_text("Meinten Sie")
    look("filter-text")
    page.get_by_label("Filter als Text").fill('city = "Bamberg" or city = "Duisburg"')
    page.get_by_role("button", name="Anwenden").click()
    expect(names(page)).to_have_count(2)

    page.get_by_role("button", name="Als Ansicht sichern").click()
    page.get_by_label("Name der Ansicht").fill("Nord und Ost")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Ansichten").get_by_role("link", name="Nord und Ost")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.locator("#toasts")).to_contain_text("gesichert")
    look("saved-view")

    page.get_by_role("button", name="Ansicht ändern").click()
    page.get_by_label("mein Team").check()
    page.locator("#m-view").get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("geändert")
    assert SavedView.objects.get().sharing == "teams"

    sign_in(a_user("Kim Kollege", team=Team.objects.get()))
    page.goto("/organisations/")
    page.get_by_role("link", name=re.compile("Nord und Ost")).click()
    expect(names(page)).to_have_count(2)


def test_columns_keep_width_and_place_after_a_reload(page, firms):
    page.goto("/organisations/")
    edge = page.locator("th[data-column=phone] .col-edge")
    x, y = take(page, edge, at=(3, 10))
    width = where(page.locator("th[data-column=phone]"))["width"]
    page.mouse.move(x + 90, y, steps=5)
    with page.expect_response(re.compile("/columns/")):
        page.mouse.up()
    page.reload()
    wider = where(page.locator("th[data-column=phone]"))["width"]
    assert wider > width + 40

    page.locator("th[data-column=phone] :is(a, span)").first.focus()
    with page.expect_response(re.compile("/columns/")):
        page.keyboard.press("Control+ArrowRight")
    order = lambda: page.locator("th[data-column]").evaluate_all("all => all.map(e => e.dataset.column)")  # noqa: E731
    page.reload()
    moved = order()
    page.get_by_role("button", name="Spalten").click()
    expect(page.get_by_role("button", name=re.compile("nach vorn")).nth(1)).to_be_visible()
    wait_for_controller(page, "sortable")
    page.get_by_role("button", name=re.compile("nach vorn")).nth(1).click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('th[data-column]')].map(e => e.dataset.column).join() != before",
        arg=",".join(moved),
    )
    assert order() != moved


def test_groups_open_and_a_reason_is_told(page, firms, look):
    page.goto("/organisations/?group=country")
    page.get_by_role("button", name=re.compile("Ohne Angabe|Deutschland|Nicht")).first.click()
    expect(names(page)).to_have_count(3)
    look("groups", widths=("desktop",))
    page.goto('/organisations/?filter=city = "Bamberg"')
    names(page).first.hover()
    page.get_by_role("button", name=re.compile("Warum steht")).first.click()
    expect(page.locator("#why")).to_contain_text("In dieser Liste, weil:")
    look("why", widths=("desktop",))
