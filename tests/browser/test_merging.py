"""Two that are one: found by the search, decided by keyboard, taken back; and two chosen in the table."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties import actions
from kundig.parties.models import DuplicatePair, Organisation
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller
from tests.parties.factories import a_person, an_organisation, steinbrueck


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Jana Brandt", role="administrator"))


@pytest.fixture
def dairies(user):
    one = steinbrueck(by=user)
    other = an_organisation(
        by=user, name="Molkerei Steinbrück", street="Eversbuschstr. 18", postal_code="80999", city="München",
        phone="+49 89 99998100", mail="einkauf@steinbrueck.example", employees=355, revenue=12_000_000,
    )  # fmt: skip
    for house, name in ((one, "Ohlendorf"), (other, "Ohlendorf"), (other, "Sievers")):
        a_person(by=user, first_name="Katrin", family_name=name, organisation=house)
    return one, other


def test_a_pair_is_decided_by_keyboard_and_taken_back(page, user, dairies, look):
    one, _other = dairies
    actions.find_duplicates()
    page.goto("/duplicates/")
    expect(page.get_by_role("heading", name="Vielleicht doppelt")).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text="Molkerei Steinbrück eG")
    expect(line).to_contain_text("leiche Telefonnummer")
    look("duplicates")
    line.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ein und derselbe")
    expect(page.get_by_role("row", name=re.compile("^Jahresumsatz"))).to_contain_text("einzige Angabe")
    wait_for_controller(page, "merge")
    look("merge")
    page.keyboard.press("ArrowDown")
    expect(page.locator("tr[aria-current=true]")).to_have_count(1)
    while "Beschäftigte" not in page.locator("tr[aria-current=true]").inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Aus zwei ist einer geworden")
    one.refresh_from_db()
    assert (one.employees, Organisation.objects.count()) == (355, 1)
    toast.get_by_role("button", name="Rückgängig").click()
    expect(toast).to_contain_text("Rückgängig gemacht.")
    one.refresh_from_db()
    assert (one.employees, Organisation.objects.count()) == (340, 2)


def test_two_different_ones_never_come_again(page, user, dairies):
    actions.find_duplicates()
    pair = DuplicatePair.objects.get(kind="org")
    page.goto(f"/merge/{pair.first_id}/{pair.second_id}/?from=list&kind=org")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".toast")).to_contain_text("Das Paar kommt nicht wieder.")
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_by) == ("differ", user)
    actions.find_duplicates()
    page.goto("/duplicates/?kind=org")
    expect(page.get_by_text("Molkerei Steinbrück eG")).to_have_count(0)


def test_two_chosen_in_the_table_are_merged(page, user, dairies):
    one, other = dairies
    page.goto("/organisations/")
    wait_for_controller(page, "selection")
    boxes = page.locator("tbody input.check")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("toolbar", name="Auswahl bearbeiten").get_by_role("button", name="Zusammenführen").click()
    expect(page.get_by_role("heading", name="Aus zwei mach eins")).to_be_visible()
    page.get_by_role("button", name="Zusammenführen").click()
    expect(page.locator(".toast")).to_contain_text("Aus zwei ist einer geworden")
    expect(page).to_have_url(re.compile(f"/organisations/{one.pk}/$"))
    page.goto(f"/organisations/{other.pk}/")
    expect(page).to_have_url(re.compile(f"/organisations/{one.pk}/$"))
