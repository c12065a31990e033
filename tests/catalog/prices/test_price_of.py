import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kundig.catalog.models import BundlePart, Price, PriceList, Product, ProductText
from kundig.catalog.protocol import Adjustment, adjusters, pricing, register_price_adjuster
from kundig.catalog.queries import filled, price_of
from tests.catalog.conftest import TODAY
from tests.parties.factories import steinbrueck


def a_list(name, *prices, **values):
    made = PriceList.objects.create(name=name, **{"currency": "EUR", **values})
    for product, amount, *more in prices:
        Price.objects.create(price_list=made, product=product, amount=Decimal(amount), **(more[0] if more else {}))
    return made


def asked(product, *, quantity="1", on=TODAY, currency="EUR", party=None):
    return price_of(product, quantity=Decimal(quantity), on=on, currency=currency, party=party)


def steps(found):
    return [(str(words), amount) for words, amount in found.steps]


@pytest.fixture
def dairy(svenja):
    return steinbrueck(by=svenja)


def test_list_price_is_the_price_where_no_list_says_otherwise(pump):
    found = asked(pump)
    assert (found.unit_price, found.currency) == (Decimal("1250.0000"), "EUR")
    assert steps(found) == [("List price", Decimal(1250))]


def test_price_in_another_currency_needs_a_list(pump):
    with pytest.raises(ValidationError, match="There is no price of “Pump PX 20” in CHF"):
        asked(pump, currency="CHF")
    a_list("Schweiz", (pump, "1390"), currency="CHF")
    assert asked(pump, currency="CHF").unit_price == Decimal(1390)


def test_own_list_goes_before_the_groups_and_that_before_everybodys(pump, dairy):
    a_list("Everybody", (pump, "1200"))
    assert asked(pump, party=dairy).unit_price == 1200
    dairy.tags = ["dairy"]
    a_list("Dairies", (pump, "1150"), group="dairy")
    assert asked(pump, party=dairy).unit_price == 1150
    a_list("Steinbrück", (pump, "1100"), party=dairy)
    assert asked(pump, party=dairy).unit_price == 1100
    assert asked(pump).unit_price == 1200


def test_list_of_the_parent_company_holds_for_the_subsidiary(pump, dairy, svenja):
    above = steinbrueck(by=svenja, name="Steinbrück Holding AG", number="H-1")
    dairy.parent_id = above.pk
    a_list("Holding", (pump, "1111"), party=above)
    assert asked(pump, party=dairy).unit_price == 1111


def test_greatest_quantity_that_is_reached_counts(pump):
    a_list("Scale", (pump, "1200"), (pump, "1100", {"from_quantity": 10}), (pump, "1000", {"from_quantity": 100}))
    assert asked(pump, quantity="9.999").unit_price == 1200
    assert steps(asked(pump, quantity="10")) == [("Scale, from 10", Decimal(1100))]
    assert asked(pump, quantity="-100").unit_price == 1000


def test_price_of_the_day_is_found(pump):
    a_list(
        "Days",
        (pump, "1200", {"valid_until": dt.date(2026, 12, 31)}),
        (pump, "1300", {"valid_from": dt.date(2027, 1, 1)}),
    )
    assert asked(pump, on=dt.date(2026, 12, 31)).unit_price == 1200
    assert asked(pump, on=dt.date(2027, 1, 1)).unit_price == 1300


def test_list_that_is_over_is_not_asked(pump):
    a_list("Autumn", (pump, "1000"), valid_until=TODAY - dt.timedelta(days=1))
    a_list("Spring", (pump, "1001"), valid_from=TODAY + dt.timedelta(days=1))
    assert asked(pump).unit_price == 1250


def test_chain_of_lists_multiplies_and_tells_each_step(pump, dairy):
    base = a_list("Dealers", factor=Decimal("0.9"), group="dealer")
    a_list("Steinbrück", parent=base, factor=Decimal("0.98"), party=dairy)
    assert steps(asked(pump, party=dairy)) == [
        ("List price", Decimal(1250)),
        ("Dealers: × 0.9", Decimal(1125)),
        ("Steinbrück: × 0.98", Decimal("1102.5000")),
    ]


def test_each_step_is_rounded_to_four_places(house):
    screw = Product.objects.create(number="S", name="Screw", list_price=Decimal("0.0333"))
    a_list("Everybody", factor=Decimal("0.985"))
    assert asked(screw).unit_price == Decimal("0.0328")  # 0.0328005


def test_factor_may_change_the_currency(pump):
    a_list("Schweiz", currency="CHF", factor=Decimal("0.95"))
    assert asked(pump, currency="CHF").unit_price == Decimal("1187.5")


def test_list_without_factor_leaves_the_rest_to_the_next(pump, dairy):
    a_list("Steinbrück", party=dairy)
    assert asked(pump, party=dairy).unit_price == 1250


def test_lists_in_a_circle_end(pump):
    first = a_list("First", factor=Decimal(1))
    second = a_list("Second", parent=first, factor=Decimal(1))
    PriceList.objects.filter(pk=first.pk).update(parent=second)
    assert asked(pump).unit_price == 1250


def test_variant_costs_what_its_base_costs_unless_it_says_otherwise(pump):
    variant = Product.objects.create(number="P-100-R", name="Pump PX 20, red", variant_of=pump)
    assert asked(variant).unit_price == 1250
    made = a_list("Everybody", (pump, "1200"))
    assert asked(variant).unit_price == 1200
    Price.objects.create(price_list=made, product=variant, amount=Decimal(1260))
    assert asked(variant).unit_price == 1260


def test_bundle_costs_the_sum_of_what_is_always_in_it(pump):
    hose = Product.objects.create(number="H", name="Hose", list_price=Decimal("12.5"))
    bundle = Product.objects.create(number="B", name="Set", kind="bundle")
    BundlePart.objects.create(bundle=bundle, product=pump, quantity=1)
    BundlePart.objects.create(bundle=bundle, product=hose, quantity=Decimal("2.5"), position=1)
    found = asked(bundle)
    assert found.unit_price == Decimal("1281.25")
    bundle.list_price = Decimal(1270)
    assert asked(bundle).unit_price == 1270


def test_adjusters_come_in_their_order_and_each_says_why(pump):
    register_price_adjuster("less", lambda asked: Adjustment("Voucher", asked.amount - 50), order=20)
    register_price_adjuster("never", lambda asked: None, order=15)
    register_price_adjuster("half", lambda asked: Adjustment("Half of it", asked.amount / 2), order=10)
    try:
        assert steps(asked(pump))[1:] == [("Half of it", Decimal(625)), ("Voucher", Decimal(575))]
        register_price_adjuster("less", lambda asked: Adjustment("Voucher", asked.amount - 5000), order=20)
        assert asked(pump).unit_price == 0
    finally:
        pricing._adjusters.clear()
    assert adjusters() == []


def test_line_is_filled_in_the_language_of_its_reader(pump, dairy):
    ProductText.objects.create(product=pump, language="de", name="Pumpe PX 20", description="Fördert 20 l/min.")
    found = filled(pump, quantity=Decimal(2), on=TODAY, currency="EUR", party=dairy, language="de")
    assert found == {
        "product": pump, "number": "P-100", "title": "Pumpe PX 20", "text": "Fördert 20 l/min.",
        "quantity": Decimal(2), "unit": "C62", "unit_price": Decimal(1250), "discount": Decimal(0),
        "tax_category": "S", "tax_percent": Decimal(19), "unit_cost": Decimal(800),
    }  # fmt: skip
    english = filled(pump, quantity=Decimal(1), on=TODAY, currency="EUR", party=None, language="en")
    assert english["title"] == "Pump PX 20"
