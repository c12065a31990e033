"""Quotes on the page of a customer and of a deal, and what of them belongs to somebody's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import HeadLink, Panel
from kundig.sales.enums import QuoteState
from kundig.sales.models import Deal, Quote, QuoteTemplate
from kundig.sales.panels.quote_designer import TONES
from kundig.sales.queries.amounts import may_read_quotes
from kundig.sales.queries.documents import amount_in_words
from kundig.sales.queries.quotes import is_overdue, limits
from kundig.timeline.protocol import DayItem, DaySource

MOST, MOST_OF_DAY = 12, 40
RUNS_OUT_WITHIN = dt.timedelta(days=3)
JUST = dt.timedelta(hours=36)


def of_party(request: HttpRequest, description: Description, record: Any) -> str:
    """The quotes of a customer, and of those who work there."""
    mine = Q(party=record.pk) | Q(person=record.pk)
    return _panel(request, mine, new=f"/parties/{record.pk}/quotes/")


def of_deal(request: HttpRequest, description: Description, record: Any) -> str:
    return _panel(request, Q(deal=record.pk), new=f"/deals/{record.pk}/quotes/")


def _panel(request: HttpRequest, mine: Q, *, new: str) -> str:
    user: Any = request.user
    quotes = registry.get("quotes")
    assert quotes is not None, "registered in apps.ready()"
    formats, known = current_formats(), quotes.fields_for(user)
    found = quotes.visible_to(user).filter(mine).exclude(state=QuoteState.REPLACED).order_by("-id")[:MOST]
    lines = [
        {
            "quote": quote,
            "net": amount_in_words(quote.net, quote.currency, formats) if "net" in known else "",
            "tone": "bad" if is_overdue(quote) else TONES.get(QuoteState(quote.state), ""),
            "words": _("ran out") if is_overdue(quote) else quote.get_state_display(),
        }
        for quote in found
    ]
    context = {
        "lines": lines, "is_told": may_read_quotes(user), "new": new, "may_create": quotes.may(user, Action.CREATE),
        "templates": _templates(user),
    }  # fmt: skip
    return render_to_string("sales/quotes/_panel.html", context, request=request)


def of_quote(request: HttpRequest, description: Description, record: Any) -> str:
    """The versions of a quote, and what can be done with it without designing it."""
    user: Any = request.user
    if not may_read_quotes(user):
        return ""
    context = {
        "quote": record,
        "base": f"/quotes/{record.pk}/",
        "versions": description.visible_to(user).filter(number=record.number).order_by("-version"),
        "may_write": description.may(user, Action.CHANGE, record),
        "sends": record.state == QuoteState.SENT or (record.is_open and record.state != QuoteState.WAITING),
    }
    return render_to_string("sales/quotes/_way.html", context, request=request)


def _templates(user: User) -> list[Any]:
    """Those to choose from: none where there is no choice."""
    description = registry.get("quote-templates")
    if description is None:
        return []
    found = list(description.visible_to(user).order_by("-is_default", "name_key", "id")[:MOST])
    return found if len(found) > 1 else []


def quotes_of_day(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Quotes that wait for one's approval, run out, or were just opened or accepted."""
    quotes = registry.get("quotes")
    if quotes is None or not quotes.may(user, Action.READ):
        return []
    since = timezone.now() - JUST
    soon = Q(state=QuoteState.SENT, valid_until__range=(on, on + RUNS_OUT_WITHIN))
    seen = Q(state=QuoteState.SENT, last_seen_at__gte=since)
    accepted = Q(state=QuoteState.ACCEPTED, decided_at__gte=since)
    wanted = Q(owner__in=owners) & (soon | seen | accepted)
    approver = limits().approver_id
    if approver == user.pk or (approver is None and user.access.is_administrator):
        wanted |= Q(state=QuoteState.WAITING)
    found = quotes.visible_to(user).filter(wanted, party__in=visible_parties(user)).order_by("valid_until", "id")
    tells_net = "net" in quotes.fields_for(user)
    return [_item(quote, on, tells_net=tells_net) for quote in found[:MOST_OF_DAY]]


def _item(quote: Quote, on: dt.date, *, tells_net: bool) -> DayItem:
    urgency, told = 1.0, {"number": quote.number, "title": quote.title}
    if quote.state == QuoteState.WAITING:
        urgency, reason = 2.0, _("Quote %(number)s waits for approval: %(title)s.") % told
    elif quote.state == QuoteState.ACCEPTED:
        reason = _("Has accepted quote %(number)s: %(title)s.") % told
    elif quote.valid_until is not None and quote.valid_until <= on + RUNS_OUT_WITHIN:
        days = (quote.valid_until - on).days
        words = ngettext(
            "Quote %(number)s runs out in %(days)d day: %(title)s.",
            "Quote %(number)s runs out in %(days)d days: %(title)s.",
            days,
        )
        reason = words % {**told, "days": days} if days else _("Quote %(number)s runs out today: %(title)s.") % told
        urgency = 1.6
    else:
        reason = _("Has just looked at quote %(number)s: %(title)s.") % told
        urgency = 1.3
    return DayItem(
        quote.party_id, reason, urgency=urgency, person=quote.person_id, worth=quote.net if tells_net else None,
        worth_note=_("quote"), channel="call", href=f"/quotes/{quote.pk}/design/",
    )  # fmt: skip


QUOTES_OF_DAY = DaySource("quotes", quotes_of_day)
PANELS = (
    Panel(key="way", title=gettext_lazy("Versions"), model=Quote, render=of_quote, side="business", order=5),
    Panel(
        key="quotes", title=gettext_lazy("Quotes"), model=Party, render=of_party, side="business", order=20, lazy=True,
        live="quotes-of", icon="euro-doc",
    ),
    Panel(
        key="quotes", title=gettext_lazy("Quotes"), model=Deal, render=of_deal, side="business", order=20, lazy=True,
    ),
)  # fmt: skip
HEAD_LINKS = (
    HeadLink(
        "design", gettext_lazy("Design"), Quote, lambda quote: f"/quotes/{quote.pk}/design/", "pencil", hotkey="g d"
    ),
    HeadLink(
        "design",
        gettext_lazy("Design"),
        QuoteTemplate,
        lambda template: f"/quote-templates/{template.pk}/design/",
        "pencil",
        hotkey="g d",
    ),
)
