"""Handovers: begun by a change of the person in charge or by an absence, confirmed, ended when it is taken back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from kundig.accounts.actions import name_deputy
from kundig.accounts.actions.deputies import end_deputyship
from kundig.accounts.models import User
from kundig.notices.models import Notice
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.records.events import RecordsChanged, Via
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline.actions import (
    confirm_receipt,
    end_absence,
    hand_over_for_absence,
    take_receipt_back,
    tell_of_absences,
    write_sentence,
)
from kundig.timeline.handlers.handing import follow_the_person_in_charge
from kundig.timeline.models import Handover
from kundig.timeline.queries.handovers import batches_of, handovers_of, in_batch, running_of, waiting_for
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import an_organisation

TODAY = timezone.localdate()
WEEK = dt.timedelta(days=7)


@pytest.fixture
def paula(db):
    return a_user("Paula Roth", role="sales")


@pytest.fixture
def jana(db):
    return an_administrator("Jana Brandt")


def give(parties, *, to, by, via=Via.HAND):
    """Change the person in charge, and let the handler do what it does; answers the change set."""
    description = registry.get("organisations")
    with change_set(by=by, via=via) as changes:
        for party in parties:
            change_record(description, party, {"owner": to.pk}, by=by, via=via)
    heard(parties, changes.id, by=by, via=via)
    return changes.id


def heard(parties, change_set_id, *, by, via=Via.HAND):
    ids = tuple(str(party.pk) for party in parties)
    follow_the_person_in_charge(
        RecordsChanged("organisations", ids, str(by.pk), via.value, change_set=str(change_set_id))
    )


def firms(by, count=3):
    return [an_organisation(by=by, name=f"Molkerei {n}") for n in range(count)]


def test_change_of_the_person_in_charge_begins_a_handover(svenja, paula):
    given = firms(svenja)
    batch = give(given, to=paula, by=svenja)
    found = Handover.objects.filter(batch=batch)
    assert {(each.party_id, each.giver, each.taker, each.reason) for each in found} == {
        (firm.pk, svenja, paula, "owner") for firm in given
    }
    heard(given, batch, by=svenja)
    assert Handover.objects.count() == 3
    assert [(each.count, each.received, each.is_mine) for each in batches_of(paula)] == [(3, 0, True)]
    assert [(each.count, each.is_mine) for each in batches_of(svenja)] == [(3, False)]
    assert waiting_for(paula) == 3


def test_giver_who_did_not_do_it_is_told_once_for_thirty(svenja, paula, jana):
    batch = give(firms(svenja, 30), to=paula, by=jana, via=Via.BULK)
    told = Notice.objects.filter(reader=svenja, kind="handover_given")
    assert [(each.count, each.data["customers"], each.url) for each in told] == [(1, 30, f"/handovers/{batch}/")]
    give(firms(svenja, 1), to=paula, by=svenja)
    assert Notice.objects.filter(kind="handover_given").count() == 1


def test_new_customer_and_customer_without_anybody_are_not_handed_over(svenja, paula, jana):
    firm = an_organisation(by=svenja, name="Adler AG")
    assert not Handover.objects.exists()
    give([firm], to=svenja, by=jana)
    assert not Handover.objects.exists()


def test_undo_of_the_change_ends_the_handover(svenja, paula):
    given = firms(svenja, 2)
    batch = give(given, to=paula, by=svenja)
    undo(batch, by=svenja)
    heard(given, batch, by=svenja, via=Via.UNDO)
    assert Handover.objects.filter(ended_at=None).count() == 0
    assert batches_of(paula) == []


def test_handing_on_ends_the_handover_before(svenja, paula, jana):
    [firm] = firms(svenja, 1)
    first, second = give([firm], to=paula, by=svenja), give([firm], to=jana, by=paula)
    assert [(each.batch, each.taker) for each in running_of(firm)] == [(second, jana)]
    assert Handover.objects.get(batch=first).ended_at is not None


def test_only_the_successor_confirms_and_the_giver_hears_of_it_once(svenja, paula, jana):
    batch = give(firms(svenja), to=paula, by=svenja)
    with pytest.raises(PermissionDenied):
        confirm_receipt(in_batch(batch, user=svenja), by=svenja)
    assert waiting_for(paula) == 3
    assert confirm_receipt(in_batch(batch, user=paula), by=paula) == 3
    assert confirm_receipt(in_batch(batch, user=paula), by=paula) == 0
    one = Handover.objects.filter(batch=batch).first()
    assert (one.received_by, one.received_at is not None) == (paula, True)
    assert [each.data["customers"] for each in Notice.objects.filter(reader=svenja, kind="handover_received")] == [3]
    take_receipt_back([one], by=paula)
    assert waiting_for(paula) == 1
    with pytest.raises(PermissionDenied):
        take_receipt_back(list(in_batch(batch, user=jana)) or list(Handover.objects.filter(batch=batch)), by=jana)


def test_giver_writes_a_sentence_and_nobody_else(svenja, paula):
    batch = give(firms(svenja, 2), to=paula, by=svenja)
    write_sentence(in_batch(batch, user=svenja), "  Herr Renz entscheidet,\n er mag keine Mails. ", by=svenja)
    assert set(Handover.objects.values_list("sentence", flat=True)) == {"Herr Renz entscheidet, er mag keine Mails."}
    with pytest.raises(PermissionDenied):
        write_sentence(in_batch(batch, user=paula), "Falsch", by=paula)
    with pytest.raises(ValidationError, match="501"):
        write_sentence(in_batch(batch, user=svenja), "x" * 501, by=svenja)


def test_absence_hands_over_for_its_time(svenja, paula, jana):
    firms(svenja, 2)
    an_organisation(by=jana, name="Fremd")
    away = name_deputy(svenja, deputy=paula, starts_on=TODAY, ends_on=TODAY + WEEK, by=svenja)
    assert hand_over_for_absence(away) == 2
    assert hand_over_for_absence(away) == 0
    assert [(each.reason, each.ends_on, each.count) for each in batches_of(paula)] == [("absence", TODAY + WEEK, 2)]
    assert tell_of_absences(on=TODAY) == 1
    assert tell_of_absences(on=TODAY) == 0
    told = Notice.objects.get(kind="handover_absence")
    assert (told.reader, told.data["customers"]) == (paula, 2)
    tell_of_absences(on=TODAY + WEEK + dt.timedelta(days=1))
    assert batches_of(paula) == []


def test_absence_to_come_is_seen_by_who_goes_and_not_yet_by_the_deputy(svenja, paula):
    firms(svenja, 1)
    away = name_deputy(svenja, deputy=paula, starts_on=TODAY + WEEK, ends_on=TODAY + 2 * WEEK, by=svenja)
    hand_over_for_absence(away)
    assert handovers_of(User.objects.with_access(svenja.pk)).count() == 1
    assert handovers_of(User.objects.with_access(paula.pk)).count() == 0
    assert tell_of_absences(on=TODAY) == 0
    key = away.pk
    end_deputyship(away, by=svenja)
    assert end_absence(key) == 1


def test_pages_are_for_the_two_of_them(svenja, paula):
    stranger = a_user("Max Horn", role="sales")
    [firm] = firms(svenja, 1)
    batch = give([firm], to=paula, by=svenja)
    one = Handover.objects.get()
    addresses = [f"/handovers/{batch}/", f"/handovers/{batch}/{one.pk}/"]
    for reader, status in ((svenja, 200), (paula, 200), (stranger, 404)):
        client = Client()
        client.force_login(reader)
        assert [client.get(address).status_code for address in addresses] == [status, status]
        assert ("Molkerei 0" in client.get(f"/organisations/{firm.pk}/panels/handovers/").content.decode()) is False
    client = Client()
    client.force_login(paula)
    assert client.post(f"/handovers/{batch}/{one.pk}/receipt/")["Location"] == f"/handovers/{batch}/{one.pk}/"
    one.refresh_from_db()
    assert one.received_by == paula
    assert client.post(f"/handovers/{batch}/{one.pk}/sentence/", {"sentence": "Nein"}).status_code == 403
