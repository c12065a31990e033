"""Quotes go out: by mail or as a link, and in further versions."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.platform import jobs, live, outbox
from kundig.platform.ids import uuid7
from kundig.platform.mails import check_mail
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quote_pictures import copy_pictures
from kundig.sales.actions.quotes import described, locked, reckon, require_may_change
from kundig.sales.enums import QuoteState
from kundig.sales.events import QuoteSent
from kundig.sales.models import Quote, QuoteLine
from kundig.sales.models.quotes import new_link_key
from kundig.sales.queries.documents import frozen_now, missing_in, written_out
from kundig.sales.queries.quotes import accepted_version, limits, lines_of, reasons_to_approve, versions_of
from kundig.sales.rules.quoting import is_expired
from kundig.timeline.actions import record_touchpoint

MAIL = "quote_mail"


def send_quote(
    quote: Quote, *, by: User, base: str, to: str = "", subject: str = "", text: str = "", with_paper: bool = True
) -> Quote:
    """Let a quote go out: from now on its link opens, and its content stays. With `to` the link is mailed there.

    `base` is the address under which the house is reached, such as "https://crm.firm.example".

    Raises:
        PermissionDenied: if `by` may not change the quote.
        ValidationError: if it still needs approval, a placeholder is empty, nothing is offered, its time has run out,
            or `to` is no mail address.
    """
    address = check_mail(to) if to.strip() else ""
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        versions = _versions_locked(quote)
        quote = locked(quote)
        require_may_change(quote, by=by)
        again = quote.state == QuoteState.SENT
        if again and quote.valid_until is not None and is_expired(quote.valid_until, on=timezone.localdate()):
            raise ValidationError(_("The day until which it is valid has passed. Make a new version."))
        if address:
            subject, text = _mail_of(quote, subject, text)
        if not again:
            require_sendable(quote)
            now = timezone.now()
            quote.state, quote.sent_at = QuoteState.SENT, now
            quote.approved_at = quote.approved_at or now
            quote.frozen = frozen_now(quote)
            _replace_former(quote, versions, by=by)
        quote.sent_to = address or quote.sent_to
        quote.save()
        announce(described("quotes"), [quote.pk], by=by, via=Via.HAND)
        live.announce(f"quotes-of:{quote.party_id}")
        _file(quote, by=by, to=address)
        if not again:
            outbox.publish(QuoteSent(quote.pk, quote.party_id, by.pk))
        if address:
            jobs.start(
                MAIL, title=_("Mail with quote %(number)s") % {"number": quote.number}, by=by, quote_id=str(quote.pk),
                to=address, subject=subject.strip()[:200], text=text[:10_000], base=base.rstrip("/"),
                with_paper=with_paper,
            )  # fmt: skip
    return quote


def require_sendable(quote: Quote) -> None:
    """Raises ValidationError with every reason for which the quote cannot go out."""
    reasons = reasons_against(quote)
    if reasons:
        raise ValidationError(reasons)


def reasons_against(quote: Quote) -> list[str]:
    """Why the quote cannot go out yet, in words; empty if it can."""
    found = []
    if not quote.is_open:
        return [_("This quote has gone out already. Make a new version.")]
    if accepted_version(quote) is not None:
        return [_("%(quote)s is accepted. Begin a new quote.") % {"quote": quote.number}]
    if not quote.lines.exists():
        found.append(_("There is nothing to buy in this quote yet. Add an item."))
    empty = missing_in(quote)
    if empty:
        found.append(_empty_words(empty))
    if is_expired(quote.valid_until, on=timezone.localdate()):
        found.append(_("The day until which it is valid has passed. Choose a later one."))
    kinds = {block["kind"] for block in quote.blocks}
    if "positions" not in kinds:
        found.append(_("The block with the items is missing."))
    if "options" not in kinds and quote.lines.filter(optional=True).exists():
        found.append(_("The block “On request” is missing; the items in it would stand nowhere."))
    if quote.state != QuoteState.APPROVED and reasons_to_approve(quote):
        found.append(_("It needs approval first."))
    return found


def withdraw_quote(quote: Quote, *, by: User) -> Quote:
    """Take a quote back: its link says so from now on. Raises ValidationError if it is decided."""
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        require_may_change(quote, by=by)
        if quote.state not in (QuoteState.SENT, QuoteState.DRAFT, QuoteState.WAITING, QuoteState.APPROVED):
            raise ValidationError(_("Only a quote that is not decided is withdrawn."))
        quote.state = QuoteState.WITHDRAWN
        quote.save()
        announce(described("quotes"), [quote.pk], by=by, via=Via.HAND)
        live.announce(f"quotes-of:{quote.party_id}")
    return quote


def new_version(quote: Quote, *, by: User) -> Quote:
    """A draft that says the same, to be changed; the one before stays until this one is sent.

    Raises:
        ValidationError: if a version is accepted, or a draft of a later one is there already.
    """
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        versions = _versions_locked(quote)
        source = locked(quote)
        require_may_change(source, by=by)
        if any(each.state == QuoteState.ACCEPTED for each in versions):
            raise ValidationError(_("%(quote)s is accepted. Begin a new quote.") % {"quote": source.number})
        draft = next((each for each in versions if each.is_open), None)
        if draft is not None:
            raise ValidationError(
                _("Version %(version)d is being written already. Go on there.") % {"version": draft.version}
            )
        return _further(source, versions[0].version + 1, by=by)


def _further(source: Quote, version: int, *, by: User) -> Quote:
    made = Quote(
        number=source.number, version=version, previous=source, title=source.title, party=source.party,
        person=source.person, deal=source.deal, language=source.language, currency=source.currency,
        owner=source.owner or by, team=source.team, template=source.template, blocks=copy.deepcopy(source.blocks),
        fills=dict(source.fills), accent=source.accent, link_key=new_link_key(),
        valid_until=max(
            source.valid_until or timezone.localdate(),
            timezone.localdate() + dt.timedelta(days=limits().valid_days),
        ),
    )  # fmt: skip
    made.save(force_insert=True)
    copy_pictures(source, made)
    for line in lines_of(source):
        line.pk, line.id, line._state.adding, line.quote = None, uuid7(), True, made
        line.save(force_insert=True)
    reckon(made)
    announce(described("quotes"), [made.pk], by=by, via=Via.HAND)
    announce(
        described("quote-lines"),
        list(QuoteLine.objects.filter(quote=made).values_list("pk", flat=True)),
        by=by,
        via=Via.HAND,
    )
    live.announce(f"quotes-of:{made.party_id}")
    return made


def _versions_locked(quote: Quote) -> list[Quote]:
    """All versions, and none is decided meanwhile; the latest first, so that two who do this do not wait in a ring."""
    return list(versions_of(quote).select_for_update())


def _mail_of(quote: Quote, subject: str, text: str) -> tuple[str, str]:
    """Subject and text with their placeholders filled; raises ValidationError for what is empty."""
    empty = missing_in(quote, [subject, text])
    if empty:
        raise ValidationError(_empty_words(empty))
    return written_out(quote, subject), written_out(quote, text)


def _empty_words(empty: Sequence[str]) -> str:
    words = ngettext(
        "A placeholder is still empty: %(words)s.", "These placeholders are still empty: %(words)s.", len(empty)
    )
    return words % {"words": ", ".join(f"{{{word}}}" for word in empty[:8])}


def _replace_former(quote: Quote, versions: Iterable[Quote], *, by: User) -> None:
    former = [each for each in versions if each.pk != quote.pk and each.state == QuoteState.SENT]
    for each in former:
        each.state = QuoteState.REPLACED
        each.save(update_fields=["state", "changed_at"])
    if former:
        announce(described("quotes"), [each.pk for each in former], by=by, via=Via.HAND)


def _file(quote: Quote, *, by: User, to: str) -> None:
    words = _("Quote %(number)s sent: %(title)s") % {"number": quote.number, "title": quote.title}
    once = sha256(f"{quote.pk}{to}{timezone.localdate()}".encode()).hexdigest()
    record_touchpoint(
        kind="quote_sent", party=quote.party, by=None, direction="out", summary=words[:200],
        body=_("Sent to %(mail)s.") % {"mail": to} if to else "", people=[quote.person] if quote.person else [],
        source="quotes", source_id=quote.pk, key=f"quote-sent:{once}",
    )  # fmt: skip
