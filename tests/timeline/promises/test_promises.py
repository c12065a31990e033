"""Promises that are noted, taken over from notes, kept, broken, taken back and told when due."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.notices.models import Notice
from kundig.parties.actions import merge_parties
from kundig.records import conditions, registry
from kundig.records.erasure import erase_record
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline.actions import (
    break_promise,
    bring_back,
    change_touchpoint,
    dismiss,
    keep_promise,
    make_promise,
    record_touchpoint,
    remind_of_promises,
    remove_touchpoint,
    reopen_promise,
    take_over,
)
from kundig.timeline.enums import Side
from kundig.timeline.events import TouchpointRecorded, TouchpointRemoved
from kundig.timeline.handlers.promising import forget_what_was_proposed, look_for_promises
from kundig.timeline.models import Promise, PromiseProposal, Touchpoint
from kundig.timeline.queries.promises import KeptRate, around, due_promises, kept_rates, open_promises, open_proposals
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

TODAY = timezone.localdate()
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)
NOTE = "Gutes Gespräch. Ich schicke Ihnen morgen das Angebot, und er meldet sich in zwei Wochen."


@pytest.fixture
def delivered(db):
    """What the handlers do with what has happened."""

    def deliver():
        for proposal in PromiseProposal.objects.exclude(touchpoint__in=Touchpoint.objects.values("pk")):
            forget_what_was_proposed(TouchpointRemoved(proposal.touchpoint, timezone.now(), proposal.party_id))
        for each in Touchpoint.objects.all():
            look_for_promises(TouchpointRecorded(each.pk, each.at, each.party_id))

    return deliver


def a_promise(party, *, by, text="Datenblatt schicken", side=Side.WE, due_on=TOMORROW, **values):
    return make_promise(party, text=text, side=side, due_on=due_on, by=by, **values)


def a_note(party, *, by, body=NOTE, kind="note"):
    return record_touchpoint(kind=kind, party=party, by=by, body=body)


def test_promise_is_seen_to_by_who_noted_it(svenja, dairy):
    made = a_promise(dairy, by=svenja, text="  Datenblatt\n schicken. ")
    assert (made.text, made.side, made.due_on, made.assignee, made.is_open) == (
        "Datenblatt schicken", Side.WE, TOMORROW, svenja, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "   "}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"side": "both"}, "side"),
        ({"due_on": dt.date(2226, 1, 1)}, "due_on"),
        ({"due_on": dt.date(226, 1, 1)}, "due_on"),
    ],
)
def test_promise_that_cannot_be_meant_is_refused_at_its_field(svenja, dairy, values, field):
    with pytest.raises(ValidationError) as refused:
        make_promise(dairy, by=svenja, **{"text": "Anrufen", "side": "we", "due_on": None, **values})
    assert list(refused.value.message_dict) == [field]
    assert not Promise.objects.exists()


def test_owner_colleague_and_stranger(svenja, db):
    team = None
    owner = a_scoped_user("Ole Lund", Scope.OWN, team=team)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    firm = an_organisation(by=owner)
    made = a_promise(firm, by=owner)
    description = registry.get("promises")
    assert list(description.visible_to(owner)) == [made]
    assert not description.visible_to(stranger).exists()
    with pytest.raises(PermissionDenied):
        a_promise(firm, by=stranger)
    with pytest.raises(PermissionDenied):
        keep_promise(made, by=stranger)
    made.refresh_from_db()
    assert made.is_open and Promise.objects.count() == 1


def test_promise_is_kept_once_and_the_change_takes_it_back(svenja, dairy):
    made = a_promise(dairy, by=svenja)
    with change_set(by=svenja) as changes:
        kept = keep_promise(made, by=svenja)
    assert (kept.kept_at is not None, kept.settled_by) == (True, svenja)
    again = break_promise(made, by=svenja)
    assert again.broken_at is None and again.kept_at == kept.kept_at
    undo(changes.id, by=svenja)
    made.refresh_from_db()
    assert made.is_open and made.settled_by is None
    assert break_promise(made, by=svenja).broken_at is not None
    assert reopen_promise(made, by=svenja).is_open


def test_kept_rate_counts_what_is_settled_by_side(svenja, dairy, katrin):
    for _each in range(2):
        keep_promise(a_promise(dairy, by=svenja), by=svenja)
    break_promise(a_promise(katrin, by=svenja), by=svenja)
    keep_promise(a_promise(katrin, by=svenja, side=Side.THEY), by=svenja)
    a_promise(dairy, by=svenja)
    assert kept_rates(around(dairy, user=svenja)) == {Side.WE: KeptRate(3, 2), Side.THEY: KeptRate(1, 1)}
    assert kept_rates([dairy.pk]) == {Side.WE: KeptRate(2, 2)}


def test_what_is_due_first_stands_first_and_what_has_no_day_last(svenja, dairy, katrin):
    last, second = a_promise(dairy, by=svenja, due_on=None), a_promise(katrin, by=svenja)
    first = a_promise(dairy, by=svenja, due_on=YESTERDAY)
    assert list(open_promises(around(dairy, user=svenja))) == [first, second, last]


def test_note_proposes_what_it_promises_and_one_click_takes_it_over(svenja, dairy, delivered):
    note = a_note(dairy, by=svenja)
    delivered()
    proposed = open_proposals([dairy.pk])
    assert [(each.side, each.text, each.due_on) for each in proposed] == [
        ("we", "Ich schicke Ihnen morgen das Angebot", TOMORROW),
        ("they", "Er meldet sich in zwei Wochen", TODAY + dt.timedelta(weeks=2)),
    ]
    with change_set(by=svenja) as changes:
        made = take_over(proposed[0], by=svenja)
    assert (made.text, made.side, made.due_on, made.from_touchpoint) == (
        "Ich schicke Ihnen morgen das Angebot", "we", TOMORROW, note.pk,
    )  # fmt: skip
    assert take_over(proposed[0], by=svenja) == made
    assert [each.side for each in open_proposals([dairy.pk])] == ["they"]
    undo(changes.id, by=svenja)
    assert not Promise.objects.exists()
    assert [each.side for each in open_proposals([dairy.pk])] == ["we", "they"]


def test_dismissed_proposal_stays_away_until_it_is_brought_back(svenja, dairy, delivered):
    note = a_note(dairy, by=svenja)
    delivered()
    proposal = open_proposals([dairy.pk])[0]
    dismiss(proposal, by=svenja)
    change_touchpoint(note, {"summary": "Anders"}, by=svenja)
    delivered()
    assert [each.side for each in open_proposals([dairy.pk])] == ["they"]
    bring_back(proposal, by=svenja)
    assert len(open_proposals([dairy.pk])) == 2


def test_proposals_follow_the_words_of_the_note(svenja, dairy, delivered):
    note = a_note(dairy, by=svenja)
    delivered()
    delivered()
    change_touchpoint(note, {"body": "Er meldet sich in zwei Wochen."}, by=svenja)
    delivered()
    assert list(PromiseProposal.objects.values_list("side", flat=True)) == ["they"]
    remove_touchpoint(note, by=svenja)
    delivered()
    assert not PromiseProposal.objects.exists()


def test_words_of_others_and_old_notes_propose_nothing(svenja, dairy, delivered):
    a_note(dairy, by=svenja, kind="mail")
    delivered()
    assert not PromiseProposal.objects.exists()
    a_note(dairy, by=svenja)
    delivered()
    later = timezone.now() + dt.timedelta(days=31)
    assert open_proposals([dairy.pk], now=later) == []


def test_name_of_a_colleague_makes_it_ours(svenja, dairy, delivered):
    a_note(dairy, by=svenja, body="Svenja schickt morgen das Angebot.")
    delivered()
    assert PromiseProposal.objects.get().side == "we"


def test_due_promises_are_told_once_in_one_notice(svenja, dairy):
    ours = [a_promise(dairy, by=svenja, due_on=TODAY), a_promise(dairy, by=svenja, due_on=YESTERDAY)]
    a_promise(dairy, by=svenja, due_on=TOMORROW)
    a_promise(dairy, by=svenja, side=Side.THEY, due_on=TODAY)
    theirs = a_promise(dairy, by=svenja, side=Side.THEY, due_on=YESTERDAY)
    keep_promise(a_promise(dairy, by=svenja, due_on=TODAY), by=svenja)
    assert remind_of_promises(on=TODAY) == 3
    told = Notice.objects.get()
    assert (told.reader, told.kind, told.count, set(told.records)) == (
        svenja, "promises_due", 3, {theirs.pk, *(each.pk for each in ours)},
    )  # fmt: skip
    assert remind_of_promises(on=TODAY) == 0
    assert Notice.objects.count() == 1
    assert set(due_promises(User.objects.with_access(svenja.pk), on=TODAY)) == {theirs, *ours}


def test_nobody_is_told_of_customers_whom_they_may_not_see(db, svenja):
    firm = an_organisation(by=svenja)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    a_promise(firm, by=svenja, due_on=TODAY, assignee=stranger)
    assert remind_of_promises(on=TODAY) == 0
    assert not Notice.objects.exists()


def test_merged_customers_keep_their_promises_and_erased_ones_none(svenja, dairy, delivered):
    twin = an_organisation(by=svenja)
    made = a_promise(twin, by=svenja)
    a_note(twin, by=svenja)
    delivered()
    administrator = an_administrator()
    merge_parties(dairy, twin, by=administrator)
    made.refresh_from_db()
    assert made.party_id == dairy.pk
    assert len(open_proposals([dairy.pk])) == 2
    erase_record(registry.get("organisations"), type(dairy).objects.get(pk=dairy.pk), by=administrator)
    assert not Promise.objects.exists() and not PromiseProposal.objects.exists()


def test_conditions_count_promises(svenja, dairy):
    other = an_organisation(by=svenja, name="Adler AG")
    a_promise(dairy, by=svenja, due_on=YESTERDAY)
    description = registry.get("organisations")
    condition = conditions.read("promises.count(due_on < today) > 0", description, svenja)
    assert list(description.everything().filter(condition.q(asker=svenja)).values_list("pk", flat=True)) == [dairy.pk]
    assert other.pk != dairy.pk


def test_key_of_a_contact_that_is_gone_leads_nowhere(svenja, dairy):
    made = a_promise(dairy, by=svenja, touchpoint=uuid.uuid4())
    assert Promise.objects.get(pk=made.pk).from_touchpoint is not None
