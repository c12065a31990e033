"""How much work a daily task may be: clicks, and pages one is led to. Typing and keys do not count."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions import record_touchpoint, set_own_rhythms
from kundig.timeline.enums import Unit
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_user, an_administrator


class Work:
    """Counts what a task costs."""

    def __init__(self, page):
        self.clicks = self.views = 0
        self.addresses = []
        """The pages that were come to."""
        page.on("request", self._count)

    def _count(self, request):
        self.views += request.is_navigation_request()
        if request.is_navigation_request() and request.method == "GET":
            self.addresses.append(request.url)

    def click(self, locator):
        locator.click()
        self.clicks += 1


@pytest.fixture
def customer(sign_in):
    values = {"name": "Alfreds Futterkiste", "phone": "+49300074321", "city": "Berlin"}
    return create_record(registry.get("organisations"), values, by=sign_in(a_user("Svenja Kroll")))


@pytest.mark.parametrize("writing", ["74321", "030 0074321", "+49 (30) 0074321", "030-007"])
def test_find_a_customer_by_part_of_a_phone_number(page, customer, writing):
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("button", name=re.compile("Suchen oder tun")))
    page.get_by_role("combobox").fill(writing)
    expect(page.get_by_role("option", name=re.compile("Alfreds Futterkiste"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Alfreds Futterkiste")).to_be_visible()
    assert work.clicks <= 1 and work.views <= 1


def test_correct_a_phone_number_in_the_list(page, customer):
    page.goto("/organisations/")
    work = Work(page)
    phone = page.locator(f"#r{customer.pk}-phone")
    work.click(phone)
    page.get_by_role("textbox", name="Telefon").fill("030 0074322")
    page.keyboard.press("Enter")
    expect(phone).to_contain_text("0074322")
    assert work.clicks <= 2 and work.views == 0


def test_undo_yesterdays_bulk_change(page, sign_in):
    svenja = sign_in(a_user("Svenja Kroll"))
    description = registry.get("organisations")
    firms = [create_record(description, {"name": f"Molkerei {n}", "industry": "Milch"}, by=svenja) for n in range(3)]
    with change_set(by=svenja, via=Via.BULK, title="Branche: Käse"):
        for firm in firms:
            change_record(description, firm, {"industry": "Käse"}, by=svenja)
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("button", name=re.compile("Svenja Kroll")))
    work.click(page.get_by_role("link", name="Änderungen"))
    change = page.get_by_role("listitem").filter(has_text="Branche: Käse")
    expect(change).to_contain_text("3 Kunden geändert")
    work.click(change.get_by_role("button", name="Zurücknehmen"))
    expect(page.get_by_text("Rückgängig gemacht.")).to_be_visible()
    assert set(description.model.objects.values_list("industry", flat=True)) == {"Milch"}
    assert work.clicks <= 3 and work.views <= 1


def test_add_a_field_and_filter_by_it(page, sign_in):
    jana = sign_in(an_administrator())
    for name in ("Walzwerk Ahlen GmbH", "Brauhaus Lindenhain"):
        create_record(registry.get("organisations"), {"name": name}, by=jana)
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("button", name=re.compile("Suchen oder tun")))
    page.get_by_role("combobox").fill("feld organisationen")
    expect(page.get_by_role("option", name="Feld zu Organisationen hinzufügen")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_label("Bezeichnung", exact=True).fill("Maschinentyp")
    page.get_by_label("Art").select_option("choice")
    work.clicks += 1  # a list to choose from is a click, too
    page.get_by_label("Werte", exact=True).fill("Presse\nFräse")
    work.click(page.get_by_role("button", name="Anlegen und Tabelle öffnen"))
    expect(page.get_by_role("columnheader", name="Maschinentyp")).to_be_visible()
    changes = len(work.addresses)
    work.click(page.get_by_role("button", name=re.compile("^Maschinentyp")))
    work.click(page.get_by_role("link", name="Presse"))
    expect(page.get_by_text("Brauhaus Lindenhain")).to_have_count(0)
    assert work.clicks <= 6 and changes <= 2


def test_whom_to_contact_today_and_why(page, sign_in):
    svenja = sign_in(a_user("Svenja Kroll"))
    organisations = registry.get("organisations")
    for name, letter in (("Molkerei Steinbrück eG", "A"), ("Brauhaus Lindenhain KG", "C")):
        firm = create_record(
            organisations, {"name": name, "customer_class": letter, "lifecycle": "customer"}, by=svenja
        )
        set_own_rhythms(firm, [Rhythm("call", 1, Unit.DAY)], by=svenja)
        record_touchpoint(kind="call", party=firm, at=timezone.now() - dt.timedelta(days=12), by=svenja)
    page.goto("/")
    work = Work(page)
    first = page.get_by_role("article").filter(has_text="Molkerei Steinbrück eG")
    expect(first).to_contain_text("letzter Kontakt vor 12 Tagen")
    expect(page.get_by_role("listitem").filter(has_text="Brauhaus Lindenhain KG")).to_contain_text("Anruf jeden Tag")
    expect(page.get_by_text("Zwei Kunden sollten heute von Ihnen hören.")).to_be_visible()
    assert work.clicks == 0 and work.views == 0
