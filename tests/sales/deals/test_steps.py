"""What is planned for deals, since when they are quiet, and from when they rest too long."""

import datetime as dt
from uuid import UUID

import pytest
from django.utils import timezone

from kundig.records import registry
from kundig.records.actions import delete_record
from kundig.sales.actions import add_deal, keep_all_steps, win_deal
from kundig.sales.models import Deal, Stage
from kundig.sales.queries.day import deals_to_care_for
from kundig.sales.rules.resting import Planned, rests_from, soonest
from kundig.timeline.actions import finish_task, give_task, record_touchpoint

DAY = dt.timedelta(days=1)
MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days", "planned", "expected"),
    [
        (14, [], dt.date(2026, 12, 7)),
        (None, [], None),
        (14, [dt.date(2026, 11, 30)], dt.date(2026, 12, 7)),
        (14, [dt.date(2026, 12, 20), dt.date(2026, 12, 9)], dt.date(2026, 12, 21)),
        (0, [], MONDAY),
    ],
)
def test_a_deal_rests_after_its_days_and_never_before_what_is_planned(days, planned, expected):
    assert rests_from(MONDAY, days, planned) == expected


def test_what_comes_first_is_next_also_where_its_day_has_passed():
    late = Planned(UUID(int=2), "Late", MONDAY - DAY)
    assert soonest([Planned(UUID(int=1), "Later", MONDAY), late]) == late
    assert soonest([]) is None


@pytest.fixture
def today(db):
    return timezone.localdate()


def fresh(deal):
    return Deal.objects.get(pk=deal.pk)


def test_a_task_with_the_customer_is_the_next_step_until_it_is_done(compressor, dairy, svenja, today):
    assert (compressor.next_step, compressor.quiet_since) == ("", today)
    assert compressor.rotting_on == today + 14 * DAY
    task = give_task(title="Call back", party=dairy, due_on=today + 20 * DAY, by=svenja)
    assert (fresh(compressor).next_step, fresh(compressor).next_step_on) == ("Call back", today + 20 * DAY)
    assert fresh(compressor).rotting_on == today + 21 * DAY
    finish_task(task, by=svenja)
    assert (fresh(compressor).next_step_on, fresh(compressor).rotting_on) == (None, today + 14 * DAY)


def test_a_step_of_one_deal_is_not_that_of_another(compressor, dairy, svenja, today):
    dryer = add_deal(title="Dryer", party=dairy, by=svenja)
    give_task(title="Send drawing", party=dairy, due_on=today, source="deals", source_id=dryer.pk, by=svenja)
    keep_all_steps()
    assert (fresh(dryer).next_step, fresh(compressor).next_step) == ("Send drawing", "")


def test_a_deleted_task_is_no_step_any_more(compressor, dairy, svenja, today):
    task = give_task(title="Call back", party=dairy, due_on=today, by=svenja)
    delete_record(registry.get("tasks"), task, by=svenja)
    assert fresh(compressor).next_step == ""


def test_a_talk_wakes_a_deal_and_a_note_does_not(compressor, dairy, svenja, today):
    Deal.objects.filter(pk=compressor.pk).update(stage_since=timezone.now() - 30 * DAY)
    keep_all_steps()
    assert fresh(compressor).quiet_since == today - 30 * DAY
    record_touchpoint(kind="note", party=dairy, summary="Heard nothing", by=svenja)
    assert fresh(compressor).quiet_since == today - 30 * DAY
    record_touchpoint(kind="call", party=dairy, direction="out", summary="Spoke with her", two_way=True, by=svenja)
    assert fresh(compressor).quiet_since == today


def test_a_closed_deal_keeps_nothing(compressor, svenja):
    won = win_deal(compressor, by=svenja)
    assert (fresh(won).quiet_since, fresh(won).rotting_on) == (None, None)


def test_my_day_names_what_rests_and_what_is_late(compressor, stages, svenja, today):
    assert deals_to_care_for(svenja, today, [svenja.pk]) == []
    Stage.objects.filter(pk=stages["new"].pk).update(rotting_days=14)
    Deal.objects.filter(pk=compressor.pk).update(stage_since=timezone.now() - 23 * DAY)
    keep_all_steps()
    (item,) = deals_to_care_for(svenja, today, [svenja.pk])
    assert item.reason == "“Compressor WD 55-V” rests for 23 days, and nothing is planned."
    assert (item.party, item.worth, item.href) == (compressor.party_id, 4890, f"/deals/{compressor.pk}/")
    Deal.objects.filter(pk=compressor.pk).update(rotting_on=None, expected_on=today - DAY)
    (item,) = deals_to_care_for(svenja, today, [svenja.pk])
    assert item.reason == "“Compressor WD 55-V” was expected yesterday and is still open."
    assert deals_to_care_for(svenja, today, []) == []
