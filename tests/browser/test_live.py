"""Two people at work: what one changes the other sees within a second, who is there, and a stream that breaks."""

import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from kundig.parties.models import Organisation
from kundig.platform import live
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from tests.accounts.factories import a_user


@pytest.fixture
def svenja(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def holger(house):
    return a_user("Holger Timm")


@pytest.fixture
def his_page(a_browser, house, holger):
    """A page of Holger's, in a browser of his own."""
    client = Client()
    client.force_login(holger, backend="kundig.accounts.backends.AccessBackend")
    context = a_browser()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": house.url}])
    return context.new_page()


@pytest.fixture
def firms(svenja):
    names = ("Walzwerk Ahlen GmbH", "Brauhaus Lindenhain", "Molkerei Steinbrück eG")
    values = {"city": "Ahlen", "lifecycle": "lead", "industry": "Maschinenbau", "phone": "+49 89 5550100"}
    return [create_record(registry.get("organisations"), {"name": name, **values}, by=svenja) for name in names]


def change(firm, **values):
    change_record(registry.get("organisations"), Organisation.objects.get(pk=firm.pk), values, by=firm.owner)


def hears(page):
    """Until the page has said what it shows; from then on it misses nothing."""
    page.wait_for_function("() => performance.getEntriesByType('resource').some(each => each.name.endsWith('/live/'))")


def seconds_until_seen(act, see):
    """How long it takes at best until what `act(n)` did is to be seen: once of three times the machine is at rest."""
    taken = []
    for number in range(3):
        act(number)
        done = time.monotonic()
        see(number)
        taken.append(time.monotonic() - done)
    return min(taken)


@pytest.mark.undisturbed
def test_what_others_change_is_seen_within_a_second(page, svenja, firms, his_page):
    firm = firms[0]
    place = "td[data-field=industry]"
    page.goto("/organisations/?columns=industry&columns=city")
    hears(page)
    table = seconds_until_seen(
        lambda n: change(firm, industry=f"Tabelle {n}"),
        lambda n: expect(page.locator(f"#r{firm.pk} {place}")).to_have_text(f"Tabelle {n}"),
    )
    page.goto(f"/organisations/{firm.pk}/")
    hears(page)
    record = seconds_until_seen(
        lambda n: change(firm, industry=f"Seite {n}"),
        lambda n: expect(page.locator(f"#f{firm.pk}-industry")).to_have_text(f"Seite {n}"),
    )
    page.goto("/organisations/board/")
    hears(page)
    column = "section.stage[data-key={}]"
    board = seconds_until_seen(
        lambda n: change(firm, lifecycle=("customer", "former", "lead")[n]),
        lambda n: expect(
            page.locator(column.format(("customer", "former", "lead")[n])).locator(f"#c{firm.pk}")
        ).to_be_visible(),
    )
    addresses = registry.get("addresses")
    values = {"party": firm.pk, "city": "Ahlen", "street": "Hüttenweg 3", "valid_from": "2026-11-18"}
    address = create_record(addresses, values, by=svenja)
    page.goto("/addresses/calendar/?by=valid_from&on=2026-11-01")
    hears(page)
    calendar = seconds_until_seen(
        lambda n: change_record(addresses, address, {"valid_from": f"2026-11-2{n}"}, by=svenja),
        lambda n: expect(page.locator(f"[data-key='2026-11-2{n}'] #c{address.pk}")).to_be_visible(),
    )
    assert max(table, record, board, calendar) < 1, (table, record, board, calendar)


@pytest.mark.undisturbed
def test_what_is_deleted_goes_and_many_changes_come_together(page, svenja, firms):
    page.goto("/organisations/?columns=industry")
    hears(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    delete_record(registry.get("organisations"), firms[1], by=svenja)
    expect(page.locator(f"#r{firms[1].pk}")).to_have_count(0)
    expect(page.locator(".toast")).to_have_count(0)
    more = [create_record(registry.get("organisations"), {"name": f"Kunde {n}"}, by=svenja) for n in range(6)]
    page.reload()
    hears(page)
    asked.clear()
    Organisation.objects.update(industry="Gießerei")
    live.announce(*(f"organisations:{each.pk}" for each in [firms[0], firms[2], *more]))
    expect(page.locator("td[data-field=industry]", has_text="Gießerei")).to_have_count(8)
    assert [url for url in asked if "/row/" in url or url.endswith("columns=industry")] == [], "rows came along"


@pytest.mark.undisturbed
def test_after_a_large_run_a_board_is_sent_its_columns(page, svenja, firms):
    page.goto("/organisations/board/")
    hears(page)
    here = page.url
    asked = []
    page.on("request", lambda request: asked.append(request.headers.get("hx-target", "")))
    Organisation.objects.update(lifecycle="customer")
    live.announce(*(f"organisations:{firm.pk}" for firm in firms), *(f"organisations:run-{n}" for n in range(70)))
    expect(page.locator("section.stage[data-key=customer] .deal")).to_have_count(len(firms))
    expect(page.locator("section.stage[data-key=lead] .deal")).to_have_count(0)
    assert page.url == here and "main#content" not in asked, "the columns came along"


@pytest.mark.undisturbed
def test_the_page_of_a_record_is_sent_its_parts(page, svenja, firms):
    page.goto(f"/organisations/{firms[0].pk}/")
    hears(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    fields = {"industry": "Gießerei", "lifecycle": "customer"}
    Organisation.objects.filter(pk=firms[0].pk).update(**fields)
    live.announce(f"organisations:{firms[0].pk}")
    expect(page.locator(f"#f{firms[0].pk}-industry")).to_have_text("Gießerei")
    expect(page.locator("#head [data-field=lifecycle]")).to_have_text("Kunde")
    assert [url for url in asked if "/parts/" in url or url.endswith(f"/{firms[0].pk}/")] == [], "parts came along"


def test_see_who_is_there_and_what_he_edits(page, svenja, holger, firms, his_page, look):
    firm = firms[0]
    page.goto(f"/organisations/{firm.pk}/")
    present = page.get_by_role("list", name="Auch hier")
    expect(page.get_by_role("heading", name=firm.name)).to_be_visible()
    expect(present).to_be_hidden()
    his_page.goto(f"/organisations/{firm.pk}/")
    expect(present.get_by_role("img", name="Holger Timm ist auch hier")).to_be_visible()
    expect(his_page.get_by_role("img", name="Svenja Kroll ist auch hier")).to_be_visible()

    his_page.locator(f"#f{firm.pk}-industry").click()
    his_page.get_by_role("textbox", name="Branche").fill("Stahl")
    mark = page.locator(f"#f{firm.pk}-industry")
    expect(mark).to_have_attribute("data-edited", "Holger Timm bearbeitet gerade")
    expect(present.get_by_role("img", name="Holger Timm bearbeitet gerade")).to_be_visible()
    look("presence-page")

    # She edits, too: neither his coming and going nor his saving disturbs what she types.
    page.locator(f"#f{firm.pk}-phone .icon").click()
    typing = page.get_by_role("textbox", name="Telefon")
    typing.fill("halb getippt")
    his_page.get_by_role("textbox", name="Branche").press("Enter")
    expect(mark).to_have_text("Stahl")
    expect(page.locator("[data-edited]")).to_have_count(0)
    expect(typing).to_have_value("halb getippt")
    expect(typing).to_be_focused()
    his_page.goto("/organisations/")
    expect(present).to_be_hidden()
    expect(typing).to_have_value("halb getippt")
    expect(typing).to_be_focused()
    typing.press("Escape")

    # In the table the cell is marked; in the form of the whole record the field; and the tab that is closed is gone.
    page.goto("/organisations/?columns=industry&columns=city")
    hears(page)
    his_page.goto(f"/organisations/{firm.pk}/edit/")
    his_page.get_by_role("textbox", name="Branche").focus()
    expect(page.locator(f"#r{firm.pk}-industry")).to_have_attribute("data-edited", "Holger Timm bearbeitet gerade")
    look("presence-table")
    page.goto(f"/organisations/{firm.pk}/edit/")
    expect(page.locator(".field[data-edited]")).to_contain_text("Branche")
    look("presence-form")
    his_page.close()
    expect(page.locator("[data-edited]")).to_have_count(0)
    expect(present).to_be_hidden()


def test_whoever_does_not_want_to_be_seen_is_not(page, svenja, firms, his_page):
    page.goto(f"/organisations/{firms[0].pk}/")
    his_page.goto(f"/organisations/{firms[0].pk}/")
    there = page.get_by_role("img", name="Holger Timm ist auch hier")
    expect(there).to_be_visible()
    settings_page = his_page.context.new_page()
    settings_page.goto("/settings/profile/")
    settings_page.get_by_text("Niemand sieht, wo ich bin").click()
    settings_page.get_by_role("button", name="Speichern").click()
    expect(settings_page.get_by_label("Niemand sieht, wo ich bin")).to_be_checked()
    expect(there).to_have_count(0)
    hears(his_page)
    expect(his_page.get_by_role("img", name="Svenja Kroll ist auch hier")).to_have_count(0)


def test_a_stream_that_breaks_comes_again_and_misses_nothing(page, svenja, firms):
    page.expected_errors.append("ERR_INTERNET_DISCONNECTED|Failed to fetch|Unable to preload")
    page.goto(f"/organisations/{firms[0].pk}/")
    hears(page)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN kundig_live%'"
        )
    change(firms[0], industry="Während der Pause")
    industry = page.locator(f"#f{firms[0].pk}-industry")
    expect(industry).to_have_text("Während der Pause")
    page.context.set_offline(True)
    change(firms[0], industry="Ohne Netz")
    page.context.set_offline(False)
    change(firms[0], phone="+49 30 1234567")
    expect(industry).to_have_text("Ohne Netz")


@pytest.mark.undisturbed
def test_a_hidden_tab_catches_up_with_what_changed_only(page, svenja, firms):
    page.goto("/organisations/?columns=industry")
    hears(page)
    row = page.locator(f"#r{firms[0].pk}")
    change(firms[0], industry="Vorher")
    expect(row).to_contain_text("Vorher")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    hide = "hidden => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden}); "
    hide += "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide, True)
    change(firms[0], industry="Im Hintergrund")
    page.evaluate(hide, False)
    expect(row).to_contain_text("Im Hintergrund")
    parts = [url for url in asked if "/organisations/" in url]
    assert parts == [], "the row came along"
