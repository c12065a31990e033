"""Writing behind: the program goes on while the server takes in what was sent; nothing is lost or out of order."""

import threading
from concurrent.futures import Future

import psycopg
import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from kundig.platform import behind
from kundig.platform.behind import Behind, writing_behind
from kundig.platform.copying import copy_rows
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = ("id", "name", "content_type", "size", "sha256", "created_at")


def put(*names, size=1):
    copy_rows(StoredFile, COLUMNS, [(uuid7(), name, "text/plain", size, "0" * 64, "2026-01-01") for name in names])


def names():
    return set(StoredFile.objects.values_list("name", flat=True))


def another():
    return psycopg.connect(**connection.get_connection_params() | {"prepare_threshold": None}, autocommit=True)


def test_the_program_goes_on_while_the_server_is_kept_waiting():
    with another() as other, writing_behind(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")  # who waits here would wait for himself
        with other.transaction():
            other.execute("LOCK TABLE platform_storedfile IN EXCLUSIVE MODE")
            put("a", "b")
        assert names() == {"a", "b"}


def test_all_keeps_its_order_and_is_there_for_the_next_question():
    with writing_behind(), transaction.atomic():
        put("a")
        behind.write("UPDATE platform_storedfile SET name = name || %s::text", ["+"])
        put("b")
        assert names() == {"a+", "b"}
    assert names() == {"a+", "b"}


def test_some_fields_of_a_record_are_saved():
    record = StoredFile.objects.create(name="a", content_type="text/plain", size=1, sha256="0" * 64)
    record.name, record.size, record.sha256 = "b", 2, "1" * 64
    for context in (writing_behind(), transaction.atomic()):
        with context:
            behind.save(record, "name", "size")
        record.refresh_from_db()
        assert (record.name, record.size, record.sha256) == ("b", 2, "0" * 64)
        record.size = 3
        behind.save(record, "size")
        record.size = 2
        behind.save(record, "size")


def test_what_goes_wrong_is_heard_at_the_next_question_and_undoes_the_transaction():
    with writing_behind():
        with pytest.raises(DataError, match="invalid input syntax"), transaction.atomic():
            put("a")
            put("b", size="many")
            put("c")
            names()
        assert names() == set()
        put("d")
    assert names() == {"d"}


def test_what_goes_wrong_last_is_heard_at_the_end():
    with pytest.raises(IntegrityError, match="platform_storedfile_size_check"), writing_behind():
        with transaction.atomic():
            put("a")
        with transaction.atomic():
            put("b", size=-1)
    assert names() == {"a"}
    with transaction.atomic():
        put("c")
    assert names() == {"a", "c"}


def test_after_what_goes_wrong_in_the_program_nothing_is_kept_either():
    """The server knows nothing of it, and would take the commit that was sent after it."""
    with pytest.raises(ProgrammingError, match="placeholders"), writing_behind():
        with transaction.atomic():
            put("a")
            behind.write("SELECT 1", ["too much"])
            put("b")
        with transaction.atomic():
            put("c")
    assert names() == set()
    assert connection.connection.autocommit


def test_inside_a_transaction_savepoints_take_the_place_of_transactions():
    with another() as other, transaction.atomic(), writing_behind():
        with other.transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            other.execute("LOCK TABLE platform_storedfile IN EXCLUSIVE MODE")
            with transaction.atomic():
                put("a")
        with pytest.raises(KeyError), transaction.atomic():
            put("b")
            raise KeyError
        with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
            put("c", size=-1)
        assert names() == {"a"}
    assert names() == {"a"}


def test_a_commit_that_is_refused_is_heard():
    with pytest.raises(IntegrityError, match="violates foreign key"), writing_behind(), transaction.atomic():
        copy_rows(Course, ("id", "name", "builds_on_id"), [(uuid7(), "a", uuid7())])
    assert not Course.objects.exists()
    assert connection.connection.autocommit


def test_inside_a_transaction_what_a_commit_would_refuse_is_refused():
    with transaction.atomic():
        refused = pytest.raises(IntegrityError, match="violates foreign key")
        with refused, transaction.atomic(), writing_behind(), transaction.atomic():
            copy_rows(Course, ("id", "name", "builds_on_id"), [(uuid7(), "a", uuid7())])
        assert not Course.objects.exists()


def test_commits_too_are_behind_but_before_what_is_to_be_done_after_them():
    seen = []

    def look():
        with another() as other:
            seen.append({name for (name,) in other.execute("SELECT name FROM platform_storedfile").fetchall()})

    with writing_behind():
        with transaction.atomic():
            put("a")
        with transaction.atomic():
            put("b")
            transaction.on_commit(look)
    look()
    assert seen == [{"a", "b"}, {"a", "b"}]
    assert connection.get_autocommit()
    assert connection.connection.autocommit


def test_whoever_fails_between_leaves_a_connection_that_works():
    with pytest.raises(KeyError), writing_behind(), transaction.atomic():
        put("a")
        raise KeyError
    assert names() == set()
    assert "behind" not in {thread.name.partition("_")[0] for thread in threading.enumerate()}


def test_whoever_is_interrupted_while_waiting_still_waits_before_rolling_back(monkeypatch):
    ends, done = threading.Event(), []
    each = Behind()
    each.do(lambda: done.append(ends.wait(20)))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Future, "exception", interrupted)
        each.catch_up()
    ends.set()
    each.catch_up()
    assert done == [True]
    each.end()


def interrupted(_future):
    raise KeyboardInterrupt
