"""Notices about records that have become others."""

import pytest

from kundig.accounts.enums import Scope
from kundig.notices.actions import read, tell
from kundig.notices.models import Notice
from kundig.notices.queries import notices_of, shown
from kundig.parties.actions import merge_parties
from kundig.records import purposes
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def jana():
    return an_administrator()


@pytest.fixture
def twins(jana):
    return an_organisation(by=jana, name="Walzwerk Ahlen GmbH"), an_organisation(by=jana, name="Walzwerk Ahlen")


def told(reader, *firms):
    for firm in firms:
        tell(
            reader, kind="handed", matter="x", object="organisations", records=[firm.pk], data={},
            url=f"/organisations/{firm.pk}/" if len(firms) == 1 else "",
        )  # fmt: skip


def seen(reader):
    (one,) = shown(list(notices_of(reader)), to=reader)
    return one


def test_a_notice_about_a_record_that_was_merged_leads_to_the_survivor_and_back(jana, twins):
    survivor, gone = twins
    told(jana, gone)
    with change_set(by=jana) as merging:
        merge_parties(survivor, gone, by=jana)
    one = seen(jana)
    assert (one.headline, one.url) == ("Walzwerk Ahlen GmbH", f"/organisations/{survivor.pk}/")
    undo(merging.id, by=jana)
    assert (seen(jana).headline, seen(jana).url) == ("Walzwerk Ahlen", f"/organisations/{gone.pk}/")
    assert read(jana, url=f"/organisations/{gone.pk}/") == 1


def test_whoever_opens_the_survivor_has_read_it(jana, twins):
    survivor, gone = twins
    told(jana, gone)
    merge_parties(survivor, gone, by=jana)
    assert read(jana, url=f"/organisations/{survivor.pk}/") == 1


def test_two_that_have_become_one_are_one_in_a_notice(jana, twins):
    told(jana, *twins)
    assert Notice.objects.get().count == 2
    merge_parties(*twins, by=jana)
    assert seen(jana).url == f"/organisations/{twins[0].pk}/"


def test_a_survivor_that_the_reader_may_not_see_is_not_told_of(jana, twins):
    survivor, gone = twins
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    told(stranger, gone)
    merge_parties(survivor, gone, by=jana)
    one = seen(stranger)
    assert "Walzwerk" not in one.headline and not one.url


def test_what_can_be_seen_costs_no_question_after_survivors(jana, twins, django_assert_num_queries):
    told(jana, *twins)
    notices = list(notices_of(jana))
    purposes.active()  # read once for some seconds
    with django_assert_num_queries(1):
        shown(notices, to=jana)
