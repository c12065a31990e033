"""What is planned: noted, done, moved by hand and by keyboard; each journey counts its clicks."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.actions import give_task, set_region
from kundig.timeline.models import Appointment, Task, Touchpoint
from tests.accounts.factories import an_administrator
from tests.browser.hands import take, where
from tests.browser.looks import wait_for_controller
from tests.browser.test_click_budget import Work

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = dt.date(2026, 12, 7)


@pytest.fixture
def user(sign_in):
    return sign_in(an_administrator())


def at(day, hour, minute=0):
    return timezone.make_aware(dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute)))


def a_visit(user, **values):
    known = {"title": "Besuch Glashütte Falkenau", "kind": "visit", "starts_at": at(1, 10), **values}
    return create_record(registry.get("appointments"), known, by=user)


def test_note_a_follow_up_in_a_week_and_do_it(page, user, look):
    dairy = create_record(registry.get("organisations"), {"name": "Molkerei Steinbrück eG", "city": "München"}, by=user)
    holiday = dt.date(timezone.localdate().year + 1, 5, 1)
    give_task(title="Wartung anbieten", party=dairy, due_on=timezone.localdate() - dt.timedelta(days=3), by=user)
    give_task(title="Vertrag verlängern", party=dairy, due_on=holiday, by=user)
    page.goto(f"/organisations/{dairy.pk}/")
    panel = page.locator("#panel-steps")
    expect(panel.get_by_text("überfällig")).to_be_visible()
    expect(panel.get_by_text("Erster Mai")).to_be_visible()
    look("next-steps")

    work = Work(page)
    page.keyboard.press("t")
    expect(page.get_by_label("Was ist zu tun?")).to_be_focused()
    page.keyboard.type("Angebot nachfassen")
    work.click(panel.get_by_role("button", name="in einer Woche"))
    expect(panel.get_by_role("link", name="Angebot nachfassen")).to_be_visible()
    assert (work.clicks, work.views) == (1, 0)
    assert Task.objects.get(title="Angebot nachfassen").assignee == user

    work.click(panel.get_by_role("button", name="Erledigt: Angebot nachfassen"))
    expect(panel.get_by_role("link", name="Angebot nachfassen")).to_have_count(0)
    assert (work.clicks, work.views) == (2, 0)
    assert Touchpoint.objects.get(party=dairy, kind="task").summary == "Angebot nachfassen"
    page.get_by_role("button", name="Rückgängig").click()
    expect(panel.get_by_role("link", name="Angebot nachfassen")).to_be_visible()
    assert not Touchpoint.objects.filter(party=dairy, kind="task").exists()

    panel.get_by_role("button", name="in einem Monat").click()
    expect(panel.get_by_text("Sagen Sie, was zu tun ist.")).to_be_visible()


def test_move_and_lengthen_a_visit_in_the_week(page, user, look):
    set_region("DE-BY", user=None, by=user)
    visit = a_visit(user)
    a_visit(user, title="Wartungsplan", starts_at=at(1, 10, 30), ends_at=at(1, 12), kind="meeting")
    fair = {"title": "Messe Köln", "starts_at": at(2, 9), "ends_at": at(4, 9), "all_day": True}
    create_record(registry.get("appointments"), fair, by=user)
    give_task(title="Preisliste schicken", due_on=MONDAY, by=user)
    page.goto(f"/calendar/?on={MONDAY}")
    slot = page.locator(f"#c{visit.pk}")
    expect(slot).to_contain_text("10:00–11:00")
    wait_for_controller(page, "hours")
    look("week")

    work = Work(page)
    x, y = take(page, slot, at=(12, 6))
    quarter = where(slot)["height"] / 4
    thursday = where(page.locator(f"[data-key='{MONDAY + dt.timedelta(days=3)}'] .hours__grid"))
    page.mouse.move(thursday["x"] + 20, y + 4 * quarter, steps=6)
    page.mouse.up()
    expect(page.get_by_text("Verschoben auf Donnerstag, 10. Dezember um 11:00 Uhr.")).to_be_visible()
    expect(page.locator(f"[data-key='{MONDAY + dt.timedelta(days=3)}']").locator(slot)).to_contain_text("11:00–12:00")

    x, y = take(page, slot.locator(".slot__end"), at=(10, 3))
    page.mouse.move(x, y + 2 * quarter, steps=4)
    page.mouse.up()
    expect(slot).to_contain_text("11:00–12:30")
    assert (work.clicks, work.views) == (0, 0)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at) == (at(3, 11), at(3, 12, 30))

    page.get_by_role("button", name="Rückgängig").click()
    expect(slot).to_contain_text("11:00–12:00")


def test_move_and_lengthen_a_visit_by_keyboard(page, user, look):
    visit = a_visit(user)
    page.goto(f"/calendar/?on={MONDAY}")
    wait_for_controller(page, "hours")
    slot, voice = page.locator(f"#c{visit.pk}"), page.locator("[aria-live=assertive]")
    slot.focus()
    page.keyboard.press("Space")
    expect(voice).to_contain_text("aufgenommen")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(voice).to_have_text("Mittwoch, 9. Dezember, 10:15 bis 11:30 Uhr")
    look("week-keyboard", widths=("desktop",), schemes=("light",))
    page.keyboard.press("Space")
    expect(slot).to_contain_text("10:15–11:30")
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at) == (at(2, 10, 15), at(2, 11, 30))

    slot.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(voice).to_contain_text("steht wieder, wo es war")
    expect(slot).to_have_attribute("data-from", "41")


def test_days_months_and_colleagues(page, user, look):
    set_region("DE-BY", user=None, by=user)
    a_visit(user, starts_at=timezone.make_aware(dt.datetime(2026, 12, 24, 9)))
    page.goto("/calendar/?on=2026-12-24&span=day")
    expect(page.get_by_role("heading", name=re.compile("Donnerstag, 24. Dezember 2026"))).to_be_visible()
    wait_for_controller(page, "hours")
    look("calendar-day")
    page.get_by_role("link", name="Monat").click()
    expect(page.get_by_text("Erster Weihnachtstag")).to_be_visible()
    look("calendar-month", widths=("desktop", "phone"))
    page.get_by_role("button", name="Mein Kalender").click()
    page.get_by_role("menuitem", name="Alle").or_(page.get_by_role("link", name="Alle")).first.click()
    expect(page.get_by_role("button", name="Alle")).to_be_visible()

    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/appointments/new/"))
    page.locator("[name=title]").fill("Jahresgespräch")
    page.locator("[name=starts_at]").fill("2026-12-28T10:00")
    page.locator("[name=ends_at]").fill("2026-12-28T09:00")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.get_by_text(re.compile("Der Termin endet, bevor er beginnt"))).to_be_visible()
    page.locator("[name=ends_at]").fill("2026-12-28T11:00")
    page.locator("[name=repeat]").fill("jede Woche, 3-mal")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.get_by_role("heading", name="Jahresgespräch")).to_be_visible()
    assert Appointment.objects.filter(title="Jahresgespräch").count() == 3


def test_settings_of_calendar_and_reminders(page, user, look):
    page.goto("/settings/calendar/")
    page.get_by_label("Wo ich arbeite").select_option("AT-9")
    page.get_by_label("Wo das Haus arbeitet").select_option("DE-BY")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    expect(page.get_by_label("Wo ich arbeite")).to_have_value("AT-9")
    look("calendar-settings")
