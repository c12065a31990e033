"""The page for numbers of documents: what an administrator sets holds, and no number is given twice."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from kundig.accounts.models import User
from kundig.accounts.queries import forget_company
from kundig.catalog.actions import next_number, set_series
from kundig.catalog.models import NumberSeries, Product
from kundig.catalog.queries import next_free, pattern_of
from kundig.catalog.rules import expression, may_meet
from tests.accounts.factories import a_user, an_administrator

DAY = dt.date(2026, 11, 22)
db = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield
    forget_company()


@pytest.fixture
def jana(db):
    return User.objects.with_access(an_administrator().pk)


def given(series, on=DAY):
    with transaction.atomic():
        return next_number(series, on=on)


def browser(user):
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("R-{year}-{number:05}", "G-{year}-{number:05}", False),
        ("R-{year}-{number:05}", "R-{year}-{number}", True),
        ("R-{number}", "R-1{number}", True),
        ("R-{year}-{number}", "R-2026-{number}", True),
        ("{number}", "{number}.R", False),
    ],
)
def test_patterns_that_can_write_the_same_are_found(one, other, meet):
    assert may_meet(one, other, on=DAY) is may_meet(other, one, on=DAY) is meet


def test_what_stands_in_a_pattern_is_no_expression():
    assert expression("a.b({number:03})", year=2026) == r"^a\.b\(([0-9]{3,})\)$"


@db
def test_a_new_pattern_holds_from_the_next_number_on(jana):
    assert given("invoices") == "R-2026-00001"
    set_series({"invoices": ("RE{yy}/{number:04}", None)}, by=jana, on=DAY)
    assert given("invoices") == "RE26/0002"
    set_series({"invoices": ("RE{yy}/{number:04}", 1500)}, by=jana, on=DAY)
    assert [given("invoices"), given("invoices"), given("invoices", dt.date(2027, 1, 2))] == [
        "RE26/1500", "RE26/1501", "RE27/0001",
    ]  # fmt: skip


@db
def test_numbers_that_stand_on_records_are_not_given_again(jana):
    Product.objects.create(number="ART-0041", name="Filter")
    Product.objects.create(number="ART-7-alt", name="Filter of old")
    assert next_free("products", "ART-{number:04}", on=DAY) == 42
    with pytest.raises(ValidationError, match="42 at the earliest"):
        set_series({"products": ("ART-{number:04}", 41)}, by=jana, on=DAY)
    set_series({"products": ("ART-{number:04}", None)}, by=jana, on=DAY)
    assert given("products") == "ART-0042"


@db
@pytest.mark.parametrize(
    ("pattern", "following", "words"),
    [
        ("R-{year}", None, "must name {number} once"),
        ("R-{day}-{number}", None, "names something else"),
        ("G-{year}-{number}", None, "same numbers as “Credit notes”"),
        ("R" * 29 + "{number}", None, "longer than 36"),
        ("R {year}-{number}", None, "“ ” does not fit into these numbers"),
        ("RÄ-{number}", None, "“Ä” does not fit into these numbers"),
        ("R-{year}-{number:05}", 0, "1 at the earliest"),
        ("R-{year}-{number:05}", 100_000_000, "At most 99999999"),
    ],
)
def test_what_cannot_be_a_pattern_is_told_and_nothing_is_set(jana, pattern, following, words):
    wanted = {"products": ("ART-{number}", None), "invoices": (pattern, following)}
    with pytest.raises(ValidationError) as refused:
        set_series(wanted, by=jana, on=DAY)
    assert words in refused.value.message_dict["invoices"][0]
    assert not NumberSeries.objects.exists() and pattern_of("products") == "P-{number:04}"


@db
def test_a_number_nobody_counts_on_from_hides_none_of_the_others():
    for number in ("ART-0041", "ART-2000000000", "ART-99999999999999999999"):
        Product.objects.create(number=number, name=number)
    assert next_free("products", "ART-{number:04}", on=DAY) == 42
    Product.objects.create(number="ART-1999999999", name="Filter")
    assert next_free("products", "ART-{number:04}", on=DAY) == 2_000_000_000


@db
def test_only_administrators_set_patterns(jana):
    sales = User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)
    with pytest.raises(PermissionDenied):
        set_series({"invoices": ("X-{number}", None)}, by=sales, on=DAY)
    client = browser(sales)
    for path in ("/settings/numbers/", "/settings/numbers/preview/"):
        assert client.get(path).status_code == 403
    assert client.post("/settings/numbers/", {"invoices-pattern": "X-{number}"}).status_code == 403
    assert not NumberSeries.objects.exists()


@db
def test_the_page_shows_the_next_number_and_keeps_what_was_typed(jana):
    client, year = browser(jana), timezone.localdate().year
    assert f"R-{year}-00001" in client.get("/settings/numbers/").content.decode()
    typed = {"invoices-pattern": "RE-{year}-{number:03}", "invoices-next": "12"}
    assert client.get("/settings/numbers/preview/", typed).content.decode() == f"The next one: RE-{year}-012"
    wrong = client.get("/settings/numbers/preview/", {"invoices-pattern": "<b>{x}"}).content.decode()
    assert "&lt;b&gt;" in wrong and "names something else" in wrong
    refused = client.post("/settings/numbers/", {**typed, "invoices-next": "twelve"})
    assert refused.status_code == 422 and "no whole number" in refused.content.decode()
    assert client.post("/settings/numbers/", typed).status_code == 302
    assert given("invoices", timezone.localdate()) == f"RE-{year}-012"
