"""The customer decides: accepts with a signature, declines with a reason, asks; and looks at it meanwhile."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.notices.actions import tell
from kundig.platform import files, live, outbox
from kundig.platform.buckets import StoreFailed
from kundig.platform.formats import formats
from kundig.platform.typesetting import NotTypeset
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quote_paper import paper_of
from kundig.sales.actions.quotes import described, locked, reckon, require_may_change
from kundig.sales.enums import DeclineReason, QuoteState, Signature
from kundig.sales.events import QuoteAccepted, QuoteDeclined
from kundig.sales.models import Quote, QuoteAcceptance, QuoteLine
from kundig.sales.queries.documents import document_of
from kundig.sales.queries.quotes import accepted_version, lines_of
from kundig.sales.rules.quoting import checked_drawing, choice_of, hash_of, is_expired
from kundig.timeline.actions import record_touchpoint

ACCEPTED, DECLINED, ASKED, VIEWED = "quote_accepted", "quote_declined", "quote_question", "quote_viewed"
"""Kinds of touchpoints, and of notices."""

logger = logging.getLogger("kundig.sales")


class AlreadyDecided(ValidationError):
    """Somebody else was first."""


@dataclass(frozen=True)
class Signed:
    """What somebody says who accepts. `seen` is the hash of the document they had before them."""

    name: str
    function: str = ""
    signature: str = Signature.TYPED
    drawing: str = ""
    reference: str = ""
    note: str = ""
    seen: str = ""
    address: str | None = None
    browser: str = ""


def accept_quote(
    quote: Quote, signed: Signed, *, wanted: Collection[UUID], by: User | None = None, link: str = ""
) -> QuoteAcceptance:
    """Accept with these options. Of two who do so at once one is first, the other is told.

    `by` is who of us notes what the customer has said elsewhere; None: the customer did it on the page.

    Raises:
        PermissionDenied: if `by` may not change the quote.
        AlreadyDecided: if it has been accepted or declined meanwhile, or another version of it accepted.
        ValidationError: with a dict of fields: no name, no signature, options that do not go together, a quote whose
            time has run out, or that is another one than was seen.
    """
    name = " ".join(signed.name.split())[:120]
    if not name:
        raise ValidationError({"name": _("Please write your name.")})
    drawing = _drawing(signed)
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        if by is not None:
            require_may_change(quote, by=by)
        _require_decidable(quote)
        lines = lines_of(quote)
        if signed.seen and signed.seen != hash_of(document_of(quote)):
            raise ValidationError(_("The quote has changed since you opened it. Please read it once more."))
        taken = choice_of(lines, wanted)
        document = document_of(quote, taken=taken)
        now = timezone.now()
        _settles_choice(quote)
        QuoteLine.objects.filter(pk__in=[key for key, chosen in taken.items() if not chosen]).update(chosen=False)
        QuoteLine.objects.filter(pk__in=[key for key, chosen in taken.items() if chosen]).update(chosen=True)
        reckon(quote)
        acceptance = QuoteAcceptance(
            quote=quote, name=name, function=signed.function.strip()[:120], signature=signed.signature,
            drawing=drawing, reference=signed.reference.strip()[:60], note=signed.note.strip()[:2000],
            accepted_at=now, address=signed.address, browser=signed.browser[:300], document_hash=hash_of(document),
            noted_by=by,
        )  # fmt: skip
        acceptance.full_clean(exclude=["quote", "paper", "noted_by"])
        acceptance.paper = _evidence_paper(quote, acceptance, taken, link=link)
        acceptance.save(force_insert=True)
        quote.state, quote.decided_at = QuoteState.ACCEPTED, now
        quote.save()
        _tell_all(quote, ACCEPTED, by=by, signed=acceptance)
        outbox.publish(QuoteAccepted(quote.pk, quote.party_id, by.pk if by else None))
    return acceptance


def decline_quote(quote: Quote, *, reason: str, note: str = "", by: User | None = None) -> Quote:
    """The customer says no. Raises like `accept_quote`, and ValidationError without a reason."""
    if reason not in DeclineReason.values:
        raise ValidationError({"reason": _("Please choose a reason.")})
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        if by is not None:
            require_may_change(quote, by=by)
        _require_decidable(quote, even_late=True)
        quote.state, quote.decided_at = QuoteState.DECLINED, timezone.now()
        quote.decline_reason, quote.decline_note = reason, note.strip()[:2000]
        quote.save()
        _tell_all(quote, DECLINED, by=by)
        outbox.publish(QuoteDeclined(quote.pk, quote.party_id, by.pk if by else None))
    return quote


def ask_about(quote: Quote, *, name: str, question: str) -> None:
    """The customer asks: it stands in the history, and its owner is told. Raises ValidationError without a question."""
    text = question.strip()[:4000]
    if not text:
        raise ValidationError({"question": _("Please write your question.")})
    with transaction.atomic(), change_set(by=None, via=Via.HAND):
        quote = locked(quote)
        key = hashlib.sha256(f"{quote.pk}{name}{text}{timezone.localdate()}".encode()).hexdigest()
        asked_by = " ".join(name.split())[:120]
        _touch(quote, ASKED, f"{asked_by}:\n{text}" if asked_by else text, key=key)
        _tell_owner(quote, ASKED)


def note_view(quote: Quote) -> None:
    """Somebody has opened the page. Only that is kept, not who."""
    now = timezone.now()
    Quote.objects.filter(pk=quote.pk).update(
        views=F("views") + 1, last_seen_at=now, first_seen_at=Coalesce(F("first_seen_at"), now)
    )
    if quote.first_seen_at is None:
        with transaction.atomic(), change_set(by=None, via=Via.HAND):
            _touch(quote, VIEWED, "", key=f"{VIEWED}:{quote.pk}")
    live.announce(f"quotes:{quote.pk}", f"quotes-of:{quote.party_id}")


# -- inside -----------------------------------------------------------------------------------------------------------


def _settles_choice(quote: Quote) -> None:
    """Tell the database that this transaction accepts the quote: nothing else changes which options are taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kundig.accepts', %s, true)", [str(quote.pk)])


def _drawing(signed: Signed) -> str:
    if signed.signature not in Signature.values:
        raise ValidationError({"signature": _("Draw your signature into the field, or type your name.")})
    if signed.signature != Signature.DRAWN:
        return ""
    try:
        return checked_drawing(signed.drawing)
    except ValidationError as error:
        raise ValidationError({"signature": error}) from error


def _require_decidable(quote: Quote, *, even_late: bool = False) -> None:
    if quote.state == QuoteState.ACCEPTED:
        who = QuoteAcceptance.objects.filter(quote=quote).first()
        moment = formats(quote.language).moment(quote.decided_at or timezone.now())
        raise AlreadyDecided(
            _("%(name)s has already accepted this quote on %(moment)s.")
            % {"name": who.name if who else "–", "moment": moment}
        )
    if quote.state == QuoteState.DECLINED:
        raise AlreadyDecided(_("This quote has already been declined."))
    if quote.state == QuoteState.REPLACED:
        raise AlreadyDecided(_("There is a newer version of this quote."))
    if accepted_version(quote) is not None:
        raise AlreadyDecided(_("Another version of this quote has been accepted."))
    if quote.state != QuoteState.SENT:
        raise ValidationError(_("This quote is not open for a decision."))
    if quote.valid_until is not None and not even_late and is_expired(quote.valid_until, on=timezone.localdate()):
        day = formats(quote.language).date(quote.valid_until)
        raise ValidationError(_("This quote was valid until %(day)s. Please ask for a new one.") % {"day": day})


def _evidence_paper(quote: Quote, acceptance: QuoteAcceptance, taken: Mapping[UUID, bool], *, link: str) -> Any:
    """The PDF with the page of evidence, kept; None where it cannot be set just now: the acceptance counts anyhow."""
    try:
        content = paper_of(
            quote, link=link, taken=taken, evidence=evidence_of(quote, acceptance), drawing=acceptance.drawing,
            created_at=acceptance.accepted_at,
        )  # fmt: skip
        with transaction.atomic():
            return files.store(
                io.BytesIO(content), name=f"{quote.number}.pdf", content_type="application/pdf", by_id=None
            )
    except (NotTypeset, StoreFailed, OSError):
        logger.exception("the paper of the accepted quote %s could not be made", quote.pk)
        return None


def evidence_of(quote: Quote, acceptance: QuoteAcceptance) -> dict[str, Any]:
    """What the page of evidence says, in the language of the quote."""
    with translation.override(quote.language):
        moment = formats(quote.language).moment(acceptance.accepted_at)
        zone = timezone.localtime(acceptance.accepted_at).strftime("%Z")
        rows = [
            [_("Name"), acceptance.name],
            [_("Function"), acceptance.function],
            [_("Accepted at"), f"{moment} ({zone})"],
            [_("Signed by"), str(Signature(acceptance.signature).label)],
            [_("Your order number"), acceptance.reference],
            [_("Remark"), acceptance.note],
            [_("Quote"), f"{quote.number} / {quote.version}"],
            [_("Total"), document_of(quote, taken=None)["gross"]],
            [_("Internet address"), acceptance.address or ""],
            [_("Browser"), acceptance.browser],
            [_("Hash of the document (SHA-256)"), acceptance.document_hash],
        ]
        return {
            "heading": _("Evidence of acceptance"),
            "text": _(
                "This quote was accepted as it stands on the pages before, with the options chosen there. The hash is "
                "that of its content at that moment."
            ),
            "name": acceptance.name,
            "drawing": bool(acceptance.drawing),
            "words": _("Accepted by %(name)s on %(moment)s.") % {"name": acceptance.name, "moment": moment},
            "rows": [row for row in rows if row[1]],
        }


def _accepted_words(quote: Quote, acceptance: QuoteAcceptance) -> str:
    total = document_of(quote)["gross"]
    told = [_("By %(name)s, %(total)s.") % {"name": acceptance.name, "total": total}, acceptance.note]
    return "\n".join(filter(None, told))


def _tell_all(quote: Quote, kind: str, *, by: User | None, signed: QuoteAcceptance | None = None) -> None:
    announce(described("quotes"), [quote.pk], by=by, via=Via.HAND)
    live.announce(f"quotes-of:{quote.party_id}")
    with translation.override(_house_language()):
        body = _accepted_words(quote, signed) if signed is not None else _declined_words(quote)
    _touch(quote, kind, body, key=f"{kind}:{quote.pk}")
    _tell_owner(quote, kind)


def _touch(quote: Quote, kind: str, body: str, *, key: str) -> None:
    """In the language of the house: the customer's page may be in another one."""
    with translation.override(_house_language()):
        summary = {
            ACCEPTED: _("Quote %(number)s accepted: %(title)s"),
            DECLINED: _("Quote %(number)s declined: %(title)s"),
            ASKED: _("Question on quote %(number)s: %(title)s"),
            VIEWED: _("Quote %(number)s opened for the first time: %(title)s"),
        }[kind] % {"number": quote.number, "title": quote.title}
        record_touchpoint(
            kind=kind, party=quote.party, by=None, direction="" if kind == VIEWED else "in", summary=summary[:200],
            body=body, people=[quote.person] if quote.person else [], source="quotes", source_id=quote.pk, key=key,
        )  # fmt: skip


def _declined_words(quote: Quote) -> str:
    return "\n".join(filter(None, [str(DeclineReason(quote.decline_reason).label), quote.decline_note]))


def _tell_owner(quote: Quote, kind: str) -> None:
    if quote.owner is not None:
        tell(quote.owner, kind=kind, matter=f"{kind}:{quote.pk}", object="quotes", records=[quote.pk])


def _house_language() -> str:
    return company().language
