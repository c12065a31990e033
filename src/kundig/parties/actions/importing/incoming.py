"""What a row of a file says about a party and the one that comes with it, read but not yet compared with anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.importing.people import Staff
from kundig.parties.actions.importing.targets import CONTACT, KEY, NAME, PLACES, POINTS
from kundig.parties.enums import ContactKind, PartyKind, Salutation, Usage
from kundig.parties.models import ContactPoint, ExternalKey
from kundig.parties.rules.companies import tidy_vat_id
from kundig.parties.rules.names import salutation_of, split_name
from kundig.parties.rules.places import split_town, tidy_postal_code
from kundig.platform.mails import check_mail
from kundig.records import registry
from kundig.records.awaited import Awaited
from kundig.records.description import Description
from kundig.records.exports.cells import restored
from kundig.records.imports.cells import message_of, reader_of, remembering
from kundig.records.imports.plan import Plan
from kundig.records.imports.reading.table import Row
from kundig.records.imports.targets import LEAVE_OUT, NOTE
from kundig.records.kinds.base import is_nothing

LONGEST_LABEL = ContactPoint._meta.get_field("label").max_length or 80
LONGEST_KEY = ExternalKey._meta.get_field("key").max_length or 120
_LINK_OF_ACCESS = re.compile(r"([^#]*)#([^#]*)#([^#]*)#?", re.DOTALL)
_NAME_OF_FILE = re.compile(r"[^/]*\.(?:html?|asp|php|docx?|pdf|xlsx?|jpe?g|png|gif)", re.IGNORECASE)
_SEVERAL_MAILS = re.compile(r"[;,\s]+")
_USAGES = (
    (Usage.PRIVATE, re.compile(r"priv|home|haus", re.IGNORECASE)),
    (Usage.SWITCHBOARD, re.compile(r"zentrale|switchboard", re.IGNORECASE)),
    (Usage.INVOICES, re.compile(r"rechnung|invoice|billing|buchhaltung", re.IGNORECASE)),
    (Usage.WORK, re.compile(r"gesch(?:ä|ae)ft|dienst|büro|buero|business|work|office", re.IGNORECASE)),
)


class IncomingPoint(NamedTuple):
    """A contact point as a row gives it; what it is for is told by the name of its column."""

    kind: str
    value: str
    column: str
    usage: str = ""
    label: str = ""


@dataclass(slots=True)
class Incoming:
    """What one row says about one party."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    """Kind of address → its parts."""
    points: list[IncomingPoint] = field(default_factory=list)
    role: dict[str, str] = field(default_factory=dict)
    company: str = ""
    """Name or number of the organisation a person is at, or of an organisation's parent."""

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.places or self.points or self.role or self.company)

    def place(self, kind: str) -> dict[str, str]:
        return self.places.setdefault(kind, {})


class Marks(NamedTuple):
    """What a row is recognised by: sort keys of name, town and company, and the first mail address."""

    name: str
    city: str
    company: str
    mail: str


@dataclass(slots=True)
class Entry:
    """One row, read."""

    row: Row
    party: Incoming = field(default_factory=Incoming)
    contact: Incoming = field(default_factory=Incoming)
    key: str = ""
    texts: list[str] = field(default_factory=list)
    """What columns of notes say."""
    kept: list[str] = field(default_factory=list)
    """What goes into the notes because it has no better place: "column: value"."""
    marks: Marks | None = None
    """What the row is matched by; set when it is looked up."""
    problems: list[str] = field(default_factory=list)
    awaited: Awaited | None = None
    """What the row names and is not there yet."""
    warnings: list[str] = field(default_factory=list)


Fill = Callable[[str, Entry], None]
"""Reads the text of a cell into the entry of its row; raises ValidationError."""


class RowReader:
    """Reads the rows of one file by one plan."""

    def __init__(self, description: Description, plan: Plan, *, columns: Sequence[str], by: User, staff: Staff) -> None:
        self.description = description
        self.kind = PartyKind(description.where["kind"])
        self.plan = plan
        self.by = by
        self.staff = staff
        self._fields = description.fields
        persons = registry.get("persons")
        self._contact_fields = persons.fields if persons else {}
        chosen = [(index, name, plan.columns.get(name, NOTE)) for index, name in enumerate(columns)]
        self._columns = [
            (index, name, self._fill(target, name)) for index, name, target in chosen if target != LEAVE_OUT
        ]
        targets = plan.targets()
        self.has_contact = any(target.startswith(f"{CONTACT}.") for target in targets)
        self.has_name = any(target in (NAME, "first_name", "family_name") for target in targets)

    def read(self, row: Row) -> Entry:
        """The entry of a row that fits the columns; what is wrong with its values stands in `problems`."""
        entry = Entry(row)
        cells = row.cells
        for index, column, fill in self._columns:
            text = cells[index]
            if not text or is_nothing(text):
                continue
            if text[0] == "'":
                text = restored(text)
            try:
                if "\x00" in text:
                    raise ValidationError(_("The text contains a character that cannot be stored (NUL)."))
                fill(text, entry)
            except Awaited as error:
                entry.awaited = entry.awaited or error
            except ValidationError as error:
                entry.problems.append(message_of(column, error))
        self._complete(entry)
        return entry

    # -- one function for each column --------------------------------------------------------------------------------

    def _fill(self, target: str, column: str) -> Fill:
        if target == NOTE:
            return lambda text, entry: entry.kept.append(f"{column}: {' '.join(text.split())}")
        if target == KEY:
            return self._key
        prefix, _dot, part = target.rpartition(".")
        if prefix == CONTACT:
            return self._of_contact(part, column)
        if (prefix in PLACES and prefix) or part in ("street", "house_number", "extra", "postal_code", "city", "town",
                                                     "region", "country"):  # fmt: skip
            return self._of_place(PLACES[prefix].value, part)
        if target in POINTS:
            return self._of_point(POINTS[target], column, lambda entry: entry.party)
        return self._of_party(target, column)

    def _key(self, text: str, entry: Entry) -> None:
        entry.key = " ".join(text.split())
        if len(entry.key) > LONGEST_KEY:
            raise ValidationError(
                _("A number of another system has at most %(most)d characters.") % {"most": LONGEST_KEY}
            )

    def _of_party(self, target: str, column: str) -> Fill:
        if target in ("parent", "organisation"):
            return self._company
        if target == "notes":
            return lambda text, entry: entry.texts.append(text.strip())
        if target in ("owner", "team"):
            find = self.staff.owner if target == "owner" else self.staff.team
            return self._value(f"{target}_id", remembering(find), lambda entry: entry.party)
        if target == NAME and self.kind == PartyKind.PERSON:
            return self._whole_name(lambda entry: entry.party)
        return self._of_person_or_company(target, column, self._fields, lambda entry: entry.party)

    def _of_contact(self, part: str, column: str) -> Fill:
        if part in POINTS:
            return self._of_point(POINTS[part], column, lambda entry: entry.contact)
        if part == NAME:
            return self._whole_name(lambda entry: entry.contact)
        return self._of_person_or_company(part, column, self._contact_fields, lambda entry: entry.contact)

    def _of_person_or_company(self, name: str, column: str, fields: Any, of: Callable[[Entry], Incoming]) -> Fill:
        if name in ("function", "department"):
            read = reader_of(self._contact_fields["function"], by=self.by, **self._forms)

            def fill_role(text: str, entry: Entry) -> None:
                of(entry).role[name] = read(text)

            return fill_role
        if name == "salutation":
            return self._salutation(column, of)
        read = reader_of(fields[name], by=self.by, **self._forms)
        if name == "vat_id":
            return self._value(name, lambda text: read(tidy_vat_id(text)), of)
        return self._value(name, read, of)

    @property
    def _forms(self) -> dict[str, str]:
        return {"decimal": self.plan.decimal, "dates": self.plan.dates}

    @staticmethod
    def _value(name: str, read: Callable[[str], Any], of: Callable[[Entry], Incoming]) -> Fill:
        def fill(text: str, entry: Entry) -> None:
            values = of(entry).values
            if name == "tags" and name in values:
                values[name] = list(dict.fromkeys([*values[name], *read(text)]))
            else:
                values[name] = read(text)

        return fill

    @staticmethod
    def _company(text: str, entry: Entry) -> None:
        entry.party.company = " ".join(text.split())

    def _whole_name(self, of: Callable[[Entry], Incoming]) -> Fill:
        fields = self._contact_fields
        checks = [(name, reader_of(fields[name], by=self.by, **self._forms))
                  for name in ("academic_title", "first_name", "family_name", "name_suffix")]  # fmt: skip

        def fill(text: str, entry: Entry) -> None:
            values, parts = of(entry).values, split_name(text)
            for name, check in checks:
                if part := getattr(parts, name):
                    values.setdefault(name, check(part))
            if parts.salutation:
                values.setdefault("salutation", parts.salutation.value)

        return fill

    def _salutation(self, column: str, of: Callable[[Entry], Incoming]) -> Fill:
        """ "Frau Dr." says two things; "Firma" or "Familie" says nothing about a person, and is kept as a note."""

        def fill(text: str, entry: Entry) -> None:
            parts = split_name(f"{text} X Y")
            values = of(entry).values
            salutation = salutation_of(text) or parts.salutation
            if salutation:
                values["salutation"] = salutation.value
            if parts.academic_title:
                values.setdefault("academic_title", parts.academic_title)
            if salutation == Salutation.UNKNOWN and not parts.academic_title:
                entry.kept.append(f"{column}: {' '.join(text.split())}")

        return fill

    def _of_place(self, kind: str, part: str) -> Fill:
        if part == "town":
            return lambda text, entry: entry.party.place(kind).update(self._town(text))
        if part == "house_number":
            return lambda text, entry: entry.party.place(kind).update(house_number=" ".join(text.split()))
        read = reader_of(self._fields["street" if part == "extra" else part], by=self.by, **self._forms)

        def fill(text: str, entry: Entry) -> None:
            entry.party.place(kind)[part] = read(text)

        return fill

    @staticmethod
    def _town(text: str) -> dict[str, str]:
        country, postal_code, city = split_town(text)
        parts = {"country": country, "postal_code": postal_code, "city": city}
        return {name: value for name, value in parts.items() if value}

    def _of_point(self, kind: ContactKind, column: str, of: Callable[[Entry], Incoming]) -> Fill:
        usage = _usage_of(column)
        if kind == ContactKind.MAIL:
            return lambda text, entry: of(entry).points.extend(
                IncomingPoint(kind.value, mail, column, usage) for mail in _mails(text)
            )
        if kind == ContactKind.WEB:
            return self._website(column, of)
        longest = self._fields["phone"].max_length or 60

        def fill(text: str, entry: Entry) -> None:
            number = " ".join(text.split())
            if len(number) > longest:
                raise ValidationError(_("A phone number has at most %(most)d characters.") % {"most": longest})
            of(entry).points.append(IncomingPoint(kind.value, number, column, usage))

        return fill

    def _website(self, column: str, of: Callable[[Entry], Incoming]) -> Fill:
        read = reader_of(self._fields["website"], by=self.by, **self._forms)

        def fill(text: str, entry: Entry) -> None:
            label, address = _link(text)
            try:
                if "://" not in address and _NAME_OF_FILE.fullmatch(address):
                    raise ValidationError("")
                of(entry).points.append(IncomingPoint(ContactKind.WEB.value, read(address), column, label=label))
            except ValidationError:
                entry.kept.append(f"{column}: {' '.join(text.split())}")
                entry.warnings.append(
                    _("%(column)s: “%(text)s” is no web address; it is kept in the notes.")
                    % {"column": column, "text": text[:60]}
                )

        return fill

    # -- what follows from several columns together --------------------------------------------------------------------

    def _complete(self, entry: Entry) -> None:
        for kind, place in list(entry.party.places.items()):
            _tidy_place(place)
            if not place:
                del entry.party.places[kind]
        if not self.has_name or entry.problems:
            return
        values = entry.party.values
        if self.kind == PartyKind.ORGANISATION and not values.get("name"):
            if entry.contact.values:
                entry.problems.append(_("The organisation has no name. Is this a person? Then import it as one."))
            elif not entry.row.is_empty:
                entry.problems.append(_("The name is missing."))


def _usage_of(column: str) -> str:
    """What the name of a column says about its numbers and addresses ("Tel. privat")."""
    return next((usage.value for usage, pattern in _USAGES if pattern.search(column)), "")


def _link(text: str) -> tuple[str, str]:
    """What is shown and the address of a link as Access exports it ("Mayumi's#http://www.mayumi.example#")."""
    link = _LINK_OF_ACCESS.fullmatch(text.strip()) if "#" in text else None
    if link is None:
        return "", text.strip()
    return link[1].strip()[:LONGEST_LABEL], link[2].strip() + (f"#{link[3]}" if link[3] else "")


def _mails(text: str) -> list[str]:
    """The addresses in a cell; several stand with a comma, semicolon or blank between them."""
    if text.count("@") > 1:
        return [check_mail(part) for part in _SEVERAL_MAILS.split(text.strip()) if part]
    return [check_mail(text)]


def _tidy_place(place: dict[str, str]) -> None:
    number = place.pop("house_number", "")
    if number:
        place["street"] = f"{place.get('street', '')} {number}".strip()
    if "postal_code" in place:
        land, code = tidy_postal_code(place["postal_code"], country=place.get("country", ""))
        place["postal_code"] = code
        if land:
            place["country"] = land
    if set(place) == {"country"} and not place["country"]:
        place.clear()
