"""What SQL finds is what Python says of each record: on random conditions over random courses."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.records import conditions
from kundig.records.conditions import tree
from kundig.records.conditions.frames import Reader
from tests.accounts.factories import a_user
from tests.records.toy.models import Course

TEXTS = [
    "",
    "Bäcker",
    "baecker",
    "Bäckerei",
    "STRASSE",
    "Straße",
    "a%b",
    "a_b",
    "Öl",
    "K-9",
    "K-09",
    "Öl",
    "x" * 130 + "y",
]
NUMBERS = [None, 0, 1, 7, 12, 300]
DECIMALS = [None, Decimal("0"), Decimal("1.50"), Decimal("2.25"), Decimal("-3"), Decimal("99.99")]
TODAY = timezone.localdate()
DATES = [None, TODAY, TODAY - dt.timedelta(days=1), TODAY - dt.timedelta(days=91), dt.date(2024, 2, 29)]
TAGS = [[], ["VIP"], ["VIP", "Messe"], ["messe"]]


def _moment(day, hour):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


@pytest.fixture
def rows(courses, db):
    """Forty courses in which everything is sometimes empty."""
    owners = [None, a_user("Svenja Kroll"), a_user("Holger Wendeler")]
    made = []
    for n in range(40):
        day = DATES[n % 5]
        course = Course.objects.create(
            name=TEXTS[n % 11] or "Kurs", content=TEXTS[(n * 5) % 13], city=TEXTS[(n * 7) % 11], seats=NUMBERS[n % 6],
            hours=DECIMALS[(n * 5) % 6], price=DECIMALS[(n * 3 + 1) % 6], is_online=n % 3 == 0,
            starts_on=DATES[n // 11], booking_opens_at=None if day is None else _moment(day, n % 24),
            begins_at=None if n % 4 == 0 else dt.time(n % 24, 30), level=("basic", "expert")[n % 2],
            tags=TAGS[n % 4], owner=owners[n % 3], country=("", "DE", "CH")[n % 3],
            builds_on=made[n // 2 - 1] if n > 4 and n % 3 else None,
        )  # fmt: skip
        made.append(Course.objects.get(pk=course.pk))
    return made


_number = st.sampled_from([Decimal(n) for n in ("0", "1", "7", "2.25", "-3", "1.5", "12")])
_text = st.sampled_from([text for text in TEXTS if text])


def _literal(values):
    return values.map(tree.Literal)


def _name(*names):
    return st.sampled_from(names).map(lambda name: tree.Name(tuple(name.split("."))))


_numeric = st.recursive(
    _name("seats", "hours", "price", "builds_on.seats") | _literal(_number),
    lambda inner: (
        st.builds(tree.Arithmetic, st.sampled_from("+-*/"), inner, inner)
        | inner.map(lambda part: tree.Call("abs", (part,)))
        | st.tuples(inner, inner).map(lambda parts: tree.Call("least", parts))
    ),
    max_leaves=4,
)
_days = st.builds(
    lambda sign, amount, unit: tree.Arithmetic(sign, tree.Present("today"), tree.Duration(Decimal(amount), unit)),
    st.sampled_from("+-"), st.sampled_from([1, 3, 90]), st.sampled_from(["days", "weeks", "months", "years"]),
) | st.just(tree.Present("today")) | _literal(st.sampled_from([day for day in DATES if day]))  # fmt: skip
_order = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_comparisons = st.one_of(
    st.builds(tree.Compare, _numeric, _order, _numeric),
    st.builds(tree.Compare, _name("starts_on", "booking_opens_at", "builds_on.starts_on"), _order, _days),
    st.builds(tree.Compare, _name("starts_on"), _order, _name("booking_opens_at", "builds_on.starts_on")),
    st.builds(tree.Compare, _name("begins_at"), _order, _literal(st.sampled_from([dt.time(9, 30), dt.time(14, 30)]))),
    st.builds(
        tree.Compare, _name("name", "content", "city", "builds_on.name", "owner.name"),
        st.sampled_from(["=", "!=", "contains", "starts with", "ends with"]), _literal(_text),
    ),
    st.builds(tree.Compare, _name("city"), st.sampled_from(["=", "!="]), _name("content", "builds_on.city")),
    st.builds(tree.Compare, _name("level"), st.sampled_from(["=", "!="]), _name("expert")),
    st.builds(tree.Compare, _name("country"), st.sampled_from(["=", "!="]), _name("DE")),
    st.builds(tree.Compare, _name("tags"), st.just("contains"), _literal(st.sampled_from(["VIP", "Messe"]))),
    st.builds(tree.Compare, _name("owner"), st.sampled_from(["=", "!="]), st.just(tree.Me())),
    st.builds(tree.OneOf, _name("name", "city"), st.tuples(_literal(_text), _literal(_text))),
    st.builds(tree.OneOf, _name("seats", "hours"), st.tuples(_literal(_number), _literal(_number))),
    st.builds(tree.OneOf, _name("tags"), st.tuples(_literal(st.just("VIP")), _literal(st.just("messe")))),
    st.builds(tree.Empty, _name("city", "seats", "hours", "tags", "owner", "builds_on", "begins_at", "builds_on.city")),
    _name("is_online"),
)  # fmt: skip
_number_of = st.integers(0, 3).map(lambda number: tree.Literal(Decimal(number)))
_clauses = st.recursive(
    _comparisons,
    lambda inner: st.one_of(
        st.builds(tree.Not, inner),
        st.builds(tree.Logic, st.sampled_from(["and", "or"]), st.tuples(inner, inner)),
        st.builds(tree.Quantity, _name("courses"), st.sampled_from(["any", "all", "none"]), inner),
        st.builds(
            tree.Compare, st.builds(tree.Quantity, _name("courses"), st.just("count"), st.none() | inner), _order,
            _number_of,
        ),
    ),
    max_leaves=6,
)  # fmt: skip

_slow = settings(
    max_examples=80,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
)


@_slow
@given(node=_clauses)
def test_text_and_tree_are_the_same_condition(node):
    written = conditions.parse(conditions.write(node))
    assert conditions.parse(conditions.write(written)) == written
    assert conditions.from_plain(conditions.to_plain(written)) == written


@_slow
@given(node=_clauses)
def test_sql_finds_what_python_says(courses, rows, node):
    condition = conditions.read(conditions.write(node), courses, None)
    asker = rows[1].owner
    with transaction.atomic():
        found = set(Course.objects.filter(condition.q(asker)).values_list("pk", flat=True))
    expected = {course.pk for course in rows if condition.holds(course, asker)}
    assert found == expected, condition.text
    own, sift = conditions.read(condition.text, courses, asker).apart()
    if sift is not None:
        apart = sift.of_few(Course.objects.filter(own)), sift.of_all(Course.objects.filter(own))
        assert [set(rows.values_list("pk", flat=True)) for rows in apart] == [expected, expected], condition.text
    negated = conditions.read(f"not ({condition.text})", courses, None)
    with transaction.atomic():
        others = set(Course.objects.filter(negated.q(asker)).values_list("pk", flat=True))
    assert others == {course.pk for course in rows} - expected, condition.text


_formulas = st.one_of(
    _numeric,
    st.builds(lambda part: tree.Call("round", (part, tree.Literal(Decimal(2)))), _numeric),
    st.builds(lambda part: tree.Call("sum", (tree.Name(("courses", "price")), part)), _clauses),
    st.builds(lambda part: tree.Call("avg", (tree.Name(("courses", "hours")), part)), _clauses),
    st.just(tree.Call("count", (tree.Name(("courses",)),))),
    st.builds(lambda clause, then, other: tree.Call("if", (clause, then, other)), _clauses, _numeric, _numeric),
)


@_slow
@given(node=_formulas)
def test_a_formula_comes_to_the_same_in_sql_and_python(courses, rows, node):
    expression = conditions.read_expression(conditions.write(node), courses, None)
    with transaction.atomic():
        found = dict(Course.objects.annotate(found=expression.sql()).values_list("pk", "found"))
    for course in rows:
        assert found[course.pk] == expression.term.value(conditions.Condition.frame(expression), Reader(course)), (
            expression.text
        )
