"""A newcomer brings the customer list: import it in the browser, find, open, correct, take back, import it again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation, Person
from tests.accounts.factories import a_user

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "northwind"


@pytest.fixture
def customers():
    path = SHARED / "customers.csv"
    if not path.exists():
        pytest.skip(f"the customers of Northwind are not at {path}")
    return path


@pytest.fixture
def user(sign_in):
    user = a_user("Svenja Kroll")
    user.language = "en"
    user.save(update_fields=["language"])
    return sign_in(user)


def choose(page, path):
    """Choose the file and wait for what is proposed."""
    page.goto("/organisations/import/")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("#mapping")).to_be_visible()
    expect(page.locator(".import__side .tally")).to_be_visible()


def find(page, text):
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.fill(text)


def leave(page):
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_hidden()


def test_northwind(page, user, worker, customers, look, tmp_path):
    choose(page, customers)
    expect(page.locator(".tally [data-kind=new]")).to_contain_text("91")
    look("import-mapping")
    page.get_by_role("button", name="Take in 91 rows").click()
    expect(page.get_by_role("link", name=re.compile("^Show the"))).to_be_visible(timeout=60_000)
    look("import-result")
    assert (Organisation.objects.count(), Person.objects.count()) == (91, 91)

    for text in ("futterkiste", "futerkiste", "Maria Anders", "030 0074321", "+49300074321"):
        find(page, text)
        expect(page.get_by_role("option", name=re.compile("Alfreds Futterkiste")).first).to_be_visible()
        leave(page)
    find(page, "koeniglich")
    expect(page.get_by_role("option", name=re.compile("Königlich Essen"))).to_be_visible()
    leave(page)

    find(page, "futerkiste")
    page.get_by_role("option", name=re.compile("Alfreds Futterkiste")).first.click()
    expect(page.get_by_role("heading", name="Alfreds Futterkiste")).to_be_visible()
    look("organisation-imported")
    alfki = Organisation.objects.get(name="Alfreds Futterkiste")
    phone = page.locator(f"#f{alfki.pk}-phone")
    phone.locator(".icon").click()
    page.get_by_role("textbox", name="Phone").fill("030 0074322")
    page.get_by_role("textbox", name="Phone").press("Enter")
    expect(phone).to_contain_text("0074322")
    page.get_by_role("button", name="Undo").click()
    expect(phone).to_contain_text("0074321")

    before = list(Organisation.objects.order_by("pk").values())
    choose(page, customers)
    expect(page.locator(".tally [data-kind=skip]")).to_contain_text("91")
    expect(page.get_by_role("button", name=re.compile("^Take in|^Nothing"))).to_be_disabled()
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert Person.objects.count() == 91

    again = tmp_path / "again.csv"
    again.write_text("Company;City;Phone\nAlfreds Futterkisten;Berlin;030-0074321\nNew Ltd;London;\n")
    choose(page, again)
    twin = page.locator(".twins li")
    expect(twin).to_contain_text("Alfreds Futterkiste (in the file: Alfreds Futterkisten)")
    twin.get_by_role("button", name="Leave out").click()
    expect(twin.get_by_role("button", name="Leave out")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Take in 1 row")).to_be_visible()
    twin.get_by_role("button", name="Complete").click()
    expect(twin.get_by_role("button", name="Complete")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Take in 2 rows")).to_be_visible()
    look("import-twins")
