"""A list on the telephone: rows are chosen with a finger, and what can be done with them stands at the foot."""

import re

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import User
from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import create_records
from kundig.records.events import Via
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller


@pytest.fixture
def phone(a_browser):
    """A telephone."""
    return a_browser(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


@pytest.fixture
def jana(sign_in):
    return sign_in(a_user("Jana Brandt", role="administrator"))


def test_choose_customers_with_a_finger_and_hand_them_over(phone, jana, context, look_at):
    colleague = a_user("Holger Timm")
    rows = [{"name": f"Kunde {place:02} GmbH", "city": "Halle", "owner": jana.pk} for place in range(30)]
    create_records(registry.get("organisations"), rows, by=jana, via=Via.HAND)
    phone.add_cookies(context.cookies())
    page = phone.new_page()
    page.goto("/organisations/")
    wait_for_controller(page, "selection")
    expect(page.get_by_role("checkbox", name="Kunde 00 GmbH auswählen")).to_be_hidden()
    page.get_by_role("button", name="Auswählen").tap()
    bar = page.get_by_role("toolbar", name="Auswahl bearbeiten")
    expect(bar).to_contain_text("0 ausgewählt")
    page.get_by_role("rowheader", name="Kunde 02").tap()
    page.get_by_role("checkbox", name="Kunde 03 GmbH auswählen").tap()
    page.get_by_role("rowheader", name="Kunde 04").tap()
    page.get_by_role("rowheader", name="Kunde 04").tap()
    expect(bar).to_contain_text("2 ausgewählt")
    expect(bar).to_be_in_viewport(ratio=1)  # however long the list is
    expect(page).to_have_url(re.compile("/organisations/$"))
    look_at(page, "touch-selection", widths=("phone",))
    bar.get_by_role("button", name="Betreuung").tap()
    expect(page.get_by_text("Wer betreut 2 Organisationen?")).to_be_visible()
    look_at(page, "touch-assign", widths=("phone",))
    page.get_by_role("button", name="Holger Timm").tap()
    expect(page.locator(".toast")).to_contain_text("2 Organisationen geändert.")
    expect(bar).to_be_hidden()
    assert set(Organisation.objects.filter(owner=colleague).values_list("name", flat=True)) == {
        "Kunde 02 GmbH", "Kunde 03 GmbH",
    }  # fmt: skip
    page.get_by_role("rowheader", name="Kunde 05").get_by_role("link").tap()
    expect(page.get_by_role("heading", name="Kunde 05 GmbH")).to_be_visible()
    assert User.objects.count() == 2


def test_a_long_press_begins_to_select(phone, jana, context):
    create_records(registry.get("organisations"), [{"name": "Kunde 1"}, {"name": "Kunde 2"}], by=jana, via=Via.HAND)
    phone.add_cookies(context.cookies())
    page = phone.new_page()
    page.goto("/organisations/")
    wait_for_controller(page, "selection")
    box = page.get_by_role("rowheader", name="Kunde 2").bounding_box()
    finger = phone.new_cdp_session(page)
    point = {"x": box["x"] + 60, "y": box["y"] + 20}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    bar = page.get_by_role("toolbar", name="Auswahl bearbeiten")
    expect(bar).to_contain_text("1 ausgewählt")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_role("checkbox", name="Kunde 2 auswählen")).to_be_checked()
    bar.get_by_role("button", name="Aufheben").tap()
    expect(bar).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Kunde 2 auswählen")).to_be_hidden()


@pytest.mark.parametrize("opens", ["Status", "Filter"])
def test_open_menus_are_for_fingers(phone, jana, context, opens, look_at):
    create_records(registry.get("organisations"), [{"name": "Kunde 1"}], by=jana, via=Via.HAND)
    phone.add_cookies(context.cookies())
    page = phone.new_page()
    page.goto("/organisations/")
    page.get_by_role("button", name=opens, exact=True).tap()
    expect(page.locator("[popover]:popover-open").locator("button, a").first).to_be_visible()
    look_at(page, f"touch-menu-{opens.lower()}", widths=("phone",), schemes=("light",))
