"""Countries as people and files write them."""

import pytest

from kundig.platform import countries


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("Deutschland", "DE"), ("D", "DE"), ("de", "DE"), ("DEU", "DE"), ("BRD", "DE"),
        ("Österreich", "AT"), ("Oesterreich", "AT"), ("A", "AT"), ("Schweiz", "CH"), ("Suisse", "CH"), ("CH", "CH"),
        ("UK", "GB"), ("Great Britain", "GB"), ("England", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("México", "MX"),
        ("España", "ES"), ("Türkei", "TR"), ("Turkey", "TR"), ("Niederlande", "NL"), ("Holland", "NL"),
        ("Tschechien", "CZ"), ("Côte d’Ivoire", "CI"), ("FL", "LI"), ("Kosovo", "XK"), ("Atlantis", ""), ("", ""),
    ],
)  # fmt: skip
def test_code_of_knows_names_codes_and_car_signs(text, code):
    assert countries.code_of(text) == code


def test_every_name_we_show_is_understood():
    for language in ("de", "en"):
        assert {code: countries.code_of(name) for code, name in countries.choices(language)} == {
            code: code for code in countries.codes()
        }


def test_choices_begin_with_the_german_speaking_countries():
    assert [name for _code, name in countries.choices("de")[:4]] == [
        "Deutschland",
        "Österreich",
        "Schweiz",
        "Afghanistan",
    ]


def test_split_prefix_takes_a_sign_off_a_postal_code():
    assert countries.split_prefix("A-4400") == ("AT", "4400")
    assert countries.split_prefix("FIN-00100") == ("FI", "00100")
    assert countries.split_prefix("01-012") == ("", "01-012")
    assert countries.split_prefix("X-1234") == ("", "X-1234")
