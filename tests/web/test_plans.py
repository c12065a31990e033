"""What a description promises to answer by an index, PostgreSQL does: orders, filters offered first, added fields.

Asked on 20,000 customers with five added fields. What counts are the rows that a statement really looked at, so that an
index that is there but not used is noticed as well as one that has gone.
"""

import dataclasses
import json

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.models import Count
from django.db.models.functions import Left
from django.test.utils import CaptureQueriesContext

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.accounts.rules import EVERY_OBJECT, RoleRights
from kundig.parties.models import Party
from kundig.parties.queries import similar_in_bulk
from kundig.platform.formats import formats
from kundig.records import registry
from kundig.records.custom import loading
from kundig.records.kinds.choices import Several
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.texts import Text
from kundig.records.kinds.times import Date
from kundig.records.listing import listing
from kundig.records.paging import Cursor
from kundig.web.sample.added import FIELDS, add_fields, build_indexes
from kundig.web.sample.loading import _staff
from kundig.web.sample.people import portions
from kundig.web.sample.tables import Writer
from tests.accounts.factories import an_administrator
from tests.conftest import use_fresh_database

CUSTOMERS = 20_000
PAGE = 50
MOST_ROWS = 2_500
"""That a page of 50 may look at: an eighth of the base, for a filter that one row in fifty passes."""
OBJECTS = ("organisations", "persons", "households")
KEPT = {}
"""Statements that the server keeps: what the log shows of one, and the words and parameters it was sent with."""


@pytest.fixture(scope="module")
def base(django_db_setup, django_db_blocker, database_name):
    """Customers without search entries, in a database of their own."""
    with django_db_blocker.unblock():
        use_fresh_database(f"{database_name}_plans")
        boss = User.objects.with_access(an_administrator().pk)
        staff = _staff(boss)
        seller = User.objects.get(pk=staff.owners[0])
        with transaction.atomic():
            added = add_fields(boss)
            for portion in portions(CUSTOMERS, 1):
                Writer(portion, staff, [field.name for field in added]).write().copy()
        build_indexes(added)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE parties_party")
        yield boss, seller
        use_fresh_database(database_name)


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    execute = ServerBindingCursor.execute

    def remembered(cursor, query, params=None, **options):
        found = execute(cursor, query, params, **options)
        KEPT[mogrify(query, params, connection.connection)] = query, params
        return found

    monkeypatch.setattr(ServerBindingCursor, "execute", remembered)
    yield
    KEPT.clear()


@pytest.fixture
def boss(base, django_db_blocker):
    with django_db_blocker.unblock():
        loading.load()
        yield User.objects.with_access(base[0].pk)


@pytest.fixture
def seller(base, django_db_blocker):
    with django_db_blocker.unblock():
        loading.load()
        yield User.objects.with_access(base[1].pk)


def test_every_order_that_is_offered_follows_an_index(boss):
    """The first page and one behind row 1,500, both ways, the phase of those without a value included."""
    wrong = []
    for description, field in fields_of(boss):
        if not field.sort_path:
            continue
        for sort in (field.name, f"-{field.name}"):
            wrong += looked_at(description, boss, {"sort": [sort]})
            wrong += looked_at(description, boss, {"sort": [sort]}, deep=True)
    assert not wrong, "\n".join(wrong)


def test_what_the_server_keeps_is_explained_as_it_was_sent(boss):
    description = registry.get("organisations")
    with CaptureQueriesContext(connection) as asked:
        listing(description, boss, {"sort": ["-revenue"]}, formats=formats()).page(limit=PAGE)
    assert [query["sql"] for query in asked if query["sql"] in KEPT]


def test_every_filter_that_is_offered_is_answered_without_reading_the_table(boss):
    wrong = []
    for description, field in fields_of(boss):
        if field.name in description.filters.split():
            for value in values_of(description, field, boss):
                wrong += looked_at(description, boss, {field.name: [value]})
    assert not wrong, "\n".join(wrong)


def test_every_added_field_filters_and_sorts_by_its_index(boss):
    description = registry.get("organisations")
    added = loading.fields_of(description)
    assert [field.row.kind for field in added] == [sampled.kind for sampled in FIELDS]
    wrong = []
    for field in added:
        for value in values_of(description, field, boss):
            wrong += looked_at(description, boss, {field.name: [value]})
            wrong += looked_at(description, boss, {field.name: [value], "sort": [f"-{field.name}"]})
            wrong += looked_at(description, boss, {"filter": [f"{field.name} = {written(field, value)}"]})
            if isinstance(field.kind, Text):
                wrong += looked_at(description, boss, {"filter": [f'{field.name} starts with "{value[:9]}"']})
            if isinstance(field.kind, Number | Date):
                wrong += looked_at(description, boss, {"filter": [f"{field.name} >= {value}"]})
                wrong += looked_at(
                    description, boss, {"filter": [f"{field.name} >= {value}"], "sort": [f"-{field.name}"]}
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "text",
    [
        'persons.any(function contains "Einkauf")',
        "persons.count(mail is not empty) < 2",
        "persons.all(mail is not empty)",
        'persons.none(function contains "gibt es nicht")',
        'lifecycle = customer and persons.any(mail contains "@")',
    ],
)
@pytest.mark.parametrize("sort", ["name", "-changed_at"])
def test_what_collections_often_fulfil_is_found_where_the_page_begins(boss, text, sort):
    description = registry.get("organisations")
    assert looked_at(description, boss, {"filter": [text], "sort": [sort]}, most=4 * MOST_ROWS // 5) == []


def test_a_key_of_one_record_is_looked_up(boss):
    wrong = []
    for description in map(registry.get, OBJECTS):
        number = Party.objects.filter(**description.where).order_by("-pk").values_list("number", flat=True).first()
        wrong += looked_at(description, boss, {"number": [number]}, most=PAGE)
        wrong += looked_at(description, boss, {"filter": [f'number = "{number}"']}, most=PAGE)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["org", "person"])
def test_the_check_while_typing_looks_at_few_where_most_live_and_are_called_so(boss, kind):
    """Also at four letters of a name with which many begin, and at a name without a place."""
    placed = Party.objects.filter(kind=kind, postal_code_key__isnull=False).order_by()
    by_start = placed.annotate(start=Left("name_key", 4)).values("city", "start").annotate(many=Count("pk"))
    common = by_start.order_by("-many")[0]
    named = placed.filter(city=common["city"], name_key__startswith=common["start"]).values()[0]
    whole = {name: named[name] for name in ("name", "first_name", "family_name") if named[name]}
    begun = {"family_name" if kind == "person" else "name": common["start"]}
    places = [{}, {"city": named["city"]}, {"postal_code": named["postal_code"]}]
    with CaptureQueriesContext(connection) as asked:
        for name in (whole, begun):
            for place in places:
                similar_in_bulk([{**name, **place}], user=boss, kind=kind)
    questions = [question["sql"] for question in asked if "LATERAL" in question["sql"]]
    assert len(questions) == 10
    assert [fault for sql in questions for fault in faults(sql, most=150)] == []


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.TEAM])
def test_who_sees_a_part_only_does_not_read_the_whole(seller, scope):
    seller = seeing(seller, scope)
    wrong = []
    for description, field in fields_of(seller):
        if field.sort_path:
            for sort in (field.name, f"-{field.name}"):
                wrong += looked_at(description, seller, {"sort": [sort]})
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("index", "params"),
    [
        ("party_by_change", {"sort": ["changed_at"]}),
        ("party_by_revenue", {"sort": ["-revenue"]}),
        ("of an added field", {"sort": ["c_maschinen_im_haus"]}),
        ("party_of_industry", {"industry": ["Dienstleistung"]}),
        ("party_by_number", {"filter": ['number = "12345"']}),
    ],
)
def test_an_index_that_has_gone_is_noticed(boss, index, params):
    description = registry.get("organisations")
    if index == "of an added field":
        index = description.fields["c_maschinen_im_haus"].row.index_name
    with transaction.atomic():
        assert looked_at(description, boss, params) == []
        drop(index)
        assert looked_at(description, boss, params) != []
        transaction.set_rollback(True)


# -- helpers -----------------------------------------------------------------------------------------------------------


def fields_of(user):
    for description in map(registry.get, OBJECTS):
        for field in description.fields_for(user).values():
            if field.name != "id":
                yield description, field


def seeing(user, scope):
    """The user as roles would have it that give no more than this."""
    role = RoleRights("", {(EVERY_OBJECT, Action.READ): scope})
    user.access = dataclasses.replace(user.access, roles=(role,))
    assert user.access.scope("organisations", Action.READ) is scope
    return user


def values_of(description, field, user):
    """What a filter may be given: the most frequent value, a rare one, and one that nobody has."""
    rows = description.visible_to(user).order_by()
    path = f"{field.path}_id" if field.model_field.is_relation else field.path
    if isinstance(field.kind, Several):
        return ["Wartungsvertrag", "gibt es nicht"]
    counts = {}
    for value in rows.values_list(path, flat=True):
        if value not in (None, ""):
            counts[value] = counts.get(value, 0) + 1
    by_count = sorted(counts, key=counts.get)
    found = [by_count[-1], by_count[0]] if by_count else []
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in found]


def written(field, value):
    """A value as a condition names it."""
    return f'"{value}"' if isinstance(field.kind, Text) else value


def looked_at(description, user, params, *, deep=False, most=MOST_ROWS):
    """What is wrong with the statements of one page of a list; an empty list where all is well."""
    asked = listing(description, user, params, formats=formats())
    if deep:
        place = asked.page(limit=1_500 if description.name != "households" else 300)
        if place.after is None:
            return []
        asked = asked.at(Cursor(place.after.value, place.after.record_id, 1_500))
    with CaptureQueriesContext(connection) as captured:
        asked.page(limit=PAGE)
    statements = [q["sql"] for q in captured.captured_queries if q["sql"].lstrip().startswith("SELECT")]
    assert statements
    what = f"{description.name} {dict(params)}{' deep' if deep else ''}"
    return [f"{what}: {fault}" for sql in statements for fault in faults(sql, most=most)]


def faults(sql, *, most):
    with connection.cursor() as cursor:
        words, params = KEPT.get(sql, (sql, ()))
        if params:
            cursor.execute(f"PREPARE asked AS {words % tuple(f'${number}' for number in range(1, len(params) + 1))}")
            words = f"EXECUTE asked ({', '.join(['%s'] * len(params))})"
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {words}", params or None)
        (plan,) = cursor.fetchone()
        if params:
            cursor.execute("DEALLOCATE asked")
    found = json.loads(plan) if isinstance(plan, str) else plan
    nodes = list(nodes_of(found[0]["Plan"]))
    for node in nodes:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] == Party._meta.db_table:
            yield f"reads the whole table: {sql[:300]}"
    rows = sum(touched(node) for node in nodes)
    if rows > most:
        yield f"looks at {rows:,.0f} rows: {sql[:300]}"


def nodes_of(node):
    yield node
    for child in node.get("Plans", ()):
        yield from nodes_of(child)


def touched(node):
    """Rows that a scan read from the table or an index, those it threw away included."""
    if "Scan" not in node["Node Type"]:
        return 0
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return node["Actual Loops"] * (node["Actual Rows"] + thrown)


def drop(index):
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE parties_party DROP CONSTRAINT IF EXISTS "{index}"')
        cursor.execute(f'DROP INDEX IF EXISTS "{index}"')
