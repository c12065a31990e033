"""Placeholders in the texts of quotes: `{salutation}`, `{Liefertermin}`.

Some are known and fill themselves, in either language's word; all others are the writer's own and are to be filled
before the quote goes out.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")

KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "salutation": "salutation", "anrede": "salutation",
        "company": "company", "firma": "company",
        "contact": "contact", "ansprechpartner": "contact",
        "quote number": "number", "angebotsnummer": "number",
        "date": "date", "datum": "date",
        "valid until": "valid_until", "gültig bis": "valid_until",
        "total": "total", "summe": "total",
        "sender": "sender", "absender": "sender",
        "project": "project", "vorhaben": "project",
    }
)  # fmt: skip
"""Word as it is written, in lower case → what it stands for."""
OFFERED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": (
            "Anrede", "Firma", "Ansprechpartner", "Angebotsnummer", "Datum", "gültig bis", "Summe", "Absender",
            "Vorhaben",
        ),
        "en": ("salutation", "company", "contact", "quote number", "date", "valid until", "total", "sender", "project"),
    }
)  # fmt: skip


def placeholders_in(texts: Iterable[str]) -> list[str]:
    """The words in braces, each once, in the order in which they come."""
    return list(dict.fromkeys(match.group(1).strip() for text in texts for match in _PLACEHOLDER.finditer(text)))


def own_placeholders(texts: Iterable[str]) -> list[str]:
    """Those that nobody fills but the writer."""
    return [word for word in placeholders_in(texts) if word.lower() not in KNOWN]


def filled_in(text: str, values: Mapping[str, str], own: Mapping[str, str]) -> str:
    """The text with what is known put in; a word of which nothing is known stays in its braces.

    `values` are by what a word stands for ("salutation"), `own` by the writer's word. What is put in is not looked at
    again: a customer called "{total}" stays one.
    """

    def value_of(match: re.Match[str]) -> str:
        word = match.group(1).strip()
        found = values.get(KNOWN[word.lower()], "") if word.lower() in KNOWN else own.get(word, "")
        return found or match.group(0)

    return _PLACEHOLDER.sub(value_of, text)


def still_empty(texts: Iterable[str], values: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """The words that would go out in their braces."""
    return [
        word
        for word in placeholders_in(texts)
        if not (values.get(KNOWN[word.lower()], "") if word.lower() in KNOWN else own.get(word, "").strip())
    ]
