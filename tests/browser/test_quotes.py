"""A quote: designed with photos, approved, sent as a link, chosen from and accepted in the customer's own browser."""

import io
import re
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import expect

from kundig.sales.actions import approve_quote
from kundig.sales.models import ApprovalLimits, Quote
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import ohlendorf, steinbrueck


@pytest.fixture
def svenja(sign_in):
    return sign_in(a_user("Svenja Kroll"))


@pytest.fixture
def firm(svenja):
    found = steinbrueck(by=svenja)
    ohlendorf(by=svenja, organisation=found.pk)
    ApprovalLimits.objects.create(discount_above=Decimal(12), approver=an_administrator("Ruth Amann"))
    return found


def a_photo():
    content = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(content, "JPEG")
    return {"name": "halle.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_a_quote_is_designed_approved_sent_and_accepted(page, a_browser, firm, svenja, look, look_at):
    page.goto(f"/organisations/{firm.pk}/")
    panel = page.locator("#panel-quotes")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Neu").click()
    blocks, props = page.get_by_role("navigation", name="Bausteine"), page.locator("#props")

    blocks.get_by_role("button", name="Baustein", exact=True).click()
    page.get_by_role("button", name="Titelbild").click()
    expect(props.get_by_role("heading", name="Titelbild")).to_be_visible()
    props.locator("input[type=file]").set_input_files(a_photo())
    expect(page.locator("#canvas img.paper__cover")).to_be_visible()

    add_item(page, "Schraubenkompressor WD 55-V", "47.560,00")
    props.get_by_label("Rabatt", exact=True).fill("14")
    expect(page.locator("#canvas .position").first).to_contain_text("40.901,60 €")
    add_item(page, "Wartung Plus", "1.980")
    props.get_by_label("Auf Wunsch anbieten").check()
    expect(page.locator("#canvas [data-kind=options] .position")).to_contain_text("auf Wunsch")

    blocks.get_by_role("link", name="Lieferung, Zahlung").click()
    props.get_by_label("Lieferzeit").fill("fünf Wochen")
    expect(page.locator("#canvas")).to_contain_text("fünf Wochen")
    blocks.get_by_role("link", name="Anschreiben").focus()
    blocks.get_by_role("button", name="Anschreiben nach unten").click()
    expect(blocks.get_by_role("listitem").nth(1)).to_contain_text("Positionen")
    look("quote-designer")

    page.get_by_role("button", name="Freigabe erbitten").click()
    expect(page.locator("#designer-deeds")).to_contain_text("Wartet auf Freigabe")
    quote = approve_quote(Quote.objects.get(), by=an_approver())
    page.reload()
    page.get_by_role("link", name="Senden").click()
    expect(page.get_by_label("An", exact=True)).to_have_value("post@steinbrueck.example")
    page.get_by_role("button", name="Senden").click()
    expect(page.locator("#toasts")).to_contain_text("Versandt an post@steinbrueck.example")
    link = props.get_by_label("Link für den Kunden").input_value()

    customer = a_browser().new_page()
    customer.goto(link)
    expect(customer.locator("#total")).to_have_text(re.compile("48.672,90"))
    customer.get_by_label("Wartung Plus").check()
    expect(customer.locator("#total")).to_have_text(re.compile("51.029,10"))
    look_at(customer, "quote-page")
    customer.get_by_label("Ihr Name").first.fill("Dr. Katrin Ohlendorf")
    sign(customer)
    customer.get_by_role("button", name="Zahlungspflichtig annehmen").click()
    expect(customer.locator("#decide")).to_contain_text("Angenommen von Dr. Katrin Ohlendorf")
    expect(customer.locator("svg.signature path")).to_be_attached()

    page.reload()
    expect(page.locator("#designer-deeds")).to_contain_text("Angenommen")
    quote.refresh_from_db()
    assert (quote.state, quote.gross, quote.acceptance.signature) == ("accepted", Decimal("51029.10"), "drawn")


def add_item(page, title, price):
    """A free item, with its name and price."""
    page.get_by_role("navigation", name="Bausteine").get_by_role("link", name="Positionen").click()
    props = page.locator("#props")
    props.get_by_role("button", name="Freie Position").click()
    expect(props.get_by_label("Titel", exact=True)).to_have_value("Neue Position")
    props.get_by_label("Titel", exact=True).fill(title)
    props.get_by_label("Einzelpreis").fill(price)
    expect(page.locator("#canvas")).to_contain_text(title)


def an_approver():
    return ApprovalLimits.objects.select_related("approver").get().approver


def sign(page):
    """Draw a zigzag into the field for the signature."""
    field = page.locator("[data-sign] canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 7):
        page.mouse.move(box["x"] + 20 + step * 30, box["y"] + (30 if step % 2 else 70))
    page.mouse.up()
    expect(page.locator("[name=drawing]")).to_have_value(re.compile("M.*L.*L.*L"))
