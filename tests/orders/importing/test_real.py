"""The lists that ship with the project's papers, read where they lie, through the ordinary import."""

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from kundig.catalog.models import Product
from kundig.orders.models import Order, OrderLine
from kundig.parties.models import ExternalKey, Organisation, Party, Person
from kundig.records import registry
from kundig.records.custom.actions import add_field
from kundig.records.imports.running import outcome_counts
from kundig.records.imports.targets import Outcome
from kundig.records.models import WaitingRow
from tests.accounts.factories import a_user, an_administrator
from tests.orders.importing.conftest import DATA, WITH_DATA

pytestmark = WITH_DATA


def revenue_in_the_files():
    """Reckoned from the files alone: customer → revenue; positions are rounded to cents, as on documents."""
    customers = {}
    with (DATA / "northwind" / "orders.csv").open(encoding="utf-8") as file:
        for row in csv.reader(file):
            customers[row[0]] = row[1]
    found = Counter()
    with (DATA / "northwind" / "order-details.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            net = Decimal(row["unitPrice"]) * Decimal(row["quantity"]) * (1 - Decimal(row["discount"]))
            found[customers[row["orderID"]]] += net.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return found


def told_by_customer():
    keys = dict(ExternalKey.objects.filter(system="customers").values_list("party_id", "key"))
    customers = Organisation.objects.filter(orders_count__gt=0)
    return {keys[key]: total for key, total in customers.values_list("pk", "revenue_total")}


def rows_of(done, name):
    with (done.run.folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brought(imported, name, resource, **plan):
    return imported((DATA / "northwind" / f"{name}.csv").read_bytes(), name=resource, file=f"{name}.csv", **plan)


def test_northwind_in_any_order_is_worth_what_its_files_say(imported, house_of_ours):
    """Positions before orders, orders before customers, products before categories, employees before their boss."""
    buchanan = a_user("Steven Buchanan")
    superior = {"label_en": "Reports to", "kind": "reference", "options": {"target": "persons"}}
    add_field(registry.get("persons"), superior, by=an_administrator())
    assert brought(imported, "employees", "persons").counts == {"created": 9}
    people = {str(each.pk): each for each in Person.objects.all()}
    bosses = {each.family_name: people.get(str(each.custom.get("c_reports_to"))) for each in people.values()}
    assert {name: boss and boss.family_name for name, boss in bosses.items()} == {
        "Fuller": None, "Davolio": "Fuller", "Leverling": "Fuller", "Peacock": "Fuller", "Buchanan": "Fuller",
        "Callahan": "Fuller", "Suyama": "Buchanan", "King": "Buchanan", "Dodsworth": "Buchanan",
    }  # fmt: skip
    details = brought(imported, "order-details", "orders")
    orders = brought(imported, "orders", "orders")
    products = brought(imported, "products", "products")
    waiting = [done.counts for done in (details, orders, products)]
    assert waiting == [{"waiting": 2155}, {"waiting": 830}, {"waiting": 77}]
    assert brought(imported, "customers", "organisations").counts == {"created": 91}
    assert (Order.objects.count(), OrderLine.objects.count()) == (830, 0)  # positions wait for their products
    assert brought(imported, "categories", "product-categories").counts == {"created": 8}
    assert brought(imported, "suppliers", "organisations").counts == {"created": 29}
    chai = Product.objects.get(number="1")
    assert (chai.name, chai.category.name, chai.supplier.name, chai.list_price) == (
        "Chai", "Beverages", "Exotic Liquids", Decimal(18),
    )  # fmt: skip
    assert (Order.objects.count(), OrderLine.objects.count(), WaitingRow.objects.count()) == (830, 2155, 0)
    for done, expected in ((details, {"updated": 2155}), (orders, {"created": 830}), (products, {"created": 77})):
        done.run.refresh_from_db()
        assert outcome_counts(done.run.counts) == dict.fromkeys(Outcome.values[:5], 0) | expected
    assert Order.objects.get(number="10248").owner == buchanan

    assert told_by_customer() == dict(revenue_in_the_files())
    customers = Organisation.objects.filter(orders_count__gt=0).order_by("-revenue_total")
    leading = list(customers.values_list("name", flat=True)[:3])
    assert leading == ["QUICK-Stop", "Ernst Handel", "Save-a-lot Markets"]
    assert brought(imported, "orders", "orders").counts == {"unchanged": 830}
    assert brought(imported, "order-details", "orders").counts == {"unchanged": 2155}


def test_rows_with_a_comma_too_many_are_put_together_and_told(imported, house_of_ours):
    """176 addresses have a comma without quotation marks; a row that a line break has cut comes back in two pieces."""
    brought(imported, "customers", "organisations")
    text = (DATA / "northwind" / "orders.csv").read_text(encoding="utf-8")
    whole = "Ottilies Käseladen,Mehrheimerstr. 369,Köln"
    assert text.count("10260,OTTIK,") == 1
    broken = text.replace(whole, whole.replace(" 369", "\n369"), 1)
    done = imported(broken.encode(), name="orders", file="orders.csv")
    assert done.counts == {"created": 829, "failed": 2}
    assert done.run.counts["joined"] == 176
    assert [(row["orderID"], row["Reason"]) for row in rows_of(done, "returned.csv")] == [
        (number, f"The row has {found} values instead of 14; perhaps a line break stands inside a text that needs "
         "quotation marks.")
        for number, found in (("10260", 10), ("369", 5))
    ]  # fmt: skip
    mended = rows_of(done, "mended.csv")
    assert (len(mended), mended[0]["orderID"], mended[0]["shipAddress"]) == (176, "10250", "Rua do Paço, 67")
    assert mended[0]["Reason"] == (
        "Read with “Rua do Paço, 67” as one text: a “,” without quotation marks stands in it, and a blank behind it."
    )


def test_cdnow_goes_in_fast(imported, house_of_ours):
    content = (DATA / "cdnow" / "CDNOW_master.txt").read_bytes()
    columns = {"Column 1": "anonymous", "Column 2": "ordered_on", "Column 3": "quantity", "Column 4": "amount"}
    part = content[:60_000]
    part = part[: part.rfind(b"\n") + 1]
    rows = [line.split() for line in part.decode().splitlines()]
    done = imported(part, name="orders", file="CDNOW_master.txt", columns=columns)
    assert done.counts == {"created": len(rows)}
    expected = Counter()
    for number, _day, _count, amount in rows:
        expected[number] += Decimal(amount)
    assert dict(Party.objects.values_list("number", "revenue_total")) == dict(expected)
