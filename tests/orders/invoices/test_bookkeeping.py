"""Bookings for the tax adviser: every cent of invoices, credit notes, payments and discounts."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.actions import bookkeeping
from kundig.orders.models import BookingBatch, DebtorAccount, InvoiceSettings, Payment
from kundig.orders.queries.bookings import batch_of
from kundig.orders.rules.accounts import Accounts, own_accounts
from kundig.platform import files
from kundig.records import registry
from kundig.records.actions import delete_record
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user
from tests.orders.invoices.conftest import a_line
from tests.orders.invoices.test_payments import pay
from tests.parties.factories import an_organisation

D = Decimal
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA = tmp_path


def exported(**values):
    return files.path_of(actions.export_bookings(**values).file).read_bytes()


def rows(content):
    """Amount with its sign, account, contra account, document."""
    lines = list(csv.reader(io.StringIO(content.decode("cp1252")), delimiter=";"))[2:]
    return [((D(row[0].replace(",", "."))) * (1 if row[1] == "S" else -1), row[6], row[7], row[10]) for row in lines]


@pytest.mark.django_db
def test_everything_of_a_period_is_booked(order, svenja, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    a_line(order, 3, "Manual", "1", "10", percent="7")
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    note = actions.credit_invoice(invoice, {invoice.lines.first().pk: D(1)}, by=svenja)
    pay(invoice, "100", discount=D("5.00"), by=jana)
    content = exported(since=TODAY, until=TODAY, by=jana)
    assert rows(content) == [
        (D("-119.00"), "10000", "8400", note.number),
        (D("378.41"), "10000", "8400", invoice.number),
        (D("10.70"), "10000", "8300", invoice.number),
        (D("100.00"), "1200", "10000", invoice.number),
        (D("4.86"), "8736", "10000", invoice.number),
        (D("0.14"), "8731", "10000", invoice.number),
    ]
    assert DebtorAccount.objects.get().number == 10000
    assert exported(since=TODAY, until=TODAY, by=jana, is_again=True)[200:] == content[200:]


@pytest.mark.django_db
def test_what_was_exported_comes_once_until_an_administrator_takes_it_back(order, svenja, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    first = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    paid = pay(first, "100", by=jana)
    batch = actions.export_bookings(since=TODAY, until=TODAY, by=jana)
    assert batch_of(first) == batch_of(paid) == batch
    with pytest.raises(ValidationError, match="Nothing of these days"):
        actions.export_bookings(since=TODAY, until=TODAY, by=jana)
    with pytest.raises(ValidationError, match="was handed to the books"):
        actions.remove_payment(paid, by=jana)
    pay(first, "10", by=jana)
    assert len(rows(exported(since=TODAY, until=TODAY, by=jana))) == 1
    with pytest.raises(PermissionDenied):
        actions.take_bookings_back(batch, by=svenja)
    assert batch_of(first) == batch
    actions.take_bookings_back(batch, by=jana)
    batch.refresh_from_db()
    assert (batch_of(first), batch.taken_back_by, batch.by) == (None, jana, jana)
    assert len(rows(exported(since=TODAY, until=TODAY, by=jana))) == 2


@pytest.mark.django_db
def test_on_days_that_are_closed_nothing_is_issued_booked_or_taken_back(order, svenja, jana):
    before = TODAY - dt.timedelta(days=1)
    InvoiceSettings.objects.create(consultant=1001, client=7, year_begins=before.month)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja, on=before)
    paid = pay(invoice, "100", by=jana, paid_on=before)
    with pytest.raises(ValidationError, match="Only a time that is over"):
        actions.export_bookings(since=before, until=TODAY, closes=True, by=jana)
    actions.export_bookings(since=before, until=before, closes=True, by=jana)
    assert InvoiceSettings.objects.get().closed_until == before
    a_line(order, 3, "Late", "1", "10")
    late = actions.invoice_order(order, by=svenja)
    for act in (
        lambda: actions.issue_invoice(late, by=svenja, on=before),
        lambda: pay(invoice, "1", by=jana, paid_on=before),
        lambda: actions.remove_payment(paid, by=jana),
    ):
        with pytest.raises(ValidationError, match="books are closed"):
            act()
    assert actions.issue_invoice(late, by=svenja).issued_on == TODAY


@pytest.mark.django_db
def test_the_books_of_the_house_are_closed_by_administrators_only(order, svenja, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    before = TODAY - dt.timedelta(days=1)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja, on=before)
    with pytest.raises(PermissionDenied, match="Only administrators may close"):
        actions.export_bookings(since=before, until=before, closes=True, by=svenja)
    assert (InvoiceSettings.objects.get().closed_until, BookingBatch.objects.count()) == (None, 0)


@pytest.mark.django_db
def test_books_are_not_closed_while_something_of_the_days_is_in_no_file(order, svenja, jana, monkeypatch):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    before = TODAY - dt.timedelta(days=1)
    a_line(order, 3, "Late", "1", "10")
    first = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja, on=before)
    for amount in ("100", "50"):
        pay(first, amount, by=jana, paid_on=before)
    monkeypatch.setattr("kundig.orders.actions.bookkeeping.MOST", 1)
    with pytest.raises(ValidationError, match="1 invoice or payment of these days would be in no file"):
        actions.export_bookings(since=before, until=before, closes=True, by=jana)
    assert (InvoiceSettings.objects.get().closed_until, BookingBatch.objects.count()) == (None, 0)


@pytest.mark.django_db
def test_undoing_leaves_closed_days_alone(invoice, jana):
    before = TODAY - dt.timedelta(days=1)
    with change_set(by=jana) as booked:
        stays = pay(invoice, "100", by=jana, paid_on=before)
    gone = pay(invoice, "50", by=jana, paid_on=before)
    with change_set(by=jana) as deleted:
        delete_record(registry.for_model(Payment), gone, by=jana)
    InvoiceSettings.objects.create(closed_until=before)
    with pytest.raises(ValidationError, match="books are closed"):
        undo(deleted.id, by=jana, overwrite=True)
    undo(booked.id, by=jana, overwrite=True)
    assert list(Payment.objects.values_list("pk", flat=True)) == [stays.pk]
    InvoiceSettings.objects.update(closed_until=None)
    undo(deleted.id, by=jana, overwrite=True)
    assert Payment.objects.count() == 2


@pytest.mark.django_db
def test_closing_keeps_what_was_set_meanwhile(invoice, jana, monkeypatch):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    before = TODAY - dt.timedelta(days=1)
    pay(invoice, "100", by=jana, paid_on=before)
    original = bookkeeping.booking_file

    def meanwhile(*args, **named):
        InvoiceSettings.objects.update(payment_days=30)
        return original(*args, **named)

    monkeypatch.setattr(bookkeeping, "booking_file", meanwhile)
    actions.export_bookings(since=before, until=before, closes=True, by=jana)
    assert InvoiceSettings.objects.values_list("payment_days", "closed_until").get() == (30, before)


@pytest.mark.django_db
def test_what_is_in_two_files_is_handed_over_until_both_are_taken_back(invoice, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    first = actions.export_bookings(since=TODAY, until=TODAY, by=jana)
    second = actions.export_bookings(since=TODAY, until=TODAY, by=jana, is_again=True)
    assert (first.marks.count(), second.marks.count()) == (1, 1)
    actions.take_bookings_back(first, by=jana)
    assert batch_of(invoice) == second
    with pytest.raises(ValidationError, match="Nothing of these days"):
        actions.export_bookings(since=TODAY, until=TODAY, by=jana)
    actions.take_bookings_back(second, by=jana)
    assert len(rows(exported(since=TODAY, until=TODAY, by=jana))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "since", "until", "words"),
    [
        ({}, TODAY, TODAY, "consultant"),
        ({"consultant": 1001, "client": 1}, TODAY, TODAY - dt.timedelta(days=1), "before the first"),
        ({"consultant": 1001, "client": 1}, dt.date(2025, 12, 31), dt.date(2026, 1, 1), "one business year"),
    ],
)
def test_what_cannot_be_exported_is_told(invoice, jana, known, since, until, words):
    InvoiceSettings.objects.create(**known)
    with pytest.raises(ValidationError, match=words):
        actions.export_bookings(since=since, until=until, by=jana)


@pytest.mark.django_db
def test_who_may_not_export_is_refused(invoice):
    stranger = User.objects.with_access(a_user("Otto Fremd", role="reader").pk)
    InvoiceSettings.objects.create(consultant=1001, client=7)
    with pytest.raises(PermissionDenied):
        actions.export_bookings(since=TODAY, until=TODAY, by=stranger)
    assert not DebtorAccount.objects.exists()


@pytest.mark.django_db
def test_customers_get_no_suppliers_account(invoice, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    DebtorAccount.objects.create(party=an_organisation(by=jana, name="Die letzte GmbH"), number=69_999)
    with pytest.raises(ValidationError, match="the last one would be 70000.*from 70000 on they are suppliers"):
        actions.export_bookings(since=TODAY, until=TODAY, by=jana)
    settings = InvoiceSettings.objects.get()
    settings.account_length = 5
    actions.set_invoice_settings(settings)
    assert [each[2] for each in rows(exported(since=TODAY, until=TODAY, by=jana))] == ["84000"]
    assert set(DebtorAccount.objects.values_list("number", flat=True)) == {699_990, 699_991}
    settings.account_length = 4
    with pytest.raises(ValidationError, match="only become longer"):
        actions.set_invoice_settings(settings)


def test_accounts_of_ones_own_come_first():
    own = own_accounts("S 20 = 8420\n\ns 19 = 8401\nbank = 1210\n")
    assert own == {"S 20": 8420, "S 19": 8401, "bank": 1210}
    assert Accounts("03", own).sales("S", D("19.00")) == 8401
    assert Accounts("04").sales("S", D("7.00")) == 4300
    longer = Accounts("03", own_accounts("S 19 = 8401\nbank = 12105", 6), 6)
    assert (longer.sales("S", D("7.00")), longer.sales("S", D("19.00"))) == (830000, 840100)
    assert (longer.money("cash"), longer.money("bank")) == (100000, 121050)
    with pytest.raises(ValidationError, match="Line 1: account 12105 has more than 4 digits"):
        own_accounts("bank = 12105")
    with pytest.raises(ValidationError, match="S 8.1"):
        Accounts().sales("S", D("8.10"))
    with pytest.raises(ValidationError, match="Line 2"):
        own_accounts("S 19 = 8400\nnonsense")
