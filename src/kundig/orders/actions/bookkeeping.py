"""Handing invoices and payments to the books (DATEV)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.catalog.queries import to_cents
from kundig.orders.actions.writing import described, hold_books
from kundig.orders.enums import PaymentKind
from kundig.orders.models import Booked, BookingBatch, DebtorAccount, Invoice, InvoiceSettings, Payment
from kundig.orders.queries.snapshots import invoice_settings
from kundig.orders.rules.accounts import BANK, Accounts, accounts_of_customers, own_accounts
from kundig.orders.rules.datev import Booking, Chart, booking_file, year_of
from kundig.platform import files
from kundig.platform.formats import current_formats

MOST = 50_000
LONGEST = 366


def export_bookings(
    *, since: dt.date, until: dt.date, by: User, is_again: bool = False, closes: bool = False
) -> BookingBatch:
    """The file of bookings (EXTF Buchungsstapel) of the invoices, credit notes and payments of a period that are in no
    file yet; with `is_again` also of those that are. With `closes` the books are closed up to its last day.

    Customers without an account get the next free one. Two who export at once wait for each other: nothing is handed
    over twice.

    Raises:
        PermissionDenied: if `by` may not export invoices, or `closes` without administering: who closes the books
            stops the whole house.
        ValidationError: if the period is none, spans two business years or has not ended and is to be closed, if an
            account or a number is not known, if nothing is left to be exported, or something that `by` does not see or
            that is too much for one file, when it is to be closed.
    """
    description: Any = described(Invoice)
    if not description.may(by, Action.EXPORT):
        raise PermissionDenied(_("You may not export invoices."))
    if closes and not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may close the books."))
    house = invoice_settings()
    begins = _year(house, since, until)
    if not house.consultant or not house.client:
        raise ValidationError(
            _("The numbers of consultant and client are missing. Fill them in under “Settings”, “Invoices”.")
        )
    if closes and until >= timezone.localdate():
        raise ValidationError(_("Only a time that is over can be closed; the last day is still to come, or today."))
    accounts = Accounts(house.chart, own_accounts(house.accounts, house.account_length), house.account_length)
    with transaction.atomic():
        hold_books(alone=True)
        invoices, payments = _to_book(description.visible_to(by, Action.EXPORT), since, until, is_again=is_again)
        if not invoices and not payments:
            raise ValidationError(
                _("Nothing of these days is left to be exported. What was exported before comes again only if you "
                  "ask for it.")
            )  # fmt: skip
        debtors = _debtors([each.party_id for each in invoices] + [each.invoice.party_id for each in payments], house)
        bookings = [booking for each in invoices for booking in _of_invoice(each, debtors, accounts)]
        bookings += [booking for each in payments for booking in _of_payment(each, debtors, accounts)]
        chart = Chart(house.consultant, house.client, begins, house.account_length, house.chart)
        content = booking_file(
            bookings, chart=chart, since=since, until=until, title=_("Invoices and payments"),
            made_at=timezone.localtime(),
        )  # fmt: skip
        batch = _mark(content, since, until, invoices, payments, by=by)
        if closes:
            _close(since, until)
    return batch


def take_bookings_back(batch: BookingBatch, *, by: User) -> None:
    """What a file holds counts as not handed over: it is exported anew, and payments may be taken back. The file stays.

    Raises:
        PermissionDenied: if `by` does not administer.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may take back what was handed to the books."))
    with transaction.atomic():
        found = BookingBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if found.taken_back_at is None:
            found.taken_back_at, found.taken_back_by = timezone.now(), by
            found.save(update_fields=("taken_back_at", "taken_back_by"))
        found.marks.all().delete()


def close_books(until: dt.date | None, *, seen: dt.date | None, by: User) -> None:
    """The books are closed up to a day; None opens them. `seen` is the day that `by` had before their eyes.

    Raises:
        PermissionDenied: if `by` does not administer.
        ValidationError: if somebody else has closed or opened them meanwhile, or the day is not over.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may close the books."))
    if until is not None and until >= timezone.localdate():
        raise ValidationError(_("Only a time that is over can be closed; the last day is still to come, or today."))
    with transaction.atomic():
        hold_books(alone=True)  # nobody issues or books meanwhile
        InvoiceSettings.objects.bulk_create([InvoiceSettings()], ignore_conflicts=True)
        house = InvoiceSettings.objects.select_for_update().get(pk=InvoiceSettings.THE_ONE)
        if house.closed_until != seen:
            day = current_formats().date(house.closed_until) if house.closed_until else "–"
            raise ValidationError(
                _("Somebody has changed this meanwhile: the books are closed until %(day)s now.") % {"day": day}
            )
        house.closed_until = until
        house.save(update_fields=("closed_until",))


def _to_book(visible: Any, since: dt.date, until: dt.date, *, is_again: bool) -> tuple[list[Invoice], list[Payment]]:
    invoices = visible.filter(issued_on__range=(since, until))
    payments = Payment.objects.filter(paid_on__range=(since, until), invoice__in=visible)
    if not is_again:
        invoices, payments = invoices.filter(booked=None), payments.filter(booked=None)
    return (
        list(invoices.select_related("party").order_by("issued_on", "number_key")[:MOST]),
        list(payments.select_related("invoice__party").order_by("paid_on", "id")[:MOST]),
    )


def _mark(
    content: bytes, since: dt.date, until: dt.date, invoices: list[Invoice], payments: list[Payment], *, by: User
) -> BookingBatch:
    """Keep the file, and note of whatever it holds that it is in there."""
    name = f"EXTF_Buchungsstapel_{since:%Y%m%d}_{until:%Y%m%d}.csv"
    file = files.store([content], name=name, content_type="text/csv; charset=windows-1252", by_id=by.pk)
    batch = BookingBatch.objects.create(by=by, since=since, until=until, file=file)
    marks = [Booked(batch=batch, invoice=each) for each in invoices]
    marks += [Booked(batch=batch, payment=each) for each in payments]
    Booked.objects.bulk_create(marks)
    return batch


def _close(since: dt.date, until: dt.date) -> None:
    left = Invoice.objects.filter(issued_on__range=(since, until), booked=None).count()
    left += Payment.objects.filter(paid_on__range=(since, until), booked=None).count()
    if left:
        raise ValidationError(
            ngettext(
                "%(n)d invoice or payment of these days would be in no file: export it before the books close.",
                "%(n)d invoices and payments of these days would be in no file: export them before the books close.",
                left,
            )
            % {"n": left}
        )
    house = InvoiceSettings.objects.select_for_update().get(pk=InvoiceSettings.THE_ONE)
    house.closed_until = max(until, house.closed_until or until)
    house.save(update_fields=("closed_until",))


def _year(house: InvoiceSettings, since: dt.date, until: dt.date) -> dt.date:
    if until < since or (until - since).days > LONGEST:
        raise ValidationError(_("The last day is before the first, or more than a year after it."))
    begins = year_of(since, first_month=house.year_begins)
    if year_of(until, first_month=house.year_begins) != begins:
        raise ValidationError(_("A file of bookings lies within one business year. Export the years one by one."))
    return begins


def _debtors(parties: list[UUID], house: InvoiceSettings) -> dict[UUID, int]:
    """The account of each customer; who has none gets the next one. Raises ValidationError where none is left."""
    found: dict[UUID, int] = {}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orders.debtors'))")
        for party, number in (
            DebtorAccount.objects.filter(party__in=set(parties)).order_by("-number").values_list("party_id", "number")
        ):
            found[party] = number
        last = DebtorAccount.objects.aggregate(last=Max("number"))["last"] or house.first_debtor - 1
        new = [party for party in dict.fromkeys(parties) if party not in found]
        if new and last + len(new) not in accounts_of_customers(house.account_length):
            raise ValidationError(
                _("The accounts of customers are used up: the last one would be %(number)d, and from %(most)d on they "
                  "are suppliers’. Let accounts have one digit more, under “Settings”, “Invoices”.")
                % {"number": last + len(new), "most": accounts_of_customers(house.account_length).stop}
            )  # fmt: skip
        found |= {party: number for number, party in enumerate(new, start=last + 1)}
        DebtorAccount.objects.bulk_create(DebtorAccount(party_id=party, number=found[party]) for party in new)
    return found


def _of_invoice(invoice: Invoice, debtors: dict[UUID, int], accounts: Accounts) -> list[Booking]:
    """One booking for each rate: gross, because the usual accounts take the tax out by themselves."""
    assert invoice.issued_on is not None, "only issued ones are asked for"
    sign = -1 if invoice.is_credit_note else 1
    made = []
    for each in invoice.tax_sums:
        gross = Decimal(each["base"]) + Decimal(each["tax"])
        if gross:
            account = accounts.sales(each["category"], Decimal(each["percent"]))
            made.append(
                Booking(
                    invoice.issued_on, sign * gross, debtors[invoice.party_id], account, invoice.number,
                    f"{invoice.buyer.get('name', '')} {invoice.customer_reference}".strip(), invoice.currency,
                    due_on=invoice.due_on, delivered_on=invoice.delivered_on,
                    vat_id=invoice.buyer.get("vat_id", "") if each["category"] in ("K", "AE") else "",
                )
            )  # fmt: skip
    return made


def _of_payment(payment: Payment, debtors: dict[UUID, int], accounts: Accounts) -> list[Booking]:
    invoice = payment.invoice
    kind = BANK if payment.kind == PaymentKind.TRANSFER else payment.kind
    debtor = debtors[invoice.party_id]
    words = str(invoice.buyer.get("name", ""))
    made = []
    if payment.amount:
        account = accounts.money(kind)
        made.append(Booking(payment.paid_on, payment.amount, account, debtor, invoice.number, words, invoice.currency))
    rest = payment.discount
    rates = [each for each in invoice.tax_sums if Decimal(each["base"])]
    for place, each in enumerate(rates):
        if not payment.discount:
            break
        # The discount is spread over the rates of the invoice; what rounding leaves goes to the last.
        share = rest
        if place < len(rates) - 1:
            share = to_cents(payment.discount * (Decimal(each["base"]) + Decimal(each["tax"])) / invoice.gross)
        rest -= share
        account = accounts.discount(Decimal(each["percent"]))
        made.append(Booking(payment.paid_on, share, account, debtor, invoice.number, _("Discount"), invoice.currency))
    return made
