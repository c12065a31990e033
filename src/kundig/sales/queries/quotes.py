"""Reads of quotes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.sales.enums import QuoteState
from kundig.sales.models import ApprovalLimits, Quote, QuoteLine
from kundig.sales.rules.quoting import Limits, is_expired, lowest_margin, reasons_for_approval


def lines_of(quote: Quote) -> list[QuoteLine]:
    """All lines in order, also those that are not chosen."""
    if quote.example_lines is not None:
        return list(quote.example_lines)
    return list(quote.lines.select_related("product").order_by("position", "id"))


def accepted_lines(quote: Quote) -> list[QuoteLine]:
    """What the customer has taken: fixed lines, chosen options and variants, in order.

    Raises:
        ValueError: if the quote is not accepted.
    """
    if quote.state != QuoteState.ACCEPTED:
        raise ValueError(f"quote {quote.number} is {quote.state}; only an accepted one has accepted lines")
    return [line for line in lines_of(quote) if line.chosen]


def versions_of(quote: Quote) -> QuerySet[Quote]:
    """All versions of its number, the latest first."""
    return Quote.objects.filter(number=quote.number).order_by("-version")


def accepted_version(quote: Quote) -> Quote | None:
    """The version of its number that is accepted."""
    return versions_of(quote).filter(state=QuoteState.ACCEPTED).first()


def quote_by_link(key: str) -> Quote | None:
    """The quote that a link leads to; None for a key that is nobody's, or of a quote that never went out."""
    found = Quote.objects.select_related("party", "person", "owner", "deal").filter(link_key=key).first()
    return found if found is not None and found.sent_at is not None else None


def latest_of(quote: Quote) -> Quote:
    """The version that was sent last; itself if none came after it."""
    return versions_of(quote).exclude(sent_at=None).first() or quote


def limits() -> ApprovalLimits:
    """From where on approval is needed; unsaved, without any limit, until somebody sets one."""
    return ApprovalLimits.objects.select_related("approver").filter(pk=ApprovalLimits.THE_ONE).first() or (
        ApprovalLimits()
    )


def reasons_to_approve(quote: Quote) -> list[tuple[str, Decimal, Decimal]]:
    """What of it passes a limit; empty where nothing does."""
    found = limits()
    return reasons_for_approval(
        Limits(found.discount_above, found.margin_below), discount=quote.discount_percent,
        margin_percent=lowest_margin(lines_of(quote)) if found.margin_below is not None else None,
    )  # fmt: skip


def reasons_in_words(reasons: Iterable[tuple[str, Decimal, Decimal]]) -> list[str]:
    formats = current_formats()
    said = {
        "discount": _("The discount of %(value)s is above %(limit)s."),
        "margin": _("The margin of %(value)s is below %(limit)s."),
    }
    return [
        said[what] % {"value": formats.percent(value.normalize()), "limit": formats.percent(limit.normalize())}
        for what, value, limit in reasons
    ]


def may_approve(quote: Quote, user: User) -> bool:
    """Whether `user` decides on it: who is named for that; where nobody is, an administrator. Never one's own."""
    approver = limits().approver_id
    if approver is not None:
        return user.pk == approver
    return user.access.is_administrator


def is_overdue(quote: Quote, *, on: dt.date | None = None) -> bool:
    """Whether it can no longer be accepted, because its time has run out."""
    return quote.state == QuoteState.SENT and is_expired(quote.valid_until, on=on or timezone.localdate())


def open_quotes(owners: Iterable[UUID]) -> QuerySet[Quote]:
    """Quotes of these people that are not decided."""
    return Quote.objects.filter(owner__in=owners).exclude(
        state__in=(QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.REPLACED, QuoteState.WITHDRAWN)
    )
