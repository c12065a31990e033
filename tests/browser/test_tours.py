"""A day on the road: planned on the map, read and reported on the telephone, also where there is no connection."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.models import Appointment, Touchpoint
from tests.accounts.factories import a_user
from tests.browser.looks import wait_for_controller

PLACES = (
    ("Molkerei Steinbrück", "München", "48.14, 11.56"),
    ("Brauhaus Lech", "Augsburg", "48.37, 10.9"),
    ("Walzwerk Ulm", "Ulm", "48.4, 9.99"),
)


@pytest.fixture
def customers(sign_in):
    user = sign_in(a_user("Svenja Kroll"))
    organisations = registry.get("organisations")
    made = {}
    for name, city, position in PLACES:
        latitude, longitude = map(float, position.split(", "))
        values = {"name": name, "city": city, "position": {"latitude": latitude, "longitude": longitude}}
        made[name] = create_record(organisations, values, by=user)
    return user, made


def test_a_tour_is_planned_and_written_into_the_calendar(page, customers, look):
    user, made = customers
    page.goto("/tours/?day=2026-11-24")
    page.get_by_label("Von", exact=True).fill("München")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Auch Molkerei Steinbrück besuchen")).to_be_visible()
    page.get_by_role("button", name="Auch Molkerei Steinbrück besuchen").click()
    expect(page.locator(".tour__stops > li")).to_have_count(1)
    page.get_by_label("höchstens").select_option("40")
    page.wait_for_url("**detour=40**")
    page.goto(f"{page.url}&stop=p-{made['Walzwerk Ulm'].pk}")
    page.get_by_role("button", name="Auch Brauhaus Lech besuchen").click()
    expect(page.locator(".tour__stops > li")).to_have_count(3)
    page.get_by_role("button", name="Ohne Molkerei Steinbrück").click()
    expect(page.locator(".tour__stops > li")).to_have_count(2)
    page.get_by_role("button", name="Kürzeste Reihenfolge").click()
    stops = page.locator(".tour__stops .tour__who a")
    expect(stops).to_have_text(["Brauhaus Lech", "Walzwerk Ulm"])
    expect(page.locator(".map-mark[data-size]")).to_have_count(2)
    look("tour")
    page.get_by_role("button", name="2 Besuche in den Kalender eintragen").click()
    expect(page.locator("#toasts")).to_contain_text("2 Besuche stehen in Ihrem Kalender")
    assert Appointment.objects.of(user).count() == 2
    page.locator("#toasts").get_by_role("button", name="Rückgängig").click()
    expect(page.locator("#toasts")).not_to_contain_text("stehen in Ihrem Kalender")
    assert not Appointment.objects.exists()


def test_a_report_without_connection_arrives_once(page, context, customers, look):
    user, made = customers
    page.expected_errors.append("ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED")
    begins = timezone.localtime().replace(hour=0, minute=5, second=0, microsecond=0)
    values = {"title": "Bedarf", "kind": "visit", "party": made["Brauhaus Lech"].pk, "starts_at": begins}
    visit = create_record(registry.get("appointments"), values, by=user)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/field/")
    wait_for_controller(page, "outbox")
    page.wait_for_function("caches.match('/field/')")
    page.wait_for_function("navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')")
    look("field", widths=("phone",))

    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Brauhaus Lech")).to_be_visible()
    wait_for_controller(page, "outbox")
    page.get_by_text("Bericht", exact=True).click()
    page.get_by_placeholder("Was wurde besprochen").fill("Braucht drei Kühler bis März.")
    page.get_by_text("Gut", exact=True).click()
    page.get_by_role("button", name="Ablegen").click()
    expect(page.get_by_text("Ein Bericht wartet auf eine Verbindung.")).to_be_visible()
    assert not Touchpoint.objects.filter(source_id=visit.pk).exists()

    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#toasts")).to_contain_text("Die Berichte von unterwegs sind abgelegt.")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("stattgefunden")).to_be_visible()
    told = Touchpoint.objects.get(source_id=visit.pk)
    assert (told.body, told.mood) == ("Braucht drei Kühler bis März.", 4)
    assert timezone.now() - told.at < dt.timedelta(minutes=10)
