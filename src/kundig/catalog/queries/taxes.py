"""How a sale is taxed, with the rates of the day."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kundig.catalog.enums import ProductKind, TaxClass
from kundig.catalog.models import TaxRate
from kundig.catalog.rules import Tax, tax_between
from kundig.platform.countries import name_of
from kundig.platform.formats import current_formats


def tax_for(
    *,
    seller_country: str,
    buyer_country: str,
    buyer_vat_id: str,
    tax_class: str,
    on: dt.date,
    kind: str = ProductKind.GOODS,
) -> Tax:
    """How a sale on that day is taxed: in one's own country by its rate, abroad as EU law says (`rules.taxing`).

    Raises:
        ValidationError: where the country's rate is asked for and not known on that day.
    """

    def rate(of_class: str) -> Decimal:
        return rate_on(seller_country, of_class, on)

    return tax_between(
        seller_country=seller_country, buyer_country=buyer_country, buyer_vat_id=buyer_vat_id, tax_class=tax_class,
        kind=kind, on=on, rate=rate,
    )  # fmt: skip


def rate_on(country: str, tax_class: str, on: dt.date) -> Decimal:
    """The percentage that holds in a country on a day; of several, the one that began last. Raises ValidationError."""
    rates = TaxRate.objects.filter(country=country, tax_class=tax_class, valid_from__lte=on)
    found = (
        rates.filter(Q(valid_until=None) | Q(valid_until__gte=on))
        .order_by("-valid_from").values_list("percent", flat=True).first()
    )  # fmt: skip
    if found is None:
        label = dict(TaxClass.choices).get(tax_class, tax_class)
        raise ValidationError(
            _("No tax rate is known for %(country)s, “%(class)s”, on %(day)s. Add it under “Tax rates”.")
            % {
                "country": name_of(country, get_language() or "en") or country, "class": label,
                "day": current_formats().date(on),
            }
        )  # fmt: skip
    return found
