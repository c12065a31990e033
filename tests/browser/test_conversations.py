"""Before and after a conversation: the call brief, promises out of notes, and customers that pass to a colleague."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.parties import actions as parties
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions import ReactionTo, break_promise, keep_promise, make_promise, record_touchpoint
from kundig.timeline.models import Handover, Promise
from tests.accounts.factories import a_user
from tests.browser.looks import RESULTS, wait_for_controller
from tests.browser.test_click_budget import Work
from tests.parties.factories import ohlendorf, steinbrueck

NOTE = "War ein gutes Gespräch. Ich schicke Ihnen morgen das Angebot. Herr Pawlowski meldet sich in zwei Wochen."


@pytest.fixture(autouse=True)
def _heard(_fresh_database):
    """What happens from now on is delivered, however long the worker takes to come up."""
    outbox.prepare()


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Svenja Kroll", role="sales"))


@pytest.fixture
def dairy(user):
    """A dairy of whom much is known."""
    dairy = steinbrueck(by=user)
    katrin = ohlendorf(by=user, organisation=dairy, function="Technik, entscheidet")
    parties.add_contact_point({"party": dairy, "kind": "mobile", "value": "0151 1234567", "do_not_use": True}, by=user)
    told = (
        (60, 2, "Beschwert sich über den Kondensatableiter", []),
        (41, 3, "Wartung am KT 120 besprochen", [ReactionTo("Wartung Plus", "interested")]),
        (19, 4, "Angebot WD 55-V mit Wärmerückgewinnung", [ReactionTo("WD 55-V", "objection", "delivery")]),
        (3, 5, "Will den WD 45-V vor dem Sommer ersetzen", [ReactionTo("Steuerung DL 4", "declined")]),
    )
    for days, mood, summary, reactions in told:
        at = timezone.now() - dt.timedelta(days=days)
        record_touchpoint(
            kind="call", party=katrin, by=user, at=at, summary=summary, mood=mood, reactions=reactions, direction="both"
        )
    today = timezone.localdate()
    make_promise(dairy, text="Amortisation über acht Jahre rechnen", side="we", due_on=today, by=user)
    make_promise(
        katrin, text="Zeichnung der zweiten Linie schicken", side="they", due_on=today - dt.timedelta(days=3), by=user
    )
    for number in range(12):
        made = make_promise(dairy, text=f"Zusage {number}", side="we", by=user)
        (break_promise if number == 4 else keep_promise)(made, by=user)
    return dairy


def test_prepare_for_a_call(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    expect(page.get_by_role("link", name=re.compile("Gesprächsbrief"))).to_be_visible()
    work = Work(page)
    page.keyboard.press("b")
    brief = page.get_by_role("dialog", name="Molkerei Steinbrück eG")
    expect(brief).to_be_visible()
    for text in ("Dr. Katrin Ohlendorf", "Technik, entscheidet", "Zeichnung der zweiten Linie schicken", "WD 55-V"):
        expect(brief.get_by_text(text).first).to_be_visible()
    expect(brief.get_by_text(re.compile("Stimmung zuletzt: begeistert, besser als davor"))).to_be_visible()
    assert work.clicks == 0 and work.views == 0
    look("brief")
    page.keyboard.press("Escape")
    expect(brief).to_have_count(0)
    page.goto(f"/brief/{dairy.pk}/")
    look("brief-page")
    page.emulate_media(media="print", color_scheme="light")
    paper = page.pdf(path=RESULTS / "brief.pdf", format="A4", prefer_css_page_size=True)
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=RESULTS / "brief-paper.png")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_promises_are_picked_from_a_note_and_kept(page, user, look, worker):
    firm = steinbrueck(by=user)
    record_touchpoint(kind="note", party=firm, by=user, summary="Ich schicke Ihnen morgen das Datenblatt", body=NOTE)
    page.goto(f"/organisations/{firm.pk}/")
    panel = page.locator("#panel-promises")
    expect(panel.get_by_text("Herr Pawlowski meldet sich in zwei Wochen")).to_be_visible()
    wait_for_controller(page, "promises")
    look("promises-proposed", widths=("desktop", "phone"))
    panel.get_by_role("button", name="Übernehmen: Herr Pawlowski meldet sich in zwei Wochen").click()
    expect(page.locator("#toasts")).to_contain_text("Übernommen.")
    panel.get_by_role("button", name=re.compile("^Keine Zusage: Ich schicke")).click()
    expect(page.locator("#toasts")).to_contain_text("Verworfen.")
    page.locator("#panel-timeline").get_by_text("Ich schicke Ihnen morgen das Datenblatt").first.click(click_count=3)
    expect(page.get_by_role("button", name="Als Zusage notieren")).to_be_visible()
    page.screenshot(path=RESULTS / "promises-picked.png")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Notiert: Das schulden wir bis")
    expect(panel.get_by_role("link", name=re.compile("Datenblatt"))).to_be_visible()
    made = Promise.objects.get(side="we")
    assert (made.due_on, made.party_id) == (timezone.localdate() + dt.timedelta(days=1), firm.pk)
    panel.get_by_role("button", name=re.compile("^Gehalten: .*Datenblatt")).click()
    expect(panel).to_contain_text("Von 1 Zusage haben wir 1 gehalten.")
    page.locator("#toasts").get_by_role("button", name="Rückgängig").click()
    expect(panel.get_by_role("button", name=re.compile("^Gehalten: .*Datenblatt"))).to_be_visible()
    panel.get_by_role("button", name="Hinzufügen").click()
    panel.get_by_role("textbox", name="Zusage").fill("Preisliste schicken")
    look("promises-form", widths=("desktop", "phone"))
    panel.get_by_role("button", name="Speichern").click()
    expect(panel.get_by_role("link", name="Preisliste schicken")).to_be_visible()


def test_customers_pass_to_a_colleague_who_confirms(page, sign_in, look, worker):
    svenja, paula = a_user("Svenja Kroll", role="sales"), a_user("Paula Roth", role="sales")
    firms = [steinbrueck(by=svenja, name=f"Molkerei {name}") for name in ("Adler", "Bär", "Cramer")]
    make_promise(firms[0], text="Angebot schicken", side="we", by=svenja)
    with change_set(by=svenja, via=Via.BULK):
        for firm in firms:
            change_record(registry.get("organisations"), firm, {"owner": paula.pk}, by=svenja, via=Via.BULK)
    sign_in(svenja)
    page.goto("/handovers/")
    page.get_by_role("link", name="3 Kunden an Paula Roth").click()
    page.get_by_label("Ein Satz für die Nachfolge").fill("Alle drei wollen vor Weihnachten besucht werden.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#toasts")).to_contain_text("Gespeichert.")
    look("handover-given")
    page.context.clear_cookies()
    sign_in(paula)
    page.goto("/handovers/")
    look("handovers")
    page.get_by_role("link", name="3 Kunden von Svenja Kroll").click()
    expect(page.get_by_text("Alle drei wollen vor Weihnachten besucht werden.")).to_be_visible()
    page.get_by_role("link", name="Molkerei Adler").click()
    expect(page.get_by_text("Angebot schicken")).to_be_visible()
    look("handover-page")
    page.get_by_role("button", name="Ich habe den Kunden übernommen").click()
    expect(page.get_by_text(re.compile("Übernommen von Paula Roth"))).to_be_visible()
    page.get_by_role("link", name="Svenja Kroll → Paula Roth").click()
    page.get_by_role("button", name="Alle 2 Kunden übernehmen").click()
    expect(page.get_by_text("bestätigt", exact=True)).to_have_count(3)
    assert set(Handover.objects.values_list("received_by", flat=True)) == {paula.pk}
