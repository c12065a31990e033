"""Two become one, and two again: nothing that points at either is lost, whoever else has worked with it since."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from kundig.accounts.enums import Scope
from kundig.parties import actions, queries
from kundig.parties.models import Address, ContactPoint, ExternalKey, Organisation, Party, Person, Role
from kundig.platform import files
from kundig.platform.models import OutboxEvent
from kundig.records import merging, registry, search
from kundig.records.attachments.models import Attachment
from kundig.records.custom.actions import add_field
from kundig.records.ledger import change_set
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.records.models import Merged, RecentUse, SavedView, SearchEntry
from kundig.timeline.actions.keeping import keep_all
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_household, a_person, a_scoped_user, an_organisation, ohlendorf, steinbrueck

pytestmark = pytest.mark.django_db

TABLES = (
    "parties_party", "parties_address", "parties_contactpoint", "parties_role", "parties_externalkey",
    "records_attachment", "records_recentuse", "records_savedview",
)  # fmt: skip


@pytest.fixture
def jana(db):
    return an_administrator()


def state():
    """Everything but when it was touched."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t) - 'changed_at' FROM {table} AS t")
            found[table] = sorted(str(row) for (row,) in cursor.fetchall())
    return found


def last_set():
    return ChangeSet.objects.get(pk=Merged.objects.latest("at").change_set)


def twins(jana):
    """The dairy as somebody entered it, and as a list from the fair has it."""
    one = steinbrueck(by=jana, tags=["milk"], notes="Delivers on Tuesdays.")
    other = actions.create_organisation(
        {
            "name": "Molkerei Steinbrück", "street": "Eversbuschring 18", "postal_code": "80999", "city": "München",
            "country": "DE", "phone": "+49 89 99998100", "mail": "einkauf@steinbrueck.example", "tags": ["fair"],
            "employees": 355, "revenue": 12_000_000, "notes": "Met at the fair.", "lifecycle": "lead",
        },
        by=jana,
    )  # fmt: skip
    return one, other


def test_values_parts_and_numbers_come_together(jana):
    one, other = twins(jana)
    merged = actions.merge_parties(one, other, by=jana)
    assert (merged.pk, merged.name, merged.lifecycle, merged.employees) == (
        one.pk, "Molkerei Steinbrück eG", "customer", 340,
    )  # fmt: skip
    assert merged.revenue == 12_000_000
    assert merged.tags == ["milk", "fair"]
    assert merged.notes == "Delivers on Tuesdays.\n\nMet at the fair."
    assert not Party.objects.filter(pk=other.pk).exists()
    assert Address.objects.filter(party=one).count() == 1
    points = ContactPoint.objects.filter(party=one).order_by("kind", "value").values_list("kind", "value", "is_main")
    assert list(points) == [
        ("mail", "einkauf@steinbrueck.example", False), ("mail", "post@steinbrueck.example", True),
        ("phone", "+498999998100", True),
    ]  # fmt: skip
    assert list(ExternalKey.objects.values_list("party_id", "system", "key")) == [(one.pk, "Kundig", other.number)]
    assert merging.follow("organisations", other.pk) == one.pk
    assert search.matching_ids(jana, registry.get("organisations"), other.number, limit=5) == [one.pk]
    made = last_set()
    assert (made.via, made.title) == ("merge", f"{other.number} into {one.number}")


def test_a_choice_by_hand_wins(jana):
    one, other = twins(jana)
    chosen = dict.fromkeys(("name", "mail", "lifecycle"), other.pk)
    merged = actions.merge_parties(one, other, by=jana, choices=chosen)
    assert (merged.name, merged.mail, merged.lifecycle) == (
        "Molkerei Steinbrück",
        "einkauf@steinbrueck.example",
        "lead",
    )
    assert ContactPoint.objects.get(party=one, kind="mail", is_main=True).value == "einkauf@steinbrueck.example"


def test_do_not_use_is_taken_over_at_its_strictest(jana):
    one, other = twins(jana)
    ContactPoint.objects.filter(party=other, kind="phone").update(do_not_use=True)
    actions.merge_parties(one, other, by=jana)
    phone = ContactPoint.objects.get(party=one, kind="phone")
    assert (phone.do_not_use, phone.is_main) == (True, False)
    one.refresh_from_db()
    assert one.phone == ""


def everything_that_points(jana, one, other):
    """People, subsidiaries, keys, files, recents, a filter, an added field."""
    at_one = ohlendorf(by=jana, organisation=one, function="Technical director")
    at_other = ohlendorf(by=jana, organisation=other, phone="", mail="k.ohlendorf@privat.example")
    sievers = a_person(by=jana, first_name="Ole", family_name="Sievers", organisation=other)
    daughter = an_organisation(by=jana, name="Steinbrück Logistik GmbH", parent=other)
    ExternalKey.objects.create(party=other, system="erp", key="D-77")
    description = registry.get("organisations")
    field = add_field(
        description, {"label_en": "Dealer", "kind": "reference", "options": {"target": "organisations"}}, by=jana
    )
    from kundig.records.actions import change_record

    change_record(registry.get("organisations"), daughter, {field.name: other.pk}, by=jana)
    stored = files.store(iter([b"offer"]), name="offer.txt", content_type="text/plain", by_id=jana.pk)
    Attachment.objects.create(object="organisations", record_id=other.pk, file=stored, created_by=jana)
    for party in (one, other):
        search.touch(jana, description, party.pk)
    SavedView.objects.create(object="persons", name="At the dairy", filter=f'organisation = "{other.pk}"', owner=jana)
    return at_one, at_other, sievers, daughter, field


def test_everything_that_points_is_led_to_the_one_that_stays(jana):
    one, other = twins(jana)
    at_one, at_other, sievers, daughter, field = everything_that_points(jana, one, other)
    actions.merge_parties(one, other, by=jana)
    for record in (sievers, daughter):
        record.refresh_from_db()
    assert sievers.organisation_id == one.pk
    assert daughter.parent_id == one.pk
    assert daughter.custom[field.name] == str(one.pk)
    assert set(Role.objects.filter(party=one).values_list("person_id", flat=True)) == {at_one.pk, sievers.pk}
    assert not Person.objects.filter(pk=at_other.pk).exists(), "of two contact persons of one name one is left"
    mails = ContactPoint.objects.filter(party=at_one, kind="mail").values_list("value", flat=True)
    assert set(mails) == {"k.ohlendorf@steinbrueck.example", "k.ohlendorf@privat.example"}
    assert set(ExternalKey.objects.filter(party=one).values_list("system", "key")) == {
        ("erp", "D-77"), ("Kundig", other.number),
    }  # fmt: skip
    assert Attachment.objects.get().record_id == one.pk
    assert list(RecentUse.objects.filter(object="organisations").values_list("record_id", flat=True)) == [one.pk]
    assert SavedView.objects.get().filter == f'organisation = "{one.pk}"'
    assert not SearchEntry.objects.filter(record_id=other.pk).exists()
    names = [event.name.rpartition(".")[2] for event in OutboxEvent.objects.order_by("tx", "id")]
    assert names.count("PartiesMerged") == 2


def test_taking_it_back_restores_both_and_every_reference(jana):
    one, other = twins(jana)
    everything_that_points(jana, one, other)
    keep_all()  # who comes back is reckoned with, as those who are there have been
    before = state()
    actions.merge_parties(one, other, by=jana)
    made = last_set()
    result = undo(made.pk, by=jana)
    assert result.is_clean, (result.conflicts, result.obstacles)
    assert state() == before
    assert merging.follow("organisations", other.pk) is None
    assert search.matching_ids(jana, registry.get("organisations"), other.number, limit=5) == [other.pk]


def test_taking_back_the_taking_back_merges_again(jana):
    one, other = twins(jana)
    everything_that_points(jana, one, other)
    actions.merge_parties(one, other, by=jana)
    made, after = last_set(), state()
    back = undo(made.pk, by=jana)
    again = undo(back.change_set, by=jana)
    assert again.is_clean, (again.conflicts, again.obstacles)
    assert state() == after
    assert merging.follow("organisations", other.pk) == one.pk


def test_what_came_after_the_merge_stays_when_it_is_taken_back(jana):
    one, other = twins(jana)
    merged = actions.merge_parties(one, other, by=jana)
    made = last_set()
    with change_set(by=jana):
        actions.change_party(merged, {"industry": "Käserei", "revenue": 13_000_000}, by=jana)
        actions.add_contact_point({"party": merged, "kind": "fax", "value": "089 99998-199"}, by=jana)
    result = undo(made.pk, by=jana)
    merged.refresh_from_db()
    back = Organisation.objects.get(pk=other.pk)
    assert (merged.industry, merged.revenue, back.revenue) == ("Käserei", 13_000_000, 12_000_000)
    assert [conflict.place.column for conflict in result.conflicts] == ["revenue"]
    assert ContactPoint.objects.get(kind="fax").party_id == one.pk
    assert ContactPoint.objects.get(value="einkauf@steinbrueck.example").party_id == other.pk


def test_the_trail_leads_over_several_merges(jana):
    one, two, three = (an_organisation(by=jana, name=f"Molkerei {n}") for n in ("A", "B", "C"))
    actions.merge_parties(two, three, by=jana)
    first = last_set()
    actions.merge_parties(one, two, by=jana)
    assert merging.follow("organisations", three.pk) == one.pk
    assert set(ExternalKey.objects.values_list("party_id", "key")) == {(one.pk, two.number), (one.pk, three.number)}
    result = undo(first.pk, by=jana)
    assert Organisation.objects.filter(pk=three.pk).exists()
    assert not result.is_clean, "what it went into is not there any more: said, not forced"


def test_persons_keep_their_roles_and_houses(jana):
    dairy, smith = an_organisation(by=jana), an_organisation(by=jana, name="Schmiede Wendel")
    one = ohlendorf(by=jana, organisation=dairy, function="Director")
    other = a_person(by=jana, organisation=smith, birthday=dt.date(1971, 4, 3))
    Role.objects.create(person=other, party=dairy, department="Technik")
    merged = actions.merge_parties(one, other, by=jana)
    roles = (
        Role.objects.filter(person=merged).order_by("party__name").values_list("party__name", "function", "department")
    )
    assert list(roles) == [("Molkerei Steinbrück eG", "Director", "Technik"), ("Schmiede Wendel", "", "")]
    assert (merged.organisation_id, merged.birthday) == (dairy.pk, dt.date(1971, 4, 3))
    undo(last_set().pk, by=jana)
    other.refresh_from_db()
    assert other.organisation_id == smith.pk


def test_nobody_becomes_their_own_parent(jana):
    mother = an_organisation(by=jana, name="Holding")
    one = an_organisation(by=jana, name="Werk", parent=mother)
    other = an_organisation(by=jana, name="Werk GmbH", parent=one)
    for into, gone in ((one, other), (mother, one)):
        actions.merge_parties(into, gone, by=jana)
    mother.refresh_from_db()
    assert mother.parent_id is None
    assert not Party.objects.filter(parent=mother).exists()


def test_an_anonymous_customer_becomes_known(jana):
    known = a_person(by=jana, first_name="Anna", family_name="Meyer")
    unknown = actions.create_person({"number": "K-77"}, by=jana)
    into, gone = queries.in_order(unknown, known)
    assert (into.pk, gone.pk) == (known.pk, unknown.pk)
    assert actions.merge_parties(into, gone, by=jana).name == "Anna Meyer"


@pytest.mark.parametrize("who", ["itself", "another kind", "gone"])
def test_what_cannot_be_one_is_refused_with_a_reason(jana, who):
    one = an_organisation(by=jana)
    other = {
        "itself": lambda: one,
        "another kind": lambda: a_household(by=jana),
        "gone": lambda: Organisation(name="x"),
    }[who]()
    before = state()
    with pytest.raises(ValidationError) as error:
        actions.merge_parties(one, other, by=jana)
    assert (
        " ".join(error.value.messages)
        == {
            "itself": "These are one and the same already.",
            "another kind": (
                "Molkerei Steinbrück eG and Familie Sommer cannot be merged: the one is of the kind “Organisation”, the"
                " other “Household”."
            ),
            "gone": "One of the two is not there any more. Somebody may have merged or deleted it.",
        }[who]
    )
    assert state() == before


def test_only_who_may_change_both_merges_them(jana):
    colleague = a_scoped_user("Ute Kern", Scope.OWN)
    mine, hers = an_organisation(by=colleague), an_organisation(by=jana)
    before = state()
    for into, gone in ((mine, hers), (hers, mine)):
        with pytest.raises(PermissionDenied):
            actions.merge_parties(into, gone, by=colleague)
    assert state() == before
    other = an_organisation(by=colleague, name="Molkerei Steinbrück")
    assert actions.merge_parties(mine, other, by=colleague).pk == mine.pk


def test_a_domain_that_keeps_its_own_rows_is_asked(jana, monkeypatch):
    from kundig.parties.actions import joining

    asked = []
    monkeypatch.setattr(joining, "STEPS", [lambda into, gone, *, by: asked.append((into.name, gone.name, by.name))])
    one, other = twins(jana)
    actions.merge_parties(one, other, by=jana)
    assert asked == [("Molkerei Steinbrück eG", "Molkerei Steinbrück", "Jana Brandt")]


def test_five_hundred_references_cost_no_more_statements_than_one(jana, django_assert_max_num_queries):
    one, other = twins(jana)
    people = [a_person(by=jana, first_name="P", family_name=f"Sommer {n}", organisation=other) for n in range(40)]
    # Each column that points at a party is one statement and its savepoint, however many rows it moves.
    with django_assert_max_num_queries(307):
        actions.merge_parties(one, other, by=jana, with_people=False)
    assert Person.objects.filter(organisation=one).count() == len(people)
    assert not Merged.objects.get(record_id=other.pk).moved


def test_a_number_that_went_is_not_given_again_and_means_the_one_that_stayed(jana):
    from kundig.parties.actions.importing.known import parties_by_number

    one, other = twins(jana)
    actions.merge_parties(one, other, by=jana)
    with pytest.raises(ValidationError) as error:
        an_organisation(by=jana, name="Another", number=other.number)
    assert "was merged" in str(error.value.message_dict["number"])
    assert parties_by_number([other.number, one.number]) == {
        other.number: (one.pk, "org"), one.number: (one.pk, "org"),
    }  # fmt: skip
