"""What happens with orders; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OrderPlaced:
    """A customer has ordered; `quote_id` is the quote that they accepted, None where there was none."""

    order_id: UUID
    party_id: UUID
    by_id: UUID | None
    quote_id: UUID | None = None


@dataclass(frozen=True)
class OrderConfirmed:
    """We have promised to deliver it."""

    order_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class OrderCancelled:
    """It will not be delivered."""

    order_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class OrderCompleted:
    """Everything that was ordered is delivered, done and accepted."""

    order_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class DeliveryShipped:
    """Goods have left the house: all of an order, or a part."""

    delivery_id: UUID
    order_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class ReturnDecided:
    """It is settled what becomes of each piece that came back; `has_credit` where money is to be given back."""

    return_id: UUID
    order_id: UUID
    party_id: UUID
    by_id: UUID | None
    has_credit: bool = False


@dataclass(frozen=True)
class ProtocolSigned:
    """The customer has signed what was done."""

    protocol_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class ContractCancelled:
    """One side has given notice."""

    contract_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class ContractRenewed:
    """Nobody has given notice in time: it runs on."""

    contract_id: UUID
    party_id: UUID


@dataclass(frozen=True)
class InvoiceIssued:
    """An invoice or a credit note has its number, and stays as it is from now on."""

    invoice_id: UUID
    party_id: UUID
    by_id: UUID | None
    is_credit_note: bool = False


@dataclass(frozen=True)
class InvoicePaid:
    """Nothing of an invoice is open any more."""

    invoice_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class PaymentBooked:
    """Money for an invoice has come in, or has gone back."""

    payment_id: UUID
    invoice_id: UUID
    party_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class PaymentReminded:
    """A customer was asked for what is overdue."""

    reminder_id: UUID
    party_id: UUID
    by_id: UUID | None
    level: int
