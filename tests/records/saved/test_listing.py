"""`filter` and `view` wherever many are shown: what they narrow, and that nothing is shown where they cannot be had."""

import pytest

from kundig.platform.formats import formats
from kundig.records.listing import ListingError, listing, listing_or_nothing
from kundig.records.saved.models import SavedView, Sharing
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return an_administrator()


@pytest.fixture
def four(courses, user):
    for number, name in enumerate(["Bohren", "Drehen", "Fräsen", "Löten"], start=1):
        Course.objects.create(name=name, seats=number, owner=user)


def names(courses, user, **params):
    asked = listing(courses, user, {n: [v] for n, v in params.items()}, formats=formats("en"))
    found = asked.page(limit=50).ids
    by_id = dict(Course.objects.values_list("pk", "name"))
    return [by_id[pk] for pk in found]


def a_view(user, **values):
    return SavedView.objects.create(**{"object": "courses", "name": "Big ones", "owner": user, **values})


@pytest.mark.usefixtures("four")
def test_a_filter_narrows_the_list(courses, user):
    assert names(courses, user, filter="seats > 2") == ["Fräsen", "Löten"]
    assert names(courses, user, filter="seats > 2", name="löten") == ["Löten"]
    assert names(courses, user, filter="  ") == ["Bohren", "Drehen", "Fräsen", "Löten"]


@pytest.mark.usefixtures("four")
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_where(courses, user):
    with pytest.raises(ListingError) as caught:
        names(courses, user, filter="seats > 2 and seatz = 1")
    (problem,) = caught.value.problems
    assert (problem.start, problem.end) == (14, 19)
    asked, error = listing_or_nothing(courses, user, {"filter": ["seatz = 1"]}, formats=formats("en"))
    assert error.problems and not asked.rows().exists() and not asked.every().exists()
    asked, error = listing_or_nothing(courses, user, {"seatz": ["1"]}, formats=formats("en"))
    assert error and asked.rows().count() == 4


@pytest.mark.usefixtures("four")
def test_a_view_stands_for_filter_search_and_order(courses, user):
    view = a_view(user, filter="seats > 1", sort="-seats")
    assert names(courses, user, view=str(view.pk)) == ["Löten", "Fräsen", "Drehen"]
    assert names(courses, user, view=str(view.pk), sort="seats") == ["Drehen", "Fräsen", "Löten"]
    assert names(courses, user, view=str(view.pk), filter="") == ["Löten", "Fräsen", "Drehen", "Bohren"]
    assert names(courses, user, view="all") == ["Bohren", "Drehen", "Fräsen", "Löten"]


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("asked", ["nonsense", "0198c0de-0000-7000-8000-000000000000", "'; --", "x" * 500])
def test_a_view_that_is_not_there_shows_nothing(courses, user, asked):
    with pytest.raises(ListingError, match="does not exist any more"):
        names(courses, user, view=asked)
    found, error = listing_or_nothing(courses, user, {"view": [asked]}, formats=formats("en"))
    assert error and not found.rows().exists()


@pytest.mark.usefixtures("four")
def test_owner_colleague_and_stranger_open_what_is_shared_with_them(courses, user):
    team = a_team("Süd")
    colleague, stranger = a_user("Kim Kollege", team=team), a_user("Fritz Fremd")
    view = a_view(user)

    def opened_by(who):
        return SavedView.objects.for_user(who).filter(pk=view.pk).exists()

    assert (opened_by(user), opened_by(colleague), opened_by(stranger)) == (True, False, False)
    view.sharing = Sharing.TEAMS
    view.save()
    view.teams.add(team)
    assert (opened_by(user), opened_by(colleague), opened_by(stranger)) == (True, True, False)
    view.sharing = Sharing.ALL
    view.save()
    assert (opened_by(user), opened_by(colleague), opened_by(stranger)) == (True, True, True)
    view.sharing = Sharing.NOBODY
    view.save()
    assert (opened_by(user), opened_by(colleague), opened_by(stranger)) == (True, False, False)
