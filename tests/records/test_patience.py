import pytest
from django.db import connection, transaction

from kundig.records.patience import TooSlow, at_most
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_what_takes_too_long_is_given_up_and_the_transaction_goes_on():
    with transaction.atomic():
        Course.objects.create(name="Soldering")
        with pytest.raises(TooSlow), at_most(20):
            ask("SELECT pg_sleep(5)")
        assert Course.objects.count() == 1
        assert ask("SHOW statement_timeout") == "0"


def test_what_is_quick_is_answered_and_the_limit_ends_with_it():
    with at_most(5000):
        assert ask("SELECT 7") == 7
        assert ask("SHOW statement_timeout") == "5s"
    assert ask("SHOW statement_timeout") == "0"
