"""Questions whose statement is put together once."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import F, Q, Value
from django.utils import timezone

from kundig.platform.composed import composed_once
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile

pytestmark = pytest.mark.django_db


def a_file(name, **values):
    return StoredFile.objects.create(name=name, content_type="text/plain", size=1, sha256="0" * 64, **values)


@composed_once
def of_somebody(seen, most, *, by, since):
    found = StoredFile.objects.filter(seen, created_by=by)
    if since is not None:
        found = found.filter(created_at__gte=since)
    return found.order_by("name")[:most]


def test_rows_are_those_of_the_queryset_each_time(django_assert_num_queries):
    svenja, jana = uuid7(), uuid7()
    first, second, third = (a_file(name, created_by=by) for name, by in (("a", svenja), ("b", svenja), ("c", jana)))
    with django_assert_num_queries(5):
        for _ in range(2):
            assert of_somebody(Q(), 5, by=svenja, since=None) == [first, second]
            assert of_somebody(Q(), 5, by=jana, since=None) == [third]
        assert of_somebody(Q(), 1, by=svenja, since=None) == [first]
    later = timezone.now() + dt.timedelta(hours=1)
    assert of_somebody(Q(), 5, by=svenja, since=later) == []
    assert of_somebody(Q(), 5, by=svenja, since=later - dt.timedelta(days=1)) == [first, second]
    assert of_somebody(Q(), 5, by=None, since=None) == []


def test_it_is_composed_once_for_each_shape():
    composed = []

    @composed_once
    def named(most, *, name):
        composed.append(most)
        return StoredFile.objects.filter(name=name).values_list("name", "size")[:most]

    a_file("a")
    assert [named(2, name=name) for name in ("a", "b", "a")] == [[("a", 1)], [], [("a", 1)]]
    assert named(3, name="a") == [("a", 1)]
    assert composed == [2, 3]


def test_what_a_reader_may_see_is_composed_anew():
    mine, others = uuid7(), uuid7()
    a_file("a", created_by=mine)
    other = a_file("b", created_by=others)

    @composed_once
    def visible(seen, *, kind):
        return StoredFile.objects.filter(seen, content_type=kind).order_by("name")

    assert len(visible(Q(), kind="text/plain")) == 2
    assert visible(Q(created_by=others), kind="text/plain") == [other]
    assert visible(Q(created_by=uuid7()), kind="text/plain") == []
    assert visible(Q(pk__in=()), kind="text/plain") == []
    assert len(visible(Q(), kind="text/plain")) == 2


def test_many_ids_are_one_value():
    @composed_once
    def among(*, ids):
        return StoredFile.objects.filter(pk__among=ids).order_by("name").values_list("name", flat=True)

    made = [a_file(name).pk for name in "abc"]
    assert among(ids=made[:2]) == ["a", "b"]
    assert among(ids=set(made)) == ["a", "b", "c"]
    assert among(ids=[]) == []


def test_what_never_finds_anything_asks_nothing(django_assert_num_queries):
    @composed_once
    def nothing(*, name):
        return StoredFile.objects.filter(name=name).none()

    with django_assert_num_queries(0):
        assert nothing(name="a") == nothing(name="b") == []


def test_a_value_that_is_changed_on_its_way_is_refused():
    @composed_once
    def containing(*, name):
        return StoredFile.objects.filter(name__icontains=name)

    @composed_once
    def larger(*, size):
        return StoredFile.objects.filter(size__gt=size)

    with pytest.raises(TypeError, match="^name is not sent to the database as it is given: SELECT"):
        containing(name="a")
    with pytest.raises(TypeError, match="^5.0 cannot be handed to a statement that is composed once; an id, a day"):
        larger(size=5.0)
    assert larger(size=5) == []


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_by_its_own_connection():
    a_file("a")

    @composed_once
    def every(*, name):
        return StoredFile.objects.filter(name=name).annotate(twice=F("size") * 2)

    found = []

    def ask():
        found.append([each.twice for each in every(name="a")])
        connection.close()

    assert [each.twice for each in every(name="a")] == [2]
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[2]]


def test_only_records_and_lists_of_values_can_be_composed_once():
    @composed_once
    def as_dicts(*, name):
        return StoredFile.objects.filter(name=name).values("name")

    with pytest.raises(TypeError, match="answers records or values_list, no ValuesIterable"):
        as_dicts(name="a")


def test_what_is_the_same_at_each_asking_is_written_into_the_statement(monkeypatch):
    """So that an index on a part of the rows serves it, although it is planned for any parameter."""

    @composed_once
    def named(content_type, most, *, name):
        of_type = StoredFile.objects.filter(content_type=content_type, name=name)
        return of_type.annotate(said=Value("100 % o'clock")).values_list("name", "said")[:most]

    StoredFile.objects.create(name="a", content_type="50%/%s", size=1, sha256="0" * 64)
    sent = []
    execute = ServerBindingCursor.execute

    def remembered(cursor, query, params=None, **options):
        sent.append(params)
        return execute(cursor, query, params, **options)

    monkeypatch.setattr(ServerBindingCursor, "execute", remembered)
    assert named("50%/%s", 2, name="a") == [("a", "100 % o'clock")]
    assert named("50%/%s", 2, name="b") == named("text/plain", 2, name="a") == []
    assert sent == [["a"], ["b"], ["a"]]
