"""Tasks: noted, given, done, put off, come again."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.actions import name_deputy
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.timeline.actions import (
    finish_task,
    give_task,
    postpone_task,
    reopen_task,
)
from kundig.timeline.models import Task
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, an_organisation
from tests.timeline.days import in_thirty_years

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def description():
    return registry.get("tasks")


def events(name):
    return [e.payload for e in OutboxEvent.objects.filter(name=f"timeline.{name}").order_by("id")]


def test_task_is_its_makers_unless_it_is_given(jana, svenja):
    firm = an_organisation(by=jana)
    own = give_task(title="  Angebot nachfassen ", party=firm, by=jana)
    given = give_task(title="Preisliste schicken", assignee=svenja, due_on=TODAY, by=jana)
    assert (own.title, own.party, own.assignee, own.given_by) == ("Angebot nachfassen", firm, jana, None)
    assert (given.assignee, given.given_by) == (svenja, jana)
    assert [e["assignee_id"] for e in events("TaskAssigned")] == [str(jana.pk), str(svenja.pk)]


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"title": "  "}, "title", "Say what is to be done."),
        ({"title": "x" * 201}, "title", "Ensure this value has at most 200 characters (it has 201)."),
        ({"title": "A", "due_on": dt.date(1900, 1, 1)}, "due_on",
         "1 Jan 1900 cannot be meant. Choose a day between 1 Jan 2000 and {latest}."),
        ({"title": "A", "due_on": dt.date(9999, 1, 1)}, "due_on",
         "1 Jan 9999 cannot be meant. Choose a day between 1 Jan 2000 and {latest}."),
        ({"title": "A", "repeat": "FREQ=WEEKLY"}, "due_on", "What comes again needs a first day."),
        ({"title": "A", "due_on": TODAY, "repeat": "FREQ=SECONDLY"}, "repeat",
         "That is too often: something can come again once a day at most."),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field(jana, values, field, why):
    with pytest.raises(ValidationError) as refused:
        create_record(description(), values, by=jana)
    assert refused.value.message_dict[field] == [why.format(latest=in_thirty_years())]
    assert not Task.objects.exists()


def test_time_names_the_day_and_moves_along(jana):
    task = give_task(title="Anrufen", due_at=timezone.make_aware(dt.datetime(2026, 3, 27, 9, 30)), by=jana)
    assert task.due_on == dt.date(2026, 3, 27)
    task = postpone_task(task, dt.date(2026, 3, 30), by=jana)
    assert timezone.localtime(task.due_at).isoformat() == "2026-03-30T09:30:00+02:00"


def test_reminder_stays_as_many_days_before(jana):
    remind = timezone.make_aware(dt.datetime(2026, 12, 1, 8))
    task = give_task(title="Anrufen", due_on=dt.date(2026, 12, 3), remind_at=remind, by=jana)
    task = postpone_task(task, dt.date(2026, 12, 10), by=jana)
    assert timezone.localtime(task.remind_at).isoformat() == "2026-12-08T08:00:00+01:00"


def test_done_says_when_and_by_whom_and_goes_back(jana, svenja):
    task = give_task(title="Preisliste schicken", assignee=svenja, by=jana)
    assert finish_task(task, by=svenja) is None
    task.refresh_from_db()
    assert task.done_by == svenja
    assert timezone.now() - task.done_at < dt.timedelta(minutes=1)
    assert finish_task(task, by=jana) is None, "done twice is done once"
    task.refresh_from_db()
    assert task.done_by == svenja
    reopen_task(task, by=jana)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)
    assert [len(events(name)) for name in ("TaskDone", "TaskReopened")] == [1, 1]


def test_done_is_undone_with_everything_that_came_of_it(jana):
    task = give_task(title="Nachfassen", due_on=TODAY, repeat="FREQ=WEEKLY", by=jana)
    following = finish_task(task, by=jana)
    assert following is not None
    result = undo(ChangeSet.objects.latest("at").pk, by=jana)
    assert result.is_clean
    task.refresh_from_db()
    assert task.done_at is None
    assert list(Task.objects.all()) == [task]


def test_next_of_a_series_is_made_when_this_one_is_done(jana, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
    firm, branch = an_organisation(by=jana), an_organisation(by=jana, name="Molkerei Nord")
    task = give_task(
        title="Nachfassen", party=firm, parties=[branch], repeat="FREQ=WEEKLY;COUNT=2", by=jana,
        due_at=timezone.make_aware(dt.datetime(2026, 11, 23, 9)),
    )  # fmt: skip
    following = finish_task(task, by=jana)
    assert (following.title, following.party, following.due_on, following.repeat, following.previous) == (
        "Nachfassen", firm, dt.date(2026, 11, 30), "FREQ=WEEKLY;COUNT=1", task,
    )  # fmt: skip
    assert timezone.localtime(following.due_at).time() == dt.time(9)
    assert [each.party for each in following.parties.all()] == [branch]
    assert finish_task(following, by=jana) is None
    assert Task.objects.count() == 2


def test_after_completion_counts_from_the_day_it_was_done(jana, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC))
    task = give_task(
        title="Filter wechseln", due_on=TODAY, repeat="FREQ=MONTHLY;INTERVAL=3", repeat_from="done", by=jana
    )
    assert finish_task(task, by=jana).due_on == dt.date(2027, 3, 2)


def test_what_was_missed_is_not_piled_up(jana, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 12, 16, 12, tzinfo=dt.UTC))
    task = give_task(title="Lage prüfen", due_on=TODAY, repeat="FREQ=DAILY", by=jana)
    assert finish_task(task, by=jana).due_on == dt.date(2026, 12, 16)


def test_reopening_takes_the_next_one_back_while_it_is_open(jana):
    task = give_task(title="Nachfassen", due_on=TODAY, repeat="FREQ=WEEKLY", by=jana)
    finish_task(task, by=jana)
    reopen_task(task, by=jana)
    assert list(Task.objects.all()) == [task]
    following = finish_task(task, by=jana)
    finish_task(following, by=jana)
    reopen_task(task, by=jana)
    assert Task.objects.count() == 3, "what has been done since stays"


def test_rights_owner_giver_stranger(jana):
    owner, stranger = a_scoped_user("Owner", Scope.OWN), a_scoped_user("Stranger", Scope.OWN)
    giver = a_scoped_user("Giver", Scope.OWN)
    giver = User.objects.with_access(giver.pk)
    task = create_record(description(), {"title": "Preisliste schicken", "assignee": owner}, by=jana)
    Task.objects.filter(pk=task.pk).update(given_by=giver)
    task.refresh_from_db()
    for user, reads, changes in ((owner, True, True), (giver, True, False), (stranger, False, False)):
        user = User.objects.with_access(user.pk)
        assert description().visible_to(user).filter(pk=task.pk).exists() is reads
        assert description().may(user, Action.READ, task) is reads
        assert description().may(user, Action.CHANGE, task) is changes
        if not changes:
            with pytest.raises(PermissionDenied):
                finish_task(task, by=user)
    task.refresh_from_db()
    assert task.done_at is None


def test_deputy_does_what_the_absent_would(jana):
    absent, deputy = a_scoped_user("Absent", Scope.OWN), a_scoped_user("Deputy", Scope.OWN)
    today = timezone.localdate()
    name_deputy(absent, deputy=deputy, starts_on=today, ends_on=today + dt.timedelta(days=7), by=jana)
    task = give_task(title="Preisliste schicken", assignee=absent, by=jana)
    finish_task(task, by=User.objects.with_access(deputy.pk))
    task.refresh_from_db()
    assert task.done_by == deputy


def test_given_on_is_given_by_who_gave_it_on(jana, svenja):
    third = a_user("Holger Timm")
    task = give_task(title="Preisliste schicken", assignee=svenja, by=jana)
    task = change_record(description(), task, {"assignee": third}, by=svenja)
    assert (task.assignee, task.given_by) == (third, svenja)
    task = change_record(description(), task, {"assignee": third.pk, "title": "Preise schicken"}, by=jana)
    assert task.given_by == svenja
