"""What happens in sales; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DealAdded:
    """There is a chance to sell something."""

    deal_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class DealMoved:
    """A deal stands in another stage; `status` is what that stage counts as."""

    deal_id: UUID
    party_id: UUID
    from_stage: UUID
    to_stage: UUID
    status: str
    by_id: UUID | None


@dataclass(frozen=True)
class DealWon:
    """The customer has said yes."""

    deal_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class DealLost:
    """The customer has said no, or nothing comes of it."""

    deal_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class QuoteSent:
    """A version of a quote has gone out; its link opens."""

    quote_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class QuoteAccepted:
    """The customer has accepted a quote; `by_id` is who of us noted it, None if the customer did it on the page."""

    quote_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class QuoteDeclined:
    """The customer has declined a quote."""

    quote_id: UUID
    party_id: UUID
    by_id: UUID | None
