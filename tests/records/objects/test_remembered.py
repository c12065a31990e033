"""What knows an object by its name stays readable when that object is retired, and a rule of it runs like any other."""

import pytest
from django.db import connection

from kundig.accounts.actions import create_token, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, User
from kundig.automation.models import Run
from kundig.automation.queries import misfit
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.bulk.models import BulkRun
from kundig.records.custom.actions import add_field
from kundig.records.exports.models import ExportRun
from kundig.records.objects.actions import add_object, bring_back, object_called, retire_object
from tests.accounts.factories import an_administrator
from tests.automation.factories import a_rule, work
from tests.records.objects.conftest import MACHINES, STATES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jana():
    outbox.prepare()
    user = an_administrator()
    user.language = "en"
    user.save()
    return User.objects.with_access(user.pk)


@pytest.fixture
def machines(jana):
    found = registry.get(add_object(MACHINES, by=jana).name)
    add_field(found, {"label_en": "State", "kind": "choice", "options": {"choices": STATES}}, by=jana)
    return found


def a_machine_rule(jana, **values):
    step = {"action": "set_field", "values": {"field": "c_state", "value": "shut_down"}}
    return a_rule(by=jana, **{"object": "own-maschinen", "steps": [step], "condition": 'name = "Old"', **values})


def test_a_rule_of_it_runs_and_is_paused_with_it(jana, machines):
    rule = a_machine_rule(jana)
    old, new = (create_record(machines, {"name": name, "c_state": "in_use"}, by=jana) for name in ("Old", "New"))
    work()
    assert [run.error for run in Run.objects.all()] == [""]
    for record, state in ((old, "shut_down"), (new, "in_use")):
        record.refresh_from_db()
        assert record.custom["c_state"] == state
    row = retire_object(object_called(machines.name), by=jana)
    work()
    rule.refresh_from_db()
    assert not rule.is_active and misfit(rule)
    bring_back(row, by=jana)
    assert misfit(rule) == ""


def test_no_page_breaks_when_it_is_retired(client, jana, machines):
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    rule = a_machine_rule(jana)
    record = create_record(machines, {"name": "Old", "c_state": "in_use"}, by=jana)
    change_record(machines, record, {"c_state": "shut_down"}, by=jana)
    work()
    client.get(machines.url(record.pk))
    data = {"id": [str(record.pk)], "field": "c_state", "c_state": "in_use"}
    assert client.post("/own-maschinen/bulk/change/", data, headers={"HX-Request": "true"}).status_code == 200
    b"".join(client.get("/own-maschinen/export/").streaming_content)
    query = {"name": "Mine", "query": "sort=-name", "shape": ""}
    assert client.post("/own-maschinen/views/", query).status_code == 302
    sales = AccessRole.objects.get(key="sales")
    grants = {("own-maschinen", Action.READ): Scope.OWN}
    set_grants(sales, scopes=grants, conditions={("own-maschinen", Action.READ): 'name = "Old"'}, by=jana)
    create_token(jana, name="old", by=None, scopes=["read:own-maschinen"])
    bulk, export = BulkRun.objects.get(), ExportRun.objects.first()
    retire_object(object_called(machines.name), by=jana)
    work()
    addresses = [
        "/", "/changes/", "/changes/?object=own-maschinen", "/search/?q=old", "/notices/", "/settings/rules/",
        f"/settings/rules/{rule.pk}/", f"/settings/rules/{rule.pk}/runs/", "/settings/runs/", f"/bulk/{bulk.pk}/",
        "/settings/exports/", "/settings/roles/", "/settings/roles/sales/",
        "/settings/roles/sales/?object=own-maschinen",
        f"/settings/users/{jana.pk}/rights/", "/settings/tokens/", "/settings/layouts/", "/settings/purposes/",
        "/settings/fields/", "/settings/fields/own-maschinen/", "/own-maschinen/", "/own-maschinen/board/",
        "/own-maschinen/import/", f"/own-maschinen/{record.pk}/", f"/own-maschinen/{record.pk}/history/",
        f"/own-maschinen/{record.pk}/as-of/", "/api/v1/own-maschinen", "/api/v1/change-sets", "/api/v1/openapi.json",
        *([f"/exports/{export.pk}/"] if export else []),
    ]  # fmt: skip
    answers = {address: client.get(address).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status not in (200, 404)} == {}
    for address in addresses[19:26]:
        assert answers[address] == 404, address
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_customrecord")
        assert cursor.fetchone() == (1,)
