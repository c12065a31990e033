"""Invoices on paper: PDF/A-3 with the e-invoice in it, a GiroCode that can be read, and drafts that say so."""

import io
from decimal import Decimal

import pytest
import zxingcpp
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from kundig.catalog.models import Product
from kundig.orders import actions
from kundig.orders.events import InvoiceIssued
from kundig.orders.handlers.papers import keep_what_was_issued
from kundig.orders.models import Invoice, InvoiceSettings, Order
from kundig.orders.queries.invoices import document_of
from kundig.orders.queries.papers import invoice_pdf
from kundig.orders.rules.einvoice import read_document
from tests.orders.invoices.conftest import a_line
from tests.orders.invoices.documents import against_rules, against_schema

pytestmark = pytest.mark.django_db


def two_drafts(order, by):
    drafts = [actions.invoice_order(order, by=by)]
    a_line(order, 3, "Visit", "1", "10")
    return [*drafts, actions.invoice_order(order, by=by)]


def browser(user):
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\u00a0", " ")


def test_an_issued_invoice_is_a_zugferd_pdf(order, svenja):
    InvoiceSettings.objects.create(discount_percent=Decimal(2), discount_days=10)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    pdf = invoice_pdf(Invoice.objects.get(pk=invoice.pk))
    read = PdfReader(io.BytesIO(pdf))
    marks = read.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in marks and "<pdfaid:conformance>B</pdfaid:conformance>" in marks
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in marks
    (xml,) = read.attachments["factur-x.xml"]
    assert against_schema(xml) == [] and against_rules(xml) == []
    document = document_of(Invoice.objects.get(pk=invoice.pk))
    again = read_document(pdf)
    assert (again.number, again.gross, again.syntax) == (invoice.number, Decimal("378.41"), "zugferd")
    assert again.lines == document.lines
    text = text_of(pdf)
    for words in (invoice.number, "Molkerei Steinbrück eG", "Filter", "378.41 €", "take 2 % off", "370.84 €"):
        assert words in text, words


def test_what_was_issued_is_kept_as_it_was_then(order, svenja, settings, tmp_path):
    settings.DATA = tmp_path
    product = Product.objects.create(number="P-1", name="Plate filter")
    order.lines.filter(title="Filter").update(title="", product=product)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    product.name = "Something else"
    product.save()
    Order.objects.filter(pk=order.pk).update(number="A-2")
    keep_what_was_issued(InvoiceIssued(invoice.pk, invoice.party_id, None))
    kept = Invoice.objects.get(pk=invoice.pk)
    assert None not in (kept.paper, kept.ubl, kept.cii)
    document = read_document(actions.paper_of(kept, form="ubl"))
    assert (document.lines[0].name, document.sales_order) == ("Plate filter", "A-1")
    text = text_of(actions.paper_of(kept))
    assert "Plate filter" in text and "A-1" in text
    keep_what_was_issued(InvoiceIssued(invoice.pk, invoice.party_id, None))
    assert Invoice.objects.get(pk=invoice.pk).paper_id == kept.paper_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(ubl=kept.cii)


def test_the_e_invoice_can_be_had_where_the_paper_cannot_be_set(order, svenja, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    first, second = (actions.issue_invoice(draft, by=svenja) for draft in two_drafts(order, svenja))
    monkeypatch.setattr("kundig.orders.queries.papers._source", lambda _name: "#panic()")
    assert read_document(actions.paper_of(first, form="ubl")).number == first.number
    keep_what_was_issued(InvoiceIssued(second.pk, second.party_id, None))
    kept = Invoice.objects.get(pk=second.pk)
    assert (kept.paper, kept.ubl is None, kept.cii is None) == (None, False, False)
    client = browser(svenja)
    assert client.get(f"/invoice/{second.pk}/pdf/")["Location"] == f"/invoices/{second.pk}/"
    assert client.get(f"/invoice/{second.pk}/cii/").status_code == 200


def test_a_draft_says_that_it_is_one_and_carries_nothing(order, svenja):
    pdf = invoice_pdf(actions.invoice_order(order, by=svenja))
    assert "Draft" in text_of(pdf)
    assert PdfReader(io.BytesIO(pdf)).attachments == {}


def test_what_customers_write_is_never_taken_for_code(order, svenja):
    order.lines.update(title='#panic("x") *bold* "quoted" $x$', text='= heading\n\n- #import "x"')
    pdf = invoice_pdf(actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja))
    assert '#panic("x") *bold*' in text_of(pdf)


def test_the_girocode_can_be_read():
    import qrcode

    from kundig.orders.rules.girocode import girocode

    text = girocode(name="Wendeler GmbH", iban="DE02120300000000202051", amount=Decimal("378.41"), text="R-2026-00001")
    picture = io.BytesIO()
    qrcode.make(text.encode()).save(picture)
    (found,) = zxingcpp.read_barcodes(Image.open(picture))
    assert found.text == text
