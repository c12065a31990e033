"""Catalog: products, services, price lists, taxes, and what something costs whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "kundig.catalog"
    label = "catalog"
    verbose_name = _("Catalog")

    def ready(self) -> None:
        from kundig.catalog.actions.products import SERIES
        from kundig.catalog.models import Product
        from kundig.catalog.objects import DESCRIPTIONS
        from kundig.catalog.panels import PANELS
        from kundig.catalog.protocol import Series, register_series
        from kundig.parties.models import Party
        from kundig.platform import navigation
        from kundig.records import registry
        from kundig.records.panels import register_panel
        from kundig.records.traces import Trace, register_traces

        register_traces(Party, Trace(Product, "supplier"))
        register_series(Series(SERIES, _("Products"), "P-{number:04}", "catalog.Product"))
        navigation.settings(
            label=_("Numbers of documents"), url="catalog:numbers", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
