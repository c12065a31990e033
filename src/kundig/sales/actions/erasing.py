"""What quotes know of a person who is erased: what commercial law wants kept stays, the rest goes.

docs/decisions/quotes-outlive-people-where-the-law-says-so.md tells which is which.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions import stand_in_for
from kundig.parties.queries import salutation_for
from kundig.records.actions import announce
from kundig.records.erasure import Staying, erase_record
from kundig.records.events import Via
from kundig.records.ledger.erasing import erase_columns
from kundig.records.ledger.tables import watched_tables
from kundig.sales.actions.quotes import described, erases
from kundig.sales.enums import QuoteState
from kundig.sales.models import Quote, QuoteAcceptance
from kundig.sales.models.quotes import new_link_key

MOST_NAMED = 5
YEARS_KEPT = 6
"""Business letters, from the end of the year (HGB § 257, AO § 147)."""


def forget_in_quotes(ids: Sequence[UUID], by: User) -> None:
    """Let quotes forget these parties before they are erased: their own quotes go, but accepted ones, which go over to
    an anonymous customer; where they are the contact of somebody else, what was written down of them goes."""
    own = list(Quote.objects.filter(party__in=ids))
    accepted = _accepted_numbers(own)
    for quote in own:
        if quote.number not in accepted:
            erase_record(described("quotes"), quote, by=by)
    handed = [quote for quote in own if quote.number in accepted]
    for quote in handed:
        Quote.objects.filter(pk=quote.pk).update(party=stand_in_for(quote.party_id, by=by).pk)
    if handed:
        announce(described("quotes"), [quote.pk for quote in handed], by=by, via=Via.ERASURE)
    known = list(
        Quote.objects.select_for_update(of=("self",))
        .filter(Q(person__in=ids) | Q(pk__in=[quote.pk for quote in handed]))
        .select_related("party")
    )
    kept = _accepted_numbers(known)
    erases()
    for quote in known:
        if quote.number not in kept and quote.frozen:
            quote.frozen = without_contact(quote.frozen, salutation_for(quote.party, language=quote.language))
            quote.decline_note = ""
        # Whoever has the link would read the name; the house keeps the document.
        quote.sent_to, quote.link_key = "", new_link_key()
        quote.save()
    keys = [quote.pk for quote in known]
    QuoteAcceptance.objects.filter(quote__in=keys).update(address=None, browser="")
    reduced = [quote.pk for quote in known if quote.number not in kept]
    watched = next(each for each in watched_tables().values() if each.model is Quote)
    erase_columns(watched, keys, ["sent_to", "link_key"])
    erase_columns(watched, reduced, ["frozen", "decline_note"])


def without_contact(frozen: Mapping[str, Any], salutation: str) -> dict[str, Any]:
    """What a document said when it was sent, without the person it was addressed to."""
    found: dict[str, Any] = copy.deepcopy(dict(frozen))
    contact = found.get("values", {}).get("contact", "")
    if contact:
        for holder, name in ((found, "recipient"), (found.get("frame", {}), "address")):
            if isinstance(holder.get(name), list):
                holder[name] = [line for line in holder[name] if line != contact]
    found["values"] = {**found.get("values", {}), "contact": "", "salutation": salutation}
    return found


def what_stays_of_quotes(ids: Sequence[UUID]) -> list[Staying]:
    """In words, which quotes of these customers the law wants kept."""
    kept = _accepted_numbers(Quote.objects.filter(party__in=ids))
    if not kept:
        return []
    accepted = Quote.objects.filter(number__in=kept, state=QuoteState.ACCEPTED)
    last = accepted.aggregate(last=Max("decided_at"))["last"]
    description = described("quotes")
    shown = ", ".join(sorted(kept)[:MOST_NAMED]) + (", …" if len(kept) > MOST_NAMED else "")
    label = description.label if len(kept) == 1 else description.label_plural
    why = _("business letters, § 257 HGB and § 147 AO; as they were accepted")
    return [Staying(f"{len(kept)} {label}: {shown}", timezone.localtime(last).year + YEARS_KEPT, why)] if last else []


def _accepted_numbers(quotes: Iterable[Quote]) -> set[str]:
    numbers = {quote.number for quote in quotes}
    accepted = Quote.objects.filter(number__in=numbers, state=QuoteState.ACCEPTED)
    return set(accepted.values_list("number", flat=True))
