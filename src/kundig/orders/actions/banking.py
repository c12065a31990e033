"""Reading bank statements in, and saying what their entries are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.orders.actions.payments import keep_entry
from kundig.orders.actions.writing import assign, described, locked, require, tell
from kundig.orders.enums import EntryState
from kundig.orders.models import BankEntry, BankStatement, Invoice, Payment
from kundig.orders.queries.banking import numbers_beside, open_invoices
from kundig.orders.rules.camt import Entry, Statement, read_statements
from kundig.orders.rules.einvoice import Unreadable
from kundig.orders.rules.matching import Open, decide, matches, names_one_of
from kundig.platform.formats import current_formats
from kundig.records.actions import announce, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set


@dataclass(frozen=True)
class ReadIn:
    """What a file brought: entries that are new, known ones, how many were booked at once, and how many wait."""

    statements: int
    new: int
    known: int
    booked: int
    unclear: int
    warnings: tuple[str, ...] = ()


def read_in(raw: bytes, *, name: str = "", by: User, via: Via = Via.IMPORT) -> ReadIn:
    """Take the entries of a file of statements down, and book those that are beyond doubt.

    An entry that came before, in this file or another one, is left as it is.

    Raises:
        PermissionDenied: if `by` may not make bank statements.
        ValidationError: if the file is none of CAMT.053.
    """
    _require_create(by)
    try:
        statements = read_statements(raw)
    except Unreadable as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic(), change_set(by=by, via=via):
        with connection.cursor() as cursor:  # of two who read the same file in, the second finds its entries known
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orders.bank_statements'))")
        made: list[tuple[BankEntry, Entry]] = []
        known, warnings = 0, []
        for statement in statements:
            fresh, old = _kept(statement, name=name, by=by)
            made += fresh
            known += old
            if not statement.adds_up:
                warnings.append(
                    _("Statement %(number)s does not add up: its entries do not lead to the closing balance.")
                    % {"number": statement.number}
                )
        booked = _book_the_clear(made, by=by, via=via)
        announce(described(BankEntry), [row.pk for row, _entry in made], by=by, via=via)
        unclear = BankEntry.objects.filter(pk__in=[row.pk for row, _entry in made]).unclear().count()
    return ReadIn(len(statements), len(made), known, booked, unclear, tuple(warnings))


def assign_entry(
    entry: BankEntry, invoice: Invoice, amount: Decimal, *, discount: Decimal = Decimal(0), by: User,
    via: Via = Via.HAND,
) -> Payment:  # fmt: skip
    """So much of a bank entry is for an invoice.

    Raises:
        PermissionDenied: if `by` may not change the entry or the invoice.
        ValidationError: with a dict: more than is left of the entry, another sign, another currency.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(BankEntry, entry.pk)
        require(found, Action.CHANGE, by)
        if found.currency != invoice.currency:
            raise ValidationError({"invoice": _("The invoice is in %(one)s, the payment in %(other)s.") % {
                "one": invoice.currency, "other": found.currency}})  # fmt: skip
        if not amount or (amount > 0) != (found.rest > 0) or abs(amount) > abs(found.rest):
            raise ValidationError(
                {"amount": _("%(rest)s of this entry are not assigned; an amount up to that belongs here.")
                 % {"rest": current_formats().money(found.rest, found.currency)}}
            )  # fmt: skip
        payment = create_record(
            described(Payment),
            {"invoice": invoice, "amount": amount, "discount": discount, "paid_on": found.value_on},
            by=by, via=via,
        )  # fmt: skip
        assert isinstance(payment, Payment)
        _belongs(payment, found)
        keep_entry(found)
        tell(found, by=by, via=via)
    return payment


def set_aside(entry: BankEntry, *, by: User, via: Via = Via.HAND) -> bool:
    """Note that what is left of an entry is for no invoice; False if that is known."""
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(BankEntry, entry.pk)
        require(found, Action.CHANGE, by)
        if found.state in (EntryState.ASIDE, EntryState.BOOKED):
            return False
        found.state = EntryState.ASIDE
        found.save(update_fields=("state", "changed_at"))
        tell(found, by=by, via=via)
    return True


def take_up(entry: BankEntry, *, by: User, via: Via = Via.HAND) -> bool:
    """An entry that was set aside is to be assigned again; False if it was not set aside."""
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(BankEntry, entry.pk)
        require(found, Action.CHANGE, by)
        if found.state != EntryState.ASIDE:
            return False
        found.state = EntryState.OPEN
        keep_entry(found)
        tell(found, by=by, via=via)
    return True


def _kept(statement: Statement, *, name: str, by: User) -> tuple[list[tuple[BankEntry, Entry]], int]:
    keys = [entry.key for entry in statement.entries]
    there = set(BankEntry.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [entry for entry in statement.entries if entry.key not in there]
    if not fresh:
        return [], len(there)
    row = BankStatement.objects.create(
        number=statement.number[:40], iban=statement.iban[:34], currency=statement.currency[:3],
        opening=statement.opening, closing=statement.closing, entries_count=len(statement.entries),
        until_on=statement.until_on or max(entry.booked_on for entry in statement.entries), file_name=name[:200],
        read_by_id=by.pk,
    )  # fmt: skip
    made = [
        BankEntry(
            statement=row, key=entry.key, booked_on=entry.booked_on, value_on=entry.value_on, amount=entry.amount,
            rest=entry.amount, currency=entry.currency[:3],
            name=called(entry.name, entry.text), iban=entry.iban[:34], text=entry.text,
            reference=entry.reference, is_returned=entry.is_returned,
        )
        for entry in fresh
    ]  # fmt: skip
    BankEntry.objects.bulk_create(made)
    return list(zip(made, fresh, strict=True)), len(there)


def _book_the_clear(made: Sequence[tuple[BankEntry, Entry]], *, by: User, via: Via) -> int:
    """Book what is beyond doubt, one after the other: each payment makes the next one clearer."""
    booked = 0
    opens: dict[str, dict[UUID, Open]] = {}
    for row, entry in made:
        if entry.amount <= 0:
            continue
        if entry.currency not in opens:
            opens[entry.currency] = {one.id: one for one in open_invoices(entry.currency)}
        known = opens[entry.currency]
        shares = decide(entry, matches(entry, known.values()))
        if shares and names_one_of(entry, numbers_beside([share.invoice for share in shares])):
            continue  # the customer says it is for another one, which may be paid already
        for share in shares:
            try:
                with transaction.atomic():
                    invoice = Invoice.objects.get(pk=share.invoice)
                    assign_entry(row, invoice, share.amount, discount=share.discount, by=by, via=via)
            except (ValidationError, PermissionDenied):
                continue  # it stays on the list of what somebody has to look at
            booked += 1
            known.pop(share.invoice)
            known.update((one.id, one) for one in open_invoices(entry.currency, only=[share.invoice]))
    return booked


def _belongs(payment: Payment, entry: BankEntry) -> None:
    payment.entry = entry
    payment.save(update_fields=("entry", "changed_at"))


def _require_create(by: User) -> None:
    description: Any = described(BankStatement)
    if not description.may(by, Action.CREATE):
        raise PermissionDenied(_("You may not read in bank statements."))


def create_statement(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> BankStatement:
    """A statement that another program brings; its entries follow one by one. Raises ValidationError."""
    statement = BankStatement(read_by_id=by.pk)
    assign(statement, values)
    statement.full_clean()
    statement.save(force_insert=True)
    return statement


def remove_statement(statement: BankStatement, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a statement of which nothing is booked. Raises ValidationError for any other."""
    with transaction.atomic():
        if Payment.objects.filter(entry__statement=statement).exists():
            raise ValidationError(_("Payments were booked from this statement. Take them back first."))
        statement.delete()


def create_entry(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> BankEntry:
    """A movement that another program brings. Raises ValidationError with a dict of columns."""
    entry = BankEntry()
    assign(entry, values)
    if entry.amount is None or not entry.amount:
        raise ValidationError({"amount": _("Say how much was moved; below zero where money has left the account.")})
    entry.key, entry.rest = f"hand:{entry.pk}", entry.amount
    entry.value_on = entry.value_on or entry.booked_on
    entry.currency = (entry.currency or company().currency).upper()
    entry.name = called(entry.name, entry.text)
    entry.full_clean()
    entry.save(force_insert=True)
    return entry


def called(name: str, text: str) -> str:
    """What a movement is called on lists: whose it is, else what it is for; banks often say only one of them."""
    return (name or " ".join(text.split()) or _("without a name"))[:140]


def rewrite_entry(entry: BankEntry, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> BankEntry:
    """Movements stay as the bank has told them. Raises ValidationError for whatever is different."""
    changed = assign(entry, values)
    if changed:
        raise ValidationError(dict.fromkeys(changed, _("Movements stay as the bank has told them.")))
    return entry


def remove_entry(entry: BankEntry, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a movement that nothing was booked from. Raises ValidationError for any other."""
    if entry.payments.exists():
        raise ValidationError(_("Payments were booked from this entry. Take them back first."))
    entry.delete()
