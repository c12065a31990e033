"""Tables of orders, and of what follows from them."""

from kundig.orders.models.bookkeeping import Booked, BookingBatch
from kundig.orders.models.contracts import Contract, ContractLine
from kundig.orders.models.deliveries import Delivery, DeliveryLine
from kundig.orders.models.installed import Asset, AssetProperty, Service
from kundig.orders.models.invoices import DebtorAccount, Invoice, InvoiceLine, InvoiceSettings
from kundig.orders.models.orders import Order, OrderLine
from kundig.orders.models.payments import BankEntry, BankStatement, Payment
from kundig.orders.models.protocols import Protocol
from kundig.orders.models.reminders import Reminder, ReminderLevel, ReminderLine, ReminderStop
from kundig.orders.models.returns import Return, ReturnLine

__all__ = [
    "Asset",
    "AssetProperty",
    "BankEntry",
    "BankStatement",
    "Booked",
    "BookingBatch",
    "Contract",
    "ContractLine",
    "DebtorAccount",
    "Delivery",
    "DeliveryLine",
    "Invoice",
    "InvoiceLine",
    "InvoiceSettings",
    "Order",
    "OrderLine",
    "Payment",
    "Protocol",
    "Reminder",
    "ReminderLevel",
    "ReminderLine",
    "ReminderStop",
    "Return",
    "ReturnLine",
    "Service",
]
