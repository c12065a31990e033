"""What a letter to somebody begins with."""

from kundig.parties.models import Party
from kundig.parties.rules.letters import Addressee, letter_language, letter_salutation


def salutation_for(party: Party, *, language: str = "") -> str:
    """ "Sehr geehrte Frau Dr. Meyer", without the comma behind it; in the language of the party if none is named."""
    return letter_salutation(
        Addressee(
            kind=party.kind, name=party.name, salutation=party.salutation, academic_title=party.academic_title,
            first_name=party.first_name, family_name=party.family_name, formality=party.formality,
            letter_salutation=party.letter_salutation, language=language or party.language, country=party.country,
        )
    ).text  # fmt: skip


def language_for(party: Party) -> str:
    """ "de" or "en": what the party is written to in."""
    return letter_language(language=party.language, country=party.country)
