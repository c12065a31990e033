"""What the engine does with contacts: the ledger, undo, erasure, merging, conditions, partitions."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from kundig.parties.actions import merge_parties
from kundig.records import conditions, registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.erasure import erase_record
from kundig.records.ledger import change_set
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.undoing import undo
from kundig.records.search.models import SearchEntry
from kundig.timeline.actions import ReactionTo, change_touchpoint, comment_on, remove_touchpoint, withdraw_comment
from kundig.timeline.models import Comment, Involvement, Reaction, Task, Touchpoint
from tests.accounts.factories import a_user
from tests.parties.factories import an_organisation
from tests.timeline.touchpoints.test_recording import a_call

NOW = timezone.now()


def partition_of(touchpoint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM timeline_touchpoint WHERE id = %s", [touchpoint.pk])
        return cursor.fetchone()[0]


def test_each_quarter_has_its_partition(svenja, dairy):
    made = a_call(dairy, by=svenja, at=dt.datetime(1995, 3, 1, tzinfo=dt.UTC))
    assert partition_of(made) == "timeline_touchpoint_before"
    made = change_touchpoint(made, {"at": NOW}, by=svenja)
    assert partition_of(made) == f"timeline_touchpoint_{NOW.year}q{(NOW.month + 2) // 3}"


def test_quarters_ahead_are_made_once_and_keep_what_came_before_them(svenja, dairy):
    made = a_call(dairy, by=svenja)
    with connection.cursor() as cursor:
        far = timezone.localdate() + dt.timedelta(days=800)
        Touchpoint.objects.filter(pk=made.pk).update(at=timezone.now() + dt.timedelta(days=700))
        assert partition_of(made) == "timeline_touchpoint_after"
        cursor.execute("SELECT timeline_quarters(%s)", [far])
        assert cursor.fetchone()[0] in (7, 8, 9)
        assert partition_of(made) != "timeline_touchpoint_after"
        cursor.execute("SELECT timeline_quarters(%s)", [far])
        assert cursor.fetchone()[0] == 0


def test_removal_is_taken_back_with_all_that_belonged_to_it(svenja, dairy, katrin):
    made = a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")], body="Ganz lang")
    comment_on(made, "Gut!", by=svenja)
    with change_set(by=svenja) as changes:
        remove_touchpoint(made, by=svenja)
    assert not Touchpoint.objects.exists() and not Involvement.objects.exists() and not Reaction.objects.exists()
    undo(changes.id, by=svenja)
    back = Touchpoint.objects.get()
    assert (back.pk, back.at, back.body, back.party_id) == (made.pk, made.at, "Ganz lang", dairy.pk)
    assert list(Involvement.objects.values_list("party_id", "at")) == [(katrin.pk, made.at)]
    assert Reaction.objects.get().offer == "Filter"
    assert Comment.objects.get().text == "Gut!"


def test_recording_is_taken_back_with_all_that_came_with_it(svenja, dairy, katrin):
    with change_set(by=svenja) as changes:
        a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")], key="1")
    result = undo(changes.id, by=svenja)
    assert not result.conflicts
    assert not Touchpoint.objects.exists() and not Involvement.objects.exists() and not Reaction.objects.exists()


def test_change_over_quarters_is_taken_back(svenja, dairy):
    made = a_call(dairy, by=svenja, at=NOW - dt.timedelta(days=1))
    with change_set(by=svenja) as changes:
        change_touchpoint(made, {"at": NOW - dt.timedelta(days=500), "mood": 1}, by=svenja)
    undo(changes.id, by=svenja)
    back = Touchpoint.objects.get()
    assert (back.at, back.mood) == (NOW - dt.timedelta(days=1), None)


def test_merging_leads_everything_to_the_survivor_and_back(svenja, dairy, katrin):
    twin = an_organisation(by=svenja, name="Steinbrück Molkerei")
    made = a_call(twin, by=svenja, reactions=[ReactionTo("Filter", "declined")])
    joined = a_call(katrin, by=svenja, people=[twin, dairy])
    with change_set(by=svenja) as changes:
        merge_parties(dairy, twin, by=svenja)
    kept = Touchpoint.objects.get(pk=made.pk)
    assert (kept.party_id, kept.organisation_id) == (dairy.pk, dairy.pk)
    assert Reaction.objects.get().party_id == dairy.pk
    assert list(Involvement.objects.values_list("touchpoint_id", "party_id")) == [(joined.pk, dairy.pk)]
    undo(changes.id, by=svenja)
    kept = Touchpoint.objects.get(pk=made.pk)
    assert (kept.party_id, kept.organisation_id) == (twin.pk, twin.pk)
    assert Reaction.objects.get().party_id == twin.pk


def test_erasing_leaves_no_word_of_it(svenja, dairy, katrin):
    admin = a_user("Ada Min", role="administrator")
    made = a_call(
        dairy, by=svenja, people=[katrin], body="Geheimnis eins", reactions=[ReactionTo("Geheimfilter", "declined")]
    )
    change_touchpoint(made, {"body": "Geheimnis zwei", "reactions": []}, by=svenja)
    withdraw_comment(comment_on(made, "Geheimnis drei", by=svenja), by=svenja)
    gone = a_call(dairy, by=svenja, body="Geheimnis vier")
    remove_touchpoint(gone, by=svenja)
    assert said() > 0
    erase_record(registry.get("organisations"), dairy, by=admin)
    assert not Touchpoint.objects.exists()
    assert said() == 0


def test_erasing_takes_what_was_planned_along(svenja, dairy):
    admin = a_user("Ada Min", role="administrator")
    tasks, appointments, promises = (registry.get(each) for each in ("tasks", "appointments", "promises"))
    task = create_record(tasks, {"title": "Geheimaufgabe", "party": dairy}, by=svenja)
    change_record(tasks, task, {"title": "Geheimer"}, by=svenja)
    dropped = create_record(tasks, {"title": "Geheim und weg", "party": dairy}, by=svenja)
    delete_record(tasks, dropped, by=svenja)
    begins = {"starts_at": NOW + dt.timedelta(days=1), "place": "Geheimgang"}
    create_record(appointments, {"title": "Geheimtermin", "party": dairy, **begins}, by=svenja)
    create_record(promises, {"text": "Geheimversprechen", "party": dairy}, by=svenja)
    other = create_record(tasks, {"title": "Bleibt", "party": dairy}, by=svenja)
    with change_set(by=svenja) as changes:
        delete_record(tasks, other, by=svenja)
    undo(changes.id, by=svenja)
    other = Task.objects.get(title="Bleibt")
    change_record(tasks, other, {"party": None}, by=svenja)
    assert SearchEntry.objects.filter(record_id=task.pk).exists()
    erase_record(registry.get("organisations"), dairy, by=admin)
    assert list(Task.objects.all()) == [other]
    assert said() == 0
    assert LedgerRow.objects.filter(record=other.pk, before__title="Bleibt").exists()
    found = set(SearchEntry.objects.values_list("record_id", flat=True))
    assert found == {other.pk}


def said():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_ledger WHERE concat(before, after) ILIKE '%%geheim%%'")
        return cursor.fetchone()[0]


def test_deleting_an_organisation_leaves_its_people_their_history(svenja, dairy, katrin):
    made = a_call(katrin, by=svenja)
    dairy.delete()
    assert Touchpoint.objects.get(pk=made.pk).organisation_id is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("touchpoints.count(kind = call, at > today - 90 days) = 0", False),
        ("touchpoints.count(kind = visit) = 0", True),
        ("touchpoints.any(kind = call and mood >= 4)", True),
        ("touchpoints.count(kind = call) >= 2", False),
    ],
)
def test_conditions_ask_contacts_with_people_too(svenja, dairy, katrin, text, holds):
    a_call(katrin, by=svenja, mood=4)
    organisations = registry.get("organisations")
    condition = conditions.read(text, organisations, svenja)
    assert condition.holds(dairy, asker=svenja) is holds
    assert organisations.everything().filter(condition.q(asker=svenja)).exists() is holds


def test_ledger_knows_what_was_there(svenja, dairy):
    made = a_call(dairy, by=svenja, body="Alt")
    change_touchpoint(made, {"body": "Neu"}, by=svenja)
    row = LedgerRow.objects.filter(record=made.pk, op="U").get()
    assert (row.before["body"], row.after["body"]) == ("Alt", "Neu")
