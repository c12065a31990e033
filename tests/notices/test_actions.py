"""Telling people: once, not of their own doing, and as they wish."""

import pytest
from django.core.exceptions import ValidationError

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.notices.actions import count_for, read, save_wishes, tell, unread
from kundig.notices.enums import Way
from kundig.notices.models import Notice, NoticeWishes
from kundig.notices.queries import notices_of, shown
from kundig.records import purposes
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db
NO_REST = {"rest_begins": "", "rest_ends": "", "days_off": [], "summary_at": "08:00"}


def hand_over(reader, *firms, by=None, **more):
    return tell(
        reader, kind="handed", matter=f"organisations:{by and by.pk}", by=by and by.pk, object="organisations",
        records=[firm.pk for firm in firms], **more,
    )  # fmt: skip


def told(reader):
    return [(each.headline, each.text, each.url, each.is_unread) for each in shown(list(notices_of(reader)), to=reader)]


def test_what_is_told_is_shown_with_the_title_of_today(svenja, jana):
    firm = an_organisation(by=jana)
    assert hand_over(svenja, firm, by=jana)
    firm.name = "Molkerei Nord"
    firm.save()
    assert told(svenja) == [
        ("Molkerei Nord", "Jana Brandt has handed this over to you.", f"/organisations/{firm.pk}/", True)
    ]


def test_nobody_is_told_of_their_own_doing(svenja):
    assert not hand_over(svenja, an_organisation(by=svenja), by=svenja)
    assert not Notice.objects.exists()


def test_the_same_matter_grows_until_it_is_read(svenja, jana):
    firms = [an_organisation(by=jana, name=name) for name in ("Molkerei", "Hafen", "Werft")]
    for firm in firms:
        hand_over(svenja, firm, by=jana)
    (notice,) = Notice.objects.all()
    assert (notice.count, notice.records) == (3, [firm.pk for firm in reversed(firms)])
    assert told(svenja) == [
        ("Werft and 2 others", "Jana Brandt has handed these over to you.", f"/notices/{notice.pk}/", True)
    ]
    read(svenja)
    hand_over(svenja, firms[0], by=jana)
    assert [(each[0], each[3]) for each in told(svenja)] == [("Molkerei", True), ("Werft and 2 others", False)]


def test_a_key_is_told_once_even_after_it_was_read(svenja, jana):
    firm = an_organisation(by=jana)
    assert hand_over(svenja, firm, by=jana, key="run 1")
    read(svenja)
    assert not hand_over(svenja, firm, by=jana, key="run 1")
    assert hand_over(svenja, firm, by=jana, key="run 2")


def test_very_many_are_counted_but_not_all_kept(svenja, jana):
    firms = [an_organisation(by=jana, name=f"Firma {n}") for n in range(103)]
    hand_over(svenja, *firms, by=jana)
    notice = Notice.objects.get()
    assert (notice.count, len(notice.records)) == (103, 100)
    assert told(svenja)[0][0] == "Firma 0 and 102 others"


def test_of_what_one_may_no_longer_see_nothing_is_told(jana):
    stranger = User.objects.with_access(a_scoped_user("Max Horn", Scope.OWN).pk)
    firm, own = an_organisation(by=jana, name="Geheim AG"), an_organisation(by=stranger, name="Eigen GmbH")
    hand_over(stranger, firm, by=jana)
    assert told(stranger) == [("Handed over to you", "You may not see the record any more, or it is gone.", "", True)]
    hand_over(stranger, own, by=jana)
    # Neither what the other is called nor that there is one.
    assert [each[0] for each in told(stranger)] == ["Eigen GmbH"]


def test_a_notice_of_a_kind_that_is_gone_can_still_be_read(svenja):
    Notice.objects.create(reader=svenja, kind="carrier pigeons", matter="x", at="2026-11-18T10:00:00Z")
    assert told(svenja) == [("Notice", "Nobody knows any more what this was about.", "", True)]


def test_an_unknown_kind_is_refused(svenja):
    with pytest.raises(KeyError, match="no kind of notices called 'pigeons'"):
        tell(svenja, kind="pigeons", matter="x")


def test_what_somebody_does_not_want_to_hear_is_not_told(svenja, jana):
    save_wishes(svenja, {**NO_REST, "ways": {"handed": "off"}})
    assert not hand_over(svenja, an_organisation(by=jana), by=jana)


@pytest.mark.parametrize(("wish", "asked", "is_mailed"), [
    ("", None, False), ("", Way.AT_ONCE, True), ("here", Way.AT_ONCE, False), ("at_once", None, True),
    ("daily", None, True),
])  # fmt: skip
def test_the_readers_own_wish_wins_over_the_tellers(svenja, jana, wish, asked, is_mailed):
    save_wishes(svenja, {**NO_REST, "ways": {"handed": wish} if wish else {}})
    hand_over(svenja, an_organisation(by=jana), by=jana, way=asked)
    assert (Notice.objects.get().mail_due_at is not None) == is_mailed


def test_who_opens_the_page_has_read_what_is_about_it(svenja, jana):
    firm = an_organisation(by=jana)
    hand_over(svenja, firm, by=jana)
    tell(svenja, kind="finished", matter="1", data={"title": "Import"}, url="/organisations/import/1/")
    assert count_for(svenja, page="/") == 2
    assert count_for(svenja, page=f"/organisations/{firm.pk}/") == 1
    assert count_for(svenja, page="/") == 1


def test_reading_takes_back_the_mail_and_touches_nobody_elses(svenja, jana):
    firm = an_organisation(by=jana)
    hand_over(svenja, firm, by=jana, way=Way.AT_ONCE)
    hand_over(jana, firm)
    assert read(svenja) == 1
    assert list(Notice.objects.filter(read_at=None).values_list("reader", flat=True)) == [jana.pk]
    assert Notice.objects.get(reader=svenja).mail_due_at is None


def test_a_notice_can_be_put_back_unless_the_matter_came_up_anew(svenja, jana):
    firm = an_organisation(by=jana)
    hand_over(svenja, firm, by=jana)
    notice = Notice.objects.get()
    read(svenja)
    unread(jana, notice.pk)  # not hers
    assert Notice.objects.get().read_at is not None
    unread(svenja, notice.pk)
    assert Notice.objects.get().read_at is None
    read(svenja)
    hand_over(svenja, firm, by=jana)
    unread(svenja, notice.pk)
    assert Notice.objects.filter(read_at=None).count() == 1


@pytest.mark.parametrize(("values", "field", "words"), [
    ({"ways": {"handed": "pigeon"}}, "ways", "is no way to be told"),
    ({"rest_begins": "25:00", "rest_ends": "07:00"}, "rest_begins", "is no time of day"),
    ({"rest_begins": "19:00", "rest_ends": ""}, "rest_ends", "Give both times"),
    ({"days_off": ["7"]}, "days_off", "Days are numbers"),
    ({"days_off": list("0123456")}, "days_off", "Leave at least one day"),
    ({"summary_at": "morning"}, "summary_at", "is no time of day"),
])  # fmt: skip
def test_wishes_that_make_no_sense_are_refused_at_their_field(svenja, values, field, words):
    with pytest.raises(ValidationError) as problem:
        save_wishes(svenja, {**NO_REST, **values})
    assert words in problem.value.message_dict[field][0]
    assert not NoticeWishes.objects.exists()


def test_showing_costs_the_same_queries_for_many(svenja, jana, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    hand_over(svenja, an_organisation(by=jana), by=jana)
    purposes.active()  # read once for some seconds
    with CaptureQueriesContext(connection) as one:
        told(svenja)
    for n in range(3):
        hand_over(svenja, an_organisation(by=jana, name=f"F {n}"), data={"rule": str(n)})
        Notice.objects.filter(matter="organisations:None").update(matter=f"x{n}")
    assert Notice.objects.count() == 4
    with django_assert_num_queries(len(one)):
        told(svenja)
