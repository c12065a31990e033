"""What the engine tells people: handed over, finished."""

from datetime import timedelta

import pytest

from kundig.notices.handlers import LONG, tell_of_end
from kundig.notices.models import Notice
from kundig.notices.queries import notices_of, shown
from kundig.platform import outbox
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.bulk import jobs as bulk
from kundig.records.bulk.selection import Selection
from kundig.records.events import Via
from kundig.records.ledger.undoing import undo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _delivery(db):
    outbox.prepare()


def organisations():
    return registry.get("organisations")


def firm_of(user, name="Molkerei", **values):
    return create_record(organisations(), {"name": name, **values}, by=user)


def told(reader):
    while outbox.deliver():
        pass
    return [(each.headline, each.text) for each in shown(list(notices_of(reader)), to=reader)]


def test_who_is_given_a_record_learns_by_whom(svenja, jana):
    firm = firm_of(jana)
    change_record(organisations(), firm, {"owner": svenja}, by=jana)
    assert told(svenja) == [("Molkerei", "Jana Brandt has handed this over to you.")]
    assert told(jana) == []


def test_who_takes_it_or_keeps_it_learns_nothing_and_who_had_it_that_it_went(svenja, jana):
    firm = firm_of(jana)
    change_record(organisations(), firm, {"owner": svenja}, by=svenja)
    change_record(organisations(), firm, {"city": "Kiel"}, by=jana)
    gone = "Svenja Kroll has given one of your customers to somebody else. A sentence for the successor helps."
    assert (told(svenja), told(jana)) == ([], [("Handover", gone)])


def test_a_record_made_for_somebody_is_handed_over(svenja, jana):
    firm_of(jana, owner=svenja)
    assert told(svenja) == [("Molkerei", "Jana Brandt has handed this over to you.")]


def test_many_at_once_are_one_notice(svenja, jana):
    firms = [firm_of(jana, name) for name in ("Molkerei", "Hafen", "Werft")]
    steps = [{"field": "owner", "how": "set", "raw": str(svenja.pk)}]
    bulk.begin(organisations(), "change", Selection(ids=tuple(firm.pk for firm in firms)), {"steps": steps}, by=jana)
    ((headline, text),) = told(svenja)
    assert headline.endswith("and 2 others")
    assert text == "Jana Brandt has handed these over to you."


def test_the_sample_company_and_undoing_hand_nothing_over(svenja, jana):
    create_record(organisations(), {"name": "Molkerei", "owner": svenja}, by=jana, via=Via.SAMPLE)
    firm = firm_of(svenja)
    change_record(organisations(), firm, {"owner": jana}, by=svenja)
    assert len(told(jana)) == 1
    from kundig.records.ledger.models import ChangeSet

    undo(ChangeSet.objects.filter(by_id=svenja.pk).order_by("-at")[0].pk, by=svenja)
    assert told(svenja) == []


def a_job(user, *, seconds, kind="bulk", state=JobState.DONE):
    run = JobRun.objects.create(
        kind=kind,
        title="City of 200 organisations",
        arguments={"run_id": "7"},
        state=state,
        created_by=user and user.pk,
    )
    run.finished_at = run.created_at + timedelta(seconds=seconds)
    return run


def test_who_started_something_long_learns_of_its_end(svenja):
    tell_of_end(a_job(svenja, seconds=130))
    tell_of_end(a_job(svenja, seconds=LONG.total_seconds(), state=JobState.FAILED))
    notices = shown(list(notices_of(svenja)), to=svenja)
    assert [(each.headline, each.text, each.url) for each in notices] == [
        ("City of 200 organisations", "That did not work. The page says why.", "/bulk/7/"),
        ("City of 200 organisations", "Finished after 2 minutes.", "/bulk/7/"),
    ]


@pytest.mark.parametrize("seconds", [0, 19])
def test_what_was_quick_needs_no_notice(svenja, seconds):
    tell_of_end(a_job(svenja, seconds=seconds))
    assert not Notice.objects.exists()


def test_jobs_of_nobody_or_without_a_page_tell_nothing(svenja):
    tell_of_end(a_job(None, seconds=100))
    tell_of_end(a_job(svenja, seconds=100, kind="upkeep"))
    assert not Notice.objects.exists()
