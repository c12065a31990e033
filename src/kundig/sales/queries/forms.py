"""What web forms may ask: fields of descriptions whose purpose is active, in the words of the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kundig.platform import countries
from kundig.privacy.queries import entry
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.contacts import Country, Mail, Phone, Website
from kundig.records.kinds.numbers import Money, Number
from kundig.records.kinds.texts import LongText, Text
from kundig.records.kinds.times import Date, Moment, Time
from kundig.records.purposes import purposes
from kundig.sales.models.forms import LeadForm
from kundig.sales.queries.leads import description_of
from kundig.sales.rules.forms import ADDRESS, ADDRESS_PARTS, LANGUAGES, LONGEST_MESSAGE, MESSAGE

ASKED = (Text, LongText, Number, Choice, YesNo, Date, Mail, Phone, Website, Country)
NOT_ASKED = (Money, Moment, Time)
# What the house notes about people, and does not ask them.
OWN: Mapping[str, frozenset[str]] = {
    "persons": frozenset({
        "name", "number", "lifecycle", "customer_class", "source", "notes", "formality", "letter_salutation",
        "name_suffix", "language", "tags",
    }),
    "organisations": frozenset({
        "number", "lifecycle", "customer_class", "source", "notes", "language", "tags", "letter_salutation", "mail",
        "phone", "mobile", "street", "postal_code", "city", "region", "country",
    }),
    "leads": frozenset({"source", "campaign"}),
}  # fmt: skip
OBJECTS = ("persons", "organisations", "leads")
FIRST = (
    "persons.salutation", "persons.first_name", "persons.family_name", "organisations.name", "persons.function",
    "persons.mail", "persons.phone", "persons.mobile", ADDRESS, "persons.street", "persons.postal_code", "persons.city",
    "persons.country", "leads.interest", MESSAGE,
)  # fmt: skip
"""In which order the designer offers what most forms ask."""
USUAL = ("persons.first_name", "persons.family_name", "organisations.name", "persons.mail", "persons.phone", MESSAGE)


@dataclass(frozen=True)
class Asked:
    """One question of a form. `field` is None for free words."""

    name: str
    label: str
    required: bool
    input: str
    """"text", "email", "tel", "url", "number", "date", "select", "checkbox" or "textarea"."""
    choices: Sequence[tuple[str, str]] = ()
    complete: str = ""
    """For the browser: what its owner has typed elsewhere already."""
    longest: int = 0
    field: Field | None = None
    block: str = ""
    """The question that asks it as a part: "address"."""


@dataclass(frozen=True)
class Offered:
    """A field that the designer offers, with the purpose that it serves."""

    name: str
    label: str
    about: str
    purpose: str


_COMPLETE = {
    "persons.first_name": "given-name", "persons.family_name": "family-name", "organisations.name": "organization",
    "persons.mail": "email", "persons.phone": "tel", "persons.mobile": "tel", "persons.street": "street-address",
    "persons.postal_code": "postal-code", "persons.city": "address-level2", "persons.country": "country",
    "persons.function": "organization-title", "persons.academic_title": "honorific-prefix",
}  # fmt: skip


def field_called(name: str) -> Field | None:
    """The field "persons.mail" means, if forms may ask it now; None otherwise."""
    object_name, _dot, field_name = name.partition(".")
    if object_name not in OBJECTS or field_name in OWN[object_name]:
        return None
    description = description_of(object_name)
    field = description.fields.get(field_name)
    if field is None or not field.editable or not description.is_on(field):
        return None
    return field if isinstance(field.kind, ASKED) and not isinstance(field.kind, NOT_ASKED) else None


def may_ask_address() -> bool:
    """Whether forms may ask for all of an address now."""
    return all(field_called(name) is not None for name in ADDRESS_PARTS)


def offered() -> list[Offered]:
    """All that forms may ask now, the usual questions first; what serves a purpose that is not stated is not among
    them."""
    found = {MESSAGE: Offered(MESSAGE, _("Message"), "", _purpose("customer_care"))}
    if may_ask_address():
        about = _("Street, postal code, town and country, for an invoice")
        street = field_called(ADDRESS_PARTS[0])
        found[ADDRESS] = Offered(ADDRESS, _("Address"), about, _purpose(street.purpose) if street else "")
    for object_name in OBJECTS:
        description = description_of(object_name)
        for field in description.fields.values():
            name = f"{object_name}.{field.name}"
            if field_called(name) is not None:
                purpose = _purpose(field.purpose) if field.personal else ""
                found[name] = Offered(name, _capital(field.label), _capital(description.label), purpose)
    first = [found[name] for name in FIRST if name in found]
    return first + [each for name, each in found.items() if name not in FIRST]


def questions(form: LeadForm, language: str) -> list[Asked]:
    """What the form asks, in this language; a field that may not be asked any more is left out."""
    found = []
    is_whole = any(line.get("name") == ADDRESS for line in form.fields)  # its parts are asked there, and only once
    with override(language):
        for line in form.fields:
            name, required = str(line.get("name", "")), bool(line.get("required"))
            own = str(line.get(language) or "")
            if name == MESSAGE:
                label = own or _("Message")
                found.append(Asked(name, label, required, "textarea", longest=LONGEST_MESSAGE))
                continue
            if name == ADDRESS:
                parts = [(part, field_called(part)) for part in ADDRESS_PARTS]
                found += [
                    replace(_asked(part, of, _usual_label(part, of), required), block=own or _("Address"))
                    for part, of in parts
                    if of is not None
                ]
                continue
            field = field_called(name)
            if field is not None and not (is_whole and name in ADDRESS_PARTS):
                found.append(_asked(name, field, own or _usual_label(name, field), required))
    return found


def text_of(form: LeadForm, name: str, language: str) -> str:
    """A text of the form; of a language that has none the other's."""
    for each in (language, *LANGUAGES):
        found = str((form.texts.get(each) or {}).get(name, ""))
        if found:
            return found
    return ""


def languages_of(form: LeadForm) -> list[str]:
    """Those in which it has a title."""
    return [each for each in LANGUAGES if (form.texts.get(each) or {}).get("title")] or [LANGUAGES[0]]


def purposes_of(form: LeadForm) -> list[tuple[str, str]]:
    """Name and wording of each purpose that its questions serve: what the person is told."""
    keys = ["customer_care"]
    names = [str(line.get("name", "")) for line in form.fields]
    for name in [part for each in names for part in (ADDRESS_PARTS if each == ADDRESS else (each,))]:
        field = field_called(name)
        if field is not None and field.personal:
            keys.append(field.purpose)
    entries = [entry(key) for key in dict.fromkeys(keys)]
    return [(each.name, each.wording) for each in entries if each is not None]


# -- inside ----------------------------------------------------------------------------------------------------------


def _asked(name: str, field: Field, label: str, required: bool) -> Asked:
    kind = field.kind
    choices: list[tuple[str, str]] = []
    shape = "text"
    if isinstance(kind, Mail):
        shape = "email"
    elif isinstance(kind, Phone):
        shape = "tel"
    elif isinstance(kind, LongText):
        shape = "textarea"
    elif isinstance(kind, YesNo):
        shape = "checkbox"
    elif isinstance(kind, Date):
        shape = "date"
    elif isinstance(kind, Number):
        shape = "number"
    elif isinstance(kind, Country):
        shape, choices = "select", countries.choices(get_language() or LANGUAGES[0])
    elif isinstance(kind, Choice):
        shape, choices = "select", [(value, _capital(text)) for value, text in kind.choices]
    longest = field.max_length or (LONGEST_MESSAGE if shape == "textarea" else 0)
    return Asked(name, label, required, shape, choices, _COMPLETE.get(name, ""), longest, field)


def _usual_label(name: str, field: Field) -> str:
    return _("Company") if name == "organisations.name" else _capital(field.label)


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def _purpose(key: str) -> str:
    info = purposes().get(key)
    return info.name if info is not None else key
