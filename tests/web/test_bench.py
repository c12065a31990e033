"""What `kundig bench` measures is there and answers; how long it takes is told by the command, not by tests."""

from itertools import chain

import pytest
from django.core.exceptions import PermissionDenied

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.custom import loading
from kundig.records.custom.actions import add_field
from kundig.records.custom.models import CustomField, IndexState
from kundig.web.bench import loads
from kundig.web.bench.added import added_fields
from kundig.web.bench.loads import Load
from kundig.web.bench.scenarios import Bench
from kundig.web.bench.shapes import CONDITIONS, shapes
from kundig.web.bench.typing import typing
from kundig.web.sample import load
from kundig.web.sample.added import FIELDS
from tests.accounts.factories import a_user, an_administrator
from tests.conftest import use_fresh_database
from tests.people import english  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss():
    return User.objects.with_access(an_administrator().pk)


@pytest.fixture
def bench(boss):
    load(200, 1, fields_by=boss)
    return Bench(boss, runs=1)


def test_every_scenario_is_answered(bench):
    names = [cost.name for cost in chain(added_fields(bench), shapes(bench), typing(bench))]
    assert len(names) == len(set(names))
    for sampled in CustomField.objects.values_list("name", flat=True):
        assert f"added field {sampled}, order -{sampled}" in names
    for what in CONDITIONS:
        assert f"condition, {what}, count" in names
    assert sum(name.startswith("typing ") for name in names) == 14


def test_an_import_is_taken_back(bench, monkeypatch):
    monkeypatch.setattr(loads, "IMPORTED", 20)
    before = Party.objects.count()
    found = {load.name: load for load in loads.loads(bench)}
    assert all(
        isinstance(load, Load) and load.row()["rows_per_second"] > 0 < load.row()["by_the_clock"]
        for load in found.values()
    )
    assert found["import, organisations with a contact person"].rows == 20
    assert Party.objects.count() == before


def test_only_chosen_scenarios_run(bench):
    bench.only = "order -c_lieferstufe"
    assert [cost.name for cost in chain(added_fields(bench), shapes(bench))] == [
        "added field c_lieferstufe, order -c_lieferstufe"
    ]


def test_added_fields_of_the_sample_are_of_five_kinds_and_indexed(bench):
    rows = CustomField.objects.order_by("position")
    assert [(row.kind, row.index_state) for row in rows] == [(each.kind, IndexState.READY) for each in FIELDS]
    known = {row.name for row in rows}
    for party in Party.objects.all():
        assert set(party.custom) <= (known if party.kind == "org" else set())


def test_the_rest_of_a_seed_is_the_same_with_added_fields(boss, database_name):
    columns = ("number", "name", "city", "phone", "mail", "tags", "revenue")
    load(30, 5, fields_by=boss)
    with_fields = list(Party.objects.order_by("number").values_list(*columns))
    use_fresh_database(database_name)
    loading.forget()
    load(30, 5)
    assert list(Party.objects.order_by("number").values_list(*columns)) == with_fields


def test_calculated_fields_that_are_there_already_are_brought_in_step_by_a_job(boss):
    add_field(registry.get("organisations"), {"label_en": "Two", "kind": "calculated", "formula": "1 + 1"}, by=boss)
    JobRun.objects.all().delete()
    load(30, 1)
    assert JobRun.objects.get(kind="calculated_fields").arguments == {"object_name": "organisations"}


def test_added_fields_need_an_administrator():
    somebody = User.objects.with_access(a_user().pk)
    with pytest.raises(PermissionDenied, match="Only administrators may change fields"):
        load(30, 1, fields_by=somebody)
