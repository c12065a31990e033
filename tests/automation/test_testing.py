"""Rules tried on the last 90 days, out of the ledger, and rules of the clock."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from kundig.automation.actions import back_test, perform_waiting, run_due
from kundig.automation.jobs import TEST
from kundig.automation.models import Rule, Run
from kundig.automation.rules import days_meant, next_time
from kundig.parties.models import Organisation
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from tests.automation.factories import a_rule


@pytest.fixture
def past(svenja):
    """A quarter: three firms, one of which grew, moved twice and shrank; one is gone again."""
    described = registry.get("organisations")
    firms = [
        create_record(described, {"name": name, "employees": employees}, by=svenja)
        for name, employees in (("Anker", 50), ("Brücke", 500), ("Gone", 500))
    ]
    for values in ({"employees": 150}, {"city": "Kiel"}, {"employees": 90}, {"city": "Wien"}, {"employees": 300}):
        change_record(described, Organisation.objects.get(pk=firms[0].pk), values, by=svenja)
    delete_record(described, firms[2], by=svenja)
    return firms


def counted(jana, **values):
    return back_test(a_rule(by=jana, active=False, **values))


def test_what_would_have_run_is_counted_with_reasons(past, jana):
    test = counted(jana, trigger="becomes", condition="employees > 100")
    # Anker twice by growing, Brücke and the one that is gone when they came.
    assert test.count == 4
    assert [example["title"] for example in test.examples] == ["Anker", "Anker", "Gone", "Brücke"]
    assert test.examples[1]["reason"] == [{"sentence": "Employees is more than 100", "found": "150", "holds": True}]
    assert test.is_complete
    assert not Run.objects.exists()


def test_states_are_those_of_then(past, jana):
    assert counted(jana, trigger="changed", details={"fields": ["city"]}).count == 2
    assert counted(jana, trigger="changed", details={"fields": ["city"]}, condition="employees < 100").count == 1
    assert counted(jana, trigger="changed", details={"fields": []}).count == 5
    assert counted(jana, trigger="created", condition="employees = 50").count == 1


def test_a_test_that_ends_while_its_page_is_written_is_not_lost(past, jana, client):
    rule = a_rule(by=jana, active=False)
    run = JobRun.objects.create(kind=TEST, title="Test", state=JobState.RUNNING, arguments={"rule_id": str(rule.pk)})
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")

    def ends_after_the_first_question(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        is_asked = sql.startswith("SELECT") and ("platform_jobrun" in sql or "automation_backtest" in sql)
        if is_asked and run.state == JobState.RUNNING:
            run.state = JobState.DONE
            back_test(rule)
            run.save()
        return found

    with connection.execute_wrapper(ends_after_the_first_question):
        page = client.get(f"/settings/rules/{rule.pk}/").content.decode()
    assert run.state == JobState.DONE
    assert 'id="testing"' in page or "rule__count" in page
    assert "rule__count" in client.get(f"/settings/rules/{rule.pk}/").content.decode()


def test_what_is_older_than_ninety_days_is_left_out(past, jana):
    later = timezone.now() + dt.timedelta(days=91)
    rule = a_rule(by=jana, active=False)
    assert back_test(rule, now=later).count == 0
    assert back_test(rule).count == 3


def test_changes_around_the_program_count_too(past, jana):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_party SET city = 'Linz' WHERE name = 'Brücke'")
    assert counted(jana, trigger="changed", details={"fields": ["city"]}).count == 3


def test_persons_are_no_organisations(past, svenja, jana):
    create_record(registry.get("persons"), {"family_name": "Ohlendorf"}, by=svenja)
    assert counted(jana, object="persons").count == 1


def test_a_date_that_comes(svenja, jana):
    described = registry.get("organisations")
    create_record(described, {"name": "Anker"}, by=svenja)
    details = {"field": "created_at", "offset": "30", "at": "08:00"}
    rule = a_rule(by=jana, trigger="day", details=details)
    month = timezone.localtime() + dt.timedelta(days=30)
    assert run_due(now=month - dt.timedelta(days=1)) == 0
    due = month.replace(hour=8, minute=1)
    assert run_due(now=due) == 1
    assert run_due(now=due + dt.timedelta(hours=1)) == 0
    perform_waiting()
    assert Organisation.objects.get().lifecycle == "customer"
    rule.refresh_from_db()
    assert rule.next_at > due


def test_a_schedule_takes_each_record_once_if_wished(svenja, jana):
    described = registry.get("organisations")
    for name in ("Anker", "Brücke"):
        create_record(described, {"name": name}, by=svenja)
    details = {"every": "day", "at": "07:30", "once": True}
    rule = a_rule(by=jana, trigger="schedule", details=details, condition='name starts with "A"')
    now = timezone.localtime().replace(hour=9, minute=0)
    assert [run_due(now=now + dt.timedelta(days=day)) for day in (1, 2, 3)] == [1, 0, 0]
    create_record(described, {"name": "Alster"}, by=svenja)
    assert run_due(now=now + dt.timedelta(days=4)) == 1
    assert back_test(Rule.objects.get(pk=rule.pk)).count == 2
    every = a_rule(by=jana, name="Immer", trigger="schedule", details={"every": "week", "weekday": 0}, active=False)
    assert back_test(every).count in (12 * 3, 13 * 3)


@pytest.mark.parametrize(
    ("details", "after", "expected"),
    [
        ({"every": "day", "at": "07:00"}, "2026-11-22T06:00+01:00", "2026-11-22T07:00+01:00"),
        ({"every": "day", "at": "07:00"}, "2026-11-22T07:00+01:00", "2026-11-23T07:00+01:00"),
        ({"every": "week", "weekday": 0}, "2026-11-22T06:00+01:00", "2026-11-23T07:00+01:00"),
        ({"every": "month", "day": 31}, "2026-11-22T06:00+01:00", "2026-11-30T07:00+01:00"),
    ],
)  # fmt: skip
def test_the_clock_comes_next(details, after, expected):
    moment = next_time("schedule", details, after=dt.datetime.fromisoformat(after))
    assert moment == dt.datetime.fromisoformat(expected)


def test_birthdays_on_the_29th_of_february():
    yearly = {"yearly": True, "offset": 0}
    assert days_meant(yearly, today=dt.date(2027, 2, 28)) == [dt.date(2027, 2, 28), dt.date(2000, 2, 29)]
    assert days_meant(yearly, today=dt.date(2028, 2, 28)) == [dt.date(2028, 2, 28)]
    assert days_meant({"offset": -7}, today=dt.date(2026, 12, 28)) == [dt.date(2027, 1, 4)]
