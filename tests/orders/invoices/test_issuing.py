"""Invoices: made of orders, issued once, corrected by credit notes only."""

import contextlib
import datetime as dt
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.enums import InvoiceState
from kundig.orders.models import Invoice, InvoiceLine
from kundig.orders.queries.billing import charged, creditable
from kundig.orders.queries.invoices import document_of
from kundig.orders.rules.einvoice import lacking, write_cii, write_ubl
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user
from tests.orders.invoices.conftest import a_line
from tests.orders.invoices.documents import against_rules, against_schema

D = Decimal
pytestmark = pytest.mark.django_db


def test_a_draft_of_an_order_has_its_positions_and_sums(order, svenja):
    draft = actions.invoice_order(order, by=svenja)
    assert (draft.state, draft.issued_on, draft.number[:2]) == (InvoiceState.DRAFT, None, "E-")
    assert [(line.title, line.quantity, line.net) for line in draft.lines.all()] == [
        ("Filter", D(3), D("300.00")), ("Seal", D(1), D("17.99")),
    ]  # fmt: skip
    assert (draft.net, draft.tax, draft.gross, draft.customer_reference) == (
        D("317.99"), D("60.42"), D("378.41"), "4711",
    )  # fmt: skip


def test_nothing_of_an_order_is_charged_twice(order, svenja):
    actions.invoice_order(order, by=svenja)
    with pytest.raises(ValidationError, match="on an invoice already"):
        actions.invoice_order(order, by=svenja)


def test_order_on_an_invoice_is_cancelled_or_lessened_only_when_that_is_credited(order, invoice, svenja):
    filters = order.lines.get(title="Filter")
    for act, words in (
        (lambda: actions.cancel_order(order, reason="Too late.", by=svenja), f"Invoice {invoice.number} charges this"),
        (lambda: actions.rewrite_line(filters, {"quantity": D(1)}, by=svenja), "3 are on an invoice already"),
        (lambda: actions.remove_line(filters, by=svenja), "3 are on an invoice already"),
    ):
        with pytest.raises(ValidationError, match=words):
            act()
    order.refresh_from_db()
    assert (order.state, order.net) == ("placed", D("317.99"))
    actions.credit_invoice(invoice, by=svenja)
    assert actions.rewrite_line(filters, {"quantity": D(1)}, by=svenja).quantity == 1
    draft = actions.invoice_order(order, by=svenja)
    with pytest.raises(ValidationError, match=f"Draft {draft.number} charges this order"):
        actions.cancel_order(order, reason="No.", by=svenja)
    actions.remove_invoice(draft, by=svenja)
    assert actions.cancel_order(order, reason="No.", by=svenja).state == "cancelled"


def test_issuing_gives_number_day_and_what_stands_on_it(invoice, dairy, svenja):
    today = timezone.localdate()
    assert invoice.number == f"R-{today.year}-00001"
    assert (invoice.issued_on, invoice.due_on) == (today, today + dt.timedelta(days=14))
    assert (invoice.state, invoice.balance, invoice.settled) == (InvoiceState.OPEN, D("378.41"), D(0))
    assert invoice.seller["iban"] == "DE02120300000000202051" and invoice.seller["contact"] == "Svenja Kroll"
    assert invoice.buyer["name"] == dairy.name
    filed = Touchpoint.objects.get(party=dairy, kind="invoice")
    assert filed.summary.startswith(invoice.number) and filed.source_id == invoice.pk


def test_what_was_issued_says_the_same_when_house_and_customer_change(invoice, dairy, letterhead):
    before = document_of(Invoice.objects.get(pk=invoice.pk))
    letterhead.iban = "DE75512108001245126199"
    letterhead.save()
    type(dairy).objects.filter(pk=dairy.pk).update(name="Another", street="Elsewhere 1")
    assert document_of(Invoice.objects.get(pk=invoice.pk)) == before


def test_an_issued_invoice_holds_against_the_standard(invoice):
    document = document_of(Invoice.objects.get(pk=invoice.pk))
    assert lacking(document) == []
    for written in (write_ubl(document), write_cii(document)):
        assert against_schema(written) == []
        assert against_rules(written) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda one: Invoice.objects.filter(pk=one.pk).update(gross=1, balance=1 - one.settled),
        lambda one: Invoice.objects.filter(pk=one.pk).update(issued_on=None, state="draft"),
        lambda one: Invoice.objects.filter(pk=one.pk).update(number="R-1"),
        lambda one: Invoice.objects.filter(pk=one.pk).delete(),
        lambda one: InvoiceLine.objects.filter(invoice=one).update(unit_price=1),
        lambda one: InvoiceLine.objects.filter(invoice=one).delete(),
        lambda one: InvoiceLine.objects.create(invoice=one, title="More", unit_price=1),
    ],
)
def test_the_database_lets_nobody_change_what_was_issued(invoice, change):
    with pytest.raises(IntegrityError, match="was issued|stay as they are"), transaction.atomic():
        change(invoice)
    assert Invoice.objects.get(pk=invoice.pk).gross == D("378.41")


@pytest.mark.parametrize(
    "change",
    [
        lambda one, by: actions.rewrite_invoice(one, {"text": "Other"}, by=by),
        lambda one, by: actions.remove_invoice(one, by=by),
        lambda one, by: actions.add_invoice_line(one, {"title": "More", "unit_price": D(1)}, by=by),
        lambda one, by: actions.rewrite_invoice_line(one.lines.first(), {"quantity": D(1)}, by=by),
        lambda one, by: actions.remove_invoice_line(one.lines.first(), by=by),
    ],
)
def test_who_changes_what_was_issued_is_told_of_credit_notes(invoice, svenja, change):
    with pytest.raises(ValidationError, match="Make a credit note"):
        change(invoice, svenja)


def test_issuing_is_not_taken_back(order, svenja):
    draft = actions.invoice_order(order, by=svenja)
    with change_set(by=svenja) as changes:
        actions.issue_invoice(draft, by=svenja)
    with contextlib.suppress(ValidationError):
        undo(changes.id, by=svenja)
    assert Invoice.objects.get(pk=draft.pk).issued_on is not None


def test_numbers_have_no_gap_when_issuing_fails(order, svenja, letterhead):
    draft = actions.invoice_order(order, by=svenja)
    letterhead.iban = ""
    letterhead.save()
    with pytest.raises(ValidationError, match="IBAN"):
        actions.issue_invoice(draft, by=svenja)
    letterhead.iban = "DE02120300000000202051"
    letterhead.save()
    assert actions.issue_invoice(draft, by=svenja).number.endswith("-00001")


def test_an_invoice_needs_positions_and_an_address(order, svenja, dairy):
    empty = actions.create_invoice({"party": dairy}, by=svenja)
    with pytest.raises(ValidationError, match="no positions"):
        actions.issue_invoice(empty, by=svenja)
    draft = actions.invoice_order(order, by=svenja)
    type(dairy).objects.filter(pk=dairy.pk).update(street="", city="")
    with pytest.raises(ValidationError, match="street, city"):
        actions.issue_invoice(draft, by=svenja)


def test_a_position_that_is_subject_to_tax_at_nothing_is_named(order, svenja):
    a_line(order, 3, "Manual", "1", "10", percent="0")
    draft = actions.invoice_order(order, by=svenja)
    with pytest.raises(ValidationError, match="“Manual” is subject to tax, at 0 %. Give its rate"):
        actions.issue_invoice(draft, by=svenja)
    draft.lines.filter(title="Manual").update(tax_category="E")
    assert actions.issue_invoice(draft, by=svenja).number


def test_an_invoice_is_not_of_tomorrow_nor_before_the_last(invoice, order, svenja, dairy):
    later = actions.create_invoice({"party": dairy}, by=svenja)
    actions.add_invoice_line(later, {"title": "More", "unit_price": D(1), "tax_percent": D(19)}, by=svenja)
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="future"):
        actions.issue_invoice(later, by=svenja, on=today + dt.timedelta(days=1))
    if today.day > 1:
        with pytest.raises(ValidationError, match="already"):
            actions.issue_invoice(later, by=svenja, on=today - dt.timedelta(days=1))


def test_an_order_of_another_customer_is_refused(order, svenja, katrin):
    with pytest.raises(ValidationError, match="another customer"):
        actions.create_invoice({"party": katrin, "order": order}, by=svenja)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": D(0)}, "quantity"),
        ({"quantity": D(-1)}, "quantity"),
        ({"unit_price": D(-1)}, "unit_price"),
        ({"discount": D(101)}, "discount"),
        ({"tax_category": "K", "tax_percent": D(19)}, "tax_percent"),
        ({"title": ""}, "title"),
    ],
)
def test_a_position_that_nobody_can_mean_is_refused_at_its_field(order, svenja, values, field):
    draft = actions.invoice_order(order, by=svenja)
    whole = {"title": "More", "unit_price": D(1), "tax_percent": D(19), **values}
    with pytest.raises(ValidationError) as refused:
        actions.add_invoice_line(draft, whole, by=svenja)
    assert field in refused.value.message_dict
    assert draft.lines.count() == 2


def test_a_stranger_neither_makes_nor_issues_invoices(order, svenja, invoice):
    stranger = User.objects.with_access(a_user("Otto Fremd", role="reader").pk)
    with pytest.raises(PermissionDenied):
        actions.invoice_order(order, by=stranger)
    with pytest.raises(PermissionDenied):
        actions.credit_invoice(invoice, by=stranger)
    assert Invoice.objects.count() == 1


# -- credit notes ------------------------------------------------------------------------------------------------------


def test_a_credit_note_for_all_of_it_settles_the_invoice(invoice, svenja):
    note = actions.credit_invoice(invoice, reason="Wrong order", by=svenja)
    after = Invoice.objects.get(pk=invoice.pk)
    assert note.number == f"G-{timezone.localdate().year}-00001"
    assert (note.gross, note.balance, note.state) == (D("378.41"), D(0), InvoiceState.PAID)
    assert (after.state, after.balance) == (InvoiceState.CREDITED, D(0))
    document = document_of(Invoice.objects.get(pk=note.pk))
    assert document.corrects[0].number == invoice.number and lacking(document) == []
    for written in (write_ubl(document), write_cii(document)):
        assert against_schema(written) == []
        assert against_rules(written) == []


def test_a_credit_note_for_a_part_leaves_the_rest_open(invoice, svenja):
    filters, _seal = invoice.lines.all()
    note = actions.credit_invoice(invoice, {filters.pk: D(1)}, by=svenja)
    assert (note.net, note.gross) == (D("100.00"), D("119.00"))
    assert Invoice.objects.get(pk=invoice.pk).balance == D("259.41")
    with pytest.raises(ValidationError, match="At most 2"):
        actions.credit_invoice(invoice, {filters.pk: D(3)}, by=svenja)
    actions.credit_invoice(invoice, by=svenja)
    with pytest.raises(ValidationError, match="given back already"):
        actions.credit_invoice(invoice, by=svenja)


def test_parts_that_are_credited_come_to_the_whole_to_the_cent(order, svenja):
    order.lines.all().delete()
    a_line(order, 1, "Screw", "3", "0.335")
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    line = invoice.lines.get()
    assert line.net == D("1.01")
    notes = [actions.credit_invoice(invoice, {line.pk: D(1)}, by=svenja) for _each in range(3)]
    assert sum(note.net for note in notes) == D("1.01")
    assert Invoice.objects.get(pk=invoice.pk).state == InvoiceState.CREDITED


def test_the_last_part_keeps_its_quantity_where_it_stands_as_an_amount(order, svenja):
    order.lines.all().delete()
    ordered = a_line(order, 1, "Cap", "5", "1.99", discount="25")
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    line = invoice.lines.get()
    actions.credit_invoice(invoice, {line.pk: D(2)}, by=svenja)
    note = actions.credit_invoice(invoice, by=svenja)
    assert [(each.quantity, each.given_back, each.net) for each in note.lines.all()] == [(D(1), D(3), D("4.47"))]
    assert creditable(invoice) == {} and charged([ordered.pk]) == {ordered.pk: D(0)}


@pytest.mark.parametrize(("quantity", "words"), [("0.0004", "decimal places"), ("0.001", "comes to nothing")])
def test_nothing_is_no_credit_note(order, svenja, quantity, words):
    order.lines.all().delete()
    a_line(order, 1, "Cap", "5", "1.99")
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    with pytest.raises(ValidationError, match=words):
        actions.credit_invoice(invoice, {invoice.lines.get().pk: D(quantity)}, by=svenja)
    with pytest.raises(IntegrityError, match="quantity_positive"), transaction.atomic():
        InvoiceLine.objects.create(invoice=actions.create_invoice({"party": order.party}, by=svenja), quantity=D(0))
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_a_reason_is_kept_without_what_no_database_takes(invoice, svenja):
    assert actions.credit_invoice(invoice, reason="Wrong\x00 order", by=svenja).text == "Wrong order"


def test_a_credit_note_that_is_out_is_not_taken_back(invoice, svenja, jana):
    with change_set(by=svenja) as changes:
        note = actions.credit_invoice(invoice, by=svenja)
    undo(changes.id, by=jana, overwrite=True)
    after = Invoice.objects.get(pk=invoice.pk)
    assert (after.state, after.balance) == (InvoiceState.CREDITED, D(0))
    assert Invoice.objects.get(pk=note.pk).lines.count() == 2


def test_drafts_and_credit_notes_are_not_credited(order, svenja, invoice):
    note = actions.credit_invoice(invoice, by=svenja)
    with pytest.raises(ValidationError, match="Only an issued invoice"):
        actions.credit_invoice(note, by=svenja)


@pytest.mark.django_db(transaction=True)
def test_two_who_charge_an_order_at_once_charge_it_once(order, svenja):
    refused = []

    def charge():
        try:
            actions.invoice_order(order, by=svenja)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=charge) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Invoice.objects.count(), len(refused)) == (1, 1)
