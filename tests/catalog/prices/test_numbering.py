import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from kundig.catalog.actions import next_number
from kundig.catalog.protocol import Series, numbering, register_series
from kundig.catalog.protocol import series as registered
from kundig.catalog.rules import check_pattern, written_number
from tests.catalog.conftest import TODAY


@pytest.fixture(autouse=True)
def _series():
    register_series(Series("trial", "Trial", "T-{year}-{number:05}"))
    register_series(Series("trial_running", "Trial", "{number:03}"))
    yield
    for key in ("trial", "trial_running"):
        numbering._series.pop(key)


def test_numbers_follow_each_other(db):
    assert [next_number("trial", on=TODAY) for _ in range(3)] == ["T-2026-00001", "T-2026-00002", "T-2026-00003"]


def test_each_year_begins_anew_and_the_former_goes_on(db):
    assert next_number("trial", on=dt.date(2026, 12, 31)) == "T-2026-00001"
    assert next_number("trial", on=dt.date(2027, 1, 1)) == "T-2027-00001"
    assert next_number("trial", on=dt.date(2026, 12, 31)) == "T-2026-00002"


def test_series_without_a_year_runs_on(db):
    assert next_number("trial_running", on=dt.date(2026, 12, 31)) == "001"
    assert next_number("trial_running", on=dt.date(2027, 1, 1)) == "002"


def test_failed_document_leaves_no_gap(db):
    class DocumentFailed(Exception):
        pass

    with pytest.raises(DocumentFailed), transaction.atomic():
        next_number("trial", on=TODAY)
        raise DocumentFailed
    assert next_number("trial", on=TODAY) == "T-2026-00001"


@pytest.mark.django_db(transaction=True)
def test_number_is_taken_in_a_transaction_only():
    with pytest.raises(RuntimeError, match="in the transaction that stores its document"):
        next_number("trial", on=TODAY)


def test_unknown_series_is_refused(db):
    with pytest.raises(KeyError):
        next_number("nobody_knows", on=TODAY)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("R-{year}", "must name {number} once"),
        ("{number}{number}", "must name {number} once"),
        ("{customer}-{number}", "names something else than"),
        ("{number.__class__}", "names something else than"),
        ("{month}-{number}", "names the month, but no year"),
        ("{yy:04}-{number}", "names something else than"),
        ("{year}{month:03}-{number}", "names something else than"),
        ('R"{number}', "Quotation marks"),
        ("R\\{number}", "Quotation marks"),
        ("R\t{number}", "Quotation marks"),
        ("x" * 60 + "{number}", "At most 60 characters"),
    ],
)
def test_pattern_that_makes_no_sense_is_refused(pattern, told):
    with pytest.raises(ValidationError) as error:
        check_pattern(pattern)
    assert told in error.value.messages[0]


def test_number_wider_than_its_zeros_is_written_in_full():
    assert written_number("{number:02}", 1234, TODAY) == "1234"


def test_all_series_are_listed():
    assert [each.key for each in registered()][-2:] == ["trial", "trial_running"]
