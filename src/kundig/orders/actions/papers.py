"""Keeping invoices as they were issued."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from django.db import transaction

from kundig.orders.models import Invoice
from kundig.orders.queries.invoices import document_of
from kundig.orders.queries.papers import invoice_pdf
from kundig.orders.rules.einvoice import write_cii, write_ubl
from kundig.orders.rules.einvoice.document import XRECHNUNG
from kundig.platform import files
from kundig.platform.typesetting import NotTypeset

logger = logging.getLogger(__name__)
PDF, UBL, CII = "pdf", "ubl", "cii"
XML = "application/xml"
_MADE: Mapping[str, tuple[str, str, str, Callable[[Invoice], bytes]]] = {
    PDF: ("paper", "application/pdf", ".pdf", invoice_pdf),
    UBL: ("ubl", XML, ".xml", lambda invoice: write_ubl(document_of(invoice))),
    CII: ("cii", XML, "-cii.xml", lambda invoice: write_cii(document_of(invoice), profile=XRECHNUNG)),
}
"""By form: the column that keeps it, what it is, how its name ends, how it is made."""


def paper_of(invoice: Invoice, *, form: str = PDF) -> bytes:
    """What a customer gets of an issued invoice: always the same bytes. Of a draft the PDF, as it would be today.

    Raises:
        ValueError: for an e-invoice of a draft.
        NotTypeset: if it cannot be set.
    """
    if invoice.is_draft:
        if form != PDF:
            raise ValueError("a draft is no e-invoice")
        return invoice_pdf(invoice)
    column = _MADE[form][0]
    if getattr(invoice, column) is None:
        _keep(invoice, form)
    return files.path_of(getattr(invoice, column)).read_bytes()


def keep_papers(invoice: Invoice) -> None:
    """Set an issued invoice as PDF and write it as XML, and keep all of it, each once: who comes second leaves what is
    there. Afterwards they stand on `invoice`, but for a PDF that cannot be set: whoever asks for it is told."""
    for form in (UBL, CII, PDF):
        try:
            if getattr(invoice, _MADE[form][0]) is None:
                _keep(invoice, form)
        except NotTypeset:
            logger.exception("the paper of invoice %s could not be set", invoice.pk)


def _keep(invoice: Invoice, form: str) -> None:
    """One form by itself: an XRechnung can be had where the paper cannot be set."""
    column, kind, ending, make = _MADE[form]
    made = make(invoice)
    with transaction.atomic():
        found = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        if getattr(found, column) is None:
            setattr(found, column, files.store([made], name=f"{found.number}{ending}", content_type=kind, by_id=None))
            found.save(update_fields=(column,))
    setattr(invoice, column, getattr(found, column))
