"""The positions of a quote on its page, to be read; they are designed elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.catalog.enums import unit_words
from kundig.catalog.queries import totals
from kundig.platform.formats import Formats, current_formats
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models import Quote, QuoteLine
from kundig.sales.queries.amounts import may_read_quotes
from kundig.sales.queries.documents import amount_in_words, sums_in_words, taken_lines, written_out
from kundig.sales.queries.quotes import lines_of

COLUMNS = "".join(f"&columns={name}" for name in "title number quantity unit_price discount net optional".split())
"""What stands in the table that is typed and pasted into: as in a spreadsheet, number, quantity and price beside each
other."""


def positions(request: HttpRequest, description: Description, record: Any) -> str:
    """What is offered, and what it comes to as it is chosen now; amounts for whom the fields are."""
    user: Any = request.user
    formats, lines, is_told = current_formats(), lines_of(record), may_read_quotes(user)
    context = {
        "base": f"/quotes/{record.pk}/", "is_told": is_told,
        "grid": f"/quote-lines/?quote={record.pk}{COLUMNS}"
        if is_told and record.is_open and description.may(user, Action.CHANGE, record) else "",
        "lines": [_line(record, each, formats, is_told=is_told) for each in lines],
        "sums": sums_in_words(totals(taken_lines(lines, None)), record.currency, formats) if is_told else [],
    }  # fmt: skip
    return render_to_string("sales/quotes/_positions.html", context, request=request)


def _line(quote: Quote, line: QuoteLine, formats: Formats, *, is_told: bool) -> dict[str, str]:
    def money(amount: Any) -> str:
        return amount_in_words(amount, quote.currency, formats) if is_told else ""

    note = [line.group, "" if line.chosen else _("not counted: the customer may choose it")]
    return {
        "title": _filled(quote, line.title), "text": _filled(quote, line.text), "note": " · ".join(filter(None, note)),
        "quantity": _quantity(line, formats),
        "price": money(line.unit_price), "net": money(line.net),
        "discount": formats.percent(line.discount.normalize()) if line.discount and is_told else "",
    }  # fmt: skip


def _quantity(line: QuoteLine, formats: Formats) -> str:
    unit = unit_words(line.unit, line.quantity)
    return unit if line.unit == "LS" and line.quantity == 1 else f"{formats.number(line.quantity.normalize())} {unit}"


def _filled(quote: Quote, words: str) -> str:
    return written_out(quote, words) if "{" in words else words


PANELS = (Panel("positions", gettext_lazy("Positions"), Quote, positions, side="history", order=5),)
