"""Descriptions of orders, and of what follows from them."""

from kundig.orders.objects.contracts import ContractDescription, ContractLineDescription
from kundig.orders.objects.deliveries import DeliveryDescription, DeliveryLineDescription
from kundig.orders.objects.installed import AssetDescription, AssetPropertyDescription, ServiceDescription
from kundig.orders.objects.invoices import InvoiceDescription, InvoiceLineDescription
from kundig.orders.objects.orders import OrderDescription, OrderLineDescription
from kundig.orders.objects.payments import (
    BankEntryDescription,
    BankStatementDescription,
    PaymentDescription,
    ReminderDescription,
    ReminderStopDescription,
)
from kundig.orders.objects.protocols import ProtocolDescription
from kundig.orders.objects.returns import ReturnDescription, ReturnLineDescription

DESCRIPTIONS = (
    OrderDescription,
    OrderLineDescription,
    DeliveryDescription,
    DeliveryLineDescription,
    ReturnDescription,
    ReturnLineDescription,
    ContractDescription,
    ContractLineDescription,
    ProtocolDescription,
    AssetDescription,
    AssetPropertyDescription,
    ServiceDescription,
    InvoiceDescription,
    InvoiceLineDescription,
    PaymentDescription,
    BankStatementDescription,
    BankEntryDescription,
    ReminderDescription,
    ReminderStopDescription,
)
