"""The first line of a letter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.parties.enums import Formality, PartyKind, Salutation
from kundig.parties.rules.letters import Addressee, letter_salutation

EVA = Addressee(salutation="ms", academic_title="Dr. med.", first_name="Eva", family_name="Meyer")
KIM = Addressee(first_name="Kim", family_name="Meyer")


@pytest.mark.parametrize(
    ("to", "text"),
    [
        (EVA, "Sehr geehrte Frau Dr. Meyer"),
        (replace(EVA, academic_title="Prof. Dr."), "Sehr geehrte Frau Professorin Meyer"),
        (replace(EVA, salutation="mr", academic_title=""), "Sehr geehrter Herr Meyer"),
        (replace(EVA, salutation="mr", family_name="von der Heide"), "Sehr geehrter Herr Dr. von der Heide"),
        (replace(EVA, formality="informal"), "Liebe Eva"),
        (replace(EVA, formality="informal", salutation="mr", first_name="Hans"), "Lieber Hans"),
        (replace(KIM, formality="informal"), "Hallo Kim"),
        (replace(KIM, salutation="neutral"), "Guten Tag Kim Meyer"),
        (replace(EVA, language="en"), "Dear Dr Meyer"),
        (replace(EVA, country="GB", academic_title=""), "Dear Ms Meyer"),
        (replace(KIM, language="en", salutation="neutral"), "Dear Kim Meyer"),
        (replace(EVA, language="en", formality="informal"), "Dear Eva"),
        (replace(EVA, country="AT", salutation="mr", academic_title="Mag. (FH)"), "Sehr geehrter Herr Mag. Meyer"),
        (replace(EVA, country="DE", salutation="mr", academic_title="Dipl.-Ing."), "Sehr geehrter Herr Meyer"),
        (Addressee(kind=PartyKind.ORGANISATION, name="Futterkiste"), "Sehr geehrte Damen und Herren"),
        (Addressee(kind=PartyKind.ORGANISATION, language="en"), "Dear Sir or Madam"),
        (Addressee(kind=PartyKind.HOUSEHOLD, name="Familie Sommer"), "Sehr geehrte Familie Sommer"),
        (replace(EVA, letter_salutation="Liebe Frau Doktor Meyer"), "Liebe Frau Doktor Meyer"),
    ],
)
def test_letter_salutation_fits_and_does_not_warn(to, text):
    letter = letter_salutation(to)
    assert (letter.text, letter.warning) == (text, "")


@pytest.mark.parametrize(
    ("to", "text", "warning"),
    [
        (KIM, "Guten Tag Kim Meyer", "No salutation is known; the neutral form is used."),
        (replace(EVA, family_name=""), "Guten Tag Dr. Eva", "There is a title but no family name."),
        (replace(EVA, academic_title="", family_name=""), "Guten Tag Eva",
         "No family name is known; the neutral form is used."),
        (replace(EVA, formality="informal", first_name=""), "Sehr geehrte Frau Dr. Meyer",
         "Informal, but no first name is known."),
        (Addressee(), "Sehr geehrte Damen und Herren", "No name is known."),
        (replace(EVA, letter_salutation="Sehr geehrte Frau Schulz"), "Sehr geehrte Frau Schulz",
         "The own letter salutation does not name Meyer."),
        (replace(EVA, letter_salutation="Lieber Herr Meyer"), "Lieber Herr Meyer",
         "The own letter salutation does not fit the salutation."),
    ],
)  # fmt: skip
def test_letter_salutation_that_may_not_fit_warns(to, text, warning):
    letter = letter_salutation(to)
    assert (letter.text, letter.warning) == (text, warning)


@given(
    st.builds(
        Addressee,
        kind=st.sampled_from(PartyKind.values),
        name=st.just("Familie Sommer"),
        salutation=st.sampled_from(Salutation.values),
        academic_title=st.sampled_from(["", "Dr.", "Prof. Dr.", "Mag."]),
        first_name=st.sampled_from(["", "Kim"]),
        family_name=st.sampled_from(["", "Meyer"]),
        formality=st.sampled_from(Formality.values),
        language=st.sampled_from(["", "de", "en", "fr"]),
        country=st.sampled_from(["", "DE", "AT", "US"]),
    )
)
def test_letter_salutation_never_leaves_a_hole(to):
    text = letter_salutation(to).text
    assert text == " ".join(text.split())
    assert text.split()[-1] not in {"Frau", "Herr", "Dear", "Tag", "Liebe", "Lieber", "Hallo", "Ms", "Mr", "Dr"}
