"""E-invoices hold against the schemas and rules of the standard, and come back as they were written."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from kundig.orders.rules.einvoice import (
    TaxLine,
    Unreadable,
    lacking,
    parse,
    read_document,
    write_cii,
    write_ubl,
)
from kundig.orders.rules.einvoice.document import XRECHNUNG
from tests.orders.invoices.documents import (
    ACCOUNT,
    BUYER,
    SELLER,
    against_rules,
    against_schema,
    credit_note,
    document,
    line,
    of_category,
)

D = Decimal
REASONS = {
    "Z": "",
    "E": "Steuerfrei nach § 4 UStG",
    "AE": "Steuerschuldnerschaft des Leistungsempfängers",
    "K": "Innergemeinschaftliche Lieferung",
    "G": "Ausfuhrlieferung",
    "O": "Nicht steuerbar",
}


def write_xrechnung_cii(one):
    return write_cii(one, profile=XRECHNUNG)


WRITERS = [write_ubl, write_cii, write_xrechnung_cii]


def broken(xml):
    """The rules of the standard that a document breaks; that ZUGFeRD knows no profile called XRechnung is none."""
    return [rule for rule in against_rules(xml) if not rule.startswith("FX-SCH-A-000556")]


def _buyer_abroad(category: str) -> dict:
    """What the standard wants of the parties beside the category."""
    if category == "O":
        return {"seller": replace(SELLER, vat_id=""), "buyer": replace(BUYER, vat_id="")}
    if category == "K":
        return {"buyer": replace(BUYER, vat_id="FR12345678901", country="FR")}
    return {}


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("make", [document, credit_note])
def test_what_is_written_holds_against_schema_and_rules(write, make):
    written = write(make())
    assert against_schema(written) == []
    assert broken(written) == []


@pytest.mark.parametrize("write", [write_ubl, write_cii])
@pytest.mark.parametrize("category", REASONS)
def test_each_category_of_tax_holds_against_schema_and_rules(write, category):
    written = write(of_category(category, REASONS[category], **_buyer_abroad(category)))
    assert against_schema(written) == []
    assert against_rules(written) == []


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("make", [document, credit_note])
def test_what_is_read_is_what_was_written(write, make):
    before = make()
    after = read_document(write(before))
    assert replace(after, profile="") == before


def test_a_negative_line_holds_against_the_rules():
    lines = (line(1, "2", "50", "100.00"), line(2, "-1", "50", "-50.00"))
    sums = {"lines_net": D("50.00"), "net": D("50.00"), "tax": D("9.50"), "gross": D("59.50"), "payable": D("59.50")}
    one = document(lines=lines, allowances=(), taxes=(TaxLine("S", D("19.00"), D("50.00"), D("9.50")),), **sums)
    for write in WRITERS:
        assert against_schema(write(one)) == []
        assert broken(write(one)) == []


def test_rules_notice_a_wrong_total():
    wrong = replace(document(), gross=D("350.99"))
    assert any("BR-CO-15" in rule for rule in against_rules(write_ubl(wrong)))
    assert any("BR-CO-15" in rule for rule in against_rules(write_cii(wrong)))


def test_a_complete_document_lacks_nothing():
    assert lacking(document()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"buyer_reference": ""}, "BR-DE-15"),
        ({"payment": None}, "BR-DE-1"),
        ({"seller": replace(SELLER, phone="")}, "BR-DE-6"),
        ({"seller": replace(SELLER, phone="12")}, "BR-DE-27"),
        ({"seller": replace(SELLER, mail="nobody")}, "BR-DE-28"),
        ({"buyer": replace(BUYER, address="")}, "PEPPOL-EN16931-R010"),
        ({"delivery": None}, "BR-DE-TMP-32"),
        ({"seller": replace(SELLER, postal_code="")}, "BR-DE-4"),
    ],
)  # fmt: skip
def test_what_xrechnung_misses_is_named(change, rule):
    assert [key for key, _words in lacking(document(**change))] == [rule]


def test_a_wrong_iban_is_named():
    one = document(payment=replace(ACCOUNT, iban="DE02120300000000202052"))
    assert [key for key, _words in lacking(one)] == ["BR-DE-19"]


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>&x;</ID></Invoice>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>"""


WIDE = LAUGHS.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")


@pytest.mark.parametrize("raw", [ENTITIES, LAUGHS, ENTITIES.decode().encode("utf-16"), WIDE])
def test_entities_are_refused(raw):
    with pytest.raises(Unreadable, match="DOCTYPE|readable XML"):
        read_document(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no readable XML"),
        (b"nothing", "no readable XML"),
        (b"<html/>", "no e-invoice"),
        (b"%PDF-1.7 broken", "damaged"),
        (b"<a>" * 80 + b"</a>" * 80, "nested"),
        (b"x" * (10 * 1024 * 1024 + 1), "too large"),
        (write_ubl(document()).replace(b">350.98<", b">much<"), "is no number"),
        (write_ubl(document()).replace(b">350.98<", b">NaN<"), "is no number"),
        (write_ubl(document()).replace(b">2026-11-22<", b">2026-11-32<"), "is no day"),
        (write_cii(document()).replace(b">20261122<", b">2026112<"), "is no day"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(raw, words):
    with pytest.raises(Unreadable, match=words):
        read_document(raw)


def test_letters_that_xml_does_not_know_are_left_out():
    one = document(notes=("a\x00b\x0bc\ufffe",))
    assert read_document(write_ubl(one)).notes == ("abc",)


def test_nothing_but_the_number_is_enough_to_be_shown():
    names = "urn:oasis:names:specification:ubl:schema:xsd:"
    bare = (
        f'<Invoice xmlns="{names}Invoice-2" xmlns:c="{names}CommonBasicComponents-2"><c:ID>7</c:ID></Invoice>'.encode()
    )
    one = read_document(bare)
    assert (one.number, one.gross, one.issued_on) == ("7", D(0), dt.date.min)
    assert parse(bare).tag.endswith("Invoice")
