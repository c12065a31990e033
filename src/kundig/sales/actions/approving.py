"""Approval: asked for where discount or margin passes a limit, given or refused by who may."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import administrators
from kundig.notices.actions import tell
from kundig.platform import live
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quotes import described, locked, require_may_change
from kundig.sales.enums import QuoteState
from kundig.sales.models import ApprovalLimits, Quote
from kundig.sales.queries.quotes import limits, may_approve, reasons_to_approve

APPROVAL, DECIDED_ON = "quote_approval", "quote_decided_on"
"""Kinds of notices."""


def ask_approval(quote: Quote, *, by: User, note: str = "") -> Quote:
    """Lay the quote before who approves; one that passes no limit is approved at once.

    Raises:
        ValidationError: if it is no draft, or nobody may approve it.
    """
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        require_may_change(quote, by=by)
        if quote.state != QuoteState.DRAFT:
            raise ValidationError(_("Only a draft is laid before somebody for approval."))
        _require_lines(quote)
        now = timezone.now()
        quote.approval_note = note.strip()[:500]
        if reasons_to_approve(quote):
            quote.state, quote.approval_asked_at, quote.approval_asked_by = QuoteState.WAITING, now, by
        else:
            quote.state, quote.approved_at, quote.approved_by = QuoteState.APPROVED, now, None
        _keep(quote, by=by)
        if quote.state == QuoteState.WAITING:
            approver = limits().approver
            for each in [approver] if approver is not None else administrators():
                if each.pk != by.pk:
                    _tell(each, APPROVAL, quote, by=by)
    return quote


def approve_quote(quote: Quote, *, by: User, note: str = "") -> Quote:
    """Let it go out as it stands.

    Raises:
        PermissionDenied: if `by` does not approve quotes, or asked for it themselves.
        ValidationError: if it does not wait for approval.
    """
    return _decide(quote, QuoteState.APPROVED, by=by, note=note)


def refuse_approval(quote: Quote, *, by: User, note: str) -> Quote:
    """Send it back to who asked, with the reason. Raises like `approve_quote`, and without a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Say what would have to be different.")})
    return _decide(quote, QuoteState.DRAFT, by=by, note=note)


def set_limits(values: ApprovalLimits, *, by: User) -> ApprovalLimits:
    """Set from where on approval is needed.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: for percentages that are none.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators set limits for quotes."))
    for name in ("discount_above", "margin_below"):
        value = getattr(values, name)
        if value is not None and not 0 <= value <= 100:
            raise ValidationError({name: _("Write a percentage from 0 to 100, or nothing.")})
    values.full_clean()
    values.save()
    return values


def _decide(quote: Quote, state: QuoteState, *, by: User, note: str) -> Quote:
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        if not described("quotes").visible_to(by).filter(pk=quote.pk).exists() or not may_approve(quote, by):
            raise PermissionDenied(_("You do not decide on this quote."))
        if quote.state != QuoteState.WAITING:
            raise ValidationError(_("This quote does not wait for approval any more."))
        asked_by = quote.approval_asked_by
        if asked_by is not None and asked_by.pk == by.pk and not by.access.is_administrator:
            raise PermissionDenied(_("Nobody approves what they have asked for themselves."))
        quote.state, quote.approval_note = state, note.strip()[:500]
        quote.approved_at, quote.approved_by = (timezone.now(), by) if state == QuoteState.APPROVED else (None, None)
        _keep(quote, by=by)
        if asked_by is not None and asked_by.pk != by.pk:
            _tell(asked_by, DECIDED_ON, quote, by=by)
    return quote


def _require_lines(quote: Quote) -> None:
    if not quote.lines.filter(chosen=True).exists() and not quote.lines.filter(optional=True).exists():
        raise ValidationError(_("There is nothing to buy in this quote yet. Add an item."))


def _tell(reader: User, kind: str, quote: Quote, *, by: User) -> None:
    tell(
        reader, kind=kind, matter=str(quote.pk), by=by.pk, object="quotes", records=[quote.pk],
        data={"state": quote.state},
    )  # fmt: skip


def _keep(quote: Quote, *, by: User | None) -> None:
    quote.save()
    announce(described("quotes"), [quote.pk], by=by, via=Via.HAND)
    live.announce(f"quotes-of:{quote.party_id}")
