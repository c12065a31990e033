"""Rules that the clock sets off: a date in a record comes, or it is time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractDay, ExtractMonth
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.automation.actions.matching import Matcher
from kundig.automation.actions.reacting import note, pause_by_itself
from kundig.automation.enums import State, Trigger
from kundig.automation.models import Rule, Run
from kundig.automation.queries import misfit, missing_fields
from kundig.automation.rules import days_meant, next_time
from kundig.records.conditions import ConditionError
from kundig.records.conditions.types import Type, type_of

MOST_AT_ONCE = 10_000
PORTION = 500
MOST_DAYS_MADE_UP = 40


def run_due(*, now: dt.datetime | None = None) -> int:
    """Note the runs of all rules whose time has come; answers how many."""
    now = timezone.localtime(now or timezone.now())
    noted = 0
    for rule_id in Rule.objects.filter(state=State.ACTIVE, next_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            rule = Rule.objects.select_for_update(skip_locked=True).filter(pk=rule_id, next_at__lte=now).first()
            if rule is not None:
                noted += _run(rule, now)
    return noted


def _run(rule: Rule, now: dt.datetime) -> int:
    """What a rule has to do by now. Dates that came while the clock stood still are made up for, schedules are not."""
    moments: list[dt.datetime] = []
    moment = rule.next_at and timezone.localtime(rule.next_at)
    while moment is not None and moment <= now:
        moments.append(moment)
        moment = next_time(rule.trigger, rule.details, after=moment)
    rule.next_at = moment
    rule.save(update_fields=["next_at"])
    made_up = MOST_DAYS_MADE_UP if rule.trigger == Trigger.DAY else 1
    return sum(_on(rule, moment.date()) for moment in moments[-made_up:])


def _on(rule: Rule, day: dt.date) -> int:
    if missing_fields(rule):
        pause_by_itself(rule, misfit(rule))
        return 0
    matcher = Matcher(rule)
    try:
        rows = due_rows(matcher, day)
    except ConditionError as error:
        pause_by_itself(rule, _("The condition is not understood any more: %(why)s") % {"why": error.messages[0]})
        return 0
    occasion = "once" if rule.details.get("once") and rule.trigger == Trigger.SCHEDULE else day.isoformat()
    ids = list(_new(rows, rule, occasion)[: MOST_AT_ONCE + 1])
    if len(ids) > MOST_AT_ONCE:
        pause_by_itself(rule, _("It would have run for more than %(most)d records at once.") % {"most": MOST_AT_ONCE})
        return 0
    return sum(_note(matcher, rule, ids[start : start + PORTION], occasion) for start in range(0, len(ids), PORTION))


def _new(rows: QuerySet, rule: Rule, occasion: str) -> QuerySet:
    done = Run.objects.filter(rule=rule, occasion=occasion).values("record")
    return rows.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True)


def _note(matcher: Matcher, rule: Rule, ids: list[UUID], occasion: str) -> int:
    records = matcher.description.everything().filter(pk__in=ids)
    return note(
        rule,
        [
            Run(
                rule=rule, object=rule.object, record=record.pk, title=matcher.title(record), occasion=occasion,
                reason=matcher.reason(record), next_at=timezone.now(),
            )
            for record in records
        ],
    )  # fmt: skip


def due_rows(matcher: Matcher, day: dt.date) -> QuerySet:
    """The records that a rule of the clock means on a day."""
    rows = matcher.description.everything()
    if matcher.rule.trigger == Trigger.DAY:
        rows = rows.filter(_on_day(matcher, day))
    return rows if matcher.condition is None else rows.filter(matcher.condition.q())


def _on_day(matcher: Matcher, day: dt.date) -> Q:
    details = matcher.rule.details
    field = matcher.description.fields[str(details["field"])]
    expression: Any = field.expression()
    either = Q()
    for meant in days_meant(details, today=day):
        if details.get("yearly"):
            either |= Q(Exact(ExtractMonth(expression), meant.month)) & Q(Exact(ExtractDay(expression), meant.day))
        elif type_of(field.kind) is Type.MOMENT:
            begins = timezone.make_aware(dt.datetime.combine(meant, dt.time()))
            either |= Q(GreaterThanOrEqual(expression, begins)) & Q(LessThan(expression, begins + dt.timedelta(days=1)))
        else:
            either |= Q(Exact(expression, meant))
    return either
