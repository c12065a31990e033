"""Out, edited as a spreadsheet does it, and back: each difference told, then one change set."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from kundig.accounts.actions import add_role, find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.records.roundtrips.bases import with_bases
from kundig.records.roundtrips.comparing import cells_of
from tests.accounts.factories import a_user
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def told(run):
    """The lines as kind, title and what is different: field → (theirs, mine, state)."""
    return [
        (line.kind, line.title, {cell.field: (cell.theirs, cell.mine, cell.state) for cell in cells_of(line)})
        for line in run.lines.order_by("id")
    ]


def whys(run):
    return [line.why for line in run.lines.order_by("id")]


def decide(run, *, mine):
    for line in run.lines.filter(conflicts__gt=0):
        for cell in line.cells:
            cell["take"] = mine
        line.save()


def test_nothing_changed_is_nothing_different(courses, boss, two, exported, brought_back):
    run = brought_back(courses, boss, exported(courses, boss))
    assert told(run) == []
    assert (run.preview["rows"], run.preview["unchanged"]) == (2, 2)


def test_changes_of_every_kind_become_one_change_set(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    other = a_user("Omar Neu", role="sales")
    for label, value in {
        "Level": "For experts", "Seats": 20.0, "Hours": 7.5, "Price": 199.9, "First day": dt.date(2026, 9, 1),
        "Booking opens": dt.datetime(2026, 8, 1, 9, 30), "Online": "yes", "Tags": "alt, neu", "City": "=1+1",
        "Country": "Austria", "Course manager": "Omar Neu",
    }.items():  # fmt: skip
        book.set("Soldering", label, value)
    run = brought_back(courses, boss, book)
    [(kind, title, cells)] = told(run)
    assert (kind, title, len(cells)) == ("changed", "Soldering", 11)
    assert cells["price"] == ("129.5", "199.9", "change")
    assert cells["starts_on"] == ("", "2026-09-01", "change")
    assert Course.objects.get(name="Soldering").seats == 8
    run = taken(run, boss)
    course = Course.objects.get(name="Soldering")
    assert (course.level, course.seats, course.hours, course.price) == (
        "expert",
        20,
        Decimal("7.50"),
        Decimal("199.90"),
    )
    assert (course.starts_on, course.is_online, course.tags) == (dt.date(2026, 9, 1), True, ["alt", "neu"])
    assert course.booking_opens_at.isoformat() == "2026-08-01T07:30:00+00:00"
    assert (course.city, course.country, course.owner) == ("=1+1", "AT", other)
    assert (run.counts["updated"], run.counts["unchanged"]) == (1, 1)
    change = ChangeSet.objects.get(pk=run.pk)
    assert (change.via, change.title) == ("import", "Courses.xlsx")
    undo(run.pk, by=boss)
    course.refresh_from_db()
    assert (course.level, course.seats, course.price, course.city) == ("basic", 8, Decimal("129.50"), "Köln")


def test_order_of_rows_and_columns_does_not_matter(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    header, *rows = [row[::-1] for row in book.rows]
    book.rows = [header, *rows[::-1]]
    next(row for row in rows if row[-1] == "Weaving")[header.index("Seats")] = 13.0
    assert told(brought_back(courses, boss, book)) == [("changed", "Weaving", {"seats": ("12", "13", "change")})]


def test_both_sides_changed_is_a_conflict_that_keeps_what_is_there(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 20.0)
    book.set("Soldering", "City", "Aachen")
    change_record(courses, two[0], {"seats": 9, "hours": Decimal(3)}, by=boss)
    run = brought_back(courses, boss, book)
    assert told(run) == [
        ("changed", "Soldering", {"seats": ("9", "20", "conflict"), "city": ("Köln", "Aachen", "change")})
    ]
    taken(run, boss)
    course = Course.objects.get(name="Soldering")
    assert (course.seats, course.city, course.hours) == (9, "Aachen", Decimal(3))


def test_a_conflict_can_be_decided_for_the_file(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 20.0)
    change_record(courses, two[0], {"seats": 9}, by=boss)
    run = brought_back(courses, boss, book)
    decide(run, mine=True)
    taken(run, boss)
    assert Course.objects.get(name="Soldering").seats == 20


def test_what_somebody_changes_between_looking_and_taking_is_not_overwritten(
    courses, boss, two, exported, brought_back, taken
):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 20.0)
    run = brought_back(courses, boss, book)
    change_record(courses, two[0], {"seats": 9}, by=boss)
    run = taken(run, boss)
    assert Course.objects.get(name="Soldering").seats == 9
    assert (run.counts["failed"], run.counts.get("updated", 0)) == (1, 0)
    assert "Somebody has changed this" in (run.folder / "returned.csv").read_text()


def test_same_change_on_both_sides_is_none(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 20.0)
    change_record(courses, two[0], {"seats": 20}, by=boss)
    assert told(brought_back(courses, boss, book)) == []


def test_new_rows_become_records(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.add(Name="Turning", Seats=5.0)
    run = brought_back(courses, boss, book)
    assert told(run) == [("new", "Turning", {"name": ("", "Turning", "change"), "seats": ("", "5", "change")})]
    run = taken(run, boss)
    assert Course.objects.get(name="Turning").seats == 5
    assert run.counts["created"] == 1
    undo(run.pk, by=boss)
    assert not Course.objects.filter(name="Turning").exists()


def test_new_row_that_lacks_something_is_told_at_its_cell_and_comes_back(
    courses, boss, two, exported, brought_back, taken
):
    book = exported(courses, boss)
    book.add(Seats=5.0)
    book.add(Name="Turning", Seats="viele")
    run = brought_back(courses, boss, book)
    [(first, _title, _cells), (second, _title2, cells)] = told(run)
    assert (first, second) == ("refused", "new")
    assert cells["seats"][2] == "refused"
    run = taken(run, boss)
    assert set(Course.objects.values_list("name", flat=True)) == {"Soldering", "Weaving", "Turning"}
    returned = (run.folder / "returned.csv").read_text()
    assert "viele" in returned
    assert "Name: This field cannot be blank." in returned


def test_wrong_values_are_told_at_their_cells_and_the_others_go_in(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", "viele")
    book.set("Soldering", "Level", "Meister")
    book.set("Soldering", "City", "Aachen")
    book.set("Weaving", "Seats", -4.0)
    run = brought_back(courses, boss, book)
    states = {title: {name: state for name, (_t, _m, state) in cells.items()} for _kind, title, cells in told(run)}
    assert states == {
        "Soldering": {"seats": "refused", "level": "refused", "city": "change"},
        "Weaving": {"seats": "refused"},
    }
    run = taken(run, boss)
    assert (Course.objects.get(name="Soldering").city, run.counts["updated"], run.counts["failed"]) == ("Aachen", 1, 1)
    assert run.counts["left"] == 1
    text = (run.folder / "returned.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].split(";")[:2] == ["Name", "Level"]
    assert "“viele” is not a number" in text


def test_removed_rows_stay_unless_asked(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.remove("Weaving")
    run = brought_back(courses, boss, book)
    assert told(run) == [("removed", "Weaving", {})]
    taken(run, boss)
    assert Course.objects.count() == 2


def test_removed_rows_are_deleted_when_asked_and_come_back_with_the_undo(
    courses, boss, two, exported, brought_back, taken
):
    book = exported(courses, boss)
    book.remove("Weaving")
    book.set("Soldering", "Seats", 9.0)
    run = brought_back(courses, boss, book)
    run.lines.filter(kind="removed").update(is_wanted=True)
    run = taken(run, boss)
    assert [course.name for course in Course.objects.all()] == ["Soldering"]
    assert (run.counts["deleted"], run.counts["updated"]) == (1, 1)
    undo(run.pk, by=boss)
    assert set(Course.objects.values_list("name", "seats")) == {("Soldering", 8), ("Weaving", 12)}


def test_copied_row_is_told_and_becomes_new_only_when_asked(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    copy = list(book.row("Soldering"))
    copy[0] = "Soldering II"
    book.rows.append(copy)
    run = brought_back(courses, boss, book)
    line = run.lines.get()
    assert (line.kind, line.title, line.is_wanted) == ("double", "Soldering II", False)
    assert line.why == "The same record stands in row 2 already."
    run.lines.update(is_wanted=True)
    taken(run, boss)
    assert Course.objects.get(name="Soldering II").price == Decimal("129.50")


@pytest.mark.parametrize("key", ["", "nonsense", "3291aaee-d227-49cc-8cf0-0a28570bd491"])
def test_altered_id_is_refused(courses, boss, two, exported, brought_back, taken, key):
    book = exported(courses, boss)
    book.set("Soldering", "Kundig-Id", key)
    book.set("Soldering", "Seats", 99.0)
    run = brought_back(courses, boss, book)
    assert told(run) == [("refused", "Soldering", {}), ("removed", "Soldering", {})]
    assert "hidden id of this row was changed" in whys(run)[0]
    run = taken(run, boss)
    assert Course.objects.get(name="Soldering").seats == 8
    assert "99" in (run.folder / "returned.csv").read_text()


def test_swapped_ids_are_refused(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    place = book.header.index("Kundig-Id")
    book.row("Soldering")[place], book.row("Weaving")[place] = (
        book.get("Weaving", "Kundig-Id"),
        book.get("Soldering", "Kundig-Id"),
    )
    assert {line.kind for line in brought_back(courses, boss, book).lines.all()} == {"refused", "removed"}


def test_deleted_since_is_told_and_comes_back(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.set("Weaving", "Seats", 13.0)
    delete_record(courses, two[1], by=boss)
    run = brought_back(courses, boss, book)
    assert (told(run), whys(run)) == (
        [("refused", "Weaving", {})], ["It is not there any more, or not visible to you."],
    )  # fmt: skip
    run = taken(run, boss)
    assert "Weaving" in (run.folder / "returned.csv").read_text()


def test_field_that_one_may_only_read_is_refused(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss, fields="name seats announcement owner.name")
    book.set("Soldering", "Announcement", "x")
    book.set("Soldering", "Seats", 9.0)
    run = brought_back(courses, boss, book)
    [line] = run.lines.all()
    [announcement, seats] = sorted(cells_of(line), key=lambda cell: cell.field)
    assert (announcement.state, announcement.why) == ("refused", "“Announcement” cannot be changed by hand.")
    assert seats.state == "change"


def test_records_that_one_may_not_change_are_refused(courses, boss, two, exported, brought_back, taken):
    scopes = {Action.READ: Scope.ALL, Action.EXPORT: Scope.ALL, Action.CHANGE: Scope.OWN, Action.CREATE: Scope.NONE}
    role = add_role(name="Looks on", like=find_role("sales"), by=None)
    set_grants(role, scopes={("*", action): scope for action, scope in scopes.items()}, by=None)
    reader = User.objects.with_access(a_user("Rita Lesen", role=role.key).pk)
    book = exported(courses, reader)
    book.set("Soldering", "Seats", 9.0)
    book.add(Name="Turning")
    run = brought_back(courses, reader, book)
    [changed, new] = run.lines.order_by("id")
    assert [cell.state for cell in cells_of(changed)] == ["refused"]
    assert (new.kind, new.why) == ("refused", "You may not create courses.")
    taken(run, reader)
    assert set(Course.objects.values_list("name", "seats")) == {("Soldering", 8), ("Weaving", 12)}


def test_field_that_the_role_leaves_to_be_read_is_refused(courses, boss, two, exported, brought_back):
    given = {("courses", "seats"): FieldRight.READ, ("courses", "price"): FieldRight.HIDDEN}
    book = exported(courses, boss)
    set_field_rights(find_role("sales"), rights=given, by=None)
    seller = User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)
    book.set("Soldering", "Seats", 9.0)
    book.set("Soldering", "Price", 1.0)
    book.set("Weaving", "Price", 1.0)
    [first, second] = brought_back(courses, seller, book).lines.order_by("id")
    assert {cell.field: (cell.state, cell.theirs, cell.why) for cell in cells_of(first)} == {
        "seats": ("refused", "8", "Your role lets you read “seats”, but not change it."),
        "price": ("refused", "", "There is no field “Price” any more, or it is not for you."),
    }
    assert [cell.state for cell in cells_of(second)] == ["refused"]


def test_interrupted_taking_goes_on_as_one_change_set(courses, boss, two, exported, brought_back, monkeypatch):
    from kundig.records.roundtrips import running

    monkeypatch.setattr(running, "PORTION", 1)
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 9.0)
    book.set("Weaving", "Seats", 13.0)
    run = brought_back(courses, boss, book)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.perform(run, by=boss, watch=stop)
    run.refresh_from_db()
    assert sorted(Course.objects.values_list("seats", flat=True)) == [9, 12]
    running.perform(run, by=boss)
    assert sorted(Course.objects.values_list("seats", flat=True)) == [9, 13]
    assert (run.counts["updated"], ChangeSet.objects.filter(pk=run.pk).count()) == (2, 1)


def test_rows_of_a_portion_are_compared_together(courses, boss, exported, brought_back, django_assert_max_num_queries):
    for number in range(4):
        create_record(courses, {"name": f"Course {number}", "seats": 8}, by=boss)
    counts = []
    for size in (1, 3):
        book = exported(courses, boss, fields="name seats")
        for number in range(size):
            book.set(f"Course {number}", "Seats", 20.0)
        with django_assert_max_num_queries(100) as seen:
            brought_back(courses, boss, book)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_the_ledger_knows_what_it_was_when_the_file_was_made(courses, boss, two, exported, brought_back):
    book = exported(courses, boss)
    book.set("Soldering", "Seats", 20.0)
    book.set("Soldering", "City", "Aachen")
    change_record(courses, two[0], {"seats": 9, "city": "Ulm"}, by=boss)
    change_record(courses, two[0], {"seats": 10}, by=boss)
    run = brought_back(courses, boss, book)
    [line] = run.lines.all()
    found = with_bases(
        courses,
        cells_of(line),
        at=dt.datetime.fromisoformat(run.plan["slip"]["at"]),
        by=boss,
        formats=current_formats(),
    )
    assert [(cell.field, cell.base, cell.theirs, cell.mine) for cell in found] == [
        ("seats", "8", "10", "20"), ("city", "Köln", "Ulm", "Aachen"),
    ]  # fmt: skip


def test_what_was_taken_in_leaves_no_values_behind(courses, boss, two, exported, brought_back, taken):
    book = exported(courses, boss)
    book.set("Soldering", "City", "Aachen")
    run = taken(brought_back(courses, boss, book), boss)
    assert (run.counts["updated"], run.lines.count()) == (1, 0)


def test_ids_are_uuids_of_the_records(courses, boss, two, exported):
    book = exported(courses, boss)
    assert [UUID(row[book.header.index("Kundig-Id")]) for row in book.rows[1:]] == [course.pk for course in two]
