"""What a window is told of, and what is kept for one that does not read."""

import uuid

from kundig.platform import windows
from kundig.platform.journal import MOST_NAMES, NOWHERE, Journal
from kundig.platform.windows import Person, Report, Window


def test_a_window_that_does_not_read_is_told_of_kinds_instead():
    window = Window(Person(uuid.uuid4(), "Svenja Kroll"))
    for number in range(windows.MOST_PENDING + 1):
        window.add([f"persons:{number}"])
    assert list(window.pending) == ["persons:*"]


def test_a_report_concerns_what_it_shows():
    report = Report(frozenset(["persons:1", "organisations:*", "files"]))
    for name in ("persons:1", "persons:*", "organisations:9", "organisations:*", "files:*", "*"):
        assert report.concerns(name), name
    for name in ("persons:2", "files:3", "households:*", "person:1"):
        assert not report.concerns(name), name


def test_journal_forgets_what_is_old_and_says_so():
    journal = Journal()
    start = journal.place
    journal.add(["persons:1"])
    middle = journal.place
    journal.add(["persons:2", "persons:1"])
    assert (journal.since(start), journal.since(middle)) == (["persons:1", "persons:2"], ["persons:2", "persons:1"])
    assert journal.since(journal.place) == []
    journal.add(f"persons:{number}" for number in range(MOST_NAMES))
    assert journal.since(start) is None and journal.since(middle) is None
    assert journal.since(journal.place) == []
    journal.begin_anew()
    assert journal.since(middle) is None and journal.since(journal.place) == []


def test_journal_knows_only_as_long_as_it_has_heard():
    journal = Journal()
    start = journal.place
    journal.add(["persons:1"])
    assert journal.place_before(0) == start, "a little earlier"
    assert journal.since(journal.place_before(0)) == ["persons:1"]
    assert journal.place_before(3600) == NOWHERE, "it did not hear that long"
    assert journal.since(NOWHERE) is None
