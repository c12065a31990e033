"""The deals of a customer on its page: each with its next stage one click away, and a line for a new one."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models import Deal, Stage
from kundig.sales.panels.words import next_words, resting_words
from kundig.sales.queries import stages_of
from kundig.sales.queries.deals import deals_of

KEY = "deals"
MOST = 12


@dataclass(frozen=True)
class DealLineWords:
    """One deal as the panel shows it; `following` is the stage after its own, for whoever may move it."""

    deal: Deal
    amount: str
    note: str
    is_resting: bool
    following: Stage | None


def deals(
    request: HttpRequest, description: Description, record: Any, *, typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> str:  # fmt: skip
    """Open ones first; `typed` and `errors` are those of a new deal that was refused."""
    user: Any = request.user
    of_deals = registry.for_model(Deal)
    assert of_deals is not None, "deals are described"
    found = list(deals_of([record.pk], user).select_related("stage", "closing_reason")[: MOST + 1])
    ways: dict[UUID, list[Stage]] = {}
    known = of_deals.fields_for(user)
    lines = [_line(deal, of_deals, known, user, ways) for deal in found[:MOST]]
    may_create = of_deals.may(user, Action.CREATE)
    if not lines and not may_create:
        return ""
    context = {
        "record": record,
        "lines": lines,
        "has_more": len(found) > MOST,
        "may_create": may_create,
        "typed": typed or {},
        "errors": errors or {},
    }
    return render_to_string("sales/deals/_panel.html", context, request=request)


def _line(
    deal: Deal, of_deals: Description, known: Container[str], user: User, ways: dict[UUID, list[Stage]]
) -> DealLineWords:
    formats, today = current_formats(), timezone.localdate()
    amount = formats.money(deal.amount, deal.currency) if deal.amount is not None and "amount" in known else ""
    if deal.closed_at is not None:
        day = formats.date(timezone.localdate(deal.closed_at)) if "closed_at" in known else ""
        reason = deal.closing_reason.name if deal.closing_reason and "closing_reason" in known else ""
        return DealLineWords(deal, amount, " · ".join(filter(None, (day, reason))), False, None)
    resting = resting_words(deal, known, on=today)
    following = None
    if of_deals.may(user, Action.CHANGE, deal):
        stages = ways.setdefault(deal.pipeline_id, stages_of(deal.pipeline_id))
        later = (s for s in stages if s.position > deal.stage.position and s.status != "lost")
        following = next(later, None)
    note = resting or next_words(deal, known, formats, on=today)
    return DealLineWords(deal, amount, note, bool(resting), following)


PANEL = Panel(KEY, gettext_lazy("Deals"), Party, deals, side="business", order=12, lazy=True, live=KEY)
