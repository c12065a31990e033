"""On the pages of quotes and deals: positions to be read, and what they cost us; each for whose role they are."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.catalog.models import Product, TaxRate
from kundig.notices.models import Notice
from kundig.notices.queries import shown
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_quote_line, ask_approval
from kundig.sales.actions.deals import add_deal
from kundig.sales.models import ApprovalLimits, Quote, QuoteLine
from kundig.sales.panels.margins import margins
from tests.sales.quotes.test_designing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def panel(client, address):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_page_of_a_quote_shows_its_positions_and_what_they_come_to(quote, jana):
    client = signed_in(jana)
    page = client.get(f"/quotes/{quote.pk}/panels/positions/").content.decode()
    text = panel(client, f"/quotes/{quote.pk}/panels/positions/")
    assert "Schraubenkompressor WD 55-V" in text and "40.901,60 €" in text.replace("\xa0", " ")
    assert "Discount : 14" in text or "Rabatt" in text
    assert f'href="/quotes/{quote.pk}/paper/"' in page and page.count("<tfoot>") == 1


@pytest.mark.parametrize(("name", "field"), [("quotes", "net"), ("quote-lines", "unit_price"), ("quote-lines", "net")])
def test_amounts_of_a_quote_are_for_whose_role_they_are(quote, jana, dairy, name, field):
    set_field_rights(jana.roles.get(), rights={(name, field): FieldRight.HIDDEN}, by=None)
    client = signed_in(jana)
    page = client.get(f"/quotes/{quote.pk}/panels/positions/").content.decode()
    assert "Schraubenkompressor" in page and "€" not in page and "/paper/" not in page
    for address in ("design/", "paper/", "preview/", "sending/"):
        assert client.get(f"/quotes/{quote.pk}/{address}").status_code == 403, address
    of_party = client.get(f"/organisations/{dairy.pk}/panels/quotes/").content.decode()
    assert quote.title in of_party and "/design/" not in of_party
    assert ("€" in of_party) == (name == "quote-lines")


def test_margin_is_told_of_each_position_and_of_those_that_are_taken(quote):
    lines = list(quote.lines.order_by("position"))
    found = margins(lines, currency="EUR", taken=[line for line in lines if line.chosen])
    first, second = found["rows"][:2]
    assert (first["net"], first["cost"], first["margin"], first["percent"].replace("\xa0", "")) == (
        "€40,901.60", "€31,000.00", "€9,901.60", "24%",
    )  # fmt: skip
    assert (second["cost"], second["margin"]) == ("", "")
    assert (found["margin"], found["unknown"], found["is_loss"]) == ("€9,901.60", 1, False)
    odd = [QuoteLine(net=Decimal(1), quantity=Decimal(1), unit_cost=Decimal("0.3333")) for _each in range(3)]
    together = margins(odd, currency="EUR")
    assert (together["net"], together["cost"], together["margin"]) == ("€3.00", "€0.99", "€2.01"), "as the rows add up"
    lines[0].unit_cost = Decimal(50_000)
    assert margins(lines[:1], currency="EUR")["is_loss"]


def test_what_it_costs_is_for_who_may_read_the_cost(quote, jana, dairy):
    deal = add_deal(title="Halle 2", party=dairy.pk, by=jana)
    product = Product.objects.create(name="Filter", number="F-1", cost=Decimal(60), list_price=Decimal(100))
    TaxRate.objects.create(country="DE", tax_class="standard", percent=Decimal(19), valid_from="2020-01-01")
    create_record(registry.get("deal-lines"), {"deal": deal, "product": product, "quantity": Decimal(2)}, by=jana)
    client = signed_in(jana)
    of_deal, of_quote = f"/deals/{deal.pk}/panels/margin/", f"/quotes/{quote.pk}/panels/margin/"
    assert "80,00" in panel(client, of_deal)
    assert "9.901,60" in panel(client, of_quote)
    assert "9.901,60" in panel(client, f"/quotes/{quote.pk}/design/")
    hidden = {("deal-lines", "unit_cost"): FieldRight.HIDDEN, ("quotes", "margin"): FieldRight.HIDDEN}
    set_field_rights(jana.roles.get(), rights=hidden, by=None)
    assert panel(client, of_deal).strip() == "" and panel(client, of_quote).strip() == ""
    assert "9.901,60" not in panel(client, f"/quotes/{quote.pk}/design/")


def test_notice_of_an_approval_leads_to_where_it_is_given(quote, jana, boss):
    ApprovalLimits.objects.create(discount_above=Decimal(12), approver=boss)
    ask_approval(quote, by=jana)
    notice = Notice.objects.get(reader=boss)
    assert (notice.url, shown([notice], to=boss)[0].url) == (f"/quotes/{quote.pk}/design/",) * 2
    client = signed_in(boss)
    page = client.get(notice.url).content.decode()
    assert re.search(r'<textarea[^>]* id="p-note"[^>]* autofocus', page)
    assert not Notice.objects.filter(reader=boss, read_at=None).exists(), "who opens that page has read it"


def test_a_service_abroad_is_taxed_as_a_service(quote, jana, dairy):
    TaxRate.objects.create(country="DE", tax_class="standard", percent=Decimal(19), valid_from="2020-01-01")
    type(dairy).objects.filter(pk=dairy.pk).update(country="AT", vat_id="ATU12345675")
    product = Product.objects.create(name="Wartung", number="W-1", kind="service", list_price=Decimal(100))
    line = add_quote_line(Quote.objects.get(pk=quote.pk), product=product, by=jana)
    assert (line.tax_category, line.tax_percent) == ("AE", 0)
