"""The page of a customer: who is there, how to reach them, what is no longer right."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties.models import ContactPoint, Person, Role
from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import a_user


@pytest.fixture
def dairy(sign_in):
    user = sign_in(a_user("Svenja Kroll"))
    values = {
        "name": "Molkerei Steinbrück eG", "street": "Eversbuschring 18", "postal_code": "80999", "city": "München",
        "country": "DE", "phone": "089 99998-100", "mail": "post@steinbrueck.example", "lifecycle": "customer",
    }  # fmt: skip
    create_record(registry.get("persons"), {"first_name": "Maria", "family_name": "Stadlhuber"}, by=user)
    return create_record(registry.get("organisations"), values, by=user)


def test_contact_persons_and_contact_points(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    people, points = page.locator("#panel-people"), page.locator("#panel-contact-points")

    people.get_by_role("button", name="Hinzufügen").click()
    page.get_by_role("button", name="Neue Person").click()
    expect(people.get_by_label("Anrede")).to_be_focused()
    people.get_by_label("Anrede").select_option("Frau")
    people.get_by_label("Titel").fill("Dr.")
    people.get_by_label("Vorname").fill("Katrin")
    people.get_by_label("Nachname").fill("Ohlendorf")
    people.get_by_label("Funktion").fill("Technik")
    people.get_by_role("textbox", name="Mail").fill("k.ohlendorf")
    people.get_by_role("button", name="Speichern").click()
    expect(people.get_by_text("ist keine Mail-Adresse")).to_be_visible()
    look("customer-new-person")
    people.get_by_role("textbox", name="Mail").fill("k.ohlendorf@steinbrueck.example")
    people.get_by_role("button", name="Speichern").click()
    expect(people.get_by_role("link", name="Dr. Katrin Ohlendorf")).to_be_visible()
    assert Person.objects.get(family_name="Ohlendorf").organisation_id == dairy.pk

    people.get_by_role("button", name="Hinzufügen").click()
    page.get_by_role("button", name="Eine bekannte Person").click()
    people.get_by_role("combobox", name="Person").press_sequentially("stadlhuber")
    page.get_by_role("option", name="Maria Stadlhuber").click()
    people.get_by_role("button", name="Speichern").click()
    expect(people.get_by_role("link", name="Maria Stadlhuber")).to_be_visible()
    assert Role.objects.count() == 2

    points.get_by_role("button", name="Mehr zu post@steinbrueck.example").click()
    page.get_by_role("button", name="Nicht verwenden").click()
    expect(points.locator("s")).to_have_text("post@steinbrueck.example")
    points.get_by_role("button", name="Hinzufügen").click()
    points.get_by_label("Art").select_option("Mail")
    points.get_by_role("textbox", name="Kontaktweg").fill("einkauf@steinbrueck.example")
    points.get_by_role("textbox", name="Kontaktweg").press("Control+Enter")
    expect(page.locator(f"#f{dairy.pk}-mail")).to_contain_text("einkauf@steinbrueck.example")
    look("customer-parts")

    points.get_by_role("button", name="Mehr zu einkauf@steinbrueck.example").click()
    page.get_by_role("button", name="Löschen").click()
    expect(points.get_by_text("einkauf@steinbrueck.example")).to_have_count(0)
    page.get_by_role("button", name="Rückgängig").click()
    expect(points.get_by_text("einkauf@steinbrueck.example")).to_be_visible()
    assert ContactPoint.objects.filter(party=dairy, kind="mail").count() == 2


def test_who_may_be_there_already_is_told_while_typing(page, dairy, look):
    page.goto("/organisations/new/")
    page.get_by_label("Name", exact=True).fill("Molkerei Steinbruek")
    page.get_by_role("textbox", name="Ort", exact=True).fill("München")
    page.get_by_role("textbox", name="Ort", exact=True).press("Tab")
    hint = page.get_by_role("link", name="Molkerei Steinbrück eG")
    expect(hint).to_be_visible()
    expect(page.get_by_text(re.compile("Ähnlicher Name am selben Ort"))).to_be_visible()
    look("customer-duplicates", widths=["desktop", "phone"])
