"""What a letter needs to know about sender and addressee, put together for `letter.typ`."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image

from kundig.platform import files
from kundig.platform.countries import name_of
from kundig.platform.models import StoredFile

LOGO = "logo"
LOGO_PIXELS = 900


class Company(Protocol):
    """Who writes: `accounts.queries.Letterhead` is one."""

    @property
    def name(self) -> str: ...
    @property
    def street(self) -> str: ...
    @property
    def postal_code(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def mail(self) -> str: ...
    @property
    def website(self) -> str: ...
    @property
    def vat_id(self) -> str: ...
    @property
    def tax_number(self) -> str: ...
    @property
    def register(self) -> str: ...
    @property
    def managers(self) -> str: ...
    @property
    def bank(self) -> str: ...
    @property
    def iban(self) -> str: ...
    @property
    def bic(self) -> str: ...
    @property
    def accent(self) -> str: ...
    @property
    def logo_id(self) -> UUID | None: ...


def frame(
    company: Company,
    *,
    address: Sequence[str],
    reference: Iterable[tuple[str, str]],
    subject: str,
    language: str,
    logo: str | None = None,
    note: str = "",
) -> dict[str, Any]:
    """The value that `letter.typ` takes as its first argument; put it under a key of the data of `typeset`.

    `address` are at most nine lines (DIN 5008: three of notes, six of the address), `reference` pairs of a label and
    a value for the block beside it, `language` is that of the reader, `logo` the name of a file that is handed over,
    `note` a word across the first page such as "Entwurf".
    """
    with translation.override(language):
        return {
            "accent": company.accent or "#0f5c5e",
            "address": [line for line in address if line][:9],
            "foot": _foot(company),
            "language": language[:2],
            "logo": logo or "",
            "name": company.name,
            "note": note,
            "page": _("Page"),
            "of": pgettext("page 1 of 3", "of"),
            "reference": [[label, value] for label, value in reference if value],
            "sender": [line for line in (company.name, company.street, _place(company)) if line],
            "subject": subject,
        }


def address_lines(
    *,
    name: str,
    lines: Iterable[str] = (),
    street: str,
    postal_code: str,
    city: str,
    country: str,
    home: str,
    language: str = "de",
) -> list[str]:
    """An address as it stands in the window: the country in capitals, and only where it is not `home`.

    `language` is that of the post which takes the letter, so that of our own country.
    """
    abroad = name_of(country, language).upper() if country and country != home else ""
    return [line for line in (name, *lines, street, f"{postal_code} {city}".strip(), abroad) if line]


def logo_of(company: Company) -> dict[str, bytes]:
    """The logo as a file to hand over, by its name; nothing if there is none or it cannot be read as a picture."""
    stored = StoredFile.objects.filter(pk=company.logo_id).first() if company.logo_id else None
    if stored is None:
        return {}
    try:
        with Image.open(files.path_of(stored)) as image:
            image.thumbnail((LOGO_PIXELS, LOGO_PIXELS))
            target = io.BytesIO()
            image.convert("RGBA").save(target, "PNG", optimize=True)
    except (OSError, ValueError, Image.DecompressionBombError):
        return {}
    return {f"{LOGO}.png": target.getvalue()}


def _foot(company: Company) -> list[list[str]]:
    """Columns of lines."""
    bank = [company.bank, _spaced(company.iban), company.bic]
    columns = [
        [company.name, company.street, _place(company)],
        [company.phone, company.mail, company.website],
        [company.managers, company.register, _labelled(_("VAT ID"), company.vat_id) or company.tax_number],
        bank if company.iban else [],
    ]
    return [[line for line in column if line] for column in columns if any(column)]


def _labelled(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def _spaced(iban: str) -> str:
    bare = iban.replace(" ", "")
    return "\u00a0".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def _place(company: Company) -> str:
    return f"{company.postal_code} {company.city}".strip()
