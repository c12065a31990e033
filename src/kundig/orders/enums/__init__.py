"""Choices of orders, and of what follows from them."""

from kundig.orders.enums.contracts import Cancelled, CancelReason, ContractKind, ContractState
from kundig.orders.enums.installed import AssetState, ServiceKind
from kundig.orders.enums.invoices import EntryState, InvoiceKind, InvoiceState, PaymentKind
from kundig.orders.enums.orders import Channel, DeliveryKind, OrderState
from kundig.orders.enums.protocols import ProtocolKind, Result
from kundig.orders.enums.returns import Decision, ReturnReason, ReturnState

__all__ = [
    "AssetState",
    "CancelReason",
    "Cancelled",
    "Channel",
    "ContractKind",
    "ContractState",
    "Decision",
    "DeliveryKind",
    "EntryState",
    "InvoiceKind",
    "InvoiceState",
    "OrderState",
    "PaymentKind",
    "ProtocolKind",
    "Result",
    "ReturnReason",
    "ReturnState",
    "ServiceKind",
]
