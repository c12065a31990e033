"""Sort keys in Python equal those the database stores."""

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.sorting import Folded, Natural, natural_key, sort_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("ŠKODA Œuvre", "skoda oeuvre"),
        ("Łódź", "lodz"),
        ("Mu\u0308ller", "muller"),
        ("", ""),
    ],
)
def test_sort_key_folds_case_and_accents(text, key):
    assert sort_key(text) == key


def test_natural_key_orders_numbers_by_their_value():
    numbers = ["K-10", "K-9", "10482", "951", "K-9b"]
    assert sorted(numbers, key=natural_key) == ["951", "10482", "K-9", "K-9b", "K-10"]


letters = st.text(alphabet=st.characters(max_codepoint=0x17F, exclude_categories=["Cc", "Cs"]), max_size=40)


@pytest.mark.django_db
def test_keys_of_the_database_are_the_same():
    @given(letters)
    def same(text):
        assert _stored(Folded(Value(text))) == (sort_key(text) or None)
        assert _stored(Natural(Value(text))) == (natural_key(text) or None)

    same()


def _stored(expression):
    from django.contrib.contenttypes.models import ContentType

    query = ContentType.objects.annotate(key=expression).values_list("key", flat=True)
    sql, parameters = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM ({sql}) AS each LIMIT 1", parameters)
        return cursor.fetchone()[0]
