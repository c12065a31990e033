"""New rows by a kept statement: the same row that Django would write."""

import pytest
from django.db.models import Value
from django.db.models.functions import Upper

from kundig.parties.models import ContactPoint, Organisation
from kundig.platform.inserting import insert_rows
from tests.accounts.factories import an_administrator
from tests.parties.factories import steinbrueck

pytestmark = pytest.mark.django_db


def test_a_kept_statement_writes_what_django_writes():
    ours = steinbrueck(by=an_administrator(), tags=["Messe", 'mit "Zeichen"'])
    values = {
        column.attname: getattr(ours, column.attname)
        for column in Organisation._meta.concrete_fields
        if not getattr(column, "generated", False) and column.attname not in ("id", "number")
    }
    theirs = Organisation.objects.bulk_create([Organisation(**values, number="K-9")])[0]
    changing = {"id", "number", "number_key", "created_at", "changed_at"}
    rows = {row["id"]: row for row in Organisation.objects.filter(pk__in=[ours.pk, theirs.pk]).values()}
    assert {k: v for k, v in rows[ours.pk].items() if k not in changing} == {
        k: v for k, v in rows[theirs.pk].items() if k not in changing
    }
    assert rows[ours.pk]["tags"] == ["Messe", 'mit "Zeichen"']


def test_what_the_database_works_out_is_left_to_django():
    point = ContactPoint(party=steinbrueck(by=an_administrator()), kind="mail", value=Upper(Value("a@b.example")))
    assert not insert_rows(ContactPoint, [point], ContactPoint._meta.concrete_fields)
    point.save()
    assert ContactPoint.objects.get(pk=point.pk).value == "A@B.EXAMPLE"
