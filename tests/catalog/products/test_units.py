"""How a unit stands behind a quantity, in both languages."""

from decimal import Decimal

import pytest
from django.utils import translation

from kundig.catalog.enums import Unit, unit_words


@pytest.mark.parametrize(
    ("unit", "quantity", "german", "english"),
    [
        (Unit.YEAR, "1", "Jahr", "year"),
        (Unit.YEAR, "1.000", "Jahr", "year"),
        (Unit.YEAR, "3", "Jahre", "years"),
        (Unit.MONTH, "0.5", "Monate", "months"),
        (Unit.BOTTLE, "1", "Flasche", "bottle"),
        (Unit.BOTTLE, "6", "Flaschen", "bottles"),
        (Unit.PIECE, "1", "Stk.", "pc."),
        (Unit.PIECE, "40", "Stk.", "pc."),
        (Unit.KILOGRAM, "2.5", "kg", "kg"),
    ],
)
def test_one_and_many(unit, quantity, german, english):
    for language, expected in {"de": german, "en": english}.items():
        with translation.override(language):
            assert unit_words(unit, Decimal(quantity)) == expected
