"""Contact points and addresses: mail, phone, web site, postal address."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.queries import company
from kundig.platform import countries, phones
from kundig.platform.formats import Formats
from kundig.platform.mails import check_mail
from kundig.records.kinds.base import Kind, Reading, check_length, json_type

if TYPE_CHECKING:
    from kundig.records.fields import Field


class Mail(Kind):
    name = "mail"
    label = gettext_lazy("Mail address")
    input_type = "email"
    column = "col-mail"
    is_code = True

    def cell(self, formats: Formats, *values: Any) -> str:
        if not values[0]:
            return ""
        address = escape(values[0])
        return f'<a href="mailto:{address}">{address.replace("@", "<wbr>@")}</a>'

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = check_length(raw.strip(), field)
        return check_mail(text) if text else self.empty(field)

    def schema(self, field: Field) -> dict[str, Any]:
        return {**super().schema(field), "format": "email"}


class Phone(Kind):
    """A phone number: stored as E.164 where it can be read, shown as its country writes it."""

    name = "phone"
    label = gettext_lazy("Phone number")
    input_type = "tel"
    column = "col-phone"
    is_code = True

    def __init__(self, *, country: str = "") -> None:
        """`country`: name of the field whose value is the country a number without prefix belongs to."""
        self.country = country

    def cell(self, formats: Formats, *values: Any) -> str:
        if not values[0]:
            return ""
        return f'<a href="tel:{escape(values[0])}">{escape(self.text(formats, *values))}</a>'

    def text(self, formats: Formats, *values: Any) -> str:
        return phones.shown(values[0], home=company().country) if values[0] else ""

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = check_length(raw.strip(), field)
        if not text:
            return self.empty(field)
        home = str(reading.row.get(self.country) or "") if self.country else ""
        return phones.normalised(text, country=home or company().country)


class Website(Kind):
    name = "website"
    label = gettext_lazy("Web address")
    input_type = "url"
    column = "col-text"
    is_code = True

    def cell(self, formats: Formats, *values: Any) -> str:
        if not values[0]:
            return ""
        shown = escape(self.text(formats, *values))
        return f'<a href="{escape(values[0])}" rel="noreferrer noopener" target="_blank">{shown}</a>'

    def text(self, formats: Formats, *values: Any) -> str:
        return (values[0] or "").removeprefix("https://").removeprefix("http://").rstrip("/")

    def typed(self, formats: Formats, *values: Any) -> str:
        return values[0] or ""

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return self.empty(field)
        address = text if "://" in text else f"https://{text}"
        try:
            parts = urlsplit(address)
            sound = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in text
        except ValueError:
            sound = False
        if not sound:
            raise ValidationError(
                _("“%(text)s” is not a web address. Write it like www.example.com.") % {"text": text[:60]}
            )
        return check_length(address, field)

    def schema(self, field: Field) -> dict[str, Any]:
        return {**super().schema(field), "format": "uri"}


class Country(Kind):
    """ISO 3166-1 alpha-2 code; typed as code or as the name in German, English or the country's own language."""

    name = "country"
    label = gettext_lazy("Country")
    editor = "country"
    column = "col-text"

    def text(self, formats: Formats, *values: Any) -> str:
        return countries.name_of(values[0], formats.language) if values[0] else ""

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return self.empty(field)
        code = countries.code_of(text)
        if not code:
            raise ValidationError(
                _("“%(text)s” is not a country. Write its name or its two letters, for example DE.")
                % {"text": text[:40]}
            )
        return code

    def options(self, language: str) -> list[tuple[str, str]]:
        return countries.choices(language)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([A-Z]{2})?$", "description": "ISO 3166-1 alpha-2"}


# Countries whose letters name the state or province; elsewhere the postal code says it.
WITH_REGION = frozenset("AR AU BR CA CN ES GB ID IE IN IT JP KR MX MY NG PH RU TH TR TW UA US VE".split())
ADDRESS_PARTS = ("street", "postal_code", "city", "region", "country")


class Address(Kind):
    """A postal address out of sibling columns; read and written as one."""

    name = "address"
    label = gettext_lazy("Address")
    editor = "address"
    column = "col-address"
    sortable = False

    def __init__(self, *, prefix: str = "", title: Any = None) -> None:
        """`prefix` stands before the column names `street postal_code city region country`."""
        self.prefix = prefix
        self.title = title or self.label

    def sources(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{self.prefix}{part}" for part in ADDRESS_PARTS)

    def lines(self, formats: Formats, *values: Any) -> list[str]:
        street, postal_code, city, region, country = (value or "" for value in values)
        home = company().country
        town = " ".join(part for part in (postal_code, city) if part)
        land = countries.name_of(country, formats.language) if country and country != home else ""
        state = region if country in WITH_REGION or not town else ""
        return [line for line in (street, town, state, land) if line]

    def cell(self, formats: Formats, *values: Any) -> str:
        return escape(", ".join(self.lines(formats, *values)))

    def block(self, formats: Formats, *values: Any) -> str:
        """Escaped HTML over several lines, for pages."""
        return "<br>".join(escape(line) for line in self.lines(formats, *values))

    def text(self, formats: Formats, *values: Any) -> str:
        return ", ".join(self.lines(formats, *values))

    def is_empty(self, *values: Any) -> bool:
        return not any(values[:4])

    def empty(self, field: Field) -> Any:
        return dict.fromkeys(ADDRESS_PARTS, "")

    def posted(self, field: Field, data: Any) -> Any:
        return {part: data.get(f"{field.name}.{part}", "") for part in ADDRESS_PARTS}

    def parse(self, raw: Any, *, field: Field, reading: Reading) -> Any:
        given = raw if isinstance(raw, dict) else {"street": raw}
        description = field.description
        parsed, errors = {}, []
        for part in ADDRESS_PARTS:
            column = description.fields[f"{self.prefix}{part}"]
            try:
                parsed[part] = column.kind.parse(str(given.get(part, "") or ""), field=column, reading=reading)
            except ValidationError as error:
                errors.extend(error.messages)
        if errors:
            raise ValidationError(errors)
        return parsed

    def columns(self, field: Field, value: Any) -> dict[str, Any]:
        return {f"{self.prefix}{part}": value[part] for part in ADDRESS_PARTS if part in value}

    def to_json(self, *values: Any) -> Any:
        return dict(zip(ADDRESS_PARTS, (value or "" for value in values), strict=True))

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return self.empty(field)
        if not isinstance(value, dict):
            raise ValidationError(_("Expected an object, got %(got)s.") % {"got": json_type(value)})
        unknown = sorted(set(value) - set(ADDRESS_PARTS))
        if unknown:
            raise ValidationError(
                _("An address has no “%(unknown)s”; it has %(known)s.")
                % {"unknown": str(unknown[0])[:40], "known": ", ".join(ADDRESS_PARTS)}
            )
        return self.parse(
            {**self.to_json(*(reading.row.get(s) for s in self.sources(field))), **value}, field=field, reading=reading
        )

    def schema(self, field: Field) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {part: {"type": "string"} for part in ADDRESS_PARTS},
            "additionalProperties": False,
        }
