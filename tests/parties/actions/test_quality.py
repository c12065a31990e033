"""The database keeps how complete and how fresh a party is, by whatever way it is written."""

import datetime as dt
import uuid
from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from kundig.parties.actions import (
    change_party,
    confirm_address,
    confirm_contact_point,
    confirm_party,
    doubt_value,
    reckon_quality,
    set_quality_rule,
    tell_doubt,
)
from kundig.parties.enums import Countable, PartyKind
from kundig.parties.events import ValueDoubted
from kundig.parties.handlers import take_doubt
from kundig.parties.models import Organisation, Party, QualityRule
from kundig.parties.queries import quality_of_party, to_mend
from kundig.parties.rules.quality import default_rule
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import delete_record
from kundig.records.ledger import change_set
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_household, a_person, an_organisation

pytestmark = pytest.mark.django_db
FULL = {
    "phone": "089 1234567", "mail": "info@huber.example", "street": "Weg 1", "postal_code": "80331", "city": "München",
    "industry": "Bau",
}  # fmt: skip


@pytest.fixture
def boss():
    return an_administrator()


def kept(party):
    return Party.objects.values_list("completeness", "missing", "missing_count").get(pk=party.pk)


def test_new_party_is_judged_as_it_is_written(boss):
    assert kept(an_organisation(by=boss, name="Huber AG", **FULL)) == (100, "", 0)
    assert kept(an_organisation(by=boss, name="Leer KG")) == (0, "phone", 6)


def test_each_change_brings_it_in_step(boss):
    party = an_organisation(by=boss, name="Huber AG", **{**FULL, "phone": ""})
    assert kept(party) == (83, "phone", 1)
    change_party(party, {"phone": "089 1234567"}, by=boss)
    assert kept(party) == (100, "", 0)


def test_raw_sql_does_not_get_around_it(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_party SET city = '', completeness = 100 WHERE id = %s", [party.pk])
    assert kept(party) == (83, "city", 1)


def test_database_and_python_agree(boss):
    today = timezone.localdate()
    parties = [
        an_organisation(by=boss, name="Huber AG", **FULL), an_organisation(by=boss, name="Leer KG"),
        a_person(by=boss, mobile="0170 1234567"), a_household(by=boss, city="Köln"),
    ]  # fmt: skip
    origins = [
        {"*": {"via": "hand", "at": "2020-05-01"}},
        {},
        {"*": {"via": "import", "at": "2023-01-31"}, "mobile": {"via": "hand", "at": "2024-02-29"}},
        {
            "*": {"at": "2021-01-01", "confirmed_on": "2026-01-01"},
            "city": {"at": "2022-01-01", "doubted_on": "2026-02-03"},
        },
    ]
    for party, entries in zip(parties, origins, strict=True):
        Party.objects.filter(pk=party.pk).update(origins=entries)
        party.refresh_from_db()
        found = quality_of_party(party, today=today)
        assert (found.completeness, len(found.missing)) == (party.completeness, party.missing_count)
        assert next(iter(found.missing), "") == party.missing
        assert found.confirmed_on == party.confirmed_on
        assert bool(found.old) == (party.outdated_on is not None and party.outdated_on <= today)


def test_every_countable_value_is_known_to_the_database():
    source = import_module("kundig.parties.migrations.0002_quality").FUNCTION
    assert [each for each in Countable if f"WHEN '{each.value}' THEN" not in source] == []


@pytest.mark.parametrize("kind", list(PartyKind))
def test_defaults_are_the_same_in_the_database(kind):
    source = import_module("kundig.parties.migrations.0002_quality").FUNCTION
    rule = default_rule(kind)
    fields = ", ".join(f"'{field}'" for field in rule.fields)
    assert f"v_fields := ARRAY[{fields}];" in source
    assert f"v_months := ARRAY[{', '.join(map(str, rule.months))}];" in source


def test_history_and_undo_know_nothing_of_it(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    with change_set(by=boss, title="Emptied"):
        change_party(party, {"city": ""}, by=boss)
    row = LedgerRow.objects.filter(record=party.pk).order_by("-seq").first()
    assert set(row.before) == {"city", "origins"}
    undo(row.change_set, by=boss)
    assert kept(party) == (100, "", 0)


def test_deleted_party_comes_back_with_it(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    key = party.pk
    delete_record(registry.get("organisations"), party, by=boss)
    undo(LedgerRow.objects.filter(record=key).order_by("-seq").first().change_set, by=boss)
    assert Party.objects.values_list("completeness", flat=True).get(pk=key) == 100


def test_confirming_makes_everything_fresh(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    Party.objects.filter(pk=party.pk).update(origins={"*": {"at": "2019-01-01"}})
    party.refresh_from_db()
    assert party.outdated_on == dt.date(2021, 1, 1)
    confirm_party(party, by=boss)
    party.refresh_from_db()
    assert (party.confirmed_on, party.outdated_on > timezone.localdate()) == (timezone.localdate(), True)


def test_confirming_a_number_or_an_address_confirms_what_the_row_shows(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    Party.objects.filter(pk=party.pk).update(origins={"*": {"at": "2019-01-01"}})
    confirm_contact_point(party.contact_points.get(kind="phone"), by=boss)
    confirm_address(party.addresses.get(), by=boss)
    party.refresh_from_db()
    assert [each.field for each in quality_of_party(party).old] == ["mail", "industry"]


def test_what_counts_is_decided_and_reckoned_anew(boss):
    party = an_organisation(by=boss, name="Huber AG", website="https://huber.example")
    set_quality_rule("org", ["website", "vat_id"], {"website": 12, "vat_id": 60}, by=boss)
    assert kept(party) == (0, "phone", 6)
    before = LedgerRow.objects.count(), Party.objects.get(pk=party.pk).changed_at
    assert reckon_quality() == Party.objects.count()
    assert kept(party) == (50, "vat_id", 1)
    assert (LedgerRow.objects.count(), Party.objects.get(pk=party.pk).changed_at) == before


def test_reckoning_goes_through_all_in_portions(boss, monkeypatch):
    from kundig.parties.actions import quality

    monkeypatch.setattr(quality, "PORTION", 2)
    for number in range(5):
        an_organisation(by=boss, name=f"Kunde {number}", website="https://x.example")
    set_quality_rule("org", ["website"], {"website": 12}, by=boss)
    assert reckon_quality() == 5
    assert set(Organisation.objects.values_list("completeness", flat=True)) == {100}


@pytest.mark.parametrize(
    ("fields", "months"), [(["birthday"], {"birthday": 12}), (["phone"], {"phone": 0}), (["phone"], {"phone": 241})]
)
def test_what_cannot_count_is_refused(boss, fields, months):
    with pytest.raises(ValidationError):
        set_quality_rule("org", fields, months, by=boss)
    assert not QualityRule.objects.exists()


def test_others_do_not_decide(boss):
    with pytest.raises(PermissionDenied):
        set_quality_rule("org", ["phone"], {"phone": 12}, by=a_user())
    assert not QualityRule.objects.exists()


def test_doubt_travels_as_an_event_and_confirming_settles_it(boss):
    party = an_organisation(by=boss, name="Huber AG", **FULL)
    tell_doubt(party.pk, "mail", why="bounce")
    assert [event.name for event in OutboxEvent.objects.all()][-1].endswith("ValueDoubted")
    take_doubt(ValueDoubted(party_id=party.pk, field="mail", why="bounce"))
    party.refresh_from_db()
    assert party.outdated_on == timezone.localdate()
    assert [(each.field, each.is_doubted) for each in quality_of_party(party).old] == [("mail", True)]
    confirm_party(party, by=boss)
    party.refresh_from_db()
    assert quality_of_party(party).old == ()


def test_doubt_about_somebody_who_is_gone_is_none(boss):
    doubt_value(uuid.uuid4(), "mail", why="bounce")


def test_only_those_with_one_gap_are_to_mend(boss):
    an_organisation(by=boss, name="Voll AG", **FULL)
    one = an_organisation(by=boss, name="Fast AG", **{**FULL, "industry": ""})
    an_organisation(by=boss, name="Leer AG")
    assert [party.pk for party in to_mend(registry.get("organisations"), "industry", user=boss)] == [one.pk]


def test_list_needs_no_scan(boss):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = (
            to_mend(registry.get("organisations"), "phone", user=boss).values("pk")[:25].query.sql_with_params()
        )
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using party_to_mend" in plan or "Index Scan using party_to_mend" in plan
    assert "Sort" not in plan
