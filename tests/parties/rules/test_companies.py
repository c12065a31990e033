"""Legal forms and VAT numbers."""

import pytest

from kundig.parties.rules.companies import could_be_called, is_vat_id, legal_form_of, tidy_vat_id, without_legal_form
from kundig.platform.sorting import sort_key


@pytest.mark.parametrize(
    ("name", "form", "bare"),
    [
        ("Molkerei Steinbrück eG", "eG", "molkerei steinbruck"),
        ("Verpackungswerk Saale GmbH", "GmbH", "verpackungswerk saale"),
        ("Brauhaus Lindenhain GmbH & Co. KG", "GmbH & Co. KG", "brauhaus lindenhain"),
        ("Franchi S.p.A.", "S.p.A.", "franchi"),
        ("Ernst Handel Ges.m.b.H.", "GmbH", "ernst handel"),
        ("Bäckerei Segen", "", "backerei segen"),
        ("Verlag", "", "verlag"),
        ("GmbH", "GmbH", "gmbh"),
    ],
)
def test_legal_form_of_stands_at_the_end(name, form, bare):
    assert legal_form_of(name) == form
    assert without_legal_form(sort_key(name)) == bare


def test_vat_numbers_are_tidied_and_checked_by_country():
    assert tidy_vat_id("de 811 907.980") == "DE811907980"
    assert is_vat_id("DE811907980")
    assert not is_vat_id("DE81190798")
    assert is_vat_id("ATU12345678")
    assert not is_vat_id("811907980")


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Huber AG", True), ("3M", True), ("Hotel 1860", True), ("Studio54", True), ("1880 Café", True),
        ("99999999", False), ("4711 ", False), ("12-34/5", False), ("K-100234", False), ("KD10023", False),
    ],
)  # fmt: skip
def test_the_number_of_a_customer_is_no_name(text, is_name):
    assert could_be_called(text) is is_name
