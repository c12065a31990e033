"""From where on quotes need approval, and whose; in the settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.sales.actions import set_limits
from kundig.sales.models import ApprovalLimits
from kundig.sales.queries import limits

PERCENTAGES = ("discount_above", "margin_below")


@require_http_methods(["GET", "HEAD", "POST"])
def quote_settings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    now, errors, typed = limits(), {}, request.POST
    if request.method == "POST":
        try:
            set_limits(_read(typed, now), by=user)
        except ValidationError as problem:
            errors = {name: texts[0] for name, texts in problem.message_dict.items()}
        else:
            messages.success(request, _("Saved."))
            return redirect("sales:quote_settings")
    formats = current_formats()
    values = {
        name: "" if getattr(now, name) is None else formats.number(getattr(now, name).normalize())
        for name in PERCENTAGES
    }
    values |= {"approver": str(now.approver_id or ""), "valid_days": str(now.valid_days)}
    context = {
        "values": {name: typed.get(name, value) for name, value in values.items()} if errors else values,
        "errors": errors, "people": User.objects.active().order_by("name").values_list("pk", "name"),
    }  # fmt: skip
    return render(request, "sales/quotes/settings.html", context, status=422 if errors else 200)


def _read(data: QueryDict, found: ApprovalLimits) -> ApprovalLimits:
    """What was typed, on the row that is there. Raises ValidationError with a dict of fields."""
    errors: dict[str, str] = {}
    for name in PERCENTAGES:
        try:
            text = data.get(name, "").replace("%", "").strip()
            value: Decimal | None = current_formats().parse_number(text) if text else None
            if value is not None and not 0 <= value <= 100:
                raise ValueError(text)
            setattr(found, name, value)
        except ValueError:
            errors[name] = _("Write a percentage from 0 to 100, or nothing.")
    days = data.get("valid_days", "").strip()
    if days.isascii() and days.isdigit() and 0 < int(days[:6]) <= 3650:
        found.valid_days = int(days)
    else:
        errors["valid_days"] = _("Write a number of days, from 1 to 3650.")
    chosen = data.get("approver", "")
    found.approver = next((each for each in User.objects.active() if str(each.pk) == chosen), None)
    if errors:
        raise ValidationError(errors)
    return found
