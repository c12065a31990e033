"""The first line of a letter, in the language of the person it goes to, and whether that line fits."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kundig.parties.enums import Formality, PartyKind, Salutation
from kundig.platform.sorting import sort_key

GERMAN_SPEAKING = frozenset({"DE", "AT", "CH", "LI", "LU"})
_MS, _MR = Salutation.MS, Salutation.MR
_INFORMAL: dict[str, str] = {_MS: "Liebe ", _MR: "Lieber "}


@dataclass(frozen=True)
class Addressee:
    """What a letter salutation depends on."""

    kind: str = PartyKind.PERSON
    name: str = ""
    salutation: str = Salutation.UNKNOWN
    academic_title: str = ""
    first_name: str = ""
    family_name: str = ""
    formality: str = Formality.FORMAL
    letter_salutation: str = ""
    language: str = ""
    country: str = ""


@dataclass(frozen=True)
class LetterSalutation:
    """`text` without the comma behind it; `warning` says in the reader's language why it may not fit, "" if it does."""

    text: str
    warning: str = ""


def letter_language(*, language: str, country: str) -> str:
    """ "de" or "en": letters are written in these; who speaks another language gets English."""
    if language:
        return "de" if language == "de" else "en"
    return "de" if not country or country in GERMAN_SPEAKING else "en"


def letter_salutation(to: Addressee) -> LetterSalutation:
    """ "Sehr geehrte Frau Dr. Meyer", "Lieber Hans", "Dear Ms Meyer", "Guten Tag Kim Meyer"."""
    if to.letter_salutation:
        return LetterSalutation(to.letter_salutation, _warning_of_own(to))
    german = letter_language(language=to.language, country=to.country) == "de"
    if to.kind == PartyKind.ORGANISATION:
        return LetterSalutation("Sehr geehrte Damen und Herren" if german else "Dear Sir or Madam")
    if to.kind == PartyKind.HOUSEHOLD:
        return LetterSalutation(_to_household(to.name, german=german))
    if not to.first_name and not to.family_name:
        text = "Sehr geehrte Damen und Herren" if german else "Dear Sir or Madam"
        return LetterSalutation(text, _("No name is known."))
    return LetterSalutation(_german(to) if german else _english(to), _warning(to))


def _to_household(name: str, *, german: bool) -> str:
    if not german:
        return f"Dear {name}"
    return f"Sehr geehrte {name}" if name.startswith("Familie ") else f"Guten Tag {name}"


def _german(to: Addressee) -> str:
    if to.formality == Formality.INFORMAL and to.first_name:
        return _INFORMAL.get(to.salutation, "Hallo ") + to.first_name
    if to.salutation in (_MS, _MR) and to.family_name:
        opening, word = ("Sehr geehrte", "Frau") if to.salutation == _MS else ("Sehr geehrter", "Herr")
        return _joined(opening, word, german_title(to), to.family_name)
    return _joined("Guten Tag", german_title(to), to.first_name, to.family_name)


def _english(to: Addressee) -> str:
    if to.formality == Formality.INFORMAL and to.first_name:
        return f"Dear {to.first_name}"
    title = {"Professor": "Professor", "Dr.": "Dr"}.get(_highest_title(to.academic_title), "")
    if title and to.family_name:
        return _joined("Dear", title, to.family_name)
    if to.salutation in (_MS, _MR) and to.family_name:
        return _joined("Dear", "Ms" if to.salutation == _MS else "Mr", to.family_name)
    return _joined("Dear", title, to.first_name, to.family_name)


def german_title(to: Addressee) -> str:
    """The one title that is written in the salutation: Professor(in) before Dr.; in Austria Mag., DI and Ing., too."""
    highest = _highest_title(to.academic_title)
    if highest == "Professor":
        return "Professorin" if to.salutation == _MS else "Professor"
    if highest:
        return highest
    first = to.academic_title.split()[0] if to.academic_title else ""
    return first if to.country == "AT" and re.match(r"(?:mag|di|dipl|ing)", first, re.IGNORECASE) else ""


def _highest_title(title: str) -> str:
    words = title.lower()
    if "prof" in words:
        return "Professor"
    return "Dr." if re.search(r"\bd?dr\b", words) else ""


def _warning(to: Addressee) -> str:
    if to.academic_title and not to.family_name:
        return _("There is a title but no family name.")
    if to.formality == Formality.INFORMAL:
        return "" if to.first_name else _("Informal, but no first name is known.")
    if to.salutation == Salutation.UNKNOWN:
        return _("No salutation is known; the neutral form is used.")
    if to.salutation in (_MS, _MR) and not to.family_name:
        return _("No family name is known; the neutral form is used.")
    return ""


def _warning_of_own(to: Addressee) -> str:
    """Why a salutation written by hand looks as if it were somebody else's."""
    own = _words(to.letter_salutation)
    names = _words(f"{to.first_name} {to.family_name}") if to.kind == PartyKind.PERSON else set()
    if names and not own & names:
        return _("The own letter salutation does not name %(name)s.") % {"name": to.family_name or to.first_name}
    says_ms, says_mr = bool(own & {"frau", "ms", "mrs", "liebe"}), bool(own & {"herr", "mr", "lieber"})
    if (to.salutation == _MR and says_ms and not says_mr) or (to.salutation == _MS and says_mr and not says_ms):
        return _("The own letter salutation does not fit the salutation.")
    return ""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", sort_key(text)))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
