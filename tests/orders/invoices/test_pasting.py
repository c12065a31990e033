"""Positions typed and pasted as in a spreadsheet: on the table of a document's positions."""

import json
import re
from decimal import Decimal

import pytest
from django.test import Client

from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.orders import actions
from kundig.orders.models import InvoiceLine, OrderLine
from kundig.sales.actions import add_quote
from kundig.sales.models import QuoteLine
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db
FIELDS = ["number", "quantity", "unit_price"]
OIL, SEAL = ["VDL-46", "4", "174,00"], ["FF-40", "2,5", "18,40"]


@pytest.fixture
def seller(svenja):
    User.objects.filter(pk=svenja.pk).update(language="de")
    client = Client()
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture(autouse=True)
def goods(house):
    for number, name in (("VDL-46", "Verdichteröl"), ("FF-40", "Feinfilter")):
        Product.objects.create(number=number, name=name, list_price=Decimal(10), cost=Decimal(6))


def paste(client, name, of, texts, *, records=None, fields=FIELDS):
    block = {"records": records or [None] * len(texts), "fields": fields, "texts": texts, "of": str(of)}
    return client.post(f"/{name}/cells/", {"block": json.dumps(block)})


def lines(model, **of):
    return list(model.objects.filter(**of).order_by("position").values_list("number", "quantity", "unit_price"))


def test_block_from_a_spreadsheet_becomes_positions_of_products(seller, order, svenja, dairy, tax):
    quote = add_quote(party=dairy, title="Filter", by=svenja)
    draft = actions.create_invoice({"party": dairy}, by=svenja)
    expected = [("VDL-46", Decimal(4), Decimal(174)), ("FF-40", Decimal("2.5"), Decimal("18.4"))]
    for name, model, of in (
        ("order-lines", OrderLine, {"order": order}), ("quote-lines", QuoteLine, {"quote": quote}),
        ("invoice-lines", InvoiceLine, {"invoice": draft}),
    ):  # fmt: skip
        before = model.objects.filter(**of).count()
        (parent,) = of.values()
        answer = paste(seller, name, parent.pk, [OIL, SEAL, ["", "", ""]])
        assert answer.status_code == 200, answer.content
        assert "added" in json.loads(answer["HX-Trigger"])
        assert lines(model, **of)[before:] == expected, name
        last = model.objects.filter(**of).order_by("position").last()
        assert (last.product.name, last.title, last.unit_cost) == ("Feinfilter", "Feinfilter", Decimal(6))
        (undo,) = re.findall(r"/undo/[^/]+/", answer.content.decode())
        seller.post(undo)
        assert model.objects.filter(**of).count() == before


@pytest.fixture
def tax():
    from kundig.catalog.models import TaxRate

    TaxRate.objects.get_or_create(
        country="DE", tax_class="standard", valid_from="2007-01-01", defaults={"percent": Decimal(19)}
    )


def test_rows_that_are_there_are_changed_and_those_below_added_in_one(seller, order, tax):
    there = order.lines.order_by("position").last()
    texts = [["", "3", "20"], OIL]
    answer = paste(seller, "order-lines", order.pk, texts, records=[str(there.pk), None])
    assert answer.status_code == 200, answer.content
    there.refresh_from_db()
    assert (there.quantity, there.unit_price, order.lines.count()) == (3, 20, 3)


@pytest.mark.parametrize(
    ("row", "why"), [(["XX-1", "1", "5"], "XX-1"), (["VDL-46", "-1", "5"], "-1"), (["VDL-46", "viel", "5"], "viel")],
)  # fmt: skip
def test_one_wrong_row_keeps_all_out(seller, order, tax, row, why):
    answer = paste(seller, "order-lines", order.pk, [OIL, row])
    (cell,) = json.loads(answer["HX-Trigger"])["refused"]["cells"]
    assert (answer.status_code, cell["record"], order.lines.count()) == (422, "", 2)
    assert why in cell["why"].replace("−", "-")


def test_nobody_adds_to_what_is_not_theirs_or_has_no_parts(seller, order, tax):
    reader = Client()
    reader.force_login(a_user("Leo Lang", role="reader"), backend="kundig.accounts.backends.AccessBackend")
    assert paste(reader, "order-lines", order.pk, [OIL]).status_code == 403
    assert paste(seller, "organisations", "", [["Wirth"]], fields=["name"]).status_code == 403
    assert paste(seller, "order-lines", "x", [OIL]).status_code in (404, 422)
    assert order.lines.count() == 2


def test_pages_lead_to_a_table_that_takes_rows(seller, order, svenja, dairy):
    quote = add_quote(party=dairy, title="Filter", by=svenja)
    draft = actions.invoice_order(order, by=svenja)
    pages = (f"/orders/{order.pk}/", f"/quotes/{quote.pk}/", f"/invoices/{draft.pk}/")
    for page, parent in zip(pages, (order, quote, draft), strict=True):
        html = seller.get(page).content.decode()
        (address,) = re.findall(rf'href="(/[a-z]+-lines/\?[a-z]+={parent.pk}[^"]+)"', html)
        table = seller.get(address.replace("&amp;", "&")).content.decode()
        assert f'data-block-of-value="{parent.pk}"' in table and "data-blank" in table, address
        columns = re.findall(r'data-column="(\w+)"', table)
        assert columns[1:4] == FIELDS, address
    assert "data-blank" not in seller.get("/order-lines/").content.decode()
