"""Postal codes and towns."""

import pytest

from kundig.parties.rules.places import is_postal_code_of, split_town, tidy_postal_code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A-4400 Steyr", ("AT", "4400", "Steyr")),
        ("80999 München", ("", "80999", "München")),
        ("D - 80999", ("DE", "80999", "")),
        ("S-958 22 Luleå", ("SE", "958 22", "Luleå")),
        ("01-012 Warszawa", ("", "01-012", "Warszawa")),
        ("1012 AB Amsterdam", ("", "1012 AB", "Amsterdam")),
        ("Frankfurt a. M.", ("", "", "Frankfurt a. M.")),
        ("", ("", "", "")),
    ],
)
def test_split_town_takes_country_code_and_town_apart(text, found):
    assert split_town(text) == found


def test_tidy_postal_code_takes_the_sign_off_and_gives_zeros_back():
    assert tidy_postal_code("A-4400", country="") == ("AT", "4400")
    assert tidy_postal_code("4179", country="DE") == ("DE", "04179")
    assert tidy_postal_code("4400", country="AT") == ("AT", "4400")


def test_is_postal_code_of_counts_the_digits_of_a_country():
    assert is_postal_code_of("DE", "80999")
    assert not is_postal_code_of("DE", "8099")
    assert is_postal_code_of("CH", "8001")
    assert is_postal_code_of("GB", "WA1 1DP")
    assert is_postal_code_of("DE", "")
