"""My day in the browser: the list by keyboard, done with undo, later, not worth it; live when a colleague acts."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.actions import record_touchpoint, set_own_rhythms
from kundig.timeline.enums import Unit
from kundig.timeline.models import Rest, Touchpoint
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_user


@pytest.fixture
def customers(sign_in):
    """Three of Svenja's, each a day's call late; the class says in which order."""
    svenja = sign_in(a_user("Svenja Kroll"))
    made = []
    for name, letter in (("Molkerei Steinbrück eG", "A"), ("Brauhaus Lindenhain KG", "B"), ("Walzwerk Ahlen", "C")):
        values = {"name": name, "customer_class": letter, "lifecycle": "customer", "phone": "+498999998100"}
        firm = create_record(registry.get("organisations"), values, by=svenja)
        set_own_rhythms(firm, [Rhythm("call", 1, Unit.DAY)], by=svenja)
        record_touchpoint(kind="call", party=firm, at=timezone.now() - dt.timedelta(days=12), by=svenja)
        made.append(firm)
    return made


def test_a_morning(page, customers, look):
    dairy, brewery, mill = customers
    page.goto("/")
    expect(page.get_by_role("article")).to_contain_text("Molkerei Steinbrück eG")
    look("my-day")
    # By keyboard: done with the first, and back again.
    page.wait_for_function("!document.documentElement.hasAttribute('data-awaits')")
    page.keyboard.press("e")
    expect(page.get_by_text("Kontakt mit Molkerei Steinbrück eG notiert.")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("Brauhaus Lindenhain KG")
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_role("article")).to_contain_text("Molkerei Steinbrück eG")
    assert Touchpoint.objects.filter(party=dairy.pk).count() == 1
    # The second is not worth it: with the reason.
    page.get_by_role("link", name="Molkerei Steinbrück eG", exact=True).focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Brauhaus Lindenhain KG", exact=True)).to_be_focused()
    page.keyboard.press("x")
    leave = page.get_by_role("dialog", name="Warum lohnt es nicht?")
    expect(leave).to_be_visible()
    look("my-day-leave")
    leave.get_by_label("Gerade erst gesprochen").check()
    leave.get_by_role("button", name="In Ruhe lassen").click()
    expect(page.get_by_text("Brauhaus Lindenhain KG wird bis")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Brauhaus Lindenhain KG")).to_have_count(0)
    assert Rest.objects.get().party_id == brewery.pk
    # The third comes up again tomorrow.
    page.get_by_role("button", name="Walzwerk Ahlen: später").click()
    page.get_by_role("list", name="Später").get_by_role("button", name="Morgen").click()
    expect(page.get_by_text("Walzwerk Ahlen kommt am")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Walzwerk Ahlen")).to_have_count(0)
    # What a colleague does is seen at once.
    record_touchpoint(kind="call", party=dairy, by=dairy.owner)
    expect(page.get_by_text("Heute wartet niemand auf Sie.")).to_be_visible()
    assert mill.name == "Walzwerk Ahlen"
