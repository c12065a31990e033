"""E-invoices as EN 16931 knows them: one model, written and read as UBL 2.1 and as UN/CEFACT CII."""

from kundig.orders.rules.einvoice.cii import read_cii, write_cii
from kundig.orders.rules.einvoice.document import (
    Allowance,
    Delivery,
    Discount,
    Document,
    DocumentLine,
    Party,
    Payment,
    Reference,
    TaxLine,
)
from kundig.orders.rules.einvoice.german import lacking
from kundig.orders.rules.einvoice.parsing import LARGEST, Unreadable, parse
from kundig.orders.rules.einvoice.reading import read_document
from kundig.orders.rules.einvoice.ubl import read_ubl, write_ubl

__all__ = [
    "LARGEST",
    "Allowance",
    "Delivery",
    "Discount",
    "Document",
    "DocumentLine",
    "Party",
    "Payment",
    "Reference",
    "TaxLine",
    "Unreadable",
    "lacking",
    "parse",
    "read_cii",
    "read_document",
    "read_ubl",
    "write_cii",
    "write_ubl",
]
