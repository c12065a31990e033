"""The numbers that documents of orders bear, until an administrator says otherwise."""

from django.utils.translation import gettext_lazy as _

from kundig.catalog.protocol import Series

SERIES = (
    Series("orders", _("Order numbers"), "AU-{year}-{number:05}", "orders.Order"),
    Series("deliveries", _("Delivery numbers"), "LS-{year}-{number:05}", "orders.Delivery"),
    Series("returns", _("Return numbers"), "RT-{year}-{number:05}", "orders.Return"),
    Series("contracts", _("Contract numbers"), "V-{year}-{number:04}", "orders.Contract"),
    Series("protocols", _("Protocol numbers"), "P-{year}-{number:05}", "orders.Protocol"),
    Series("assets", _("Asset numbers"), "A-{number:05}", "orders.Asset"),
)
