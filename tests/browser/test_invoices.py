"""From an order to money: issued, downloaded as XRechnung, paid by the bank's file, corrected by a credit note."""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kundig.accounts.models import Letterhead
from kundig.orders.models import Invoice, Order, OrderLine
from kundig.records import registry
from kundig.records.actions import create_record
from tests.accounts.factories import an_administrator
from tests.browser.looks import wait_for_controller
from tests.orders.invoices.conftest import HOUSE
from tests.orders.invoices.documents import against_rules, against_schema
from tests.orders.invoices.statements import camt, entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user(sign_in):
    return sign_in(an_administrator())


@pytest.fixture
def order(user):
    Letterhead.objects.create(**HOUSE)
    values = {
        "name": "Stadtwerke Kiel", "street": "Uferweg 3", "postal_code": "24103", "city": "Kiel", "country": "DE",
        "mail": "eingang@stadtwerke.example",
    }  # fmt: skip
    party = create_record(registry.get("organisations"), values, by=user)
    made = Order.objects.create(
        number="AU-1", party=party, owner=user, currency="EUR", customer_reference="4711",
        ordered_on=dt.date(2026, 11, 2),
    )  # fmt: skip
    for position, (title, quantity, price) in enumerate([("Filter", 3, "100"), ("Dichtung", 1, "20")], start=1):
        OrderLine.objects.create(
            order=made, position=position, title=title, quantity=Decimal(quantity), unit_price=Decimal(price),
            tax_percent=Decimal(19),
        )  # fmt: skip
    return made


def test_an_order_is_charged_paid_and_corrected(page, user, order, look):
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("button", name="Rechnung erstellen").click()
    expect(page.get_by_text("Der Entwurf ist erstellt.")).to_be_visible()  # the order's page shows the same sums
    expect(page.get_by_role("cell", name="380,80 €", exact=True)).to_be_visible()
    look("invoice-draft")
    page.get_by_role("button", name="Ausstellen").click()
    expect(
        page.get_by_text("ist ausgestellt.")
    ).to_be_visible()  # said by the page that comes, not by the one that goes
    expect(page.get_by_role("link", name="XRechnung (UBL)")).to_be_visible()
    invoice = Invoice.objects.get()
    expect(page.get_by_role("heading", name=invoice.number)).to_be_visible()
    look("invoice")
    with page.expect_download() as download:
        page.get_by_role("link", name="XRechnung (UBL)").click()
    xml = download.value.path().read_bytes()
    assert (against_schema(xml), against_rules(xml)) == ([], [])

    page.goto("/bank/")
    look("bank")
    statement = camt(
        [entry("300.00", name="Stadtwerke Kiel", text=f"Abschlag {invoice.number}"), entry("80.80", text="Rest, danke")]
    )
    page.get_by_label("Dateien (CAMT.053, XML)").set_input_files(
        {"name": "auszug.xml", "mimeType": "application/xml", "buffer": statement}
    )
    page.get_by_role("button", name="Einlesen").click()
    expect(page.get_by_text("2 neue Umsätze, 1 sofort gebucht.")).to_be_visible()
    page.get_by_role("link", name="Rest, danke").first.click()
    panel = page.locator("#assignment")
    expect(panel.get_by_role("link", name=f"{invoice.number}, Stadtwerke Kiel")).to_be_visible()
    look("bank-entry")
    panel.get_by_role("button", name="80,80 € buchen").click()
    expect(page.get_by_text(f"80,80 € auf {invoice.number} gebucht.")).to_be_visible()
    expect(panel.get_by_role("link", name=invoice.number, exact=True)).to_be_visible()

    page.goto(f"/invoices/{invoice.pk}/")
    expect(page.get_by_role("cell", name="0,00 €", exact=True)).to_be_visible()
    page.get_by_role("link", name="Gutschrift", exact=True).click()
    wait_for_controller(page, "form")
    look("credit")
    page.get_by_label("Filter").fill("1")
    page.get_by_label("Dichtung").fill("0")
    page.get_by_label("Grund").fill("Ein Filter kam beschädigt an")
    page.get_by_role("button", name="Gutschrift ausstellen").click()
    expect(page.get_by_role("cell", name="119,00 €", exact=True)).to_be_visible()
    assert Invoice.objects.get(pk=invoice.pk).balance == Decimal("-119.00")
