"""Revenue, contribution margin and discounts by customer, product, channel, employee or region: a table, and a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.orders.models import Order
from kundig.orders.queries.worth import DIMENSIONS, Worth, worth_by
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.exports.cells import harmless
from kundig.records.exports.files import Form
from kundig.records.exports.running import note

YEAR = dt.timedelta(days=365)
FIRST_DAY = dt.date(1900, 1, 1)


def may_report(user: User) -> bool:
    """Whether somebody may see any order, and what it comes to."""
    description = registry.for_model(Order)
    return (
        description is not None
        and description.may(user, Action.READ)
        and description.may_read(user, description.field("net"))
    )


@login_required
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User), "the page asks for sign-in"
    if not may_report(user):
        raise PermissionDenied(_("You may not see what orders come to."))
    today = timezone.localdate()
    dimension = DIMENSIONS.get(request.GET.get("by", ""), DIMENSIONS["customer"])
    since = _day(request.GET.get("from", ""), today - YEAR + dt.timedelta(days=1))
    until = _day(request.GET.get("to", ""), today)
    house = company().currency
    currency = request.GET.get("currency", "").upper()[:3] or house
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        currency = house
    description = registry.for_model(Order)
    assert description is not None, "orders are described"
    has_cost = description.may_read(user, description.field("cost"))
    found = worth_by(dimension, since=since, until=until, currency=currency, by=user)
    formats = current_formats()
    heads = _heads(has_cost)
    asked = {"by": dimension.key, "from": since.isoformat(), "to": until.isoformat(), "currency": currency}
    if request.GET.get("as") == "csv":
        table = [[line.name or _("(none)"), *_plain(line, has_cost, formats)] for line in found.lines]
        return _file([[str(dimension.label), *heads], *table], description, user, formats, f"{since} – {until}")
    context = {
        "dimensions": DIMENSIONS.values(), "dimension": dimension, "since": since, "until": until, "heads": heads,
        "lines": [(line, _href(dimension.resource, line), _cells(line, has_cost, currency, formats))
                  for line in found.lines],
        "total": _cells(found.total, has_cost, currency, formats), "is_cut": found.is_cut, "currency": currency,
        "currencies": sorted({house, currency, *found.others}), "file": f"?{urlencode({**asked, 'as': 'csv'})}",
        "may_export": description.may(user, Action.EXPORT),
        "period": f"{formats.date(since)} – {formats.date(until)}",
    }  # fmt: skip
    return render(request, "orders/worth/report.html", context)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return max(parse_date(text) or otherwise, FIRST_DAY)
    except ValueError:
        return otherwise


def _href(resource: str, line: Worth) -> str:
    return f"/{resource}/{line.key}/" if resource and line.key else ""


def _heads(has_cost: bool) -> list[str]:
    heads = [_("Orders"), _("Revenue"), _("Discounts"), _("Credits for returns")]
    return [*heads, _("Variable cost"), _("Contribution margin"), _("Share of revenue")] if has_cost else heads


def _cells(line: Worth, has_cost: bool, currency: str, formats: Formats) -> list[str]:
    """Without cents, that columns can be compared at a glance; the file has them."""
    amounts = [line.revenue, line.discounts, line.credits, *([line.cost, line.margin] if has_cost else [])]
    cells = ["" if amount is None else formats.money(amount.quantize(Decimal(1)), currency) for amount in amounts]
    share = "" if line.margin_percent is None else formats.percent(line.margin_percent.quantize(Decimal(1)))
    return [formats.number(line.orders), *cells, *([share] if has_cost else [])]


def _plain(line: Worth, has_cost: bool, formats: Formats) -> list[str]:
    values = [line.revenue, line.discounts, line.credits]
    if has_cost:
        values += [line.cost, line.margin, line.margin_percent]  # type: ignore[list-item]
    return [str(line.orders), *("" if value is None else _written(value, formats) for value in values)]


def _written(value: Decimal, formats: Formats) -> str:
    return f"{value:f}".replace(".", formats.decimal)


def _file(rows: list[list[str]], description: Description, user: User, formats: Formats, told: str) -> HttpResponse:
    """As it is shown, in the form of every other export, and noted like each of them."""
    if not description.may(user, Action.EXPORT):
        raise PermissionDenied(_("You may not export orders."))
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=";" if formats.decimal == "," else ",")
    for first, *others in rows:
        writer.writerow([harmless(first), *others])
    fields = [description.field("net")]
    note(description, user, filter_text=told, form=Form.CSV, fields=fields, rows=len(rows) - 1)
    response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = f"{_('Revenue')} {told}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
