"""Columns that somebody has taken out, put in or called otherwise."""

import pytest

from tests.records.roundtrips.test_round_trip import told

pytestmark = pytest.mark.django_db


def test_own_columns_and_missing_ones_are_left_alone(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    book.without("City")
    for row in book.rows:
        row.append("Remarks" if row is book.header else "later")
    book.set("Soldering", "Seats", 9.0)
    run = brought_back(courses, boss, book)
    assert told(run) == [("changed", "Soldering", {"seats": ("8", "9", "change")})]
    assert (run.preview["own"], run.preview["gone"]) == (["Remarks"], ["City"])


def test_renamed_column_is_known_by_what_stands_in_it(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    book.header[book.header.index("Seats")] = "Plätze"
    run = brought_back(courses, boss, book)
    assert (run.preview["renamed"], run.preview["own"], run.preview["gone"]) == ([["Plätze", "Seats"]], [], [])
    assert told(run) == []


def test_column_of_ones_own_is_never_taken_for_another(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    book.without("Seats")
    for row in book.rows:
        row.append("Remarks" if row is book.header else "8 or so")
    run = brought_back(courses, boss, book)
    assert (run.preview["renamed"], run.preview["own"], run.preview["gone"]) == ([], ["Remarks"], ["Seats"])
