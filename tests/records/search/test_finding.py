"""What is found in which order, of records that each test makes itself."""

import pytest

from kundig.records import search

pytestmark = pytest.mark.django_db


def test_domain_of_a_mail_address_without_its_sign(add_courses, titles):
    add_courses(("Eins", "Köln", "", "kontakt@backhaus.example"), ("Zwei", "Bonn", "", "kontakt@ofen.example"))
    assert titles("backhaus") == ["Eins"]
    assert titles("backh example") == ["Eins"]
    assert titles("köln backhaus.example") == ["Eins"]
    assert titles("bonn backhaus.example") == []


def test_mail_parts_must_stand_together(add_courses, titles):
    add_courses(("Eins", "", "", "anders.maria@kiste.example"), ("Zwei", "", "", "maria@anders.example"))
    assert sorted(titles("maria@")) == ["Eins", "Zwei"]
    assert titles("anders@") == []
    assert titles("@anders") == ["Zwei"]


def test_exact_name_comes_before_longer_ones(add_courses, titles):
    add_courses(("Steinbrückner", "", "", ""), ("Steinbrück", "", "", ""), ("Haus Steinbrück", "", "", ""))
    assert titles("steinbrück") == ["Steinbrück", "Haus Steinbrück", "Steinbrückner"]


def test_no_more_than_asked_for(add_courses, titles):
    add_courses(*((f"Kurs {n}", "Essen", "", "") for n in range(12)))
    assert len(titles("kurs")) == 8
    assert len(titles("kurs", limit=3)) == 3


def test_matching_ids_guesses_only_as_a_last_resort(add_courses, courses, administrator):
    one, two = add_courses(("Steinbruk", "", "", ""), ("Steinbrück", "", "", ""))
    assert search.matching_ids(administrator, courses, "Steinbruk", limit=50) == [one.pk]
    assert search.matching_ids(administrator, courses, "Steinbrükc", limit=50)[0] == two.pk
