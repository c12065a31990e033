"""Names taken apart and put together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.parties.enums import Salutation
from kundig.parties.rules.names import PersonName, person_name, salutation_of, split_name

MS, MR = Salutation.MS, Salutation.MR
UNKNOWN = Salutation.UNKNOWN


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Ulrike Hartwig", (UNKNOWN, "Dr.", "Ulrike", "Hartwig", "")),
        ("Sommer, Tobias", (UNKNOWN, "", "Tobias", "Sommer", "")),
        ("Sommer, Dr. Tobias", (UNKNOWN, "Dr.", "Tobias", "Sommer", "")),
        ("Prof. Dr. med. Freiherr von Stein", (UNKNOWN, "Prof. Dr. med.", "", "Freiherr von Stein", "")),
        (
            "Karl-Theodor Freiherr von und zu Guttenberg",
            (UNKNOWN, "", "Karl-Theodor", "Freiherr von und zu Guttenberg", ""),
        ),
        ("Heide, Anna von der", (UNKNOWN, "", "Anna", "von der Heide", "")),
        ("Ana Trujillo", (UNKNOWN, "", "Ana", "Trujillo", "")),
        ("Miguel Angel Paolino", (UNKNOWN, "", "Miguel Angel", "Paolino", "")),
        ("Isabel de Castro", (UNKNOWN, "", "Isabel", "de Castro", "")),
        ("José Ortega y Gasset", (UNKNOWN, "", "José", "Ortega y Gasset", "")),
        ("Frau Prof. Dr. Katrin Ohlendorf", (MS, "Prof. Dr.", "Katrin", "Ohlendorf", "")),
        ("Herr Mag. (FH) Josef Huber jun.", (MR, "Mag. (FH)", "Josef", "Huber", "jun.")),
        ("Mr. John Smith Jr.", (MR, "", "John", "Smith", "Jr.")),
        ("Dr. h. c. mult. Max Muster", (UNKNOWN, "Dr. h.c. mult.", "Max", "Muster", "")),
        ("H. C. Andersen", (UNKNOWN, "", "H.C.", "Andersen", "")),
        ("Dr. C. Meyer", (UNKNOWN, "Dr.", "C.", "Meyer", "")),
        ("DI Huber", (UNKNOWN, "DI", "", "Huber", "")),
        ("SOMMER Tobias", (UNKNOWN, "", "Tobias", "SOMMER", "")),
        ("HANS MÜLLER", (UNKNOWN, "", "HANS", "MÜLLER", "")),
        ("Van Nguyen", (UNKNOWN, "", "Van", "Nguyen", "")),
        ("Peter Van Damme", (UNKNOWN, "", "Peter", "Van Damme", "")),
        ("Tobias Sommer, MBA", (UNKNOWN, "", "Tobias", "Sommer", "MBA")),
        ("Smith, John, Jr.", (UNKNOWN, "", "John", "Smith", "Jr.")),
        ("Madonna", (UNKNOWN, "", "", "Madonna", "")),
        ("Frau Müller", (MS, "", "", "Müller", "")),
        ("Frau", (UNKNOWN, "", "", "Frau", "")),
        ("", (UNKNOWN, "", "", "", "")),
        (" , ", (UNKNOWN, "", "", "", "")),
    ],
)
def test_split_name_finds_title_particles_and_suffix(text, parts):
    assert split_name(text) == PersonName(*parts)


words = st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=6), st.booleans())
def test_split_name_loses_no_word(parts, with_comma):
    text = ", ".join([" ".join(parts[:1]), " ".join(parts[1:])]) if with_comma else " ".join(parts)
    name = split_name(text)
    kept = " ".join([name.academic_title, name.first_name, name.family_name, name.name_suffix]).split()
    dropped = sorted(set(re.split(r"[,\s]+", text)) - set(kept) - {""})
    assert all(salutation_of(word) for word in dropped)
    assert len(kept) + (1 if name.salutation else 0) == len(parts)


@given(words, words)
def test_split_name_of_a_composed_name_gives_its_parts(first, family):
    first, family = f"Xa{first.lower()}", f"Ya{family.lower()}"
    shown = person_name(academic_title="Dr.", first_name=first, family_name=family)
    name = split_name(shown)
    assert (name.academic_title, name.first_name, name.family_name) == ("Dr.", first, family)


@pytest.mark.parametrize(
    ("text", "salutation"),
    [("Herr", MR), ("Herrn", MR), ("Frau Dr.", MS), ("Mrs.", MS), ("m", MR), ("w", MS), ("divers", Salutation.NEUTRAL),
     ("Firma", UNKNOWN), ("", UNKNOWN), ("Maria", UNKNOWN)],
)  # fmt: skip
def test_salutation_of_takes_only_what_says_so(text, salutation):
    assert salutation_of(text) == salutation
