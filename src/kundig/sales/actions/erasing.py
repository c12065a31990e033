"""What quotes know of a person who is erased: what commercial law wants kept stays, the rest goes.

docs/decisions/quotes-outlive-people-where-the-law-says-so.md tells which is which.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.queries import salutation_for
from kundig.records.erasure import erase_record
from kundig.records.ledger.erasing import erase_columns
from kundig.records.ledger.tables import watched_tables
from kundig.sales.actions.quotes import described, erases
from kundig.sales.enums import QuoteState
from kundig.sales.models import Quote, QuoteAcceptance
from kundig.sales.models.quotes import new_link_key

YEARS_KEPT = 6
"""Business letters, from the end of the year (HGB § 257, AO § 147)."""


def forget_in_quotes(ids: Sequence[UUID], by: User) -> None:
    """Let quotes forget these parties before they are erased: their own quotes go, unless one was accepted; where they
    are the contact of somebody else, what was written down of them goes.

    Raises:
        ValidationError: if they have accepted a quote whose time is not over.
    """
    own = list(Quote.objects.filter(party__in=ids))
    _require_none_accepted(own)
    for quote in own:
        erase_record(described("quotes"), quote, by=by)
    known = list(Quote.objects.select_for_update(of=("self",)).filter(person__in=ids).select_related("party"))
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


def _require_none_accepted(quotes: Collection[Quote]) -> None:
    kept = _accepted_numbers(quotes)
    if not kept:
        return
    accepted = Quote.objects.filter(number__in=kept, state=QuoteState.ACCEPTED)
    last = accepted.aggregate(last=Max("decided_at"))["last"]
    raise ValidationError(
        _(
            "%(numbers)s was accepted and is kept as a business letter until the end of %(year)d. Erasing is possible "
            "then; until that time, set mail addresses and numbers to “do not use”."
        )
        % {"numbers": ", ".join(sorted(kept)[:5]), "year": last.year + YEARS_KEPT if last else 0}
    )


def _accepted_numbers(quotes: Iterable[Quote]) -> set[str]:
    numbers = {quote.number for quote in quotes}
    accepted = Quote.objects.filter(number__in=numbers, state=QuoteState.ACCEPTED)
    return set(accepted.values_list("number", flat=True))
