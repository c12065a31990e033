"""The bell: live within a second, opened, read; and how one wants to hear of things."""

import time

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import User
from kundig.notices.models import NoticeWishes
from kundig.platform.models import HandlerState
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from tests.accounts.factories import a_user, an_administrator
from tests.browser.looks import wait_for_controller


@pytest.fixture
def jana(house):
    return User.objects.with_access(an_administrator().pk)


def handed_over(to, *names, by):
    organisations = registry.get("organisations")
    firms = [create_record(organisations, {"name": name}, by=by) for name in names]
    for firm in firms:
        change_record(organisations, firm, {"owner": to}, by=by)
    return firms


@pytest.fixture
def listening(worker):
    """The worker delivers events from the moment on at which it has given every handler its place."""
    deadline = time.monotonic() + 60
    while not HandlerState.objects.filter(name__endswith="tell_of_handing_over").exists():
        assert time.monotonic() < deadline, "the worker does not begin"
        time.sleep(0.1)


def test_what_is_handed_over_stands_at_the_bell_until_it_is_read(page, listening, sign_in, jana, look):
    svenja = sign_in(a_user("Svenja Kroll"))
    page.goto("/organisations/")
    bell = page.get_by_role("button", name="Benachrichtigungen")
    expect(page.locator("#bell-count")).to_have_count(0)
    handed_over(svenja, "Molkerei Steinbrück", by=jana)
    expect(page.locator("#bell-count")).to_have_text("1")

    bell.click()
    wait_for_controller(page, "notices")
    menu = page.locator("#notices")
    expect(menu.get_by_role("link", name="Molkerei Steinbrück")).to_be_visible()
    expect(menu).to_contain_text("Jana Brandt hat Ihnen das übergeben.")
    look("notices-menu", widths=("desktop",))
    menu.get_by_role("link", name="Molkerei Steinbrück").click()
    expect(page.get_by_role("heading", name="Molkerei Steinbrück", level=1)).to_be_visible()
    expect(page.locator("#bell-count")).to_have_count(0)

    handed_over(svenja, "Brauhaus Lindenhain", "Walzwerk Ruhrort", by=jana)
    expect(page.locator("#bell-count")).to_have_text("1")
    page.goto("/notices/")
    expect(page.locator(".notice-line[data-unread]")).to_have_count(1)
    expect(page.locator(".notice-line").first).to_contain_text("und 1 weiterer Eintrag")
    look("notices")
    page.get_by_role("button", name="Alle als gelesen markieren").click()
    expect(page.locator(".notice-line[data-unread]")).to_have_count(0)
    page.get_by_role("button", name="als ungelesen markieren").first.click()
    expect(page.locator("#bell-count")).to_have_text("1")
    page.locator(".notice-line a").first.click()
    expect(page.get_by_role("link", name="Brauhaus Lindenhain")).to_be_visible()
    look("notice-of-many", widths=("desktop",))


def test_everybody_chooses_what_they_hear_of(page, house, sign_in, look):
    svenja = sign_in(a_user("Svenja Kroll"))
    page.goto("/settings/notices/")
    page.get_by_label("Ihnen übergeben").select_option("daily")
    page.get_by_label("Tägliche E-Mail um").fill("07:30")
    page.get_by_label("Freitag").check()
    look("notice-wishes")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#toasts")).to_contain_text("Gespeichert")
    wishes = NoticeWishes.objects.get(reader=svenja)
    assert (wishes.ways["handed"], f"{wishes.summary_at:%H:%M}", wishes.days_off) == ("daily", "07:30", [4, 5, 6])
