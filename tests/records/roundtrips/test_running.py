"""What happens between the export, the comparison and the taking in: rights change, and so do records."""

import datetime as dt

import pytest

from kundig.accounts.actions import find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.actions import change_record, create_record
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.roundtrips.comparing import cells_of
from kundig.records.roundtrips.pages import counts_of, shown_lines
from kundig.records.roundtrips.running import compare
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
READ_ONLY, HIDDEN = {("courses", "seats"): FieldRight.READ}, {("courses", "seats"): FieldRight.HIDDEN}


@pytest.fixture
def boss(db):
    return an_administrator()


@pytest.fixture
def seller(db):
    return User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)


@pytest.fixture
def two(courses, seller):
    return [
        create_record(courses, {"name": name, "seats": seats, "owner": seller.pk}, by=seller)
        for name, seats in (("Soldering", 8), ("Weaving", 12))
    ]


def may(user, rights):
    """The same person under other rights."""
    set_field_rights(find_role("sales"), rights=rights, by=None)
    return User.objects.with_access(user.pk)


@pytest.mark.parametrize(
    ("rights", "why"),
    [
        (READ_ONLY, "Your role lets you read “seats”, but not change it."),
        (HIDDEN, "There is no field “Seats” any more, or it is not for you."),
    ],
)
def test_right_lost_between_comparing_and_taking_in_counts(
    courses, seller, two, exported, brought_back, taken, rights, why
):
    book = exported(courses, seller)
    book.set("Soldering", "Seats", 9.0)
    book.set("Soldering", "City", "Aachen")
    book.add(Name="Turning", Seats=5.0)
    run = brought_back(courses, seller, book)
    assert [line.refusals for line in run.lines.order_by("id")] == [0, 0]
    run = taken(run, may(seller, rights))
    assert set(Course.objects.values_list("name", "seats", "city")) == {
        ("Soldering", 8, "Aachen"), ("Weaving", 12, ""), ("Turning", Course._meta.get_field("seats").get_default(), ""),
    }  # fmt: skip
    assert run.reasons == {f"Seats: {why}": 2}


def test_value_compared_is_not_shown_after_the_field_was_hidden(courses, seller, two, exported, brought_back):
    book = exported(courses, seller)
    book.set("Soldering", "Seats", 9.0)
    run = brought_back(courses, seller, book)
    [line] = shown_lines(run.lines.all(), run, courses, by=may(seller, HIDDEN), formats=current_formats())
    assert [(cell.mine, cell.theirs, cell.base) for cell in line.cells] == [("9", "", None)]


def test_administrator_who_looks_first_compares_with_the_rights_of_who_brought_it(
    courses, boss, seller, two, exported, brought_back, taken
):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 9.0)
    run = brought_back(courses, seller, book)
    run.lines.all().delete()
    run.preview = {}
    run.save()
    seller = may(seller, HIDDEN)
    run = compare(run, by=boss)
    [line] = run.lines.all()
    assert [(cell.theirs, cell.state) for cell in cells_of(line)] == [("", "refused")]
    taken(run, seller)
    assert Course.objects.get(name="Soldering").seats == 8


def test_file_of_somebody_without_access_is_not_compared(courses, boss, seller, two, exported, brought_back):
    run = brought_back(courses, seller, exported(courses, seller))
    run.preview = {}
    run.save()
    User.objects.filter(pk=seller.pk).update(is_active=False)
    with pytest.raises(UnusableFile, match="Who started this import may not do it any more"):
        compare(run, by=boss)
    run.refresh_from_db()
    assert run.preview == {}


@pytest.mark.django_db(transaction=True)
def test_removed_row_whose_record_was_changed_since_is_a_conflict(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.remove("Soldering")
    book.remove("Weaving")
    change_record(courses, two[0], {"seats": 9}, by=boss)
    run = brought_back(courses, boss, book)
    assert [(line.title, line.conflicts, line.why, line.is_wanted) for line in run.lines.order_by("id")] == [
        ("Soldering", 1, "It was changed in Kundig after the file was made.", False), ("Weaving", 0, "", False),
    ]  # fmt: skip
    counts = counts_of(run)
    assert (counts["conflicts"], counts["removed"], counts["untouched"], counts["deleted"]) == (1, 2, 1, 0)
    run.lines.filter(title="Soldering").update(is_wanted=True)
    run = taken(run, boss)
    assert (run.counts["deleted"], [course.name for course in Course.objects.all()]) == (1, ["Weaving"])


@pytest.mark.django_db(transaction=True)
def test_record_changed_between_looking_and_deleting_stays(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.remove("Soldering")
    book.remove("Weaving")
    run = brought_back(courses, boss, book)
    run.lines.update(is_wanted=True)
    change_record(courses, two[0], {"starts_on": dt.date(2026, 4, 3)}, by=boss)
    run = taken(run, boss)
    assert [course.name for course in Course.objects.all()] == ["Soldering"]
    assert (run.counts["deleted"], run.counts["failed"]) == (1, 1)
    assert run.reasons == {"Somebody has changed this while the file was being looked at.": 1}
