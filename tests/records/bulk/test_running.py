from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.bulk import Input, Outcome, RecordAction, jobs, one_by_one, running
from kundig.records.bulk.models import BulkRun, BulkState
from kundig.records.bulk.selection import Selection
from kundig.records.kinds.texts import Text
from kundig.records.ledger import change_set
from kundig.records.ledger.models import ChangeSet, LedgerRow
from tests.records.bulk.conftest import some_courses
from tests.records.toy.models import Course

ALL = Selection(params={})


def steps(*each):
    return {"steps": [dict(zip(("field", "how", "raw"), step, strict=True)) for step in each]}


def do(courses, selection, *each, by, key="change", **options):
    return jobs.begin(courses, key, selection, steps(*each) if each else {}, by=by, **options)


def of(*records):
    return Selection(ids=tuple(record.pk for record in records))


def test_several_fields_of_chosen_records_are_changed_at_once(courses, administrator):
    first, second, third = some_courses(3, city="Halle")
    run = do(courses, of(first, second), ("city", "set", "Köln"), ("seats", "set", "12"), by=administrator)
    assert (run.state, run.total, run.changed, run.refused) == (BulkState.DONE, 2, 2, 0)
    assert run.title == "City: Köln, Seats: 12"
    assert list(Course.objects.order_by("name").values_list("city", "seats")) == [
        ("Köln", 12), ("Köln", 12), ("Halle", None)
    ]  # fmt: skip
    first.refresh_from_db()
    assert first.changed_at > third.changed_at


def test_what_is_so_already_is_not_changed(courses, administrator):
    same, other = some_courses(2, city="Köln")
    Course.objects.filter(pk=other.pk).update(city="Halle")
    run = do(courses, of(same, other), ("city", "set", "Köln"), by=administrator)
    assert (run.changed, run.unchanged) == (1, 1)


@pytest.mark.parametrize(
    ("how", "raw", "becomes"),
    [("add", "5,50", "105.50"), ("add", "-0.50", "99.50"), ("percent", "3", "103.00"), ("percent", "-3.333 %", "96.67"),
     ("set", "7", "7.00"), ("empty", None, None)],
)  # fmt: skip
def test_amounts_are_raised_by_a_sum_or_by_percent(courses, administrator, how, raw, becomes):
    course, without = some_courses(2)
    Course.objects.filter(pk=course.pk).update(price="100.00")
    run = do(courses, of(course, without), ("price", how, raw), by=administrator)
    course.refresh_from_db()
    without.refresh_from_db()
    assert course.price == (Decimal(becomes) if becomes else None)
    assert run.refused == 0
    assert (without.price is None) == (how != "set")


def test_a_number_that_does_not_fit_refuses_its_record_alone(courses, administrator):
    small, large = some_courses(2)
    Course.objects.filter(pk=small.pk).update(seats=3)
    Course.objects.filter(pk=large.pk).update(seats=30)
    run = do(courses, of(small, large), ("seats", "add", "-10"), by=administrator)
    assert (run.changed, run.refused) == (1, 1)
    line = run.lines.get(outcome=Outcome.REFUSED)
    assert (line.record_id, line.reason) == (small.pk, "The number must not be negative.")
    assert sorted(Course.objects.values_list("seats", flat=True)) == [3, 20]


def test_tags_are_put_on_and_taken_off(courses, administrator):
    first, second = some_courses(2, tags=["VIP"])
    Course.objects.filter(pk=second.pk).update(tags=[])
    assert do(courses, of(first, second), ("tags", "with", "Messe, VIP"), by=administrator).changed == 2
    assert [sorted(tags) for tags in Course.objects.order_by("name").values_list("tags", flat=True)] == [
        ["Messe", "VIP"], ["Messe", "VIP"]
    ]  # fmt: skip
    run = do(courses, of(first, second), ("tags", "without", "VIP"), by=administrator)
    assert run.title == "Tags: − VIP"
    assert list(Course.objects.values_list("tags", flat=True)) == [["Messe"], ["Messe"]]


def test_phone_numbers_are_read_with_the_country_of_each_record(courses, administrator):
    german, austrian = some_courses(2, country="DE")
    Course.objects.filter(pk=austrian.pk).update(country="AT")
    do(courses, of(german, austrian), ("phone", "set", "0664 1234567"), by=administrator)
    assert list(Course.objects.order_by("name").values_list("phone", flat=True)) == ["+496641234567", "+436641234567"]


@pytest.mark.parametrize(
    ("step", "message"),
    [(("nonsense", "set", "x"), "There is no field “nonsense”"),
     (("announcement", "set", "x"), "“Announcement” cannot be changed in bulk."),
     (("photo", "set", "x"), "“photo” cannot be changed in bulk."),
     (("seats", "set", "many"), "“many” is not a number"),
     (("seats", "percent", "NaN"), "“NaN” is not a number."),
     (("city", "percent", "3"), "“percent” cannot be done with “city”; possible are set, empty."),
     (("name", "empty", None), "“empty” cannot be done with “name”; possible are set."),
     (("name", "set", "  "), "“name” must not be empty."),
     (("level", "set", "guru"), "“guru” is not one of"),
     (("owner", "set", "Nobody"), "There is no “Nobody” that you may choose."),
     (("city", "set", "a\x00b"), "NUL")],
)  # fmt: skip
def test_a_change_that_is_not_right_changes_nothing(courses, administrator, step, message):
    some_courses(1)
    with pytest.raises(ValidationError, match=message):
        do(courses, ALL, step, by=administrator)
    assert not BulkRun.objects.exists()


def test_no_field_and_no_record_are_refused(courses, administrator):
    with pytest.raises(ValidationError, match="Choose at least one field"):
        jobs.begin(courses, "change", ALL, {"steps": []}, by=administrator)
    with pytest.raises(ValidationError, match="Choose at least one record"):
        do(courses, Selection(), ("city", "set", "Köln"), by=administrator)
    with pytest.raises(ValidationError, match="no action “explode”"):
        do(courses, ALL, ("city", "set", "Köln"), by=administrator, key="explode")


# -- all that match --------------------------------------------------------------------------------------------------


def test_all_that_match_are_those_at_the_time_of_the_run(courses, administrator, owner):
    some_courses(300, city="Halle", owner=administrator)
    selection = Selection(params={"city": ["Halle"], "owner": ["me"]})
    run = do(courses, selection, ("city", "set", "Köln"), by=administrator)
    assert (run.state, run.total, run.changed) == (BulkState.QUEUED, None, 0)
    Course.objects.filter(name="Kurs 00000").update(owner=owner)
    some_courses(1, city="Halle", owner=administrator, starts_on="2026-04-03")
    running.perform(run, courses, by=administrator)
    assert (run.state, run.total, run.changed) == (BulkState.DONE, 300, 300)
    assert Course.objects.filter(city="Halle").get().owner == owner


def test_words_mean_every_match_and_not_the_first_five_hundred(courses, administrator):
    from kundig.records import search

    made = some_courses(620)
    search.refresh(courses, [course.pk for course in made])
    run = do(courses, Selection(params={"q": ["kurs"]}), ("city", "set", "Köln"), by=administrator)
    running.perform(run, courses, by=administrator)
    assert (run.total, run.changed) == (620, 620)


def test_many_are_done_in_portions_each_told_once(courses, administrator):
    some_courses(2_500)
    before = OutboxEvent.objects.count()
    run = do(courses, ALL, ("level", "set", "expert"), by=administrator)
    told = []
    running.perform(run, courses, by=administrator, watch=lambda done, total: told.append((done, total)))
    assert run.changed == 2_500
    assert told == [(number, 2_500) for number in range(500, 2_501, 500)]
    assert OutboxEvent.objects.count() - before == 5
    assert Course.objects.filter(level="expert").count() == 2_500


def test_queries_do_not_grow_with_the_records(courses, administrator, django_assert_max_num_queries):
    one, *others = some_courses(201)
    do(courses, of(one), ("city", "set", "Bonn"), by=administrator)
    with django_assert_max_num_queries(30):
        do(courses, of(one), ("city", "set", "Köln"), by=administrator)
    with django_assert_max_num_queries(30):
        do(courses, of(*others), ("city", "set", "Köln"), by=administrator)


# -- interrupted, stopped, refused ------------------------------------------------------------------------------------


def test_a_run_that_is_cut_off_goes_on_where_it_was(courses, administrator, monkeypatch):
    some_courses(1200)
    run = do(courses, ALL, ("seats", "add", "5"), by=administrator)
    Course.objects.update(seats=10)

    def cut_off(done, total):
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.perform(run, courses, by=administrator, watch=cut_off)
    again = BulkRun.objects.get(pk=run.pk)
    assert (again.changed, Course.objects.filter(seats=15).count()) == (500, 500)
    running.perform(again, courses, by=administrator)
    assert (again.state, again.changed) == (BulkState.DONE, 1200)
    assert set(Course.objects.values_list("seats", flat=True)) == {15}


def test_a_portion_that_fails_in_the_middle_leaves_nothing_half_done(courses, administrator, monkeypatch):
    some_courses(600)
    run = do(courses, ALL, ("city", "set", "Köln"), by=administrator)
    real, calls = running._note, []

    def failing(run, fates):
        calls.append(len(fates))
        if len(calls) == 2:
            raise OSError("the disk is full")
        real(run, fates)

    monkeypatch.setattr(running, "_note", failing)
    with pytest.raises(OSError):
        running.perform(run, courses, by=administrator)
    assert Course.objects.filter(city="Köln").count() == 500
    monkeypatch.setattr(running, "_note", real)
    again = BulkRun.objects.get(pk=run.pk)
    running.perform(again, courses, by=administrator)
    assert (again.changed, Course.objects.filter(city="Köln").count()) == (600, 600)


def test_one_bad_record_among_many_is_refused_alone(courses, administrator):
    made = some_courses(64, starts_on="2026-04-03")
    Course.objects.create(name="Neu", starts_on="2026-05-01")
    Course.objects.filter(pk=made[10].pk).update(name="Neu")
    run = do(courses, ALL, ("starts_on", "set", "2026-05-01"), by=administrator)
    assert (run.changed, run.unchanged, run.refused) == (63, 1, 1)
    refused = run.lines.get(outcome=Outcome.REFUSED)
    assert refused.record_id == made[10].pk
    assert "already exists" in refused.reason


def test_a_run_can_be_stopped_between_portions(courses, administrator):
    some_courses(1200)
    run = do(courses, ALL, ("city", "set", "Köln"), by=administrator)

    def stop(done, total):
        BulkRun.objects.filter(pk=run.pk).update(is_to_stop=True)

    running.perform(run, courses, by=administrator, watch=stop)
    assert (run.state, run.changed, run.total) == (BulkState.STOPPED, 500, 1200)
    assert Course.objects.filter(city="Köln").count() == 500


# -- rights ----------------------------------------------------------------------------------------------------------


def test_owner_colleague_and_stranger(courses, owner, reader, administrator):
    own, other = some_courses(2, city="Halle")
    Course.objects.filter(pk=own.pk).update(owner=owner)
    run = do(courses, of(own, other), ("city", "set", "Köln"), by=owner)
    assert (run.changed, run.refused) == (1, 1)
    line = run.lines.get(outcome=Outcome.REFUSED)
    assert (line.record_id, line.reason) == (other.pk, "You may look at this, but not do this with it.")
    with pytest.raises(PermissionDenied):
        do(courses, of(own, other), ("city", "set", "Bonn"), by=reader)
    with pytest.raises(PermissionDenied):
        do(courses, of(own, other), by=reader, key="delete")
    assert sorted(Course.objects.values_list("city", flat=True)) == ["Halle", "Köln"]


def test_rights_are_those_of_the_time_of_the_run(courses, owner, administrator):
    some_courses(300, owner=owner)
    run = do(courses, ALL, ("city", "set", "Köln"), by=owner)
    owner.roles.clear()
    running.perform(run, courses, by=type(owner).objects.with_access(owner.pk))
    assert (run.total, run.changed) == (0, 0)
    assert not Course.objects.filter(city="Köln").exists()


def test_a_record_that_goes_away_meanwhile_is_told(courses, administrator):
    first, second = some_courses(2)
    run = BulkRun.objects.create(
        created_by=administrator, object="courses", action="change", via="bulk", title="x",
        values=steps(("city", "set", "Köln")), selection=of(first, second).to_json(),
    )  # fmt: skip
    running._settle(run, courses, by=administrator)
    first.delete()
    running.perform(run, courses, by=administrator)
    assert (run.changed, run.refused) == (1, 1)
    assert run.lines.get(outcome=Outcome.REFUSED).reason == "It is not there any more, or not visible to you."


# -- deleting, undoing, actions of domains ---------------------------------------------------------------------------


def test_deleting_refuses_what_others_need(courses, administrator):
    needed, free, other = some_courses(3)
    Course.objects.create(name="Aufbau", builds_on=needed)
    run = do(courses, of(needed, free, other), by=administrator, key="delete")
    assert (run.changed, run.refused) == (2, 1)
    assert "something needs it: 1 course" in run.lines.get(outcome=Outcome.REFUSED).reason
    assert set(Course.objects.values_list("name", flat=True)) == {"Kurs 00000", "Aufbau"}


def test_a_run_is_taken_back_where_nobody_changed_the_record_since(courses, administrator, owner):
    first, second = some_courses(2, city="Halle", tags=["VIP"], starts_on="2026-04-03", owner=owner)
    run = do(
        courses, of(first, second), ("city", "set", "Köln"), ("tags", "empty", None), ("owner", "set", "Jana Brandt"),
        ("starts_on", "set", "2026-05-01"), by=administrator,
    )  # fmt: skip
    with change_set(by=owner):
        Course.objects.filter(pk=second.pk).update(city="Bonn")
    back = jobs.undo(run, by=administrator)
    assert (back.changed, back.refused) == (2, 1)
    assert list(Course.objects.order_by("name").values_list("city", "tags", "owner__name")) == [
        ("Halle", ["VIP"], "Ole Lund"), ("Bonn", ["VIP"], "Ole Lund"),
    ]  # fmt: skip
    assert back.lines.get().reason == "Somebody has changed it since."
    with pytest.raises(ValidationError, match="cannot be undone"):
        jobs.undo(run, by=administrator)


def test_what_was_deleted_comes_back(courses, administrator):
    made = some_courses(3, city="Halle")
    run = do(courses, of(*made[:2]), by=administrator, key="delete")
    assert Course.objects.count() == 1
    assert jobs.undo(run, by=administrator).changed == 2
    assert Course.objects.filter(city="Halle").count() == 3


def test_all_portions_of_a_run_are_one_change(courses, administrator):
    some_courses(1200)
    run = do(courses, ALL, ("city", "set", "Köln"), by=administrator)
    running.perform(run, courses, by=administrator)
    (change,) = ChangeSet.objects.filter(via="bulk")
    assert (change.pk, change.by_id, change.title) == (run.pk, administrator.pk, "City: Köln")
    assert LedgerRow.objects.filter(change_set=run.pk).count() == 1200


def rename(record, *, suffix, by):
    if record.name.endswith(suffix):
        return False
    if record.name.startswith("Kurs 00002"):
        raise ValidationError("This one is not to be renamed.")
    record.name += suffix
    record.save(update_fields=["name"])
    return None


def test_an_action_of_a_domain_is_run_with_its_inputs(courses, administrator, monkeypatch):
    action = RecordAction(
        "rename", "Rename", one_by_one(rename), inputs=(Input("suffix", "Suffix", Text(), required=True),)
    )
    monkeypatch.setattr(type(registry.get("courses")), "actions", [action])
    some_courses(4)
    Course.objects.filter(name="Kurs 00003").update(name="Kurs 00003 neu")
    with pytest.raises(ValidationError, match="“Suffix” must not be empty."):
        jobs.begin(courses, "rename", ALL, {"inputs": {"suffix": " "}}, by=administrator)
    run = jobs.begin(courses, "rename", ALL, {"inputs": {"suffix": "neu"}}, by=administrator)
    assert (run.changed, run.unchanged, run.refused) == (2, 1, 1)
    assert run.lines.get(outcome=Outcome.REFUSED).reason == "This one is not to be renamed."
    assert Course.objects.filter(name="Kurs 00000neu").exists()
