"""Reading an invoice, whatever it is written in."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from django.utils.translation import gettext as _

from kundig.orders.rules.einvoice import cii, ubl
from kundig.orders.rules.einvoice.document import Document
from kundig.orders.rules.einvoice.parsing import LARGEST, Unreadable, parse

EMBEDDED = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""Names that ZUGFeRD 2.x and 1.0 give the file in the PDF."""


def read_document(raw: bytes) -> Document:
    """The invoice in a file: XML in UBL or CII, or a PDF that carries one.

    Raises:
        Unreadable: if it is too large, damaged, or no e-invoice.
    """
    if len(raw) > LARGEST:
        raise Unreadable(_("The file is too large: at most %(most)d MB are read.") % {"most": LARGEST // 1_048_576})
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        return replace(_read_xml(embedded(raw)), syntax="zugferd")
    return _read_xml(raw)


def _read_xml(raw: bytes) -> Document:
    root = parse(raw)
    if root.tag in ubl.ROOTS:
        return ubl.read_ubl(root)
    if root.tag == cii.ROOT:
        return cii.read_cii(root)
    raise Unreadable(
        _("This XML is no e-invoice: it begins with “%(tag)s”. Invoices in UBL 2.1 or UN/CEFACT CII are read.")
        % {"tag": str(root.tag).rpartition("}")[2][:60]}
    )


def embedded(raw: bytes) -> bytes:
    """The XML that a ZUGFeRD PDF carries.

    Raises:
        Unreadable: if the PDF is damaged or carries none.
    """
    from pypdf import PdfReader  # takes a tenth of a second, which only who reads an invoice shall pay
    from pypdf.errors import PyPdfError

    try:
        files = PdfReader(BytesIO(raw)).attachments
        found = next((data for name, parts in files.items() if name.lower() in EMBEDDED for data in parts), None)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        # pypdf promises no errors of its own for what a damaged file may hold.
        raise Unreadable(_("This PDF is damaged and cannot be read.")) from error
    if found is None:
        raise Unreadable(_("This PDF carries no e-invoice: it is only a picture of one. Ask for ZUGFeRD or XRechnung."))
    return bytes(found)
