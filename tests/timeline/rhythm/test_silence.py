"""When a silence is unusual: the rule, the same in SQL, and what it is worth on real purchases."""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.timeline.models import Touchpoint
from kundig.timeline.queries.habits import CONTACTS, pasts_of
from kundig.timeline.rules.silence import APART, FEWEST, MOST, habit
from tests.parties.factories import an_organisation

gaps = st.lists(st.integers(1, 400), max_size=40)
PURCHASES = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdnow" / "CDNOW_master.txt"


@pytest.mark.parametrize(
    ("gaps", "usual", "patience"),
    [
        ([30] * 5, 30, 57),
        ([28, 30, 31, 35, 30, 29], 30, 57),
        ([10, 20, 40, 20, 10, 40, 20], 20, 262),
        ([30, 30, 30, 30, 300], 30, 57),
        ([30, 30, 30, 30, 30, 1, 1, 1, 2], 30, 57),
        ([90] * MOST + [10] * MOST, 10, 19),
    ],
)
def test_usual_and_patience(gaps, usual, patience):
    found = habit(gaps)
    assert (found.usual, found.patience) == (usual, patience)


@pytest.mark.parametrize("gaps", [[], [30] * (FEWEST - 1), [APART - 1] * 50])
def test_too_little_is_known(gaps):
    assert habit(gaps) is None


@given(gaps)
def test_nobody_is_unusually_quiet_before_their_usual_day(gaps):
    found = habit(gaps)
    assert found is None or found.patience > found.usual * 1.8


@given(st.lists(st.integers(APART, 400), min_size=FEWEST, max_size=MOST), st.integers(2, 5))
def test_one_outlier_more_does_not_make_patient_without_bounds(gaps, times):
    more = habit([*gaps[1:], max(gaps) * 100])
    assert more.patience <= 32_000 and more.usual <= max(gaps) + 1


@pytest.fixture
def firm(svenja):
    return an_organisation(by=svenja)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_sql_reckons_the_same(firm, gaps):
    Touchpoint.objects.all().delete()
    # At noon: late in the evening, the end of summer time between two of them would make it a day less.
    first = timezone.localtime().replace(hour=12) - dt.timedelta(days=sum(gaps) + 1)
    moments = [first + dt.timedelta(days=sum(gaps[:number])) for number in range(len(gaps) + 1)]
    Touchpoint.objects.bulk_create(
        Touchpoint(party_id=firm.pk, organisation_id=firm.pk, kind="call", at=at, two_way=True) for at in moments
    )
    past, expected = pasts_of([firm.pk])[firm.pk], habit(gaps)
    assert past.last == {"call": timezone.localdate(moments[-1])}
    assert [each.habit for each in past.habits if each.source == CONTACTS] == ([expected] if expected else [])


@pytest.mark.skipif(not PURCHASES.exists(), reason="the shared data are not beside the work tree")
def test_on_real_purchases_an_alarm_says_something():
    """Customers of CDNOW at the end of 1997: of those who are called unusually quiet, far fewer come back."""
    bought = {}
    for line in PURCHASES.read_text().splitlines():
        if len(parts := line.split()) == 4:
            bought.setdefault(parts[0], set()).add(dt.date.fromisoformat(parts[1]))
    day, weeks = dt.date(1997, 12, 31), dt.timedelta(weeks=13)
    came_back = {True: [], False: []}
    for days in bought.values():
        known = sorted(each for each in days if each <= day)
        found = habit([(b - a).days for a, b in pairwise(known)])
        if found is not None:
            is_quiet = (day - known[-1]).days > found.patience
            came_back[is_quiet].append(any(day < each <= day + weeks for each in days))
    quiet, others = came_back[True], came_back[False]
    assert (len(quiet), len(others)) == (228, 1455)
    assert (round(sum(quiet) / len(quiet), 2), round(sum(others) / len(others), 2)) == (0.42, 0.66)
