"""Pages by keyset: every row once, in order, forwards and back, with and without values."""

import base64
import datetime as dt
import itertools
import json
import random
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundig.accounts.models import ApiToken, User
from kundig.records import paging
from kundig.records.paging import Cursor, Sift, count_of, decode_cursor, page_of

pytestmark = pytest.mark.django_db
DATE = ApiToken._meta.get_field("last_used_on")


@pytest.fixture
def tokens():
    """Thirty rows, a third without a date, many dates twice."""
    chance = random.Random(7)
    user = User.objects.create(email="jana@example.de", name="Jana Brandt")
    days = [None if chance.random() < 0.3 else dt.date(2026, 1, chance.randint(1, 9)) for _ in range(30)]
    rows = [
        ApiToken(
            user=user,
            name=f"t{n}",
            digest=f"{n:064}",
            scopes=["read"],
            expires_on=dt.date(2027, 1, 1),
            last_used_on=day,
        )
        for n, day in enumerate(days)
    ]
    return ApiToken.objects.bulk_create(rows)


def in_order(rows, *, descending):
    """Empty values last in both directions; ids run with the direction."""
    valued = sorted((r for r in rows if r.last_used_on), key=lambda r: (r.last_used_on, r.pk), reverse=descending)
    empty = sorted((r for r in rows if not r.last_used_on), key=lambda r: r.pk, reverse=descending)
    return [r.pk for r in valued + empty]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("passing", [{"t3", "t17", "t29"}, {f"t{n}" for n in range(0, 30, 2)}, set()])
@pytest.mark.parametrize("probed", [(2, 5), (5, 15), (40, 90)])
def test_pages_of_what_passes_a_sift_show_every_row_once_and_back(tokens, monkeypatch, descending, passing, probed):
    monkeypatch.setattr(paging, "PROBED_FIRST", probed[0])
    monkeypatch.setattr(paging, "PROBED_MOST", probed[1])
    expected = [pk for pk in in_order(tokens, descending=descending) if name_of(pk, tokens) in passing]
    sift = Sift(lambda rows: rows.filter(name__in=passing), lambda rows: rows.filter(name__in=passing))
    seen, cursor, pages = [], None, []
    while True:
        keys = page_of(
            ApiToken.objects.all(), sort="last_used_on", descending=descending, limit=4, cursor=cursor, sift=sift
        )
        assert keys.position == len(seen)
        seen += keys.ids
        pages.append(keys)
        if keys.after is None:
            break
        cursor = decode_cursor(keys.after.encode(), DATE)
    assert seen == expected
    for earlier, page in itertools.pairwise(pages):
        back = decode_cursor(page.before.encode(), DATE)
        again = page_of(
            ApiToken.objects.all(), sort="last_used_on", descending=descending, limit=4, cursor=back, sift=sift
        )
        assert again.ids == earlier.ids


def test_a_sift_that_many_pass_is_asked_of_a_few_rows_only(tokens):
    asked = []

    def of_few(rows):
        asked.append("few")
        return rows

    page_of(ApiToken.objects.all(), sort="last_used_on", descending=False, limit=4, sift=Sift(of_few, asked.append))
    assert asked == ["few"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 4, 7, 30, 50])
def test_pages_show_every_row_once_and_in_order(tokens, descending, limit):
    rows, seen, cursor = ApiToken.objects.all(), [], None
    while True:
        keys = page_of(rows, sort="last_used_on", descending=descending, limit=limit, cursor=cursor)
        assert keys.position == len(seen)
        seen += keys.ids
        if keys.after is None:
            break
        cursor = decode_cursor(keys.after.encode(), DATE)
    assert seen == in_order(tokens, descending=descending)


@pytest.mark.parametrize("descending", [False, True])
def test_going_back_leads_through_the_same_pages(tokens, descending):
    rows, pages, cursor = ApiToken.objects.all(), [], None
    while True:
        keys = page_of(rows, sort="last_used_on", descending=descending, limit=7, cursor=cursor)
        pages.append(keys)
        if keys.after is None:
            break
        cursor = keys.after
    back, here = [], pages[-1]
    while here.before is not None:
        here = page_of(rows, sort="last_used_on", descending=descending, limit=7, cursor=here.before)
        back.append(here)
    assert [k.ids for k in reversed(back)] == [k.ids for k in pages[:-1]]
    assert [k.position for k in reversed(back)] == [k.position for k in pages[:-1]]
    assert back[-1].before is None


def test_page_by_id_needs_no_other_column(tokens):
    first = page_of(ApiToken.objects.all(), sort="id", descending=True, limit=10)
    second = page_of(ApiToken.objects.all(), sort="id", descending=True, limit=10, cursor=first.after)
    assert first.ids + second.ids == sorted((t.pk for t in tokens), reverse=True)[:20]


def test_the_place_is_one_comparison_of_rows(tokens):
    """`a > x OR (a = x AND id > y)` costs a hundred times as much at the end of a long list."""
    cursor = Cursor(dt.date(2026, 1, 4), uuid.uuid4(), 10)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_of(ApiToken.objects.all(), sort="last_used_on", descending=False, limit=5, cursor=cursor)
    assert '("accounts_apitoken"."last_used_on", "accounts_apitoken"."id") > (' in queries[0]["sql"]
    assert "OFFSET" not in queries[0]["sql"]


def as_cursor(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "äöü",
        "",
        "AAAA",
        as_cursor([]),
        as_cursor(["2026-01-01", "no id", 0, 0]),
        as_cursor(["no date", str(uuid.UUID(int=7)), 0, 0]),
        as_cursor([{"a": 1}, str(uuid.UUID(int=7)), 0, 0]),
        as_cursor(["2026-01-01\x00", str(uuid.UUID(int=7)), 0, 0]),
        as_cursor(["2026-01-01", str(uuid.UUID(int=7)), 1e999, 0]),
        as_cursor("2026"),
        "W" * 5000,
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(text):
    with pytest.raises(ValidationError, match="Start again"):
        decode_cursor(text, DATE)


def test_count_is_exact_while_that_is_cheap(tokens):
    count = count_of(ApiToken.objects.all())
    assert (count.value, count.exact) == (30, True)


def test_count_of_many_is_an_estimate_and_says_so(tokens, monkeypatch):
    monkeypatch.setattr("kundig.records.paging.COUNT_EXACT_UP_TO", 20)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_apitoken")
    count = count_of(ApiToken.objects.all())
    assert (count.value, count.exact) == (30, False)


def name_of(pk, tokens):
    return next(token.name for token in tokens if token.pk == pk)
