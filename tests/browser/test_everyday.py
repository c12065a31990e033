"""An ordinary morning: find a customer, read, correct, take it back, write down a new one."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import a_user


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def dairy(user):
    values = {
        "name": "Molkerei Steinbrück eG", "street": "Eversbuschring 18", "postal_code": "80999", "city": "München",
        "country": "DE", "phone": "089 99998-100", "mail": "post@steinbrueck.example", "lifecycle": "customer",
    }  # fmt: skip
    return create_record(registry.get("organisations"), values, by=user)


def test_correct_a_phone_number_in_the_table_and_take_it_back(page, dairy, look):
    page.goto("/organisations/")
    expect(page.get_by_role("link", name="Molkerei Steinbrück eG")).to_be_visible()
    look("organisations")

    phone = page.locator(f"#r{dairy.pk}-phone")
    phone.click()
    box = page.get_by_role("textbox", name="Telefon")
    box.fill("keine Nummer")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    box.fill("089 4711-0")
    box.press("Enter")
    expect(phone).to_contain_text("089 47110")
    assert Organisation.objects.get(pk=dairy.pk).phone == "+498947110"

    page.get_by_role("button", name="Rückgängig").click()
    expect(phone).to_contain_text("089 99998100")


def test_find_by_keyboard_and_open(page, user, dairy, look):
    create_record(registry.get("persons"), {"first_name": "Jörg", "family_name": "Königlich"}, by=user)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Suchen oder tun")).to_be_focused()
    page.keyboard.type("steinbruk")
    expect(page.get_by_role("option", name=re.compile("Steinbrück"))).to_be_visible()
    look("palette")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Molkerei Steinbrück eG")).to_be_visible()
    look("organisation")

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Suchen oder tun")).to_be_focused()
    page.keyboard.type("koeniglich")
    expect(page.get_by_role("option", name=re.compile("Königlich"))).to_be_visible()


def test_write_down_a_new_customer(page, user, look):
    page.goto("/organisations/new/")
    page.get_by_role("button", name="Anlegen").click()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    look("organisation-new")
    name.fill("Walzwerk Ahlen GmbH")
    page.get_by_label("Mail", exact=True).fill("info@walzwerk-ahlen.example")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.get_by_role("heading", name="Walzwerk Ahlen GmbH")).to_be_visible()
    assert Organisation.objects.get().owner == user


def test_another_window_sees_the_change(page, dairy, worker):
    page.goto("/organisations/")
    phone = page.locator(f"#r{dairy.pk}-phone")
    expect(phone).to_contain_text("99998")
    other = page.context.new_page()
    other.goto(f"/organisations/{dairy.pk}/")
    other.locator(f"#f{dairy.pk}-phone .icon").click()  # the number itself is a link that calls
    other.get_by_role("textbox", name="Telefon").fill("089 555-123")
    other.get_by_role("textbox", name="Telefon").press("Enter")
    expect(phone).to_contain_text("089 555123")
