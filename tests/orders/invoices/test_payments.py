"""Payments: by hand, out of statements, in parts, too much, with discount, and taken back."""

import datetime as dt
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.enums import EntryState, InvoiceState
from kundig.orders.models import BankEntry, BankStatement, InvoiceSettings, Payment
from kundig.orders.queries.banking import proposals
from kundig.records import registry
from kundig.records.actions import create_record, delete_record
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user
from tests.orders.invoices.statements import camt, entry

D = Decimal
IBAN = "DE75512108001245126199"
pytestmark = pytest.mark.django_db


def again(record):
    return type(record).objects.get(pk=record.pk)


def pay(invoice, amount, *, by, **more):
    values = {"invoice": invoice, "amount": D(amount), "paid_on": timezone.localdate(), **more}
    return create_record(registry.for_model(Payment), values, by=by)


def test_parts_come_to_the_whole(invoice, jana, dairy):
    pay(invoice, "100", by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.PART_PAID, D("278.41"))
    pay(invoice, "278.41", by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.PAID, D(0))
    assert Touchpoint.objects.filter(party=dairy, kind="payment").count() == 2


def test_what_is_too_much_stays_with_the_customer(invoice, jana):
    pay(invoice, "400", by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.PAID, D("-21.59"))
    pay(invoice, "-21.59", by=jana)
    assert again(invoice).balance == D(0)


def test_discount_settles_the_rest(invoice, jana):
    pay(invoice, "370.84", discount=D("7.57"), by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.PAID, D(0))


def test_a_payment_that_is_deleted_was_none(invoice, jana, dairy):
    payment = pay(invoice, "378.41", by=jana)
    delete_record(registry.for_model(Payment), payment, by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.OPEN, D("378.41"))
    assert not Touchpoint.objects.filter(party=dairy, kind="payment").exists()


def test_taking_a_booking_back_opens_the_invoice_again(invoice, jana):
    with change_set(by=jana) as changes:
        pay(invoice, "378.41", by=jana)
    undo(changes.id, by=jana)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.OPEN, D("378.41"))
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": D(0)}, "amount"),
        ({"discount": D("378.42")}, "discount"),
        ({"discount": D("-1")}, "discount"),
        ({"paid_on": timezone.localdate() + dt.timedelta(days=2)}, "paid_on"),
    ],
)
def test_what_cannot_have_been_paid_is_refused_at_its_field(invoice, jana, values, field):
    with pytest.raises(ValidationError) as refused:
        pay(invoice, **{"amount": "10", **values}, by=jana)
    assert field in refused.value.message_dict
    assert again(invoice).balance == D("378.41")


def test_drafts_and_settled_credit_notes_are_not_paid(order, invoice, svenja, jana, dairy):
    with pytest.raises(ValidationError, match="draft"):
        pay(actions.create_invoice({"party": dairy}, by=svenja), "1", by=jana)
    note = actions.credit_invoice(invoice, by=svenja)
    with pytest.raises(ValidationError, match="set off"):
        pay(note, "-1", by=jana)


def test_a_credit_note_on_a_paid_invoice_is_owed_to_the_customer(invoice, svenja, jana):
    pay(invoice, "378.41", by=jana)
    actions.credit_invoice(invoice, {invoice.lines.first().pk: D(1)}, by=svenja)
    assert (again(invoice).balance, again(invoice).state) == (D("-119.00"), InvoiceState.PAID)


# -- statements --------------------------------------------------------------------------------------------------------


def test_a_statement_books_what_is_beyond_doubt(invoice, jana):
    raw = camt([entry("378.41", name="Molkerei Steinbrück", iban=IBAN, text=invoice.number), entry("5.00", text="?")])
    read = actions.read_in(raw, name="november.xml", by=jana)
    assert (read.statements, read.new, read.known, read.booked, read.unclear) == (1, 2, 0, 1, 1)
    assert (again(invoice).state, again(invoice).balance) == (InvoiceState.PAID, D(0))
    payment = Payment.objects.get()
    assert (payment.amount, payment.entry.state, payment.paid_on) == (
        D("378.41"), EntryState.BOOKED, dt.date(2026, 11, 21),
    )  # fmt: skip


def test_the_same_statement_again_brings_nothing(invoice, jana):
    raw = camt([entry("378.41", text=invoice.number, number="B7")])
    actions.read_in(raw, by=jana)
    read = actions.read_in(camt([entry("378.41", text=invoice.number, number="B7")], number="99"), by=jana)
    assert (read.new, read.known) == (0, 1)
    assert (BankEntry.objects.count(), BankStatement.objects.count(), Payment.objects.count()) == (1, 1, 1)


def test_discount_in_time_is_booked_with_the_payment(order, svenja, jana):
    InvoiceSettings.objects.create(discount_percent=D(2), discount_days=10)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    actions.read_in(camt([entry("370.84", text=invoice.number)]), by=jana)
    payment = Payment.objects.get()
    assert (payment.amount, payment.discount, again(invoice).state) == (D("370.84"), D("7.57"), InvoiceState.PAID)


def test_what_is_unclear_waits_and_can_be_assigned(invoice, jana):
    actions.read_in(camt([entry("400.00", name="Molkerei Steinbrück eG", text=invoice.number)]), by=jana)
    row = BankEntry.objects.get()
    assert (row.state, row.rest) == (EntryState.OPEN, D("400.00"))
    (found,) = proposals(row)
    assert (found.invoice.number, set(found.reasons)) == (invoice.number, {"number", "name"})
    actions.assign_entry(row, invoice, D("378.41"), by=jana)
    assert (again(row).state, again(row).rest, again(invoice).state) == (
        EntryState.PART, D("21.59"), InvoiceState.PAID,
    )  # fmt: skip
    assert actions.set_aside(again(row), by=jana)
    delete_record(registry.for_model(Payment), Payment.objects.get(), by=jana)
    assert (again(row).rest, again(invoice).balance) == (D("400.00"), D("378.41"))


def test_more_than_came_in_is_not_assigned(invoice, jana):
    actions.read_in(camt([entry("10.00", text="?")]), by=jana)
    row = BankEntry.objects.get()
    for amount in ("10.01", "-1", "0"):
        with pytest.raises(ValidationError, match="not assigned"):
            actions.assign_entry(row, invoice, D(amount), by=jana)
    assert not Payment.objects.exists()


def test_an_account_that_has_paid_before_is_known(order, invoice, svenja, jana, dairy):
    actions.read_in(camt([entry("378.41", iban=IBAN, text=invoice.number)]), by=jana)
    later = actions.create_invoice({"party": dairy}, by=svenja)
    actions.add_invoice_line(later, {"title": "More", "unit_price": D(10), "tax_percent": D(19)}, by=svenja)
    later = actions.issue_invoice(later, by=svenja)
    actions.read_in(camt([entry("11.90", iban=IBAN, name="Steinbrück, Molkerei eG", text="thanks")]), by=jana)
    assert again(later).state == InvoiceState.PAID


def later_of(dairy, price, *, by):
    later = actions.create_invoice({"party": dairy}, by=by)
    actions.add_invoice_line(later, {"title": "More", "unit_price": D(price), "tax_percent": D(19)}, by=by)
    return actions.issue_invoice(later, by=by)


def test_a_payment_that_names_a_paid_invoice_is_booked_on_no_other(invoice, svenja, jana, dairy):
    actions.read_in(camt([entry("378.41", iban=IBAN, text=invoice.number)]), by=jana)
    later = later_of(dairy, "317.99", by=svenja)
    twice = entry("378.41", iban=IBAN, name="Molkerei Steinbrück eG", text=invoice.number, number="B2")
    read = actions.read_in(camt([twice], number="2"), by=jana)
    assert (read.new, read.booked, again(later).balance) == (1, 0, D("378.41"))


def test_an_entry_that_was_assigned_anew_pays_once(invoice, svenja, jana, dairy):
    actions.read_in(camt([entry("100.00", text="?")]), by=jana)
    row = BankEntry.objects.get()
    payment = actions.assign_entry(row, invoice, D(100), by=jana)
    with change_set(by=jana) as changes:
        delete_record(registry.for_model(Payment), payment, by=jana)
    other = later_of(dairy, "100", by=svenja)
    actions.assign_entry(again(row), other, D(100), by=jana)
    with pytest.raises(ValidationError, match="assigned anew"):
        undo(changes.id, by=jana, overwrite=True)
    assert (again(row).rest, again(invoice).balance, again(other).balance) == (D(0), D("378.41"), D("19.00"))


def test_an_entry_is_never_assigned_beyond_what_was_moved(jana, house):
    actions.read_in(camt([entry("100.00", text="?"), entry("-50.00", text="?")]), by=jana)
    for beyond in (D(-1), D(101)):
        with pytest.raises(IntegrityError, match="rest_is_of_it"), transaction.atomic():
            BankEntry.objects.filter(amount=100).update(rest=beyond)
    with pytest.raises(IntegrityError, match="rest_is_of_it"), transaction.atomic():
        BankEntry.objects.filter(amount=-50).update(rest=1)


def test_what_was_set_aside_is_taken_up_by_undoing(jana, house):
    actions.read_in(camt([entry("100.00", text="?")]), by=jana)
    row = BankEntry.objects.get()
    with change_set(by=jana) as changes:
        actions.set_aside(row, by=jana)
    undo(changes.id, by=jana)
    assert (again(row).state, again(row).rest) == (EntryState.OPEN, D(100))


@pytest.mark.django_db(transaction=True)
def test_two_who_read_the_same_file_in_at_once_bring_it_once(jana, house):
    raw, read = camt([entry("5.00", text="?")]), []

    def bring():
        try:
            read.append(actions.read_in(raw, by=jana).new)
        finally:
            connection.close()

    threads = [Thread(target=bring) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(read), BankEntry.objects.count()) == ([0, 0, 1], 1)


def test_what_is_no_statement_is_refused_whole(invoice, jana):
    with pytest.raises(ValidationError, match="CAMT.053"):
        actions.read_in(b"<Document/>", by=jana)
    assert not BankStatement.objects.exists()


def test_a_statement_that_does_not_add_up_is_told(jana, house):
    raw = camt([entry("5.00", text="?")]).replace(b">1005.00<", b">1006.00<")
    read = actions.read_in(raw, by=jana)
    assert "does not add up" in read.warnings[0]


def test_who_may_not_read_statements_in_is_refused(invoice):
    stranger = User.objects.with_access(a_user("Otto Fremd", role="reader").pk)
    with pytest.raises(PermissionDenied):
        actions.read_in(camt([entry("378.41", text=invoice.number)]), by=stranger)
    assert not BankStatement.objects.exists() and again(invoice).balance == D("378.41")
