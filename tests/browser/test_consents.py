"""A consent on the page of a customer: entered with few words, withdrawn in one click, taken back; and asked for."""

import pytest
from playwright.sync_api import expect

from kundig.privacy.queries import has_consent
from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import a_user


@pytest.fixture
def dairy(sign_in):
    user = sign_in(a_user("Svenja Kroll"))
    return create_record(registry.get("organisations"), {"name": "Molkerei Steinbrück eG"}, by=user)


def test_consent_is_entered_withdrawn_taken_back_and_filtered_by(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    consents = page.locator("#panel-consents")
    consents.scroll_into_view_if_needed()
    expect(consents.get_by_text("Es liegt keine Einwilligung vor")).to_be_visible()
    consents.get_by_role("button", name="Einwilligung eintragen").click()
    consents.get_by_label("Zweck").select_option("Newsletter")
    consents.get_by_role("button", name="Eintragen", exact=True).click()
    expect(consents.get_by_role("alert")).to_contain_text("wie sie erteilt wurde")
    consents.get_by_label("Wie erteilt").select_option("schriftlich auf Papier")
    consents.get_by_label("Nachweis", exact=True).fill("Karte von der Messe")
    look("customer-consent-form")
    consents.get_by_role("button", name="Eintragen", exact=True).click()
    expect(consents.get_by_role("link", name="Newsletter: Mail")).to_be_visible()
    assert has_consent(dairy.pk, "mail", "newsletter")

    consents.get_by_role("button", name="Widerrufen: Newsletter: Mail").click()
    expect(consents.get_by_text("widerrufen am")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Rückgängig").click()
    expect(consents.get_by_role("button", name="Widerrufen: Newsletter: Mail")).to_be_visible()
    assert has_consent(dairy.pk, "mail", "newsletter")

    page.goto("/organisations/?filter=consent(mail, newsletter)")
    expect(page.get_by_text("Hat in Newsletter per E-Mail eingewilligt")).to_be_visible()
    expect(page.get_by_role("link", name="Molkerei Steinbrück eG")).to_be_visible()
    page.get_by_text("Hat in Newsletter per E-Mail eingewilligt").click()
    expect(page.get_by_role("combobox", name="Zweck")).to_have_value("newsletter")
    look("filter-consent")
    page.get_by_role("combobox", name="Zweck").select_option("Angebote")
    page.get_by_role("button", name="Anwenden").click()
    expect(page.get_by_text("Hat in Angebote per E-Mail eingewilligt")).to_be_visible()
    expect(page.get_by_role("link", name="Molkerei Steinbrück eG")).to_have_count(0)

    page.goto(f"/organisations/{dairy.pk}/")
    consents.scroll_into_view_if_needed()
    consents.get_by_role("button", name="Widerrufen: Newsletter: Mail").click()
    expect(consents.get_by_text("widerrufen am")).to_be_visible()
    assert not has_consent(dairy.pk, "mail", "newsletter")
    look("customer-consent-withdrawn")
