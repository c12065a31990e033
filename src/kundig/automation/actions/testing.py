"""What a rule would have done: the last 90 days are gone through before it is let loose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kundig.automation.actions.clock import due_rows
from kundig.automation.actions.matching import Matcher
from kundig.automation.enums import Trigger
from kundig.automation.models import BackTest, Rule
from kundig.automation.queries import history
from kundig.automation.rules import DAYS_TESTED, next_time

MOST_EXAMPLES = 100


def back_test(rule: Rule, *, now: dt.datetime | None = None) -> BackTest:
    """Go through the last 90 days, keep what was found, and answer it.

    Rules of changes see each record as it stood before and after each change; what belongs to it (persons,
    addresses) is judged as it is now. Rules of the clock look at the records as they are now, on each of the days.

    Raises:
        ConditionError: if the condition cannot be understood.
    """
    now = timezone.localtime(now or timezone.now())
    since = now - dt.timedelta(days=DAYS_TESTED)
    matcher = Matcher(rule)
    if rule.trigger in (Trigger.DAY, Trigger.SCHEDULE):
        count, examples, is_complete = _by_clock(matcher, since, now)
    else:
        count, examples, is_complete = _by_changes(matcher, since)
    test, _made = BackTest.objects.update_or_create(
        rule=rule,
        defaults={
            "version": rule.version, "since": since, "count": count, "examples": examples, "is_complete": is_complete,
        },
    )  # fmt: skip
    return test


def _by_changes(matcher: Matcher, since: dt.datetime) -> tuple[int, list[dict[str, Any]], bool]:
    found = history(matcher.description, since=since, wanted=matcher.columns)
    count = 0
    examples: list[dict[str, Any]] = []
    for change in found.changes:
        if matcher.is_set_off(change):
            count += 1
            if len(examples) < MOST_EXAMPLES:
                assert change.after is not None, "what is gone sets nothing off"
                examples.append(
                    {
                        "record": str(change.record_id),
                        "title": matcher.title(change.after),
                        "at": change.at.isoformat(),
                        "reason": matcher.reason(change.after, change=change),
                    }
                )
    return count, examples, found.is_complete


def _by_clock(matcher: Matcher, since: dt.datetime, now: dt.datetime) -> tuple[int, list[dict[str, Any]], bool]:
    """All records of a schedule are the same every day, so they are counted once and taken as often as it came."""
    rule, moments = matcher.rule, []
    moment = next_time(rule.trigger, rule.details, after=since)
    while moment is not None and moment <= now:
        moments.append(moment)
        moment = next_time(rule.trigger, rule.details, after=moment)
    count = 0
    examples: list[dict[str, Any]] = []
    is_once = bool(rule.details.get("once"))
    if rule.trigger == Trigger.SCHEDULE:
        rows = due_rows(matcher, now.date())
        count = rows.count() * (min(1, len(moments)) if is_once else len(moments))
        moments = moments[-1:]
    for moment in reversed(moments):
        rows = due_rows(matcher, moment.date())
        if rule.trigger == Trigger.DAY:
            count += rows.count()
        for record in rows.order_by("pk")[: MOST_EXAMPLES - len(examples)]:
            examples.append(
                {
                    "record": str(record.pk), "title": matcher.title(record), "at": moment.isoformat(),
                    "reason": matcher.reason(record),
                }
            )  # fmt: skip
    return count, examples, True
