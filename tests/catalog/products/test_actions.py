from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.accounts.actions import set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.catalog.models import BundlePart, PriceList, Product, ProductCategory
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from tests.parties.factories import a_scoped_user


@pytest.fixture
def seller(house, jana):
    """Somebody who shapes the catalog."""
    return jana


def made(resource, by, **values):
    return create_record(registry.get(resource), values, by=by)


def refused(resource, by, **values):
    """Column → words, and nothing is there."""
    description = registry.get(resource)
    before = description.everything().count()
    with pytest.raises(ValidationError) as error:
        create_record(description, values, by=by)
    assert description.everything().count() == before
    return {column: texts[0] for column, texts in error.value.message_dict.items()}


def test_product_without_a_number_gets_the_next_free_one(seller):
    made("products", seller, name="Chai", number="P-0001")
    assert made("products", seller, name="Chang").number == "P-0002"
    assert made("products", seller, name="Aniseed Syrup").number == "P-0003"


def test_number_that_is_taken_is_refused_at_its_field(seller):
    made("products", seller, name="Chai", number="1")
    assert refused("products", seller, name="Chang", number="1") == {
        "number": "This number is taken. Choose another one, or leave it empty."
    }


def test_negative_price_is_refused(seller):
    assert refused("products", seller, name="Chai", list_price=Decimal(-1)) == {
        "list_price": "A price is not negative."
    }


def test_only_subscriptions_have_a_period(seller):
    assert refused("products", seller, name="Chai", period="month") == {
        "period": "Only subscriptions have a period and a notice."
    }
    care = made("products", seller, name="Care", kind="subscription", period="year", notice=90)
    assert (care.period, care.notice) == ("year", 90)


def test_variants_do_not_lead_back_to_themselves(seller):
    base = made("products", seller, name="Pump")
    variant = made("products", seller, name="Pump, red", variant_of=base.pk)
    with pytest.raises(ValidationError, match="lead back to itself"):
        change_record(registry.get("products"), base, {"variant_of": variant.pk}, by=seller)


def test_category_does_not_hang_in_itself(seller):
    drinks = made("product-categories", seller, name="Drinks")
    tea = made("product-categories", seller, name="Tea", parent=drinks.pk)
    with pytest.raises(ValidationError, match="lead back to itself"):
        change_record(registry.get("product-categories"), drinks, {"parent": tea.pk}, by=seller)
    assert ProductCategory.objects.get(pk=drinks.pk).parent is None


def test_only_bundles_have_parts_and_none_contains_itself(seller):
    chai = made("products", seller, name="Chai")
    small = made("products", seller, name="Small box", kind="bundle")
    large = made("products", seller, name="Large box", kind="bundle")
    made("bundle-parts", seller, bundle=small.pk, product=chai.pk)
    made("bundle-parts", seller, bundle=large.pk, product=small.pk)
    assert list(refused("bundle-parts", seller, bundle=chai.pk, product=small.pk)) == ["bundle"]
    assert list(refused("bundle-parts", seller, bundle=small.pk, product=large.pk)) == ["product"]
    assert list(refused("bundle-parts", seller, bundle=small.pk, product=chai.pk)) == ["product"]
    assert list(refused("bundle-parts", seller, bundle=small.pk, product=large.pk, quantity=Decimal(-1))) == ["product"]
    assert BundlePart.objects.count() == 2
    with pytest.raises(ValidationError, match="This bundle has parts"):
        change_record(registry.get("products"), small, {"kind": "goods"}, by=seller)


def test_product_that_is_part_of_a_bundle_stays(seller):
    chai = made("products", seller, name="Chai")
    box = made("products", seller, name="Box", kind="bundle")
    made("bundle-parts", seller, bundle=box.pk, product=chai.pk)
    with pytest.raises(ValidationError, match="“Chai” is used elsewhere and cannot be deleted"):
        delete_record(registry.get("products"), chai, by=seller)
    assert Product.objects.filter(pk=chai.pk).exists()


def test_list_that_follows_another_says_by_how_much(seller):
    base = made("price-lists", seller, name="Dealers", currency="eur", factor=Decimal("0.9"))
    assert base.currency == "EUR"
    assert list(refused("price-lists", seller, name="Large dealers", currency="EUR", parent=base.pk)) == ["factor"]
    follower = made("price-lists", seller, name="Large dealers", currency="EUR", parent=base.pk, factor=Decimal(1))
    with pytest.raises(ValidationError, match="lead back to itself"):
        change_record(registry.get("price-lists"), base, {"parent": follower.pk}, by=seller)
    assert list(refused("price-lists", seller, name="dealers", currency="EUR")) == ["name"]
    assert PriceList.objects.count() == 2


def test_two_prices_from_one_quantity_are_refused(seller):
    chai = made("products", seller, name="Chai")
    prices = made("price-lists", seller, name="Dealers", currency="EUR")
    made("prices", seller, price_list=prices.pk, product=chai.pk, amount=Decimal(18))
    found = refused("prices", seller, price_list=prices.pk, product=chai.pk, amount=Decimal(17))
    assert found == {"from_quantity": "There is already a price from this quantity and day."}


def test_page_of_a_product_lists_what_belongs_to_it(seller, client):
    box = made("products", seller, name="Box", kind="bundle", number="B-1")
    chai = made("products", seller, name="Chai", properties={"Origin": "Assam"})
    made("products", seller, name="Box, red", variant_of=box.pk, number="B-1-R")
    made("bundle-parts", seller, bundle=box.pk, product=chai.pk, quantity=Decimal(2))
    made("product-relations", seller, product=box.pk, other=chai.pk, kind="spare")
    made("product-texts", seller, product=box.pk, language="de", name="Schachtel")
    prices = made("price-lists", seller, name="Dealers", currency="CHF")
    made("prices", seller, price_list=prices.pk, product=box.pk, amount=Decimal("0.0125"))
    client.force_login(seller)
    page = client.get(f"/products/{box.pk}/").content.decode()
    for text in ("Parts of this bundle", "Box, red", "Spare part", "Schachtel", "CHF0.0125"):
        assert text in page, text
    of_chai = client.get(f"/products/{chai.pk}/").content.decode()
    assert "Origin: Assam" in of_chai
    assert "Parts of this bundle" not in of_chai


@pytest.mark.parametrize(
    ("text", "told"),
    [("Colour", "names no value"), ("Colour:", "names no value"), ("x" * 81 + ": red", "is too long"),
     ("\n".join(f"{n}: x" for n in range(101)), "At most 100 fit")],
)  # fmt: skip
def test_properties_that_make_no_sense_are_refused(seller, text, told):
    field = registry.get("products").field("properties")
    with pytest.raises(ValidationError) as error:
        field.kind.parse(text, field=field, reading=None)
    assert told in error.value.messages[0]
    assert field.kind.parse("Colour : red\n\n Size: M ", field=field, reading=None) == {"Colour": "red", "Size": "M"}


def test_file_names_categories_and_suppliers_by_their_keys(seller):
    from kundig.parties.actions import create_organisation
    from kundig.parties.models import ExternalKey
    from kundig.records.kinds.base import ISO, Reading

    drinks = made("product-categories", seller, name="Beverages", number="1")
    liquids = create_organisation({"name": "Exotic Liquids"}, by=seller)
    ExternalKey.objects.create(party=liquids, system="suppliers", key="1")
    reading = Reading(user=seller, formats=ISO, row={})
    read = {name: registry.get("products").field(name) for name in ("category", "supplier")}
    assert read["category"].kind.parse("1", field=read["category"], reading=reading) == drinks.pk
    assert read["supplier"].kind.parse("1", field=read["supplier"], reading=reading) == liquids.pk
    assert read["category"].kind.parse("beverages", field=read["category"], reading=reading) == drinks.pk


def test_everybody_reads_products_and_only_whose_role_names_them_writes(seller):
    made("products", seller, name="Chai")
    svenja = a_scoped_user("Svenja Kroll", Scope.OWN)
    products = registry.get("products")
    assert products.visible_to(svenja).count() == 1
    with pytest.raises(PermissionDenied):
        create_record(products, {"name": "Chang"}, by=svenja)
    set_grants(svenja.roles.get(), scopes={("products", Action.CREATE): Scope.ALL}, by=None)
    svenja = User.objects.with_access(svenja.pk)
    assert create_record(products, {"name": "Chang"}, by=svenja).number == "P-0002"
    assert products.may(svenja, Action.DELETE) is False
