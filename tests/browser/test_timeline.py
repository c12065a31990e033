"""The history of a customer: noting, reading, correcting, on a desk and on a telephone."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.parties.actions import set_parent
from kundig.timeline.actions import ReactionTo, change_touchpoint, record_touchpoint
from kundig.timeline.models import Reaction, Task, Touchpoint
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller
from tests.browser.test_click_budget import Work
from tests.parties.factories import an_organisation, ohlendorf, steinbrueck


@pytest.fixture
def svenja(sign_in):
    return sign_in(a_user("Svenja Kroll", role="sales"))


@pytest.fixture
def dairy(svenja):
    return steinbrueck(by=svenja)


@pytest.fixture
def katrin(svenja, dairy):
    return ohlendorf(by=svenja, organisation=dairy)


def open_page(page, party):
    page.goto(f"/organisations/{party.pk}/")
    wait_for_controller(page, "composer")


def entry(page, text):
    """The entry of the timeline, and not what the history of changes tells of it, too."""
    return page.locator(".entry", has_text=text)


def test_a_call_is_noted_with_reaction_and_mood_and_taken_back(page, svenja, dairy, katrin, look):
    record_touchpoint(
        kind="visit", party=dairy, by=svenja, people=[katrin], at=timezone.now() - dt.timedelta(days=40), mood=2,
        body="Rundgang durch die Fertigung.\nAbleiter undicht.", reactions=[ReactionTo("Filter", "objection", "price")],
    )  # fmt: skip
    open_page(page, dairy)
    page.get_by_role("textbox", name="Was wurde besprochen?").fill("Will den Kompressor vor dem Sommer ersetzen.")
    page.get_by_role("checkbox", name="Dr. Katrin Ohlendorf").check(force=True)
    page.get_by_role("radio", name="Einwand").check(force=True)
    page.get_by_role("radio", name="Lieferung").check(force=True)
    page.get_by_role("textbox", name="Angebot").fill("WD 55")
    page.get_by_role("radio", name="Gut", exact=True).check(force=True)
    page.get_by_role("button", name="Ablegen").click()
    noted = entry(page, "vor dem Sommer")
    expect(noted).to_contain_text("Anruf mit Dr. Katrin Ohlendorf")
    expect(noted).to_contain_text("Einwand: Lieferung")
    expect(page.get_by_role("textbox", name="Was wurde besprochen?")).to_have_value("")
    look("timeline")
    page.get_by_role("button", name="Rückgängig").click()
    expect(noted).to_have_count(0)
    assert Touchpoint.objects.count() == 1 and Reaction.objects.count() == 1


def test_what_colleagues_note_appears_and_what_was_begun_stays(page, svenja, dairy):
    open_page(page, dairy)
    text = page.get_by_role("textbox", name="Was wurde besprochen?")
    text.fill("Angefangen")
    record_touchpoint(kind="call", party=dairy, by=None, summary="Von der Kollegin")
    expect(entry(page, "Von der Kollegin")).to_be_visible()
    expect(text).to_have_value("Angefangen")
    page.get_by_role("tab", name="Notiz").click()
    page.reload()
    wait_for_controller(page, "composer")
    expect(text).to_have_value("Angefangen")
    expect(page.get_by_role("tab", name="Notiz")).to_have_attribute("aria-selected", "true")
    text.press("Control+Enter")
    expect(entry(page, "Angefangen")).to_be_visible()
    page.reload()
    wait_for_controller(page, "composer")
    expect(text).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:')).length") == 0


def test_two_who_edit_one_note_lose_nothing(page, svenja, dairy):
    made = record_touchpoint(kind="note", party=dairy, by=svenja, body="Alt")
    open_page(page, dairy)
    page.get_by_role("button", name="Mehr zu „Notiz“").click()
    page.get_by_role("button", name="Bearbeiten", exact=True).last.click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Alt")
    change_touchpoint(made, {"body": "Von Jana"}, by=svenja)
    page.get_by_role("textbox", name="Text", exact=True).fill("Von Svenja")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Das hat inzwischen jemand anders geändert.")).to_be_visible()
    expect(page.get_by_role("blockquote")).to_contain_text("Von Jana")
    page.get_by_role("textbox", name="Text", exact=True).fill("Von Jana und Svenja")
    page.get_by_role("button", name="Speichern").click()
    expect(entry(page, "Von Jana und Svenja")).to_be_visible()
    assert Touchpoint.objects.get().body == "Von Jana und Svenja"


def test_history_goes_on_as_one_reads_and_is_narrowed(page, svenja, dairy):
    for number in range(70):
        kind = "visit" if number == 69 else "call"
        at = timezone.now() - dt.timedelta(days=number + 1)
        record_touchpoint(kind=kind, party=dairy, by=svenja, summary=f"Nummer {number}.", at=at)
    open_page(page, dairy)
    expect(entry(page, "Nummer 0.")).to_be_visible()
    expect(entry(page, "Nummer 69.")).to_have_count(0)
    page.get_by_role("button", name="Ältere").scroll_into_view_if_needed()
    expect(entry(page, "Nummer 31.")).to_have_count(1)
    page.get_by_text("Gespräche", exact=True).click()
    page.get_by_label("Im Verlauf suchen").click()
    page.get_by_role("searchbox", name="Wörter im Verlauf").fill("Nummer 69")
    expect(entry(page, "Nummer 69.")).to_be_visible()
    expect(entry(page, "Nummer 0.")).to_have_count(0)


def test_everything_with_a_customer_in_one_click(page, svenja, dairy, katrin):
    daughter = an_organisation(by=svenja, name="Steinbrück Käse GmbH")
    set_parent(daughter, dairy, by=svenja)
    for party, words in ((dairy, "Zentrale gesprochen"), (katrin, "Katrin gesprochen"), (daughter, "Tochter besucht")):
        record_touchpoint(kind="call", party=party, by=svenja, summary=words)
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("button", name=re.compile("Suchen oder tun")))
    page.get_by_role("combobox").fill("Molkerei Steinbrück")
    expect(page.get_by_role("option", name=re.compile("Molkerei Steinbrück eG"))).to_be_visible()
    page.keyboard.press("Enter")
    for words in ("Zentrale gesprochen", "Katrin gesprochen", "Tochter besucht"):
        expect(page.get_by_text(words)).to_be_visible()
    assert work.clicks <= 1 and work.views <= 1


def test_a_call_is_noted_from_anywhere_by_keys(page, svenja, dairy, katrin, look):
    page.goto("/")
    work = Work(page)
    page.keyboard.press("c")
    wait_for_controller(page, "anywhere")
    page.get_by_role("combobox", name="Mit wem?").fill("Molkerei Stein")
    expect(page.get_by_role("option", name=re.compile("Molkerei Steinbrück"))).to_be_visible()
    page.keyboard.press("Enter")
    wait_for_controller(page, "composer")
    text = page.get_by_role("textbox", name="Was wurde besprochen?")
    expect(text).to_be_focused()
    text.fill("Rechnet bis Freitag.")
    look("compose-anywhere", widths=("desktop", "phone"))
    work.click(page.get_by_text("Interessiert", exact=True))
    work.click(page.get_by_text("in einer Woche", exact=True))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Abgelegt.")).to_be_visible()
    expect(page.get_by_role("dialog", name="Kontakt notieren")).to_have_count(0)
    made = Touchpoint.objects.get()
    assert (made.kind, made.body, made.party_id) == ("call", "Rechnet bis Freitag.", dairy.pk)
    assert Reaction.objects.get().reaction == "interested"
    assert Task.objects.get().title == "Rechnet bis Freitag."
    assert work.clicks <= 4 and work.views == 0


def test_a_visit_is_noted_on_the_telephone_without_scrolling(page, svenja, dairy, katrin):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    work = Work(page)
    work.click(page.get_by_role("navigation", name="Hauptnavigation (Telefon)").get_by_role("button", name="Notieren"))
    wait_for_controller(page, "anywhere")
    page.get_by_role("combobox", name="Mit wem?").fill("Steinbr")
    work.click(page.get_by_role("option", name=re.compile("Molkerei Steinbrück")))
    wait_for_controller(page, "composer")
    work.click(page.get_by_role("tab", name="Besuch"))
    page.get_by_role("textbox", name="Was wurde besprochen?").fill("Rundgang, Ableiter getauscht.")
    work.click(page.locator(".composer label[title=Gut]"))
    send = page.get_by_role("button", name="Ablegen")
    box = send.bounding_box()
    assert box and box["y"] + box["height"] <= 844, "the button stands on the screen without scrolling"
    work.click(send)
    expect(page.get_by_text("Abgelegt.")).to_be_visible()
    made = Touchpoint.objects.get()
    assert (made.kind, made.mood, made.body) == ("visit", 4, "Rundgang, Ableiter getauscht.")
    assert page.evaluate("scrollY") == 0
    assert work.clicks <= 5 and work.views <= 1


def test_tabs_and_reactions_by_keyboard(page, svenja, dairy):
    open_page(page, dairy)
    page.get_by_role("tab", name="Anruf").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Besuch")).to_be_focused()
    expect(page.get_by_role("tab", name="Besuch")).to_have_attribute("aria-selected", "true")
    interested = page.get_by_role("radio", name="Interessiert")
    interested.focus()
    page.keyboard.press("Space")
    expect(interested).to_be_checked()
    page.locator(".composer label").filter(has_text="Interessiert").click()
    expect(interested).not_to_be_checked()
