"""Files that are something else than a table: told apart by their first bytes, so that people hear what they have."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.records.imports.reading.form import UnusableFile

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SIGNATURES = (
    (b"%PDF", gettext_lazy("a PDF document")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"GIF8", gettext_lazy("a picture")),
    (b"\x1f\x8b", gettext_lazy("a compressed file")),
    (b"BZh", gettext_lazy("a compressed file")),
    (b"7z\xbc\xaf\x27\x1c", gettext_lazy("a compressed file")),
    (b"Rar!", gettext_lazy("a compressed file")),
    (b"\xfd7zXZ", gettext_lazy("a compressed file")),
    (b"PK\x05\x06", gettext_lazy("an empty compressed file")),
    (b"SQLite format 3", gettext_lazy("a database")),
    (b"\x00\x01\x00\x00Standard ", gettext_lazy("an Access database")),
    (b"\x7fELF", gettext_lazy("a program")),
    (b"MZ", gettext_lazy("a program")),
    (b"{\\rtf", gettext_lazy("a text document")),
)
_MARKUP = (
    (b"<!doctype html", gettext_lazy("a web page")),
    (b"<html", gettext_lazy("a web page")),
    (b"<?xml", gettext_lazy("an XML file")),
    (b"begin:vcard", gettext_lazy("a file of address cards (vCard)")),
    (b"{", gettext_lazy("a JSON file")),
    (b"[{", gettext_lazy("a JSON file")),
)


def is_workbook(head: bytes) -> bool:
    """Whether the file may be a workbook of a spreadsheet program: a ZIP archive or an old Office file."""
    return head.startswith((ZIP, OLD_OFFICE))


def refuse_other_formats(head: bytes) -> None:
    """Raises UnusableFile if the file is recognisably something else."""
    start = head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kinds = [kind for signature, kind in _SIGNATURES if head.startswith(signature)]
    kinds += [kind for signature, kind in _MARKUP if start.startswith(signature)]
    if kinds:
        raise UnusableFile(
            _("This is %(kind)s, not a table. Save it as CSV or as an Excel workbook (.xlsx) and choose that file.")
            % {"kind": kinds[0]}
        )
