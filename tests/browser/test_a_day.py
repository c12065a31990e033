"""A day of a sales representative, from the brief in the morning to the list of the next day."""

import datetime as dt
import re

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.actions import keep_step, record_touchpoint, set_own_rhythms
from kundig.timeline.enums import Unit
from kundig.timeline.models import Promise, Reaction, Task, Touchpoint
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller
from tests.parties.factories import steinbrueck


@pytest.fixture(autouse=True)
def _heard(_fresh_database):
    """What happens from now on is delivered, however long the worker takes to come up."""
    outbox.prepare()


def test_a_day_of_a_sales_representative(page, sign_in, worker):
    """Brief, call with reaction and mood, promise, task, visit report on the telephone; and the next day's list."""
    svenja = sign_in(a_user("Svenja Kroll", role="sales"))
    dairy = steinbrueck(by=svenja, customer_class="A")
    values = {"name": "Brauhaus Lindenhain KG", "customer_class": "B", "lifecycle": "customer"}
    brewery = create_record(registry.get("organisations"), values, by=svenja)
    for firm in (dairy, brewery):
        set_own_rhythms(firm, [Rhythm("call", 7, Unit.DAY)], by=svenja)
        record_touchpoint(kind="call", party=firm, at=timezone.now() - dt.timedelta(days=12), by=svenja)
    page.goto("/")
    expect(page.get_by_role("article")).to_contain_text("Molkerei Steinbrück eG")
    wait_for_controller(page, "day")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Molkerei Steinbrück eG")).to_be_visible()
    # The call, with what the customer says to the offer, and how they were.
    page.goto(f"/organisations/{dairy.pk}/")
    wait_for_controller(page, "composer")
    page.get_by_role("textbox", name="Was wurde besprochen?").fill("Ich schicke Ihnen morgen das Angebot.")
    page.get_by_role("radio", name="Interessiert").check(force=True)
    page.get_by_role("radio", name="Gut", exact=True).check(force=True)
    page.get_by_role("button", name="Ablegen").click()
    expect(page.get_by_role("listitem").filter(has_text="Ich schicke Ihnen morgen").first).to_be_visible()
    # The promise out of its words, and a task.
    promises = page.locator("#panel-promises")
    promises.get_by_role("button", name=re.compile("^Übernehmen: Ich schicke Ihnen morgen das Angebot")).click()
    expect(page.locator("#toasts")).to_contain_text("Übernommen.")
    page.locator("#step-title").fill("Muster bestellen")
    page.locator("#step-due-1").click()
    expect(page.locator("#panel-steps").get_by_role("link", name="Muster bestellen")).to_be_visible()
    # In the afternoon a visit, noted on the telephone.
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    page.get_by_role("navigation", name="Hauptnavigation (Telefon)").get_by_role("button", name="Notieren").click()
    wait_for_controller(page, "anywhere")
    page.get_by_role("combobox", name="Mit wem?").fill("Brauhaus")
    page.get_by_role("option", name=re.compile("Brauhaus Lindenhain")).click()
    wait_for_controller(page, "composer")
    page.get_by_role("tab", name="Besuch").click()
    page.get_by_role("textbox", name="Was wurde besprochen?").fill("Rundgang, Ableiter getauscht.")
    page.get_by_role("button", name="Ablegen").click()
    expect(page.get_by_text("Abgelegt.")).to_be_visible()
    # The next morning: everything is a day older.
    Touchpoint.objects.update(at=F("at") - dt.timedelta(days=1))
    Promise.objects.update(due_on=timezone.localdate())
    Task.objects.update(due_on=timezone.localdate())
    keep_step([dairy.pk, brewery.pk])
    page.goto("/")
    first = page.get_by_role("article")
    expect(first).to_contain_text("Molkerei Steinbrück eG")
    expect(first).to_contain_text("das Angebot")
    expect(first).to_contain_text("Heute fällig: Muster bestellen")
    expect(page.get_by_text("Brauhaus Lindenhain KG").filter(visible=True)).to_have_count(0)
    assert (Reaction.objects.get().reaction, Touchpoint.objects.exclude(mood=None).get().mood) == ("interested", 4)
