"""An object that an administrator has made is driven through every surface: what it has, built-in ones have, too."""

import io
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied

from kundig.accounts.actions import set_grants
from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.records import registry, search
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.bulk.models import BulkRun
from kundig.records.conditions import read as read_condition
from kundig.records.custom.actions import bring_back as bring_field_back
from kundig.records.custom.actions import retire_field
from kundig.records.imports import command
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.records.objects.actions import bring_back, object_called, retire_object
from kundig.web.administration.objects import WORKING
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user
from tests.records.calculated.conftest import deliver_once
from tests.records.objects.conftest import MACHINES
from tests.records.rest.conftest import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def molkerei(administrator):
    return create_record(registry.get("organisations"), {"name": "Molkerei"}, by=administrator)


def a_machine(machines, user, **values):
    return create_record(machines, {"name": "M-1", **values}, by=user)


def put(web, machines, record, field, data):
    address = f"{machines.url(record.pk)}fields/{field}/"
    return web.put(address, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")


def test_its_name_can_never_be_that_of_a_built_in_object(machines):
    assert machines.name == "own-machines" or machines.name == "own-maschinen"
    assert registry.get(machines.name) is machines
    assert registry.for_model(machines.model) is machines


def test_the_table_shows_sorts_filters_and_counts(web, described_machines, administrator, molkerei):
    machines = described_machines
    for number in range(60):
        a_machine(machines, administrator, name=f"M-{number:02}", c_power=100 - number, c_state="in_use")
    a_machine(machines, administrator, name="Old", c_power=1, c_state="shut_down", c_customer=molkerei.pk)
    page = web.get(f"{machines.url()}?sort=c_power").content.decode()
    assert page.index("Old") < page.index("M-59") < page.index("M-58")
    assert "M-00" not in page
    following = unescape(re.search(r'href="(\?[^"]*after=[^"]*)"', page)[1])
    assert "M-00" in web.get(f"{machines.url()}{following}").content.decode()
    filtered = unescape(
        web.get(f'{machines.url()}?filter=c_customer.name = "Molkerei" and c_power < 5').content.decode()
    )
    assert "Old" in filtered and "Molkerei" in filtered and "M-59" not in filtered
    count = web.get(
        machines.url(), headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "span#count"}
    )
    assert "61" in count.content.decode()


def test_the_page_the_form_and_inline_editing(web, described_machines, molkerei):
    machines = described_machines
    form = web.get(f"{machines.url()}new/").content.decode()
    assert "Serial number" in form and "Customer" in form
    given = {"name": "HB-4711", "c_customer": str(molkerei.pk), "c_state": "in_use", "c_power": "7.5",
             "c_installed": "3.4.2026"}  # fmt: skip
    answer = web.post(f"{machines.url()}new/", given)
    record = machines.model.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, machines.url(record.pk))
    page = unescape(web.get(machines.url(record.pk)).content.decode())
    for text in ("HB-4711", "Molkerei", "In use", "7.5", "Details"):
        assert text in page, text
    assert "Further fields" not in page
    saved = put(web, machines, record, "c_state", {"c_state": "shut_down"})
    assert (saved.status_code, "Shut down" in saved.content.decode()) == (200, True)
    assert put(web, machines, record, "c_power", {"c_power": "a lot"}).status_code == 422
    web.post(re.search(r'hx-post="(/undo/[^"]+)"', saved.content.decode())[1])
    record.refresh_from_db()
    assert record.custom["c_state"] == "in_use"
    history = unescape(web.get(f"{machines.url(record.pk)}history/").content.decode())
    assert "Shut down" in history and "State" in history


def test_the_board_moves_a_card(web, described_machines, administrator):
    record = a_machine(described_machines, administrator, c_state="in_use")
    board = web.get(f"{described_machines.url()}board/")
    assert board.content.decode().index("Shut down") > board.content.decode().index("In use") > 0
    assert (board.status_code, "In use" in board.content.decode()) == (200, True)
    assert "M-1" in board.content.decode()
    assert record.pk


def test_search_finds_it_and_rights_hold(described_machines, administrator):
    record = a_machine(described_machines, administrator, name="Hobelbank", c_state="in_use")
    assert [hit.id for hit in search.find(administrator, "hobelbnk")] == [record.pk]
    assert search.find(a_user("Max Horn", role="reader"), "hobelbank")


def test_it_is_exported_and_imported(web, described_machines, administrator, molkerei, tmp_path):
    machines = described_machines
    values = {"c_customer": molkerei.pk, "c_state": "in_use", "c_power": "7.5", "c_price": "1200"}
    a_machine(machines, administrator, **values)
    exported = web.get(f"{machines.url()}export/?columns=name&columns=c_customer&columns=c_state&columns=c_power")
    path = tmp_path / "machines.csv"
    path.write_bytes(b"".join(exported.streaming_content))
    machines.model.objects.all().delete()
    out = io.StringIO()
    assert command.run(path, as_name=machines.name, by=administrator, out=out) == 0, out.getvalue()
    assert "created 1, updated 0" in out.getvalue()
    record = machines.model.objects.get()
    assert record.custom == {"c_customer": str(molkerei.pk), "c_state": "in_use", "c_power": "7.5"}
    assert command.run(path, as_name=machines.name, by=administrator, out=out) == 0
    assert "unchanged 1" in out.getvalue()


# -- programs -----------------------------------------------------------------------------------------------------


def test_programs_read_and_write_it(described_machines, administrator, molkerei):
    program, address = Program(administrator), described_machines.name
    created = program.post(address, {"name": "M-9", "c_customer": str(molkerei.pk), "c_power": 7.5})
    assert created.status_code == 201, created.content
    record_id = created.json()["id"]
    assert created.json()["c_customer"] == {"id": str(molkerei.pk), "title": "Molkerei"}
    assert program.patch(f"{address}/{record_id}", {"c_state": "shut_down"}).status_code == 200
    listed = program.get(f"{address}?filter=c_state = shut_down&sort=-c_power").json()
    assert [item["name"] for item in listed["items"]] == ["M-9"]
    assert program.patch(f"{address}/{record_id}", {"c_state": "melted"}).status_code == 422
    assert program.post(address, {"c_power": 1}).status_code == 422
    written = program.get("openapi.json").json()
    assert f"/{address}" in str(written["paths"])
    assert "c_customer" in str(written["components"]["schemas"])
    assert program.delete(f"{address}/{record_id}").status_code == 204


def test_programs_meet_a_retired_object_nowhere(described_machines, administrator):
    program, address = Program(administrator), described_machines.name
    assert f"/{address}" in str(program.get("openapi.json").json()["paths"])
    retire_object(object_called(address), by=administrator)
    assert program.get(address).status_code == 404
    assert program.post(address, {"name": "M-1"}).status_code == 404
    assert f"/{address}" not in str(program.get("openapi.json").json()["paths"])


# -- many, views, files, rules ----------------------------------------------------------------------------------------


def test_many_are_changed_at_once_and_taken_back(web, described_machines, administrator):
    made = [a_machine(described_machines, administrator, name=f"M-{n}", c_state="in_use") for n in range(3)]
    data = {"id": [str(each.pk) for each in made], "field": "c_state", "c_state": "shut_down"}
    assert web.post(f"{described_machines.url()}bulk/change/", data, headers={"HX-Request": "true"}).status_code == 200
    states = described_machines.everything().values_list("custom__c_state", flat=True)
    assert set(states) == {"shut_down"}
    web.post(f"/undo/{BulkRun.objects.get().pk}/")
    assert set(described_machines.everything().values_list("custom__c_state", flat=True)) == {"in_use"}


def test_a_view_is_saved_and_a_page_arranged(web, described_machines, administrator):
    record = a_machine(described_machines, administrator, c_state="in_use")
    a_machine(described_machines, administrator, name="M-2", c_state="shut_down")
    query = urlencode({"filter": "c_state = in_use", "sort": "-c_power"})
    saved = web.post(f"{described_machines.url()}views/", {"name": "Running", "query": query, "shape": ""})
    assert saved.status_code == 302
    page = web.get(saved["Location"]).content.decode()
    assert "Running" in page and "M-1" in page and "M-2" not in page
    assert web.get(f"{described_machines.url()}arrange/").status_code == 200
    for shape in ("board", "calendar", "pivot"):
        assert web.get(f"{described_machines.url()}{shape}/").status_code == 200, shape
    for part in ("print", "history", "edit", "access"):
        assert web.get(f"{described_machines.url(record.pk)}{part}/").status_code == 200, part


def test_it_stands_in_the_navigation_and_the_palette(web, machines):
    home = web.get("/").content.decode()
    assert re.search(r'<a class="nav-item" href="/own-maschinen/"', home)
    assert "Create machine" in unescape(web.get("/search/?q=create machine").content.decode())
    row = object_called(machines.name)
    web.post("/settings/objects/own-maschinen/", {**MACHINES, "version": row.version})
    assert not re.search(r'<a class="nav-item" href="/own-maschinen/"', web.get("/").content.decode())
    assert "Create machine" in unescape(web.get("/search/?q=create machine").content.decode())
    assert web.get("/own-maschinen/").status_code == 200


# -- who points at whom -----------------------------------------------------------------------------------------------


def test_the_page_of_what_it_points_at_lists_it(web, described_machines, administrator, molkerei):
    page = unescape(web.get(f"/organisations/{molkerei.pk}/").content.decode())
    assert "<h2>Machines</h2>" in page and "None yet." in page
    for number in range(7):
        a_machine(described_machines, administrator, name=f"M-{number}", c_customer=molkerei.pk, c_state="in_use")
    panel = unescape(web.get(f"/organisations/{molkerei.pk}/panels/own-maschinen-c_customer/").content.decode())
    assert "M-6" in panel and "In use" in panel and "M-1" not in panel
    everything = re.search(r'href="(/own-maschinen/\?c_customer=[^"]+)"', panel)[1]
    assert "M-0" in web.get(everything).content.decode()
    form = web.get(re.search(r'href="(/own-maschinen/new/\?c_customer=[^"]+)"', panel)[1])
    assert "Molkerei" in form.content.decode()


def test_whoever_may_not_see_it_sees_no_panel(client, described_machines, administrator, molkerei):
    record = a_machine(described_machines, administrator, name="Secret", c_customer=molkerei.pk)
    stranger = a_scoped_user("Max Horn", Scope.ALL)
    role = stranger.roles.get()
    set_grants(role, scopes={(described_machines.name, each): Scope.NONE for each in WORKING}, by=None)
    client.force_login(stranger, backend="kundig.accounts.backends.AccessBackend")
    assert "Machines" not in client.get(f"/organisations/{molkerei.pk}/").content.decode()
    assert client.get(described_machines.url()).status_code == 403
    assert client.get(described_machines.url(record.pk)).status_code == 403
    assert search.find(stranger, "secret") == []
    assert Program(stranger).get(described_machines.name).status_code in (403, 404)


def test_own_and_team_reach_as_far_as_with_built_in_objects(client, described_machines, administrator):
    owner, other = a_scoped_user("Svenja Kroll", Scope.OWN), a_scoped_user("Max Horn", Scope.OWN)
    owner, other = User.objects.with_access(owner.pk), User.objects.with_access(other.pk)
    record = a_machine(described_machines, owner)
    assert list(described_machines.visible_to(owner)) == [record]
    assert list(described_machines.visible_to(other)) == []
    with pytest.raises(PermissionDenied):
        change_record(described_machines, record, {"name": "Taken"}, by=other)
    client.force_login(other, backend="kundig.accounts.backends.AccessBackend")
    assert client.get(described_machines.url(record.pk)).status_code == 404
    assert search.find(other, "m-1") == []


def test_conditions_and_roll_ups_reach_along_it(described_machines, add, administrator, molkerei):
    organisations = registry.get("organisations")
    brauerei = create_record(organisations, {"name": "Brauerei"}, by=administrator)
    count = add(organisations, "Machines", "calculated", formula="count(own_maschinen_customer)")
    power = add(organisations, "Power", "calculated", formula="sum(own_maschinen_customer.c_power)")
    first = a_machine(described_machines, administrator, c_customer=molkerei.pk, c_power="7.5", c_state="in_use")
    a_machine(described_machines, administrator, name="M-2", c_customer=molkerei.pk, c_power="2.5")
    reacted()
    assert values(organisations, molkerei, count, power) == [2, 10]
    change_record(described_machines, first, {"c_customer": brauerei.pk}, by=administrator)
    reacted()
    assert values(organisations, molkerei, count, power) == [1, 2.5]
    assert values(organisations, brauerei, count, power) == [1, 7.5]
    organisation = organisations.everything()
    found = read_condition("own_maschinen_customer.any(c_state = in_use)", organisations, administrator)
    assert list(organisation.filter(found.q())) == [brauerei]
    assert found.holds(brauerei) and not found.holds(molkerei)
    few = read_condition("own_maschinen_customer.count() >= 1", organisations, administrator)
    assert organisation.filter(few.q()).count() == 2
    behind = read_condition('c_customer.name = "Brauerei"', described_machines, administrator)
    assert list(described_machines.everything().filter(behind.q())) == [
        described_machines.everything().get(pk=first.pk)
    ]


def values(description, record, *fields):
    fresh = description.everything().get(pk=record.pk)
    return [field.value_in(fresh) for field in fields]


def reacted():
    while deliver_once():
        pass


def test_who_is_deleted_is_pointed_at_no_longer_until_taken_back(described_machines, administrator, molkerei):
    record = a_machine(described_machines, administrator, c_customer=molkerei.pk, c_state="in_use")
    organisations, key = registry.get("organisations"), molkerei.pk
    delete_record(organisations, molkerei, by=administrator)
    record.refresh_from_db()
    assert record.custom == {"c_state": "in_use"}
    assert undo(ChangeSet.objects.latest("at").pk, by=administrator).is_clean
    record.refresh_from_db()
    assert record.custom["c_customer"] == str(key)
    assert organisations.everything().filter(pk=key).exists()


def test_who_is_needed_by_a_field_that_must_be_filled_stays(web, machines, add, administrator, molkerei):
    add(machines, "Customer", "reference", is_required=True)
    a_machine(machines, administrator, c_customer=molkerei.pk)
    told = web.post(f"/organisations/{molkerei.pk}/delete/", follow=True)
    assert "still needed by 1 machine (Customer)" in told.content.decode()
    assert Program(administrator).delete(f"organisations/{molkerei.pk}").status_code in (409, 422)
    assert registry.get("organisations").everything().filter(pk=molkerei.pk).exists()


def test_what_two_become_is_pointed_at(described_machines, administrator, molkerei):
    organisations = registry.get("organisations")
    twin = create_record(organisations, {"name": "Molkerei GmbH"}, by=administrator)
    record = a_machine(described_machines, administrator, c_customer=twin.pk)
    type(organisations).merge(molkerei, twin, by=administrator, choices={}, with_people=False)
    record.refresh_from_db()
    assert record.custom["c_customer"] == str(molkerei.pk)


def test_the_history_of_a_retired_object_is_kept_and_told_to_nobody(web, described_machines, administrator):
    record = a_machine(described_machines, administrator, name="Geheim-1")
    change_record(described_machines, record, {"c_state": "shut_down"}, by=administrator)
    changes = ChangeSet.objects.latest("at")
    row = retire_object(object_called(described_machines.name), by=administrator)
    for address in ("/changes/", f"/changes/{changes.pk}/"):
        assert "Geheim-1" not in web.get(address).content.decode()
    assert not undo(changes.pk, by=administrator).is_clean
    bring_back(row, by=administrator)
    assert described_machines.everything().get().custom["c_state"] == "shut_down"
    assert undo(changes.pk, by=administrator).is_clean
    assert "Geheim-1" in web.get(f"/changes/{changes.pk}/").content.decode()


def test_a_field_that_comes_back_leads_to_nobody_who_is_gone(web, described_machines, administrator, molkerei):
    a_machine(described_machines, administrator, c_customer=molkerei.pk)
    gone = molkerei.pk
    field = retire_field(described_machines.fields["c_customer"].row, by=administrator)
    delete_record(registry.get("organisations"), molkerei, by=administrator)
    bring_field_back(field, by=administrator)
    table = web.get(described_machines.url())
    assert (table.status_code, f"/organisations/{gone}/" in table.content.decode()) == (200, False)
    item = Program(administrator).get(described_machines.name).json()["items"][0]
    assert item["c_customer"] == {"id": str(gone), "title": None}


def test_it_points_at_its_own_kind(web, machines, add, administrator):
    add(machines, "Part of", "reference", options={"target": machines.name})
    whole = a_machine(machines, administrator, name="Line 1")
    part = a_machine(machines, administrator, name="Press", c_part_of=whole.pk)
    page = unescape(web.get(machines.url(whole.pk)).content.decode())
    assert "<h2>Machines</h2>" in page and "Press" in page
    assert "Line 1" in web.get(machines.url(part.pk)).content.decode()
    delete_record(machines, whole, by=administrator)
    part.refresh_from_db()
    assert part.custom == {}
