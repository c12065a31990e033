"""Many records at once: handed to a colleague within the budget, changed, all that match, deleted, taken back."""

import re

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import User
from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import create_records
from kundig.records.bulk.models import BulkRun
from kundig.records.events import Via
from tests.accounts.factories import a_user
from tests.browser.test_click_budget import Work


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Jana Brandt", role="administrator"))


@pytest.fixture
def colleague(house):
    return a_user("Holger Timm")


def customers(number, *, by):
    rows = [{"name": f"Kunde {place:03} GmbH", "city": "Halle", "owner": by.pk} for place in range(number)]
    return create_records(registry.get("organisations"), rows, by=by, via=Via.HAND)


def test_hand_thirty_customers_to_a_colleague(page, user, colleague, look):
    customers(40, by=user)
    page.goto("/organisations/")
    work = Work(page)
    rows = page.locator("tbody input.check")
    work.click(rows.first)
    page.keyboard.down("Shift")
    work.click(rows.nth(29))
    page.keyboard.up("Shift")
    bar = page.get_by_role("toolbar", name="Auswahl bearbeiten")
    expect(bar).to_contain_text("30 ausgewählt")
    work.click(bar.get_by_role("button", name="Betreuung"))
    expect(page.get_by_text("Wer betreut 30 Organisationen?")).to_be_visible()
    look("bulk-assign", widths=("desktop", "tablet"))
    work.click(page.get_by_role("button", name="Holger Timm"))
    toast = page.locator(".toast")
    expect(toast).to_contain_text("30 Organisationen geändert.")
    expect(page.locator("tbody tr").first).to_contain_text("Holger Timm")
    expect(bar).to_be_hidden()
    assert work.clicks <= 5 and work.views == 0
    assert Organisation.objects.filter(owner=colleague).count() == 30
    toast.get_by_role("button", name="Rückgängig").click()
    expect(toast).to_contain_text("Rückgängig gemacht.")
    expect(page.locator("tbody tr").first).to_contain_text("Jana Brandt")
    assert not Organisation.objects.filter(owner=colleague).exists()


def test_change_several_fields_by_keyboard(page, user, look):
    customers(3, by=user)
    page.goto("/organisations/")
    page.get_by_role("checkbox", name="Alle auf dieser Seite auswählen").check()
    page.get_by_role("button", name="Ändern").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 Organisationen ändern")
    dialog.get_by_label("Feld, das geändert werden soll").select_option(label="Branche")
    dialog.get_by_role("textbox", name="Branche").fill("Maschinenbau")
    dialog.get_by_label("Feld, das geändert werden soll").select_option(label="Beschäftigte")
    dialog.get_by_role("textbox", name="Beschäftigte").fill("viele")
    look("bulk-change")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("ist keine Zahl")
    assert not Organisation.objects.exclude(industry="").exists()
    dialog.get_by_role("textbox", name="Beschäftigte").fill("25")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("3 Organisationen geändert.")
    assert set(Organisation.objects.values_list("industry", "employees")) == {("Maschinenbau", 25)}


def test_all_that_match_are_changed_by_a_job_that_shows_how_far_it_is(page, user, worker, look):
    customers(260, by=user)
    page.goto("/organisations/?city=Halle")
    page.get_by_role("checkbox", name="Alle auf dieser Seite auswählen").check()
    page.get_by_role("button", name="Alle 260 Organisationen").click()
    bar = page.get_by_role("toolbar", name="Auswahl bearbeiten")
    expect(bar).to_contain_text("Alle 260 Organisationen")
    look("bulk-bar")
    bar.get_by_role("button", name="Schlagworte").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("260 Organisationen ändern")
    dialog.locator("#b-tags").fill("Messe Köln")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Ändern", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("260 Organisationen geändert"))).to_be_visible(timeout=60_000)
    look("bulk-result")
    assert Organisation.objects.filter(tags=["Messe Köln"]).count() == 260
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_role("heading", name="Rückgängig: 260 Organisationen")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Rückgängig: Schlagworte: + Messe Köln").first).to_be_visible()
    assert not Organisation.objects.filter(tags=["Messe Köln"]).exists()


def test_deleting_many_asks_for_their_number(page, user, look):
    customers(120, by=user)
    page.goto("/organisations/")
    page.get_by_role("checkbox", name="Alle auf dieser Seite auswählen").check()
    page.get_by_role("button", name="Alle 120 Organisationen").click()
    page.get_by_role("toolbar").get_by_role("button", name="Löschen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("120 Organisationen löschen?")
    dialog.get_by_role("textbox").fill("12")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Geben Sie 120 ein")
    look("bulk-delete")
    assert Organisation.objects.count() == 120
    dialog.get_by_role("textbox").fill("120")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("120 Organisationen gelöscht.")
    assert (Organisation.objects.count(), BulkRun.objects.get().changed) == (0, 120)
    assert User.objects.filter(pk=user.pk).exists()
