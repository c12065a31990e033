"""An object that no domain knows is imported by its description alone."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kundig.accounts.queries import house
from kundig.records import search
from kundig.records.imports.command import run
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
LIST = (
    "name;level;seats;price;first day;online;course manager;phone;tags\n"
    "Knots;Basics;12;1.200,50;03.04.2026;ja;{mail};030 0074321;Sea, Rope\n"
)


@pytest.fixture
def imported(courses, tmp_path, settings):
    settings.DATA = tmp_path / "data"

    def do(text, **options):
        path = tmp_path / "courses.csv"
        path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        run(path, as_name="courses", out=out, by=options.pop("by", None) or house(), **options)
        return out.getvalue().splitlines()

    return do


def test_every_kind_of_field_is_read(imported):
    manager = a_user("Svenja Kroll")
    lines = imported(LIST.format(mail=manager.email))
    knots = Course.objects.get()
    assert (knots.level, knots.seats, knots.price) == ("basic", 12, Decimal("1200.50"))
    assert (knots.starts_on, knots.is_online, knots.owner) == (dt.date(2026, 4, 3), True, manager)
    assert (knots.phone, knots.tags) == ("+49300074321", ["Sea", "Rope"])
    assert lines[-1] == "created 1, updated 0, unchanged 0, skipped 0, failed 0"


def test_references_are_found_by_their_title(imported):
    imported("name\nKnots\n")
    imported("name;builds on\nSplices;Knots\n")
    assert Course.objects.get(name="Splices").builds_on.name == "Knots"


def test_second_import_changes_nothing_and_fills_what_is_empty(imported):
    imported("name;seats\nKnots;\n")
    assert imported("name;seats\nKnots;\n")[-1].startswith("created 0, updated 0, unchanged 1")
    assert imported("name;seats\nKnots;9\n")[-1].startswith("created 0, updated 1")
    assert imported("name;seats\nKnots;7\n")[-1].startswith("created 0, updated 0, unchanged 1")
    assert Course.objects.get().seats == 9


def test_bad_rows_come_back(imported):
    lines = imported("name;seats\nKnots;many\n;3\nSplices;4\n")
    assert lines[-2] == "created 1, updated 0, unchanged 0, skipped 0, failed 2"
    assert any("is not a number" in line for line in lines)
    assert any("“name” is missing." in line for line in lines)


def test_unmapped_columns_go_into_the_long_text(imported):
    imported("name;colour\nKnots;red\n")
    assert Course.objects.get().content == "colour: red"


def test_name_of_a_required_field_is_asked_for(imported):
    assert "One column must be “name”." in imported("seats\n3\n4\n")[-1]


def test_what_is_imported_is_found(imported):
    imported("name\nKnots and Hitches\n")
    assert search.find(an_administrator(), "hitches")[0].title == "Knots and Hitches"


def test_many_rows_cost_few_statements(imported, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        lines = imported("name\n" + "".join(f"Course {n}\n" for n in range(300)))
    assert lines[-1].startswith("created 300")


def test_row_that_the_model_refuses_comes_back(imported, monkeypatch):
    def clean(self):
        if self.name == "Splices":
            raise ValidationError("Not in winter.")

    monkeypatch.setattr(Course, "clean", clean)
    lines = imported("name\nKnots\nSplices\n")
    assert lines[-2] == "created 1, updated 0, unchanged 0, skipped 0, failed 1"
    assert "1 × Not in winter." in lines
