import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kundig.catalog.models import TaxRate
from kundig.catalog.queries import is_in_eu, tax_for
from tests.catalog.conftest import TODAY


def taxed(seller="DE", buyer="DE", vat_id="", tax_class="standard", on=TODAY, kind="goods"):
    found = tax_for(
        seller_country=seller, buyer_country=buyer, buyer_vat_id=vat_id, tax_class=tax_class, on=on, kind=kind
    )
    return found.category, found.percent


@pytest.mark.parametrize(
    ("country", "tax_class", "on", "percent"),
    [
        ("DE", "standard", "2026-11-22", "19"),
        ("DE", "standard", "2020-06-30", "19"),
        ("DE", "standard", "2020-07-01", "16"),
        ("DE", "reduced", "2020-12-31", "5"),
        ("DE", "reduced", "2021-01-01", "7"),
        ("DE", "standard", "1996-07-04", "15"),
        ("AT", "standard", "2026-11-22", "20"),
        ("AT", "special", "2016-01-01", "13"),
        ("CH", "standard", "2023-12-31", "7.7"),
        ("CH", "standard", "2024-01-01", "8.1"),
        ("CH", "reduced", "2024-01-01", "2.6"),
    ],
)
def test_rate_is_that_of_the_day(db, country, tax_class, on, percent):
    day = dt.date.fromisoformat(on)
    assert taxed(country, country, tax_class=tax_class, on=day) == ("S", Decimal(percent))


@pytest.mark.parametrize(
    ("case", "category"),
    [
        ({"buyer": ""}, "S"),
        ({"tax_class": "zero"}, "Z"),
        ({"tax_class": "exempt"}, "E"),
        ({"buyer": "AT", "vat_id": "ATU12345678"}, "K"),
        ({"buyer": "AT", "vat_id": "atu 1234 5678", "kind": "service"}, "AE"),
        ({"buyer": "AT"}, "S"),  # a private customer
        ({"buyer": "AT", "vat_id": "DE123456789"}, "S"),  # an own number of ours makes no supply abroad
        ({"buyer": "AT", "vat_id": "CHE123456789"}, "S"),
        ({"buyer": "GR", "vat_id": "EL123456789"}, "K"),
        ({"buyer": "GB", "vat_id": "XI123456789"}, "K"),  # goods to Northern Ireland
        ({"buyer": "GB", "vat_id": "XI123456789", "kind": "service"}, "O"),
        ({"buyer": "GB", "vat_id": "GB123456789", "on": dt.date(2020, 12, 31)}, "K"),
        ({"buyer": "GB", "vat_id": "GB123456789", "on": dt.date(2021, 1, 1)}, "G"),
        ({"buyer": "MC", "vat_id": "FR12345678901"}, "K"),
        ({"buyer": "CH"}, "G"),
        ({"buyer": "US", "kind": "subscription"}, "O"),
        ({"seller": "CH", "buyer": "DE", "vat_id": "DE123456789"}, "G"),
        ({"seller": "CH", "buyer": "DE", "kind": "service"}, "O"),
    ],
)
def test_category_follows_from_both_sides(db, case, category):
    found = taxed(**case)
    assert found[0] == category
    assert (found[1] > 0) is (category == "S")


def test_reason_is_given_where_no_tax_is_taken(db):
    found = tax_for(
        seller_country="DE", buyer_country="FR", buyer_vat_id="FR12345678901", tax_class="standard", on=TODAY
    )
    assert (found.code, found.reason) == ("VATEX-EU-IC", "Tax-exempt intra-Community supply.")


def test_unknown_rate_is_told(db):
    with pytest.raises(ValidationError, match="No tax rate is known for France, “Standard rate”, on 22 Nov 2026"):
        taxed("FR", "FR")


def test_younger_rate_takes_the_place_of_one_without_end(db):
    TaxRate.objects.create(country="DE", tax_class="standard", percent=20, valid_from=dt.date(2027, 1, 1))
    assert taxed(on=dt.date(2026, 12, 31)) == ("S", Decimal(19))
    assert taxed(on=dt.date(2027, 1, 1)) == ("S", Decimal(20))


def test_common_market_has_grown_and_shrunk():
    assert is_in_eu("AT", dt.date(1995, 1, 1))
    assert not is_in_eu("AT", dt.date(1994, 12, 31))
    assert not is_in_eu("HR", dt.date(2013, 6, 30))
    assert not is_in_eu("NO", TODAY)
