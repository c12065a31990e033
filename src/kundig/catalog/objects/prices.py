"""How price lists and tax rates are described."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.catalog import actions
from kundig.catalog.models import Price, PriceList, TaxRate
from kundig.catalog.objects.kinds import FromQuantity
from kundig.records.description import Description, Listing, Page
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.numbers import CurrencyCode


class PriceListDescription(Description):
    model = PriceList
    name = "price-lists"
    icon = "table"
    in_navigation = False
    title, subtitle = "name", "currency"
    columns = "name currency party group parent factor valid_until"
    search = "name party.name"
    filters = "party parent"
    sort = "name"
    form = "name currency party group parent factor valid_from valid_until"
    page = Page(
        header="currency valid_from valid_until",
        sections={_("Holds"): "party group", _("Follows"): "parent factor"},
    )
    kinds: ClassVar = {"currency": CurrencyCode()}
    listed_at: ClassVar = {
        "party": Listing(_("Price lists of this customer"), lazy=True, is_wanted=lambda record: False)
    }
    common = True
    owner = team = None
    create, change = actions.add_price_list, actions.change_price_list


class PriceDescription(Description):
    model = Price
    name = "prices"
    icon = "table"
    nav = False
    title = "product"
    columns = "product price_list from_quantity amount valid_from valid_until"
    form = "price_list product from_quantity amount valid_from valid_until"
    listed_at: ClassVar = {
        "price_list": Listing(
            _("Prices on this list"), sort=("product__name_key", "from_quantity"), most=50, side="history", order=20
        ),
        "product": Listing(
            _("Prices of this product"),
            sort=("price_list__name_key", "from_quantity"),
            most=25,
            side="history",
            order=28,
        ),
    }
    kinds: ClassVar = {"from_quantity": FromQuantity()}
    collected_by = "price_list"
    owner = team = None
    parent = "price_list"
    create, change = actions.add_price, actions.change_price


class TaxRateDescription(Description):
    model = TaxRate
    name = "tax-rates"
    icon = "percent"
    in_navigation = False
    title, subtitle = "tax_class", "country"
    columns = "tax_class country percent valid_from valid_until"
    filters = "country tax_class"
    sort = "-valid_from"
    form = "country tax_class percent valid_from valid_until"
    page = Page(sections={_("Tax rate"): "country tax_class percent valid_from valid_until"})
    kinds: ClassVar = {"country": Country()}
    common = True
    owner = team = None
