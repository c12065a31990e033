"""What a deal or a quote costs us while it is sold: the margin of each position and of all, for who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.catalog.models import Line
from kundig.catalog.queries import to_cents
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models import Deal, Quote
from kundig.sales.queries.deals import lines_of_deal
from kundig.sales.queries.documents import amount_in_words
from kundig.sales.queries.quotes import lines_of

NEEDED = frozenset({"unit_cost", "unit_price", "quantity", "discount", "net"})


def may_read_costs(user: User, lines: str, document: str = "", margin: str = "") -> bool:
    """Whether `user` may know what positions of an object cost; and the `margin` of their document, where it has
    one."""
    of, description = registry.get(document) if document else None, registry.get(lines)
    if description is None or not description.fields_for(user).keys() >= NEEDED:
        return False
    return of is None or margin in of.fields_for(user)


def margins(lines: Sequence[Line], *, currency: str, taken: Iterable[Line] | None = None) -> dict[str, Any]:
    """Each position with its cost and margin in words, and the sum of those that are `taken` and whose cost is
    known; `unknown` is how many of these have none."""
    formats, counted = current_formats(), list(lines if taken is None else taken)
    known = [line for line in counted if line.unit_cost is not None]
    net, cost = (sum(each, Decimal(0)) for each in ((line.net for line in known), (_cost(line) for line in known)))
    margin = net - cost  # as the columns add up, which are rounded line by line
    return {
        "rows": [_row(line, currency, formats, is_taken=line in counted) for line in lines],
        "cost": amount_in_words(cost, currency, formats) if known else "",
        "net": amount_in_words(net, currency, formats) if known else "",
        "margin": amount_in_words(margin, currency, formats) if known else "",
        "percent": formats.percent((margin * 100 / net).quantize(Decimal(1))) if net else "",
        "is_loss": margin < 0,
        "unknown": len(counted) - len(known),
    }


def _cost(line: Line) -> Decimal:
    assert line.unit_cost is not None, "only lines whose cost is known are asked"
    return to_cents(line.unit_cost * line.quantity)


def _row(line: Line, currency: str, formats: Formats, *, is_taken: bool) -> dict[str, Any]:
    found = {
        "title": line.title or (line.product.name if line.product else ""), "is_taken": is_taken,
        "net": amount_in_words(line.net, currency, formats), "cost": "", "margin": "", "percent": "", "is_loss": False,
    }  # fmt: skip
    if line.unit_cost is not None:
        margin = line.net - _cost(line)
        found |= {
            "cost": amount_in_words(_cost(line), currency, formats),
            "margin": amount_in_words(margin, currency, formats),
            "percent": formats.percent((margin * 100 / line.net).quantize(Decimal(1))) if line.net else "",
            "is_loss": margin < 0,
        }
    return found


def of_deal(request: HttpRequest, description: Description, record: Any) -> str:
    user: Any = request.user
    lines = lines_of_deal(record) if may_read_costs(user, "deal-lines") else []
    if not lines:
        return ""
    return render_to_string("sales/margins/_panel.html", margins(lines, currency=record.currency), request=request)


def of_quote(request: HttpRequest, description: Description, record: Any) -> str:
    found = margins_of_quote(record, request.user)  # type: ignore[arg-type]
    return render_to_string("sales/margins/_panel.html", found, request=request) if found else ""


def margins_of_quote(quote: Quote, user: User) -> dict[str, Any]:
    """The margins of a quote, of what stands chosen in it; empty for whom they are not, and where there is nothing."""
    lines = lines_of(quote)
    if not lines or not may_read_costs(user, "quote-lines", "quotes", "margin"):
        return {}
    return margins(lines, currency=quote.currency, taken=[line for line in lines if line.chosen])


TITLE = gettext_lazy("What it costs us")
PANELS = (
    Panel("margin", TITLE, Deal, of_deal, side="history", order=6),
    Panel("margin", TITLE, Quote, of_quote, side="history", order=6),
)
