"""The connection of a worker between two requests: nobody asks whether it holds, and one that broke is exchanged."""

import psycopg
import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def kept():
    """A connection that has answered a request before; only its own thread's is at stake."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    yield pid
    connection.close()


def backend():
    connection.health_check_done = False  # what the beginning of a request does
    connection.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def asked_of(monkeypatch):
    """The statements that go to the server beside Django's log of them."""
    seen = []
    usual = psycopg.Cursor.execute

    def execute(self, query, *args, **options):
        seen.append(query)
        return usual(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    return seen


@pytest.mark.django_db(transaction=True)
def test_one_that_is_quiet_is_not_asked(kept, monkeypatch):
    seen = asked_of(monkeypatch)
    with CaptureQueriesContext(connection) as log:
        assert backend() == kept
    assert len(log) == 1
    assert "SELECT 1" not in seen


@pytest.mark.django_db(transaction=True)
def test_one_that_the_server_ended_is_exchanged_unnoticed(kept):
    with psycopg.connect(**connection.get_connection_params() | {"prepare_threshold": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])
    assert backend() != kept


@pytest.mark.django_db(transaction=True)
def test_one_that_was_closed_here_is_exchanged(kept):
    connection.connection.close()
    close_old_connections()
    assert backend() != kept
