"""The pages: what comes next, forms that refuse with words, paper."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.catalog.models import Product
from kundig.orders import actions
from kundig.orders.models import Delivery, Order, Protocol, Return
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_deal, add_quote, ensure_pipelines
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(client, svenja):
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_order_is_confirmed_delivered_and_comes_back_on_its_pages(seller, order):
    page = seller.get(f"/orders/{order.pk}/")
    assert page.status_code == 200
    assert "Plate filter PF 40" in page.content.decode()
    assert seller.post(f"/orders/{order.pk}/steps/confirm/")["Location"] == f"/orders/{order.pk}/"
    first = order.lines.order_by("position")[0].pk
    address = f"/orders/{order.pk}/steps/deliver/"
    assert "5" in seller.get(address).content.decode()
    refused = seller.post(address, {f"row-{first}": "6", "shipped_on": "2026-03-10"})
    assert (refused.status_code, "At most 5 can be delivered" in refused.content.decode()) == (422, True)
    odd = seller.post(address, {f"row-{first}": "many", "shipped_on": "2026-13-40", "warranty": "x"})
    assert odd.status_code == 422
    for words in ("“many” is no number", "“2026-13-40” is no day", "“x” is no number"):
        assert words in odd.content.decode(), words
    assert Delivery.objects.count() == 0
    made = seller.post(address, {f"row-{first}": "2", "shipped_on": "2026-03-10", f"serials-{first}": "PF-1"})
    delivery = Delivery.objects.get()
    assert made["Location"] == f"/deliveries/{delivery.pk}/"
    assert "Plate filter PF 40" in seller.get(made["Location"]).content.decode()
    seller.post(f"/orders/{order.pk}/steps/return/", {f"row-{first}": "1", "reason": "defect", "complaint": "Leaks."})
    back = Return.objects.get()
    seller.post(f"/returns/{back.pk}/steps/receive/")
    seller.post(f"/returns/{back.pk}/steps/inspect/", {"inspection": "Torn."})
    line = back.lines.get()
    undecided = seller.post(f"/returns/{back.pk}/steps/decide/", {})
    assert (undecided.status_code, "Decide what becomes of it" in undecided.content.decode()) == (422, True)
    seller.post(f"/returns/{back.pk}/steps/decide/", {f"row-{line.pk}": "credit"})
    line.refresh_from_db()
    assert line.credit == Decimal("1240.00")
    assert "1,240.00" in seller.get(f"/returns/{back.pk}/").content.decode()


def test_papers_are_pdf(seller, order, svenja):
    actions.confirm_order(order, by=svenja)
    delivery = actions.deliver(order, {order.lines.order_by("position")[0].pk: Decimal(2)}, by=svenja)
    for address in (f"/orders/{order.pk}/paper/", f"/deliveries/{delivery.pk}/paper/"):
        answer = seller.get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-"), address


def test_protocol_is_planned_signed_and_then_stays(seller, order, svenja):
    actions.confirm_order(order, by=svenja)
    seller.post(f"/orders/{order.pk}/steps/plan/", {"kind": "acceptance", "day": "2026-03-12", "time": "10:00"})
    protocol = Protocol.objects.get()
    assert protocol.appointment is not None
    assert protocol.appointment.party_id == order.party_id
    address = f"/protocols/{protocol.pk}/steps/sign/"
    empty = seller.post(address, {})
    assert (empty.status_code, "Say who signs." in empty.content.decode()) == (422, True)
    signed = {"name": "Katrin Ohlendorf", "result": "accepted", "text": "Filter runs.", "drawing": PIXEL}
    done = seller.post(address, signed, follow=True)
    assert (done.status_code, "/undo/" in done.content.decode()) == (200, False)
    protocol.refresh_from_db()
    assert (protocol.signed_name, len(protocol.fingerprint)) == ("Katrin Ohlendorf", 64)
    assert protocol.signature is not None
    assert protocol.appointment.held_at is None or protocol.signed_at
    again = seller.post(address, signed | {"text": "Filter does not run."})
    assert (again.status_code, "signed already" in again.content.decode()) == (422, True)
    assert seller.get(f"/protocols/{protocol.pk}/paper/").content[:5] == b"%PDF-"


def test_party_shows_orders_contracts_and_assets(seller, order, dairy):
    for panel, words in (("orders", order.number), ("contracts", "None yet."), ("assets", "None yet.")):
        assert words in seller.get(f"/organisations/{dairy.pk}/panels/{panel}/").content.decode(), panel
    assert seller.get(f"/brief/{dairy.pk}/").status_code == 200
    assert Order.objects.count() == 1


@pytest.fixture
def came_of(order, dairy, svenja):
    """A deal and a quote that led to the order, and a contract."""
    ensure_pipelines()
    deal = add_deal(title="Filters", party=dairy, by=svenja)
    quote = add_quote(party=dairy, title="Filters", deal=deal, by=svenja)
    Order.objects.filter(pk=order.pk).update(deal=deal, quote=quote)
    values = {"title": "Maintenance", "party": dairy, "starts_on": dt.date(2026, 1, 1)}
    create_record(registry.get("contracts"), values, by=svenja)
    return [
        (f"/organisations/{dairy.pk}/panels/orders/", order.number),
        (f"/deals/{deal.pk}/panels/orders-of-deal/", order.number),
        (f"/quotes/{quote.pk}/panels/orders-of-quote/", order.number),
        (f"/organisations/{dairy.pk}/panels/contracts/", "Maintenance"),
    ]


def test_panels_show_what_one_may_read_of_orders_and_contracts(seller, svenja, came_of):
    for address, words in came_of:
        page = seller.get(address).content.decode()
        assert words in page and "€" in page, address
    hidden = [("orders", name) for name in ("net", "state", "ordered_on")]
    hidden += [("contracts", "yearly"), ("contracts", "state")]
    set_field_rights(svenja.roles.get(), rights=dict.fromkeys(hidden, FieldRight.HIDDEN), by=None)
    for address, words in came_of:
        page = seller.get(address).content.decode()
        assert words in page, address
        assert [kept for kept in ("€", "received", "2 Mar", "running") if kept in page] == [], address


@pytest.mark.parametrize(("name", "field"), [("orders", "net"), ("order-lines", "unit_price"), ("order-lines", "net")])
def test_an_order_tells_its_prices_to_whoever_may_read_them(seller, order, svenja, name, field):
    page = seller.get(f"/orders/{order.pk}/").content.decode()
    assert "6,200.00" in page and f"/orders/{order.pk}/paper/" in page
    set_field_rights(svenja.roles.get(), rights={(name, field): FieldRight.HIDDEN}, by=None)
    page = seller.get(f"/orders/{order.pk}/").content.decode()
    (table,) = re.findall(r'<table class="paper__lines">.*?</table>', page, re.S)
    assert "Plate filter" in table and "€" not in table
    assert f"/orders/{order.pk}/paper/" not in page
    assert seller.get(f"/orders/{order.pk}/paper/").status_code == 403


PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er"
    "kJggg=="
)


def test_what_a_new_position_leaves_empty_follows_from_its_product(seller, order):
    address = f"/order-lines/new/?order={order.pk}"
    form = seller.get(address).content.decode()
    assert re.search(r'name="unit_price"[^>]*value=""', form) and re.search(r'name="tax_percent"[^>]*value=""', form)
    assert form.count("What is left empty follows from what is chosen above.") == 1
    filter_ = Product.objects.create(number="PF-40", name="Plate filter PF 40", list_price=Decimal(1240), unit="set")
    empty = dict.fromkeys(("unit", "unit_price", "discount", "tax_category", "tax_percent", "title", "text"), "")
    posted = {**empty, "order": str(order.pk), "product": str(filter_.pk), "quantity": "1"}
    assert seller.post(address, posted)["Location"] == f"/orders/{order.pk}/"
    line = order.lines.order_by("-position")[0]
    assert (line.title, line.unit, line.unit_price) == ("Plate filter PF 40", "set", Decimal(1240))
    assert (line.tax_category, line.tax_percent) == ("S", Decimal(19))
    seller.post(address, {**posted, "unit_price": "7", "discount": "5", "product": "", "title": "Filter"})
    line = order.lines.order_by("-position")[0]
    assert (line.unit_price, line.discount, line.tax_percent) == (Decimal(7), Decimal(5), Decimal(19))


def test_a_customer_with_an_order_says_why_it_cannot_go(seller, order, dairy):
    refused = seller.post(f"/organisations/{dairy.pk}/delete/", follow=True)
    assert "as long as something needs it: 1 order." in refused.content.decode()
    assert Order.objects.filter(pk=order.pk).exists()


def test_a_reader_is_offered_only_what_a_reader_can_do(client, house, order):
    client.force_login(a_user("Rita Leser", role="reader"), backend="kundig.accounts.backends.AccessBackend")
    first, day = client.get("/worth/").content.decode(), order.ordered_on.isoformat()
    assert "Note down" not in first
    shown = client.get(f"/worth/?from={day}&to={day}").content.decode()
    assert order.party.name in shown and "as=csv" not in shown
    refused = client.get("/orders/import/")
    assert (refused.status_code, "lets you see orders, but not do this" in refused.content.decode()) == (403, True)
