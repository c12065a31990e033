"""An afternoon over the board: cards are moved by hand and by keyboard, taken back, and another window sees it."""

import re

import pytest
from playwright.sync_api import expect

from kundig.parties.models import Organisation
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from tests.accounts.factories import a_user
from tests.browser.hands import drag


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def firms(user):
    firms = [
        ("Walzwerk Ahlen GmbH", "Ahlen", "contact", "18400000"),
        ("Brauhaus Lindenhain", "Ulm", "contact", "2150000"),
        ("Molkerei Steinbrück eG", "München", "lead", "48900000"),
        ("Tischlerei Hagedorn", "Goslar", "lead", "900000"),
        ("Zahnwerk Aumann AG", "Jena", "customer", "8700000"),
    ]
    organisations = registry.get("organisations")
    return [
        create_record(
            organisations,
            {"name": name, "city": city, "lifecycle": lifecycle, "revenue": revenue, "industry": "Maschinenbau"},
            by=user,
        )
        for name, city, lifecycle, revenue in firms
    ]


def column(page, label):
    return page.locator(".stage", has=page.get_by_role("heading", name=label, exact=True))


def card(place, name):
    return place.locator(".deal", has_text=name)


def lifecycle_of(firm):
    return Organisation.objects.get(pk=firm.pk).lifecycle


def test_drag_a_card_and_take_it_back(page, firms, look):
    page.goto("/organisations/board/?sum=revenue")
    expect(column(page, "Interessent").locator(".stage__total")).to_contain_text("49.800.000")
    look("board")

    drag(page, card(page, "Walzwerk"), column(page, "Interessent").locator(".stage__list"))
    expect(card(column(page, "Interessent"), "Walzwerk")).to_be_visible()
    expect(page.get_by_role("button", name="Rückgängig")).to_be_visible()
    expect(column(page, "Interessent").locator(".stage__total")).to_contain_text("68.200.000")
    assert lifecycle_of(firms[0]) == "lead"
    page.get_by_role("button", name="Rückgängig").click()
    expect(card(column(page, "Kontakt"), "Walzwerk")).to_be_visible()
    assert lifecycle_of(firms[0]) == "contact"


@pytest.mark.undisturbed
def test_a_card_that_was_moved_meanwhile_is_shown_where_it_is(page, firms):
    page.route("**/live/**", lambda route: route.abort())
    page.expected_errors.append("ERR_FAILED")
    page.goto("/organisations/board/")
    expect(card(column(page, "Kontakt"), "Brauhaus")).to_be_visible()
    Organisation.objects.filter(pk=firms[1].pk).update(lifecycle="former")  # and this page is told of nothing
    drag(page, card(page, "Brauhaus"), column(page, "Interessent").locator(".stage__list"))
    expect(page.locator("#toasts")).to_contain_text("Nicht verschoben")
    expect(card(column(page, "Ehemaliger Kunde"), "Brauhaus")).to_be_visible()
    assert lifecycle_of(firms[1]) == "former"


def test_carry_a_card_by_keyboard(page, firms, look):
    page.goto("/organisations/board/")
    walzwerk = card(page, "Walzwerk")
    expect(page.locator(".deal[tabindex='0']")).to_have_count(1)
    page.locator(".deal[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    expect(walzwerk).to_be_focused()
    page.keyboard.press("Space")
    expect(walzwerk).to_have_attribute("data-state", "carried")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(card(column(page, "Kunde"), "Walzwerk")).to_be_focused()
    expect(page.locator("[aria-live=assertive]")).to_have_text("Kunde, 3 / 4")
    look("board-keyboard", widths=("desktop",))
    page.keyboard.press("Escape")
    expect(card(column(page, "Kontakt"), "Walzwerk")).to_be_focused()
    assert lifecycle_of(firms[0]) == "contact"

    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("[aria-live=assertive]")).to_contain_text("steht jetzt unter Interessent")
    expect(card(column(page, "Interessent"), "Walzwerk")).to_be_focused()
    assert lifecycle_of(firms[0]) == "lead"
    page.keyboard.press("Control+z")
    expect(card(column(page, "Kontakt"), "Walzwerk")).to_be_visible()
    page.keyboard.press("Enter")


def test_move_a_card_without_dragging(page, firms):
    page.goto("/organisations/board/")
    card(page, "Hagedorn").hover()
    page.get_by_role("button", name="Tischlerei Hagedorn verschieben").click()
    expect(page.locator("#m-move").get_by_role("button", name="Interessent")).to_be_disabled()
    page.locator("#m-move").get_by_role("button", name="Kunde", exact=True).click()
    expect(card(column(page, "Kunde"), "Hagedorn")).to_be_visible()
    expect(page.get_by_role("button", name="Rückgängig")).to_be_visible()
    assert lifecycle_of(firms[3]) == "customer"


def test_another_window_sees_the_card_move_and_a_new_one_come(page, user, firms, worker):
    page.goto("/organisations/board/")
    expect(card(column(page, "Interessent"), "Molkerei")).to_be_visible()
    other = page.context.new_page()
    other.goto("/organisations/board/")
    drag(other, card(other, "Molkerei"), column(other, "Kunde").locator(".stage__list"))
    expect(card(column(page, "Kunde"), "Molkerei")).to_be_visible()
    expect(column(page, "Kunde").locator(".count")).to_have_text("2")  # renewed every five seconds
    create_record(registry.get("organisations"), {"name": "Papierwerk Aulenried", "lifecycle": "lead"}, by=user)
    expect(card(column(page, "Interessent"), "Papierwerk")).to_be_visible()
    change_record(registry.get("organisations"), firms[4], {"city": "Gera"}, by=user)
    expect(card(column(page, "Kunde"), "Zahnwerk")).to_contain_text("Gera")
    expect(page).to_have_title(re.compile("Organisationen"))


def test_count_by_two_fields_and_open_the_list_behind_a_cell(page, firms, look):
    page.goto("/organisations/?country=DE")
    page.goto("/organisations/")
    page.get_by_role("navigation", name="Darstellung").get_by_role("link", name="Pivot").click()
    page.get_by_role("combobox", name="Zeilen").select_option("lifecycle")
    page.get_by_role("combobox", name="Spalten").select_option("owner")
    page.get_by_role("combobox", name="Wert").select_option("sum:revenue")
    leads = page.get_by_role("row", name=re.compile("Interessent"))
    expect(leads.get_by_role("cell").last).to_have_text("49.800.000 €")
    look("pivot")
    leads.get_by_role("link").nth(1).click()
    expect(page.get_by_role("link", name="Tischlerei Hagedorn")).to_be_visible()
    expect(page.get_by_role("link", name="Walzwerk Ahlen GmbH")).to_have_count(0)
    look("organisations-shapes", widths=("desktop", "phone"), schemes=("light",))


def test_put_an_event_on_another_day(page, user, look):
    addresses = registry.get("addresses")
    firm = create_record(registry.get("organisations"), {"name": "Walzwerk Ahlen GmbH"}, by=user)
    values = {"party": firm.pk, "city": "Ahlen", "street": "Hüttenweg 3", "valid_from": "2026-11-18"}
    address = create_record(addresses, values, by=user)
    for city, day in (("Ulm", "2026-11-18"), ("Jena", "2026-11-30"), ("Goslar", "2026-12-03")):
        create_record(addresses, {"party": firm.pk, "city": city, "valid_from": day}, by=user)
    page.goto("/addresses/calendar/?by=valid_from&on=2026-11-01")
    event = page.locator(f"#c{address.pk}")
    expect(page.locator("[data-key='2026-11-18']").locator(event)).to_be_visible()
    look("calendar")

    drag(page, event, page.locator("[data-key='2026-11-20'] .stage__list"), into=(None, 10))
    expect(page.locator("[data-key='2026-11-20']").locator(event)).to_be_visible()
    expect(page.get_by_text("Verschoben auf Freitag, 20. November.")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator("[data-key='2026-11-18']").locator(event)).to_be_visible()

    event.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-live=assertive]")).to_have_text("Donnerstag, 26. November")
    look("calendar-keyboard", widths=("desktop",), schemes=("light",))
    page.keyboard.press("Space")
    expect(page.get_by_text("Verschoben auf Donnerstag, 26. November.")).to_be_visible()
    expect(page.locator("[data-key='2026-11-26']").locator(event)).to_be_focused()

    page.get_by_role("link", name="Woche").click()
    look("calendar-week", widths=("desktop", "phone"), schemes=("light",))
    page.get_by_role("link", name="Agenda").click()
    expect(page.get_by_role("heading", name="Donnerstag, 26. November")).to_be_visible()
    look("calendar-agenda", widths=("desktop", "phone"), schemes=("light",))
    page.get_by_role("link", name="Später").click()
    expect(page.get_by_role("heading", name="Dezember 2026")).to_be_visible()
    expect(page.get_by_role("link", name="Goslar")).to_be_visible()


def test_see_on_the_map_who_is_near(page, user, look):
    organisations = registry.get("organisations")
    places = {
        "Walzwerk Ahlen GmbH": (51.763, 7.891), "Molkerei Steinbrück eG": (48.137, 11.575),
        "Zahnwerk Aumann AG": (50.927, 11.589),
        "Kanzlei Weber": (47.376, 8.541), "Hofbräu Salzach": (47.809, 13.055),
    }  # fmt: skip
    for name, (latitude, longitude) in places.items():
        values = {"name": name, "position": {"latitude": latitude, "longitude": longitude}}
        create_record(organisations, values, by=user)
    create_record(organisations, {"name": "Tischlerei Hagedorn"}, by=user)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/organisations/map/")
    expect(page.get_by_role("heading", name="5 im Ausschnitt")).to_be_visible()
    expect(page.get_by_text("5 von 6 haben eine Lage.")).to_be_visible()
    expect(page.locator(".map-mark")).to_have_count(5)
    page.wait_for_timeout(800)  # the outlines are drawn
    look("map")
    assert all(url.startswith(("http://127.0.0.1", "data:", "blob:")) for url in asked)

    line = page.get_by_role("complementary").get_by_role("link", name="Molkerei Steinbrück eG")
    with page.expect_response(re.compile("box=")):  # what another size of the window shows is asked for at once
        page.set_viewport_size({"width": 1400, "height": 900})
    expect(page.locator(".map-mark")).to_have_count(5)
    page.mouse.move(0, 0)
    line.hover()
    expect(page.locator(".map-mark[data-shown]")).to_have_attribute("title", "Molkerei Steinbrück eG")
    page.locator(".map").focus()
    for _time in range(3):
        page.keyboard.press("+")
        page.wait_for_timeout(400)
    expect(page.get_by_role("heading", name="5 im Ausschnitt")).to_have_count(0)
    page.get_by_label("In dieser Liste suchen").fill("aumann")
    expect(page.get_by_text("1 von 1 haben eine Lage.")).to_be_visible()
