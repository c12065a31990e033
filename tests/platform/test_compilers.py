"""New rows by statements that are kept: table and record hold what Django would have written."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.parties.models import Organisation
from kundig.platform.connections import compilers
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile
from kundig.sales.models import Pipeline

pytestmark = pytest.mark.django_db
FILLED = {
    "street": "Am \\Kanal\\ 3", "country": "AT", "revenue": Decimal("1250000.50"), "is_anonymous": True,
    "last_contact_on": dt.date(2026, 3, 1), "usual_gap": 14, "tags": ["Messe", 'mit "Zeichen"'],
    "origins": {"*": {"at": "2026-03-01"}},
}  # fmt: skip


def kept_statements():
    return {statement.sql for statement in compilers._statements.values()}


def organisation(name, **values):
    return Organisation(name=name, number=values.pop("number", name), **values)


def written(record):
    """What the record holds after it was written, and what its row holds."""
    record.save(force_insert=True)
    columns = [column.attname for column in record._meta.concrete_fields if column.name not in ("id", "number_key")]
    stored = type(record)._base_manager.get(pk=record.pk)
    return [{name: each.__dict__[name] for name in columns} for each in (record, stored)]


def test_record_and_row_are_as_django_writes_them(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    for number, values in enumerate(({}, FILLED)):
        ours = written(organisation("Österreicher's %s GmbH", number=f"K-{number}", **values))
        with monkeypatch.context() as context:
            context.setattr(compilers, "MOST_ROWS", 0)
            theirs = written(organisation("Österreicher's %s GmbH", number=f"L-{number}", **values))
        for each, other in zip(ours, theirs, strict=True):
            assert each.pop("number") != other.pop("number")
            assert each == other
        assert ours[0]["name_key"] == "osterreicher's %s gmbh"
        assert ours[0]["missing"]  # which a trigger finds out


def test_empty_values_stand_in_the_statement_which_is_kept():
    compilers._statements.clear()
    written(organisation("Eins", city="Berlin"))
    (first,) = kept_statements()
    written(organisation("Zwei", city="Köln"))
    assert kept_statements() == {first}
    written(organisation("Drei", city="Bonn", street="Am Markt"))
    (second,) = kept_statements() - {first}
    assert second.count("%s") == first.count("%s") + 1
    assert "''" in second
    assert "NULL" in second


def test_a_few_rows_go_together_and_each_has_its_own_places():
    bare, seen = (
        StoredFile(name=name, content_type="text/plain", size=size, sha256="0" * 64, created_by=by)
        for name, size, by in (("", 1, None), ("b", 70_000, uuid7()))
    )
    with CaptureQueriesContext(connection) as queries:
        StoredFile.objects.bulk_create([bare, seen])
    assert len(queries) == 1
    for file in (bare, seen):
        stored = StoredFile.objects.get(pk=file.pk)
        assert (stored.name, stored.size, stored.created_by) == (file.name, file.size, file.created_by)


def test_what_the_database_works_out_is_left_to_django():
    firm = organisation("x")
    firm.name = Upper(Value("rechnet selbst"))
    firm.save(force_insert=True)
    assert Organisation.objects.get(pk=firm.pk).name == "RECHNET SELBST"
    with pytest.raises(ValueError, match="F\\(\\) expressions"):
        organisation(F("number"), number="y").save(force_insert=True)


def test_a_value_of_the_wrong_type_is_refused_as_ever():
    with pytest.raises(ValueError, match="expected a number"):
        organisation("x", usual_gap="").save(force_insert=True)


def test_moments_are_set_by_the_record_itself():
    before = timezone.now()
    firm = organisation("x")
    written(firm)
    assert before <= firm.created_at <= timezone.now()
    pipeline = Pipeline(name="Wartung")
    pipeline.save()
    assert Pipeline.objects.get().name_key == pipeline.name_key == "wartung"
