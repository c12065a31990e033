"""From the order by hand to a part that comes back: confirmed, delivered in part, returned, decided to be credited."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kundig.orders.actions import place_order
from kundig.orders.models import ReturnLine
from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import a_user


@pytest.fixture
def order(sign_in):
    """Five filters for the dairy, not confirmed yet."""
    svenja = sign_in(a_user("Svenja Kroll"))
    dairy = create_record(registry.get("organisations"), {"name": "Molkerei Steinbrück eG"}, by=svenja)
    line = {"title": "Plattenfilter PF 40", "quantity": Decimal(5), "unit_price": Decimal(1240)}
    return place_order(party=dairy, by=svenja, lines=[line])


def test_order_is_delivered_in_part_and_a_piece_is_credited(page, order, look):
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("button", name="Bestätigen", exact=True).click()
    page.get_by_role("link", name="Liefern", exact=True).click()
    filters = page.get_by_label("Plattenfilter PF 40", exact=True)
    filters.fill("6")
    page.get_by_role("button", name="Liefern", exact=True).click()
    expect(page.get_by_text("Höchstens 5 können geliefert werden")).to_be_visible()
    look("order-deliver")
    filters.fill("2")
    page.get_by_label("Sendungsnummer").fill("JD0001")
    page.get_by_role("button", name="Liefern", exact=True).click()
    expect(page.get_by_role("heading", name="LS-")).to_be_visible()
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_text("teilweise geliefert").first).to_be_visible()
    look("order")
    page.get_by_role("link", name="Retoure aufnehmen").click()
    page.get_by_label("Plattenfilter PF 40", exact=True).fill("1")
    page.get_by_label("Grund", exact=True).select_option("defekt")
    page.get_by_role("button", name="Retoure aufnehmen").click()
    page.get_by_role("button", name="Ist eingetroffen").click()
    page.get_by_role("link", name="Prüfung festhalten").click()
    page.get_by_label("Was die Prüfung ergeben hat").fill("Dichtung gerissen.")
    page.get_by_role("button", name="Prüfung festhalten").click()
    page.get_by_role("link", name="Entscheiden").click()
    page.get_by_label("Plattenfilter PF 40", exact=True).select_option("Gutschrift")
    page.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_text("1.240,00").first).to_be_visible()
    look("return")
    assert ReturnLine.objects.get().credit == Decimal("1240.00")
