"""What is missing in customers is seen, filled in one after the other by keyboard, and confirmed on their page."""

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation, Party
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller
from tests.parties.factories import an_organisation

FULL = {
    "phone": "089 1234567", "mail": "info@huber.example", "street": "Weg 1", "postal_code": "80331", "city": "München",
    "industry": "Bau",
}  # fmt: skip


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Jana Brandt", role="administrator"))


def test_gaps_are_filled_one_after_the_other(page, user, look):
    for name, field in (("Adler AG", "phone"), ("Bär KG", "phone"), ("Cramer eG", "phone"), ("Dorn GmbH", "industry")):
        an_organisation(by=user, name=name, **{**FULL, field: ""})
    page.goto("/")
    page.get_by_role("link", name="Schnell ergänzt").click()
    wait_for_controller(page, "mend")
    expect(page.get_by_role("link", name="Organisationen: Telefon 3")).to_have_attribute("aria-current", "page")
    look("mend")
    first = page.get_by_label("Telefon, Adler AG")
    expect(first).to_be_focused()
    page.keyboard.type("viele")
    page.keyboard.press("Enter")
    expect(page.locator("#mend .field__error")).to_contain_text("viele")
    look("mend-refused", widths=("desktop", "phone"))
    expect(first).to_be_focused()
    first.fill("0221 47110")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Telefon, Bär KG")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Adler AG: Telefon ergänzt.")
    page.keyboard.type("0221 47111")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Telefon, Cramer eG")).to_be_focused()
    assert Organisation.objects.get(name="Adler AG").phone == "+4922147110"
    assert Organisation.objects.get(name="Bär KG").phone == "+4922147111"


def test_page_tells_what_is_old_and_one_click_confirms(page, user, look):
    party = an_organisation(by=user, name="Adler AG", **{**FULL, "industry": ""})
    Party.objects.filter(pk=party.pk).update(origins={"*": {"via": "hand", "at": "2021-01-01"}})
    page.goto(f"/organisations/{party.pk}/")
    panel = page.locator("#panel-quality")
    panel.scroll_into_view_if_needed()
    expect(panel).to_contain_text("Es fehlt: Branche.")
    expect(panel).to_contain_text("seit 5 Jahren nicht geprüft")
    look("quality-panel")
    panel.get_by_role("button", name="Alles bestätigt").click()
    expect(panel).to_contain_text("Alles bestätigt seit dem")
    expect(panel).not_to_contain_text("Zu prüfen")
    page.goto("/settings/quality/")
    expect(page.get_by_role("heading", name="Datenqualität")).to_be_visible()
    look("quality-settings")
