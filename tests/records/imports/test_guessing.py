"""What a column is: from its name in German or English, and from its values."""

import pytest

from kundig.records.imports.guessing import Sureness, guess_columns
from kundig.records.imports.guessing.headers import Phrases, words_of
from kundig.records.imports.guessing.shapes import share_of
from kundig.records.imports.targets import Target

PHONE = Target("phone", "Phone", words="telefon, tel, phone, telefon 1", shape="phone", repeats=True)
MAIL = Target("mail", "Mail", words="mail, email, e mail", shape="mail")
NAME = Target("name", "Name", words="firma, firmenname, company name, kunde", shape="company")
KEY = Target("key", "Number", words="kdnr, kundennummer, id", shape="code", key_label="Number")
AMOUNT = Target("revenue", "Revenue", words="umsatz, revenue", shape="amount")
TARGETS = [KEY, NAME, PHONE, MAIL, AMOUNT]


def guessed(name, *values):
    return guess_columns(TARGETS, {name: values})[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("companyName", ("company", "name")),
        ("PLZ/Ort", ("plz", "ort")),
        ("E-Mail", ("e", "mail")),
        ("Straße", ("strasse",)),
        ("customerID", ("customer", "id")),
        ("HTTPServer", ("http", "server")),
        ("kunden_nr.", ("kunden", "nr")),
    ],
)
def test_names_are_taken_apart(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "likeness"),
    [
        ("Telefon", 1.0),
        ("TELEFON:", 1.0),
        ("Tel.", 1.0),
        ("Telef.", 0.95),
        ("Tele", 0.0),
        ("Telefon 2", 0.8),
        ("Farbe", 0.0),
        ("", 0.0),
    ],
)
def test_likeness_of_names(name, likeness):
    assert Phrases("telefon, tel, phone").likeness(name) == likeness


def test_part_of_a_name_counts_less_than_the_whole():
    assert 0.4 < Phrases("telefon").likeness("Telefon geschäftlich") < 0.8


def test_name_and_values_together_are_sure():
    assert guessed("Tel.", "0941/99999-30", "+49 851 99999").target == "phone"
    assert guessed("Tel.", "0941/99999-30", "+49 851 99999").sureness == Sureness.SURE


def test_values_that_speak_against_the_name_make_it_doubtful():
    assert guessed("Telefon", "Frau Meier", "Herr Huber").sureness == Sureness.PROBABLE


def test_values_alone_make_it_probable():
    guess = guessed("Spalte 7", "a@firma.example", "b@firma.example", "c@firma.example")
    assert (guess.target, guess.sureness) == ("mail", Sureness.PROBABLE)


def test_numbers_without_signs_are_no_phone_numbers():
    assert guessed("Column 1", "00001", "00002").target == ""


def test_each_target_is_given_once_to_the_column_it_fits_best():
    guesses = guess_columns(TARGETS, {"Kunde": ["A GmbH"], "Firma": ["B GmbH"]})
    assert [guess.target for guess in guesses.values()] == ["name", ""]


def test_repeating_targets_take_several_columns():
    values = ["030 123456"]
    guesses = guess_columns(TARGETS, {"Telefon": values, "Telefon 2": values, "Farbe": ["rot"]})
    assert [guess.target for guess in guesses.values()] == ["phone", "phone", ""]


def test_what_ends_like_a_key_and_is_unique_is_one():
    assert guessed("shipperID", "1", "2", "3").target == "key"
    assert guessed("shipperID", "1", "2", "2").target == ""


def test_column_without_values_is_guessed_by_its_name():
    assert guessed("Firma").target == "name"


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("mail", "u.hartwig@hartwig.example"),
        ("phone", "+49 (0)851 99999 12"),
        ("phone", "(5) 555-4729"),
        ("town", "93047 Regensburg"),
        ("town", "A-4400 Steyr"),
        ("postal_code", "WA1 1DP"),
        ("postal_code", "S-345 67"),
        ("postal_code", "05432-043"),
        ("country", "Germany"),
        ("country", "Österreich"),
        ("street", "Obere Str. 57"),
        ("street", "120 Hanover Sq."),
        ("company", "Hartwig Stahlbau GmbH"),
        ("person", "Dr. Ulrike Hartwig"),
        ("person", "Sommer, Tobias"),
        ("date", "1996-07-04 00:00:00.000"),
        ("amount", "12.480,50 €"),
        ("website", "Mayumi's (on the World Wide Web)#http://www.microsoft.com/mayumi.htm#"),
        ("vat", "DE 811 907 980"),
        ("academic_title", "Prof. Dr. med."),
        ("salutation", "Frau Dr."),
    ],
)
def test_shape_is_seen(shape, value):
    assert share_of(shape, [value]) == 1.0


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("phone", "12.03.2026"),
        ("phone", "12"),
        ("mail", "kein Mail"),
        ("town", "Regensburg"),
        ("country", "Regensburg"),
    ],
)
def test_shape_is_not_seen(shape, value):
    assert share_of(shape, [value]) == 0.0


@pytest.mark.parametrize("shape", ["academic_title", "person", "company", "street", "website", "salutation", "code"])
def test_looking_at_hostile_values_takes_no_time(shape):
    share_of(shape, ["dr " + "a" * 120 + "!", "a." * 60 + "!", "1 " * 60 + "!", "www." + "a-" * 60 + "!"])


def test_a_column_called_as_the_field_is_surely_that_field():
    day = Target("day", "Bestellt am", group="Auftrag", words="order date", shape="date")
    here, there = (Target(name, "Ort", group=group) for name, group in (("city", "Kunde"), ("to", "Lieferung")))
    samples = {"bestellt  am": ["01.10.2026"], "Ort": ["Kiel"], "Lieferung: Ort": ["Kiel"]}
    guesses = guess_columns([day, here, there], samples)
    assert (guesses["bestellt  am"].target, guesses["bestellt  am"].sureness) == ("day", Sureness.SURE)
    assert (guesses["Ort"].target, guesses["Lieferung: Ort"].target) == ("", "to")
