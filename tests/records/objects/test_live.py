"""Pages hear at once that somebody points at their record now, or no longer; in every process."""

import pytest
from django.db import connection

from kundig.accounts.models import User
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.custom import loading
from kundig.records.custom.actions import add_field
from kundig.records.objects.actions import add_object
from tests.accounts.factories import an_administrator
from tests.records.objects.conftest import MACHINES

pytestmark = pytest.mark.django_db(transaction=True)


def heard():
    """What the worker makes browsers hear of."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN kundig_live")
        while outbox.deliver():
            pass
        notes = [note.payload for note in connection.connection.notifies(timeout=1)]
        cursor.execute("UNLISTEN *")
    return {name for note in notes for name in note.split()}


def test_both_customers_of_a_machine_hear_of_it():
    jana = User.objects.with_access(an_administrator().pk)
    machines = registry.get(add_object(MACHINES, by=jana).name)
    options = {"target": "organisations"}
    add_field(machines, {"label_en": "Customer", "kind": "reference", "options": options}, by=jana)
    first, second = (create_record(registry.get("organisations"), {"name": name}, by=jana) for name in ("A", "B"))
    outbox.prepare()
    record = create_record(machines, {"name": "M-1", "c_customer": first.pk}, by=jana)
    loading.forget()  # the worker is another process, and has not heard of this object yet
    names = heard()
    assert f"own-maschinen-c_customer:{first.pk}" in names
    assert f"own-maschinen-c_customer:{second.pk}" not in names
    change_record(machines, record, {"c_customer": second.pk}, by=jana)
    names = heard()
    assert {f"own-maschinen-c_customer:{each.pk}" for each in (first, second)} <= names
