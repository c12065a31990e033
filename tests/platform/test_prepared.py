"""Statements that are planned once in a connection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundig.platform.prepared import prepared_cursor

pytestmark = pytest.mark.django_db
ASKED = "SELECT %s::int + 1 AS planned_once"


def ask(number):
    with prepared_cursor() as cursor:
        cursor.execute(ASKED, [number])
        return cursor.fetchone()[0]


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%planned_once%'")
        return cursor.fetchone()[0]


def test_what_is_asked_again_is_kept():
    assert [ask(number) for number in range(4)] == [1, 2, 3, 4]
    assert kept() == 1


def test_in_front_of_another_server_nothing_is_kept(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    before = kept()
    assert [ask(number) for number in range(4)] == [1, 2, 3, 4]
    assert kept() == before


def test_other_cursors_stay_as_they_are():
    ask(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1000; SELECT 1")  # two at once, which only those can
    assert connection.connection.cursor_factory is not None


def test_the_log_of_statements_has_them_with_their_values():
    with CaptureQueriesContext(connection) as queries:
        for number in range(4):
            ask(number)
    assert [each["sql"] for each in queries.captured_queries] == [
        f"SELECT {number}::int + 1 AS planned_once" for number in range(4)
    ]
