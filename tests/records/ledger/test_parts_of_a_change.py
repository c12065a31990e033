"""Taking back a part of a change: some records, some fields, also where a field stands in parts of the record."""

import re
from html import unescape

import pytest
from django.test import Client

from kundig.accounts.actions import change_preferences
from kundig.parties.models import Address, ContactPoint, Organisation
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.parties.factories import steinbrueck

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def web(jana):
    change_preferences(jana, values={"language": "en"})
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(response.content.decode())))


@pytest.fixture
def firm(jana):
    return steinbrueck(by=jana)


@pytest.fixture
def made(jana, firm):
    """An import that changed industry, employees, phone and address of a dairy, and the industry of another firm."""
    other = steinbrueck(by=jana, name="Molkerei Anders")
    with change_set(by=jana, via=Via.IMPORT, title="Abgleich.csv") as opened:
        values = {"industry": "Käse", "employees": 12, "phone": "089 4711", "street": "Gasse 3", "city": "Bonn"}
        change_record(registry.get("organisations"), firm, values, by=jana)
        change_record(registry.get("organisations"), other, {"industry": "Käse"}, by=jana)
    return opened.id


def state(firm):
    firm = Organisation.objects.get(pk=firm.pk)
    return firm.industry, firm.employees, firm.phone[-4:], firm.street, firm.city


CHANGED = ("Käse", 12, "4711", "Gasse 3", "Bonn")
BEFORE = ("Milchverarbeitung", 340, "8100", "Eversbuschring 18", "München")


@pytest.mark.parametrize(
    ("fields", "places"),
    [(["industry"], [0]), (["employees", "industry"], [0, 1]), (["phone"], [2]), (["address"], [3, 4]), (["mail"], [])],
)
def test_only_these_fields_of_this_record_go_back(jana, firm, made, fields, places):
    result = undo(made, by=jana, records=[firm.pk], fields=fields)
    expected = tuple(BEFORE[n] if n in places else CHANGED[n] for n in range(5))
    assert (state(firm), result.is_clean) == (expected, True)
    assert Organisation.objects.get(name="Molkerei Anders").industry == "Käse"
    assert ContactPoint.objects.get(party=firm, kind="phone").value.replace(" ", "")[-4:] == expected[2]
    assert Address.objects.get(party=firm).city == expected[4]


def test_a_field_goes_back_everywhere(jana, firm, made):
    assert undo(made, by=jana, fields=["industry"]).counts["changed"] == 2
    assert set(Organisation.objects.values_list("industry", flat=True)) == {"Milchverarbeitung"}
    assert state(firm)[1:] == CHANGED[1:]


def test_a_field_of_ones_own_goes_back_alone(courses, jana):
    course = create_record(courses, {"name": "Soldering", "seats": 8, "tags": ["new"]}, by=jana)
    with change_set(by=jana) as opened:
        change_record(courses, course, {"seats": 12, "tags": ["old"]}, by=jana)
    undo(opened.id, by=jana, records=[course.pk], fields=["tags"])
    course.refresh_from_db()
    assert (course.seats, course.tags) == (12, ["new"])


def test_the_rest_can_go_back_later_and_the_part_again_forward(jana, firm, made):
    part = undo(made, by=jana, records=[firm.pk], fields=["industry"])
    undo(made, by=jana, records=[firm.pk])
    assert state(firm) == BEFORE
    undo(part.change_set, by=jana)
    assert state(firm) == ("Käse", *BEFORE[1:])


def test_the_history_of_a_field_stands_beside_it_with_its_button(web, firm, made):
    panel = web.get(
        f"/organisations/{firm.pk}/history/?field=phone", headers={**HTMX, "HX-Target": "div#field-history"}
    )
    shown = text(panel)
    assert shown.strip().startswith("History: Phone") and "Abgleich.csv" in shown and "Käse" not in shown
    assert 'name="field" value="phone"' in panel.content.decode()
    sent = web.post(f"/changes/{made}/undo/", {"record": str(firm.pk), "field": "phone"}, headers=HTMX)
    assert sent.status_code == 200 and state(firm) == (*CHANGED[:2], "8100", *CHANGED[3:])
    address = web.get(
        f"/organisations/{firm.pk}/history/?field=address", headers={**HTMX, "HX-Target": "div#field-history"}
    )
    assert "Eversbuschring 18" in text(address) and "Gasse 3" in text(address)


def test_page_and_editor_have_the_buttons(web, firm):
    page = web.get(f"/organisations/{firm.pk}/").content.decode()
    assert 'data-history="industry"' in page and 'id="field-history"' in page
    assert "data-history" not in web.get(f"/organisations/{firm.pk}/print/").content.decode()
    cell = {**HTMX, "HX-Target": f"td#r{firm.pk}-phone"}
    assert 'data-history="phone"' in web.get(f"/organisations/{firm.pk}/fields/phone/", headers=cell).content.decode()


def test_conflicts_are_asked_about_the_part_alone(web, jana, firm, made):
    for values in ({"industry": "Butter"}, {"employees": 77}):
        change_record(registry.get("organisations"), Organisation.objects.get(pk=firm.pk), values, by=jana)
    asked = web.post(f"/changes/{made}/undo/", {"record": str(firm.pk), "field": "industry"}, headers=HTMX)
    assert asked.status_code == 422 and "Butter" in text(asked) and "77" not in text(asked)
    assert 'name="field" value="industry"' in asked.content.decode()
    chosen = {"record": str(firm.pk), "field": "industry", "decided": "1", f"take.{firm.pk}.industry": "before"}
    web.post(f"/changes/{made}/undo/", chosen, headers=HTMX)
    assert state(firm)[:2] == ("Milchverarbeitung", 77)


def test_each_record_and_each_field_of_a_change_has_its_button(web, firm, made):
    body = web.get(f"/changes/{made}/").content.decode()
    assert body.count("Take back here") == Organisation.objects.count() + 2  # and two parts of the dairy
    assert "Take back only this: Industry" in body
