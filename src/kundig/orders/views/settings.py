"""The settings page for invoices, reminders and the books."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import User
from kundig.orders.actions import close_books, set_invoice_settings, set_reminder_levels
from kundig.orders.forms.settings import InvoiceSettingsForm, ReminderLevelForm
from kundig.orders.queries.reminders import reminder_levels
from kundig.orders.queries.snapshots import invoice_settings

MOST = 5


@require_http_methods(["GET", "HEAD", "POST"])
def invoices(request: HttpRequest) -> HttpResponse:
    """GET shows the settings with an empty level for one more, POST keeps them; or, with `closed_until`, closes the
    books up to that day."""
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    books: dict[str, Any] = {"closed": invoice_settings().closed_until, "closing_error": ""}
    closing = request.method == "POST" and "closed_until" in request.POST
    if closing:
        books["closing_error"] = _close(request, by=user)
        if not books["closing_error"]:
            return redirect("orders:settings")
    levels = reminder_levels()
    data = request.POST if request.method == "POST" and not closing else None
    form = InvoiceSettingsForm(data, instance=invoice_settings())
    forms = [
        ReminderLevelForm(data, prefix=f"level{place}", instance=levels[place - 1] if place <= len(levels) else None)
        for place in range(1, min(len(levels) + 1, MOST) + 1)
    ]
    if data is not None:
        filled = [each for each in forms if data.get(f"{each.prefix}-name", "").strip()]
        for each in filled:
            each.empty_permitted = False  # else a level that nobody has touched counts as none
        if form.is_valid() and all(each.is_valid() for each in filled) and _is_kept(form):
            set_reminder_levels([each.cleaned_data for each in filled])
            messages.success(request, _("Saved."))
            return redirect("orders:settings")
        for each in forms:
            if each not in filled:
                each.is_bound = False
    context = {"form": form, "levels": forms, "wrong": data is not None, **books}
    status = 422 if data is not None or closing else 200
    return render(request, "orders/invoices/settings.html", context, status=status)


def _is_kept(form: InvoiceSettingsForm) -> bool:
    try:
        set_invoice_settings(form.instance)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _close(request: HttpRequest, *, by: User) -> str:
    """Close the books as asked, or open them; answers what is wrong."""
    try:
        until, seen = (_day(request.POST.get(name, "")) for name in ("closed_until", "seen"))
        close_books(until, seen=seen, by=by)
    except ValueError:
        return _("Name the day until which the books are to be closed, or none to open them.")
    except ValidationError as error:
        return " ".join(error.messages)
    messages.success(request, _("The books are closed.") if until else _("The books are open."))
    return ""


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text.strip() else None
