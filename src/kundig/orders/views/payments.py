"""Bank statements read in, entries assigned, reminders written, bookings handed to the tax adviser."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.orders import actions
from kundig.orders.enums import EntryState
from kundig.orders.models import BankEntry, BankStatement, Invoice, Reminder
from kundig.orders.queries.bookings import batches_for
from kundig.orders.queries.papers import reminder_pdf
from kundig.orders.queries.reminders import Letter, letters, reminder_levels
from kundig.orders.queries.snapshots import invoice_settings
from kundig.orders.rules.camt import LARGEST_STATEMENT
from kundig.orders.views.shared import UserView
from kundig.platform import files
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records import registry

SHOWN = 24
"""Files of bookings that the page lists."""


class BankView(UserView):
    """GET asks for a bank statement and says how many entries wait, POST reads it in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown("")

    def post(self, request: HttpRequest) -> HttpResponse:
        uploads: list[Any] = request.FILES.getlist("file")
        if not uploads:
            return self.shown(_("Choose a file: bank statements in CAMT.053 (XML)."))
        read = []
        for upload in uploads:
            try:
                raw = upload.read(LARGEST_STATEMENT + 1)
                read.append(actions.read_in(raw, name=str(upload.name), by=self.user))
            except ValidationError as error:
                return self.shown(f"{upload.name}: {' '.join(error.messages)}")
        new, booked, known = (sum(getattr(one, name) for one in read) for name in ("new", "booked", "known"))
        words = ngettext("%(n)d new entry", "%(n)d new entries", new) % {"n": new}
        words += ", " + ngettext("%(n)d booked at once", "%(n)d booked at once", booked) % {"n": booked}
        if known:
            words += ", " + ngettext("%(n)d was known", "%(n)d were known", known) % {"n": known}
        messages.success(request, f"{words}.")
        for warning in (warning for one in read for warning in one.warnings):
            messages.warning(request, warning)
        return redirect("/bank-entries/?state=open" if any(one.unclear for one in read) else "orders:bank")

    def shown(self, error: str) -> HttpResponse:
        entries: Any = registry.for_model(BankEntry)
        statements: Any = registry.for_model(BankStatement)
        if not statements.may(self.user, Action.CREATE):
            raise PermissionDenied(_("You may not read in bank statements."))
        formats = current_formats()
        rows = statements.visible_to(self.user).order_by("-until_on", "-id")[:10]
        context = {
            "error": error,
            "waiting": entries.visible_to(self.user).unclear().count(),
            "statements": [
                {"id": each.pk, "number": each.number, "iban": each.iban, "day": formats.date(each.until_on)}
                for each in rows
            ],
        }
        return render(self.request, "orders/payments/bank.html", context, status=422 if error else 200)


class AssignView(UserView):
    """POST books an amount of a bank entry on an invoice, or notes that it is about none (`aside`)."""

    def post(self, request: HttpRequest, entry_id: UUID) -> HttpResponse:
        entry = self.visible(BankEntry, entry_id)
        address = f"/bank-entries/{entry.pk}/"
        if "aside" in request.POST or "open" in request.POST:
            return self.set_aside(entry, is_aside="aside" in request.POST, back=address)
        try:
            invoice = self.invoice(request.POST.get("invoice", ""), request.POST.get("number", ""))
            text = request.POST.get("amount", "").strip()
            amount = current_formats().parse_number(text) if text else entry.rest
            discount = current_formats().parse_number(request.POST.get("discount", "") or "0")
            payment = actions.assign_entry(entry, invoice, amount, discount=discount, by=self.user)
        except ValidationError as error:
            return self.refused(error, back=address)
        except ValueError:
            return self.refused(ValidationError(_("“%(text)s” is no number.") % {"text": text[:40]}), back=address)
        words = _("%(amount)s booked on %(number)s.") % {
            "amount": current_formats().money(payment.amount, entry.currency), "number": invoice.number,
        }  # fmt: skip
        return self.told(entry, words, back=address)

    def set_aside(self, entry: BankEntry, *, is_aside: bool, back: str) -> HttpResponse:
        act = actions.set_aside if is_aside else actions.take_up
        if not act(entry, by=self.user):
            entry.refresh_from_db()
            if entry.state == EntryState.BOOKED:
                return self.refused(ValidationError(_("It has been booked meanwhile.")), back=back)
        words = _("Noted: it is about no invoice.") if is_aside else _("It is to be assigned again.")
        return self.told(entry, words, back=back)

    def told(self, entry: BankEntry, words: str, *, back: str) -> HttpResponse:
        if not getattr(self.request, "htmx", None):
            messages.success(self.request, words)
            return redirect(back)
        return changed(with_toast(HttpResponse(), words), f"bank-entries:{entry.pk}")

    def invoice(self, key: str, number: str) -> Invoice:
        number = number.replace("\x00", "").strip()
        if key:
            try:
                return self.visible(Invoice, UUID(key))
            except ValueError as error:
                raise Http404(_("There is no such record, or it is not visible to you.")) from error
        description: Any = registry.for_model(Invoice)
        found = description.visible_to(self.user).filter(number__iexact=number).first() if number else None
        if found is None:
            raise ValidationError(_("There is no invoice with the number “%(number)s”.") % {"number": number[:40]})
        assert isinstance(found, Invoice)
        return found


class RemindView(UserView):
    """GET shows whom a run of reminders would write to and what it would claim, POST writes to those chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown("")

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = request.POST.getlist("letter")
        if not keys:
            return self.shown(_("Choose at least one customer."))
        try:
            made = actions.remind_customers(keys, by=self.user)
        except ValidationError as error:
            return self.shown(" ".join(error.messages))
        words = ngettext("%(n)d reminder is written.", "%(n)d reminders are written.", len(made)) % {"n": len(made)}
        messages.success(request, words)
        return redirect(f"/payment-reminders/?issued_on={timezone.localdate().isoformat()}")

    def shown(self, error: str) -> HttpResponse:
        description: Any = registry.for_model(Reminder)
        if not description.may(self.user, Action.CREATE):
            raise PermissionDenied(_("You may not write payment reminders."))
        found = letters(user=self.user, on=timezone.localdate())
        context = {"error": error, "letters": [_letter(each) for each in found], "has_levels": bool(reminder_levels())}
        return render(self.request, "orders/reminders/run.html", context, status=422 if error else 200)


class ReminderPaperView(UserView):
    """GET hands a reminder out as PDF."""

    def get(self, request: HttpRequest, reminder_id: UUID) -> HttpResponse:
        reminder = self.visible(Reminder, reminder_id)
        answer = HttpResponse(reminder_pdf(reminder), content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{reminder.number}.pdf"'
        return answer


class BookingsView(UserView):
    """GET asks for a period and shows what was handed over, POST makes the file of bookings for DATEV."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        description: Any = registry.for_model(Invoice)
        if request.user.is_authenticated and not description.may(request.user, Action.EXPORT):
            raise PermissionDenied(_("You may not export invoices."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
        return self.shown({"since": last.replace(day=1).isoformat(), "until": last.isoformat()}, "")

    def post(self, request: HttpRequest) -> HttpResponse:
        posted = {name: request.POST.get(name, "") for name in ("since", "until", "again", "close")}
        try:
            since, until = (dt.date.fromisoformat(posted[name]) for name in ("since", "until"))
            batch = actions.export_bookings(
                since=since, until=until, is_again=bool(posted["again"]), closes=bool(posted["close"]), by=self.user
            )
        except ValueError:
            return self.shown(posted, _("Name the first and the last day."))
        except ValidationError as error:
            return self.shown(posted, " ".join(error.messages))
        words = ngettext(
            "The file is made: %(n)d invoice or payment.", "The file is made: %(n)d invoices and payments.",
            batch.marks.count(),
        )  # fmt: skip
        messages.success(request, words % {"n": batch.marks.count()})
        return redirect("orders:bookings")

    def shown(self, values: dict[str, str], error: str) -> HttpResponse:
        formats = current_formats()
        context = {
            **values, "error": error, "is_administrator": self.user.access.is_administrator,
            "closed": formats.date(closed) if (closed := invoice_settings().closed_until) else "",
            "batches": [
                {
                    "id": each.pk, "by": each.by.name if each.by else "", "made": formats.moment(each.made_at),
                    "days": f"{formats.date(each.since)} – {formats.date(each.until)}",
                    "taken_back": formats.date(each.taken_back_at) if each.taken_back_at else "",
                }
                for each in batches_for(self.user).order_by("-made_at", "-id")[:SHOWN]
            ],
        }  # fmt: skip
        return render(self.request, "orders/payments/bookings.html", context, status=422 if error else 200)


class BatchView(BookingsView):
    """GET hands a file of bookings out again, POST takes back that it was handed over."""

    def get(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:  # type: ignore[override]
        batch = get_object_or_404(batches_for(self.user), pk=batch_id)
        answer = HttpResponse(files.path_of(batch.file).read_bytes(), content_type=batch.file.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{batch.file.name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def post(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:  # type: ignore[override]
        actions.take_bookings_back(get_object_or_404(batches_for(self.user), pk=batch_id), by=self.user)
        messages.success(request, _("It counts as not handed over, and will be exported anew."))
        return redirect("orders:bookings")


def _letter(letter: Letter) -> dict[str, Any]:
    formats = current_formats()
    return {
        "key": letter.key, "party": letter.party, "level": letter.level, "stopped": letter.stopped,
        "due": formats.money(letter.due, letter.currency),
        "further": formats.money(letter.fee + letter.interest, letter.currency)
        if letter.fee + letter.interest else "",
        "total": formats.money(letter.total, letter.currency),
        "claims": [
            {
                "invoice": each.invoice,
                "words": ngettext("%(amount)s, overdue for %(n)d day", "%(amount)s, overdue for %(n)d days", each.days)
                % {"amount": formats.money(each.invoice.balance, letter.currency), "n": each.days},
            }
            for each in letter.claims
        ],
    }  # fmt: skip
