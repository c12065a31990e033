"""A table worked in as in a spreadsheet: a block is copied, pasted, refused where it does not fit, and taken back."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller
from tests.parties.factories import an_organisation


@pytest.fixture
def firms(sign_in):
    user = sign_in(a_user("Svenja Kroll"))
    user.language = "en"
    user.save(update_fields=["language"])
    return [
        an_organisation(by=user, name=name, industry=industry) for name, industry in (("Anker", "Bau"), ("Bach", ""))
    ]


def industries():
    return list(Organisation.objects.order_by("name").values_list("name", "industry", "lifecycle"))


def go(page, firm, steps):
    """Put the keyboard on a cell so many steps right of the name."""
    wait_for_controller(page, "block")
    page.locator(f"#r{firm.pk}-name").focus()
    for _step in range(steps):
        page.keyboard.press("ArrowRight")


def test_a_block_of_cells_goes_through_the_clipboard(page, context, firms):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/organisations/")
    first = page.locator(f"#r{firms[0].pk}-industry")
    go(page, firms[0], 5)
    expect(first).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-marked]")).to_have_count(2)
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "Bau\n"

    page.evaluate("navigator.clipboard.writeText('Milch\\r\\nHolz\\r\\n')")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+v")
    expect(page.get_by_text("2 cells changed.")).to_be_visible()
    assert industries() == [("Anker", "Milch", "contact"), ("Bach", "Holz", "contact")]
    expect(first).to_have_text("Milch")

    page.get_by_role("button", name="Undo").click()
    expect(first).to_have_text("Bau")
    assert industries() == [("Anker", "Bau", "contact"), ("Bach", "", "contact")]

    page.evaluate("navigator.clipboard.writeText('Customer\\nKing')")
    go(page, firms[0], 1)
    page.keyboard.press("Control+v")
    expect(page.get_by_text(re.compile("Nothing was pasted: 1 cell"))).to_be_visible()
    expect(page.locator("[data-refused]")).to_have_attribute("title", re.compile("“King” is not one of"))
    assert industries() == [("Anker", "Bau", "contact"), ("Bach", "", "contact")]
