"""Cells and slips that no program writes: they are told of, and nothing breaks."""

import json

import pytest

from kundig.records.imports.reading.form import UnusableFile
from kundig.records.kinds.times import Moment
from kundig.records.roundtrips.cells import come_back
from kundig.records.roundtrips.comparing import cells_of
from tests.accounts.factories import an_administrator
from tests.records.toy.models import Course


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("2026-02-28 10:00:31", "2026-02-28 10:01"),
        ("2026-02-30 10:00", "2026-02-30 10:00"),
        ("2026-02-03 25:61", "2026-02-03 25:61"),
        ("0000-01-01 00:00", "0000-01-01 00:00"),
        ("9999-12-31 23:59:45", "9999-12-31 23:59"),
    ],
)
def test_moment_that_is_none_comes_back_as_it_is(text, back):
    assert come_back(text, Moment()) == back


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "state"), [("2026-02-30 10:00", "refused"), ("9999-12-31 23:59:45", "change")])
def test_moment_at_the_edge_is_told_at_its_cell(courses, exported, brought_back, text, state):
    boss = an_administrator()
    Course.objects.create(name="Soldering")
    book = exported(courses, boss)
    book.set("Soldering", "Booking opens", text)
    [line] = brought_back(courses, boss, book).lines.all()
    assert [(cell.field, cell.state) for cell in cells_of(line)] == [("booking_opens_at", state)]


@pytest.mark.django_db
def test_slip_nested_too_deeply_is_an_altered_one(courses, exported, brought_back):
    boss = an_administrator()
    Course.objects.create(name="Soldering")
    book = exported(courses, boss)
    row = next(row for row in book.others["Kundig"] if row[0] == "fields")
    assert json.loads(row[1])
    row[1] = "[" * 30_000
    with pytest.raises(UnusableFile, match="hidden sheet “Kundig” of this file was changed"):
        brought_back(courses, boss, book)
