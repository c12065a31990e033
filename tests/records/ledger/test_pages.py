"""Histories on the page, the list of changes, and taking back with what stands against it."""

import re
from html import unescape

import pytest

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight, Scope
from kundig.parties.models import Address, Organisation
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, steinbrueck

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def jana(jana):
    change_preferences(jana, values={"language": "en"})
    return jana


@pytest.fixture
def web(client, jana):
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(response.content.decode())))


def change(firm, by, *, title="Handover", via=Via.BULK, **values):
    with change_set(by=by, via=via, title=title) as opened:
        change_record(registry.get("organisations"), Organisation.objects.get(pk=firm.pk), values, by=by)
    return opened.id


def test_the_history_names_who_what_and_from_to(web, jana):
    firm = steinbrueck(by=jana)
    change(firm, jana, industry="Käse", lifecycle="former", revenue="1200000")
    page = text(web.get(f"/organisations/{firm.pk}/history/"))
    assert "Jana Brandt Bulk change “Handover”" in page
    assert "Industry Milchverarbeitung Käse" in page
    assert "Status" in page and "Customer" in page and "Yearly revenue empty" in page
    assert "1,200,000" in page


def test_parts_and_deleted_parts_stand_in_the_history(web, jana):
    firm = steinbrueck(by=jana)
    address = Address.objects.get(party=firm)
    change_record(registry.get("addresses"), address, {"extra": "Tor 3"}, by=jana)
    delete_record(registry.get("addresses"), address, by=jana)
    page = text(web.get(f"/organisations/{firm.pk}/history/"))
    assert "Address Addition: Tor 3" in page
    assert "München address, deleted" in page


def test_the_history_of_one_field(web, jana):
    firm = steinbrueck(by=jana)
    change(firm, jana, industry="Käse", title="First")
    change(firm, jana, employees=12, title="Second")
    page = text(web.get(f"/organisations/{firm.pk}/history/?field=industry"))
    assert "First" in page and "Second" not in page
    assert web.get(f"/organisations/{firm.pk}/history/?field=nonsense").status_code == 404


def test_older_changes_follow_page_by_page(web, jana):
    firm = steinbrueck(by=jana)
    for number in range(45):
        change(firm, jana, employees=1000 + number, title=f"Change {number:02}")
    seen, address = [], f"/organisations/{firm.pk}/history/"
    while address:
        html = web.get(address).content.decode()
        seen += re.findall(r"“(Change \d\d)”", html)
        more = re.search(r'hx-get="([^"]+after=\d+)"', html)
        address = unescape(more[1]) if more else ""
    assert seen == [f"Change {number:02}" for number in reversed(range(45))]


def test_a_field_one_may_not_read_is_only_counted(client, jana):
    seller = a_user("Svenja Kroll")
    change_preferences(seller, values={"language": "en"})
    set_field_rights(find_role("sales"), rights={("organisations", "revenue"): FieldRight.HIDDEN}, by=None)
    firm = steinbrueck(by=seller)
    change(firm, jana, industry="Käse", revenue="1200000")
    client.force_login(seller, backend="kundig.accounts.backends.AccessBackend")
    page = text(client.get(f"/organisations/{firm.pk}/history/"))
    assert "Käse" in page and "1,200,000" not in page and "One field that you may not see." in page


def test_strangers_see_no_history(client, jana):
    stranger = a_scoped_user("Ines Lindqvist", Scope.OWN)
    firm = steinbrueck(by=jana)
    made = change(firm, jana, industry="Käse")
    client.force_login(stranger, backend="kundig.accounts.backends.AccessBackend")
    assert client.get(f"/organisations/{firm.pk}/history/").status_code == 404
    assert client.get(f"/changes/{made}/").status_code == 404
    assert "Handover" not in client.get("/changes/").content.decode()
    client.post(f"/changes/{made}/undo/", headers=HTMX)
    firm.refresh_from_db()
    assert firm.industry == "Käse"


def test_the_list_of_changes_and_what_each_did(web, jana):
    firm = steinbrueck(by=jana)
    made = change(firm, jana, industry="Käse")
    create_record(registry.get("persons"), {"family_name": "Ohlendorf"}, by=jana, via=Via.API)
    page = text(web.get("/changes/"))
    assert "Bulk change “Handover” 1 organisation changed" in page.replace("party", "organisation")
    assert "through the API" in page
    assert "through the API" not in text(web.get("/changes/?via=bulk")).partition("Show")[2]
    body = text(web.get(f"/changes/{made}/"))
    assert "Molkerei Steinbrück eG" in body and "Milchverarbeitung Käse" in body
    for nonsense in ("?by=x", "?object=x", "?via=x", "?after=x", "?after=2026-13-45_x"):
        assert web.get(f"/changes/{nonsense}").status_code == 200


def test_taking_back_from_the_list(web, jana):
    firm = steinbrueck(by=jana)
    made = change(firm, jana, industry="Käse")
    answer = web.post(f"/changes/{made}/undo/", headers=HTMX)
    assert answer.status_code == 200
    assert "Undone." in text(answer) and "/undo/" in answer.content.decode()
    assert f"organisations:{firm.pk}" in answer["HX-Trigger"] and "changes:all" in answer["HX-Trigger"]
    firm.refresh_from_db()
    assert firm.industry == "Milchverarbeitung"
    assert "taken back" in text(web.get("/changes/"))


def test_what_was_changed_again_is_asked_side_by_side(web, jana):
    firm = steinbrueck(by=jana)
    made = change(firm, jana, industry="Käse", employees=12)
    change(firm, jana, industry="Butter")
    asked = web.post(f"/changes/{made}/undo/", headers=HTMX)
    assert asked.status_code == 422
    assert "Butter keep so it is now" in text(asked) and "Milchverarbeitung back" in text(asked)
    firm.refresh_from_db()
    assert (firm.industry, firm.employees) == ("Butter", 12)  # nothing happens before it is decided
    kept = web.post(f"/changes/{made}/undo/", {"decided": "1", f"take.{firm.pk}.industry": "now"}, headers=HTMX)
    firm.refresh_from_db()
    assert (kept.status_code, firm.industry, firm.employees) == (200, "Butter", 340)
    web.post(f"/changes/{made}/undo/", {"decided": "1", f"take.{firm.pk}.industry": "before"}, headers=HTMX)
    firm.refresh_from_db()
    assert firm.industry == "Milchverarbeitung"


def test_only_this_record_goes_back(web, jana):
    first, second = steinbrueck(by=jana), steinbrueck(by=jana, name="Molkerei Anders")
    with change_set(by=jana, via=Via.BULK) as opened:
        for firm in (first, second):
            change_record(registry.get("organisations"), firm, {"industry": "Käse"}, by=jana)
    web.post(f"/changes/{opened.id}/undo/", {"record": str(first.pk)}, headers=HTMX)
    assert [Organisation.objects.get(pk=firm.pk).industry for firm in (first, second)] == ["Milchverarbeitung", "Käse"]


def test_without_script_the_button_works_too(web, jana):
    firm = steinbrueck(by=jana)
    made = change(firm, jana, industry="Käse")
    assert web.post(f"/changes/{made}/undo/")["Location"] == "/changes/"
    firm.refresh_from_db()
    assert firm.industry == "Milchverarbeitung"


def test_the_panel_shows_the_last_changes(web, jana):
    firm = steinbrueck(by=jana)
    change(firm, jana, industry="Käse")
    panel = text(web.get(f"/organisations/{firm.pk}/panels/changes/"))
    assert "History of changes" in panel and "Industry: Käse" in panel
    assert 'hx-trigger="stale, intersect once"' in web.get(f"/organisations/{firm.pk}/").content.decode()
