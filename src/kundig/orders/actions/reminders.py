"""Reminding customers of what is overdue: a run writes one letter for each of those that were chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.actions import next_number
from kundig.orders.actions.filing import file_reminder
from kundig.orders.actions.writing import assign, described, hold_books, save_own, tell_party, validate
from kundig.orders.events import PaymentReminded
from kundig.orders.models import DebtorAccount, Invoice, InvoiceSettings, Reminder, ReminderLevel, ReminderLine
from kundig.orders.queries.reminders import Letter, letters, letters_for, reminder_levels, to_remind
from kundig.orders.rules.accounts import SHORTEST
from kundig.orders.rules.wording import reminder_words
from kundig.platform import outbox
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions import remove_touchpoint
from kundig.timeline.models import Touchpoint

SERIES = "reminders"


def remind_customers(
    keys: Collection[str], *, by: User, on: dt.date | None = None, via: Via = Via.HAND
) -> list[Reminder]:
    """Write the letters of a day for those customers (`Letter.key`) that are still to be reminded.

    Each is looked at anew with its invoices locked: what was paid, or reminded, or stopped in between is left out.

    Raises:
        PermissionDenied: if `by` may not write reminders.
        ValidationError: if none of them is to be reminded any more.
    """
    if not described(Reminder).may(by, Action.CREATE):
        raise PermissionDenied(_("You may not write payment reminders."))
    day = on or timezone.localdate()
    with transaction.atomic(), change_set(by=by, via=via):
        wanted = [one for one in letters(user=by, on=day) if one.key in keys]
        locked = to_remind(on=day).select_for_update(of=("self",)).filter(
            pk__in=[claim.invoice.pk for one in wanted for claim in one.claims]
        ).select_related("party").order_by("due_on", "id")  # fmt: skip
        still = [one for one in letters_for(list(locked), reminder_levels(), on=day) if not one.stopped]
        if not still:
            raise ValidationError(_("None of them is to be reminded any more."))
        made = [_write(letter, by=by, on=day, via=via) for letter in still]
        announce(described(Reminder), [one.pk for one in made], by=by, via=via)
        announce(described(Invoice), [claim.invoice.pk for one in still for claim in one.claims], by=by, via=via)
    for letter in still:
        tell_party(letter.party.pk, "invoices")
    return made


def _write(letter: Letter, *, by: User, on: dt.date, via: Via, text: str = "") -> Reminder:
    level = letter.level
    language = letter.party.language or company().language
    with override(language):
        text = text or level.text or reminder_words(level.level)
    reminder = Reminder.objects.create(
        number=next_number(SERIES, on=on), party=letter.party, level=level.level, issued_on=on,
        pay_by=on + dt.timedelta(days=level.days_to_pay), currency=letter.currency, due=letter.due, fee=letter.fee,
        interest=letter.interest, total=letter.total, text=text, by_id=by.pk,
    )  # fmt: skip
    ReminderLine.objects.bulk_create(
        ReminderLine(
            reminder=reminder, invoice=claim.invoice, level=claim.level.level, due_on=claim.due_on,
            balance=claim.invoice.balance, interest=claim.interest,
        )
        for claim in letter.claims
    )  # fmt: skip
    for claim in letter.claims:
        claim.invoice.reminder_level, claim.invoice.reminded_on = claim.level.level, on
        claim.invoice.save(update_fields=("reminder_level", "reminded_on", "changed_at"))
    file_reminder(reminder, by=by, via=via)
    outbox.publish(PaymentReminded(reminder.pk, letter.party.pk, by.pk, level.level))
    return reminder


def create_reminder(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Reminder:
    """Remind one customer now of everything that is due, each invoice at the level after the one it has come to.

    Raises:
        ValidationError: with a dict of columns: no customer, nothing is due, or they are not to be reminded.
    """
    party_id = getattr(values.get("party"), "pk", values.get("party"))
    if party_id is None:
        raise ValidationError({"party": _("Say whom to remind: name the customer.")})
    with transaction.atomic():
        day = timezone.localdate()
        due = to_remind(on=day).filter(party_id=party_id)
        rows = due.select_for_update(of=("self",)).select_related("party").order_by("currency", "due_on", "id")
        found = letters_for(list(rows), reminder_levels(), on=day, at_once=True)
        if not found:
            raise ValidationError({"party": _("Nothing of this customer is due, or the last level is reached.")})
        if found[0].stopped:
            raise ValidationError({"party": _("Is not reminded: %(reason)s") % {"reason": found[0].stopped}})
        letter = found[0]
        reminder = _write(letter, by=by, on=day, via=via, text=str(values.get("text") or ""))
        announce(described(Invoice), [claim.invoice.pk for claim in letter.claims], by=by, via=via)
    tell_party(party_id, "invoices")
    return reminder


def rewrite_reminder(reminder: Reminder, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Reminder:
    """Set the text of the letter. Raises ValidationError for what else is different."""
    changed = assign(reminder, values)
    if set(changed) - {"text"}:
        raise ValidationError({"party": _("A reminder stays with its customer.")})
    if changed:
        validate(reminder, changed)
        save_own(reminder)
    return reminder


def remove_reminder(reminder: Reminder, *, by: User, via: Via = Via.HAND) -> None:
    """Take a reminder back: its invoices are at the level again that they had before."""
    with transaction.atomic():
        keys = list(reminder.lines.values_list("invoice_id", flat=True))
        invoices = list(Invoice.objects.select_for_update(of=("self",)).filter(pk__in=keys))
        for touchpoint in Touchpoint.objects.filter(
            party_id=reminder.party_id, source="payment-reminders", source_id=reminder.pk
        ):
            remove_touchpoint(touchpoint, by=by)
        reminder.delete()
        for invoice in invoices:
            _keep_level(invoice)
        announce(described(Invoice), keys, by=by if by.pk else None, via=via)
    tell_party(reminder.party_id, "invoices")


def reminders_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Reminders are as they were before: so is how far the invoices of their customers have come."""
    parties = {key for pointed in records.values() for key in pointed.get("party_id", ())}
    reminded = Q(reminder_level__gt=0, party__in=parties) | Q(reminder_lines__reminder__in=records)
    keys = set(Invoice.objects.filter(reminded).values_list("pk", flat=True))
    for invoice in Invoice.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"):
        _keep_level(invoice)
    announce(described(Invoice), list(keys), by=by if by.pk else None, via=Via.UNDO)


def _keep_level(invoice: Invoice) -> None:
    """How often a locked invoice was reminded, and when for the last time."""
    last = invoice.reminder_lines.order_by("-level").select_related("reminder").first()
    invoice.reminder_level = last.level if last is not None else 0
    invoice.reminded_on = last.reminder.issued_on if last is not None else None
    invoice.save(update_fields=("reminder_level", "reminded_on", "changed_at"))


def set_reminder_levels(rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the levels by these, in their order. Raises ValidationError, with the number of the row before it."""
    levels = [ReminderLevel(level=place, **row) for place, row in enumerate(rows, start=1)]
    for level in levels:
        try:
            level.full_clean(validate_unique=False)
        except ValidationError as error:
            raise ValidationError([f"{level.level}. {message}" for message in error.messages]) from error
    with transaction.atomic():
        ReminderLevel.objects.all().delete()
        ReminderLevel.objects.bulk_create(levels)


def set_invoice_settings(settings: InvoiceSettings) -> None:
    """Keep what was checked by a form. Where accounts get more digits, those that customers have get zeros at the end,
    as the program of the tax adviser does it. The day until which the books are closed is not its matter: who has
    opened the form before they were closed does not open them by saving it (`close_books`).

    Raises:
        ValidationError: where they would have fewer digits and customers have accounts already.
    """
    settings.pk = InvoiceSettings.THE_ONE
    with transaction.atomic():
        hold_books(alone=True)
        InvoiceSettings.objects.bulk_create([InvoiceSettings()], ignore_conflicts=True)
        kept = InvoiceSettings.objects.filter(pk=settings.pk).values_list("account_length", flat=True).first()
        more = settings.account_length - (kept or SHORTEST)
        if more < 0 and DebtorAccount.objects.exists():
            raise ValidationError(
                {"account_length": _("Customers have accounts already; they can only become longer.")}
            )
        if more > 0:
            DebtorAccount.objects.update(number=F("number") * 10**more)
        names = [field.name for field in InvoiceSettings._meta.fields if field.name not in ("id", "closed_until")]
        settings.save(force_update=True, update_fields=names)
