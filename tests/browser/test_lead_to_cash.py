"""From lead to cash, the whole way: a question on the website begins it, a credit note as XRechnung ends it."""

import io
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from kundig.accounts.models import Letterhead
from kundig.orders.models import Invoice, Order
from kundig.parties.models import Organisation
from kundig.sales.actions import ensure_pipelines
from kundig.sales.actions.forms import save_form
from kundig.sales.actions.lead_rules import set_route_rules
from kundig.sales.models import ApprovalLimits, Deal, LeadForm, Stage
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user, an_administrator
from tests.browser.hands import drag
from tests.browser.test_click_budget import Work
from tests.browser.test_quotes import sign
from tests.orders.invoices.conftest import HOUSE
from tests.orders.invoices.documents import against_rules, against_schema

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = ("persons.first_name", "persons.family_name", "organisations.name", "persons.mail", "message")
HISTORY = """web_form deal_new deal_moved quote_sent quote_viewed quote_accepted deal_won
    order delivery invoice return credit_note"""


@pytest.fixture
def boss():
    return an_administrator("Ruth Amann")


@pytest.fixture
def seller(boss):
    """Paula, to whom inquiries go; before her deals there are two gates, and discounts above a tenth need Ruth."""
    paula = a_user("Paula Roth")
    Letterhead.objects.create(**HOUSE)
    set_route_rules([{"name": "Alle", "condition": "", "turn": "person", "who": str(paula.pk)}], by=boss)
    pipeline = ensure_pipelines()
    Stage.objects.filter(pipeline=pipeline, status="qualified").update(required=["needs"])
    Stage.objects.filter(pipeline=pipeline, status="proposed").update(required=["amount"])
    ApprovalLimits.objects.create(discount_above=Decimal(10))
    return paula


@pytest.fixture
def form(boss):
    fields = [{"name": name, "required": name in ("persons.family_name", "persons.mail")} for name in ASKED]
    texts = {"de": {"title": "Schreiben Sie uns", "thanks": "Danke! Wir melden uns."}}
    values = {"name": "Anfrage", "is_active": True, "texts": texts, "fields": fields, "source": "Website"}
    return save_form(LeadForm(), values, by=boss)


@pytest.fixture
def page_of(a_browser, house):
    """`page_of(user)`: a browser of their own, signed in."""

    def page_of(user):
        client, context = Client(), a_browser()
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": house.url}])
        return context.new_page()

    return page_of


def test_from_a_question_on_the_website_to_a_credit_note(
    page, sign_in, a_browser, page_of, worker, house, boss, seller, form
):
    stranger = a_browser().new_page()
    inquire(stranger, f"{house.url}/forms/{form.key}/")

    sign_in(seller)
    work = Work(page)
    page.goto("/leads/")
    work.click(page.get_by_role("link", name="Brauerei Auerhahn").first)
    work.click(page.get_by_role("button", name="Verkaufschance daraus machen"))
    expect(page.get_by_text("Daraus wurde die Verkaufschance:")).to_be_visible()
    deal = Deal.objects.get()
    pass_the_gate(page, work, deal)
    give_an_address(page, work)
    work.click(page.locator("#panel-deals").get_by_role("link", name="Wir suchen Filter"))
    design(page, work)
    work.click(page.get_by_role("button", name="Freigabe erbitten"))
    expect(page.locator("#designer-deeds")).to_contain_text("Wartet auf Freigabe")
    approve(page_of(boss))
    work.click(page.get_by_role("link", name="Senden", exact=True))  # comes by itself as soon as it is approved
    work.click(page.get_by_role("button", name="Senden"))
    expect(page.locator("#toasts")).to_contain_text("Versandt an j.wirth@auerhahn.example")
    link = page.get_by_label("Link für den Kunden").input_value()

    customer = a_browser().new_page()
    accept(customer, link)
    expect(page.locator("#designer-deeds")).to_contain_text("Angenommen")
    work.click(page.get_by_role("link", name=re.compile("^Angebot A-")).first)
    work.click(page.get_by_role("link", name=re.compile("^AU-")))
    order = Order.objects.get()
    assert (order.customer_reference, order.net) == ("B-4711", Decimal("5936.00"))
    deliver_two(page, work)
    invoice = charge(page, work, order)
    take_one_back(page, work)
    work.click(page.get_by_role("link", name=re.compile("^E-")))  # a draft that lies ready
    work.click(page.get_by_role("button", name="Ausstellen"))
    expect(page.get_by_text("ist ausgestellt.")).to_be_visible()
    validate_download(page)
    note = Invoice.objects.get(corrects=invoice)
    assert (note.net, note.gross) == (Decimal("1091.20"), Decimal("1298.53"))

    firm = Organisation.objects.get()
    page.goto(f"/organisations/{firm.pk}/")
    expect(page.locator("[data-field=lifecycle]").first).to_contain_text("Kunde")
    expect(page.get_by_text("4.844,80").first).to_be_visible()  # 5,936.00 less what came back
    expect(page.get_by_text(f"{note.number} · 1.298,53").first).to_be_visible()
    firm.refresh_from_db()
    deal.refresh_from_db()
    assert (firm.revenue_total, firm.revenue_12m, firm.orders_count) == (Decimal("4844.80"), Decimal("4844.80"), 1)
    assert (deal.status, deal.amount) == ("won", Decimal("5936.00"))
    assert set(Touchpoint.objects.filter(party=firm).values_list("kind", flat=True)) == set(HISTORY.split())
    assert work.clicks <= 45


def inquire(page, address):
    """A stranger asks; whoever is faster than a person types is asked to wait."""
    page.goto(address)
    page.get_by_label("Vorname").fill("Jonas")
    page.get_by_label("Nachname").fill("Wirth")
    page.get_by_label("Unternehmen").fill("Brauerei Auerhahn")
    page.get_by_label("Mail").fill("j.wirth@auerhahn.example")
    page.get_by_label("Nachricht").fill("Wir suchen Filter für die neue Abfüllung.")
    thanks, too_fast = page.get_by_text("Danke! Wir melden uns."), page.get_by_text("schneller, als jemand tippt")
    page.get_by_role("button", name="Senden").click()
    while thanks.or_(too_fast).first.inner_text() != "Danke! Wir melden uns.":
        page.get_by_role("button", name="Senden").click()


def pass_the_gate(page, work, deal):
    """Over the board into the next stage, whose gate asks what the customer needs; then to the deal itself."""
    work.click(page.get_by_role("link", name="Verkaufschancen").first)
    work.click(page.get_by_role("link", name="Board"))
    card = page.locator(f"#c{deal.pk}")
    clarified = page.locator(".stage", has=page.get_by_role("heading", name="Bedarf geklärt", exact=True))
    drag(page, card, clarified.locator(".stage__list"))
    work.clicks += 1
    gate = page.get_by_role("dialog")
    gate.get_by_label("Was der Kunde braucht").fill("Fünf Plattenfilter")
    work.click(gate.get_by_role("button", name="Weiter"))
    expect(gate).to_be_hidden()
    expect(clarified.locator(f"#c{deal.pk}")).to_be_visible()
    work.click(card.get_by_role("link").first)
    expect(page.locator("#panel-quotes")).to_be_visible()


def give_an_address(page, work):
    work.click(page.get_by_role("link", name="Brauerei Auerhahn").first)
    work.click(page.get_by_role("link", name="Bearbeiten"))
    page.get_by_label("Straße").first.fill("Brauhausgasse 5")
    page.get_by_label("Postleitzahl").first.fill("36037")
    page.get_by_label("Ort", exact=True).first.fill("Fulda")
    work.click(page.get_by_role("button", name="Speichern").first)
    expect(page.get_by_text("36037 Fulda").first).to_be_visible()


def design(page, work):
    """A cover and an item with photos, a discount that needs approval, and something on request."""
    work.click(page.locator("#panel-quotes").get_by_role("button", name="Neu"))
    blocks, props, canvas = (
        page.get_by_role("navigation", name="Bausteine"),
        page.locator("#props"),
        page.locator("#canvas"),
    )
    work.click(blocks.get_by_role("button", name="Baustein", exact=True))
    work.click(page.get_by_role("button", name="Titelbild"))
    props.locator("input[type=file]").set_input_files(a_photo("halle.jpg"))
    expect(canvas.locator("img.paper__cover")).to_be_visible()
    add_item(page, work, "Plattenfilter PF 40", "1.240", quantity="5")
    props.get_by_label("Rabatt", exact=True).fill("12")
    expect(canvas).to_contain_text("5.456,00 €")
    props.locator("input[type=file]").set_input_files(a_photo("filter.jpg"))
    expect(canvas.locator(".position img")).to_be_visible()
    add_item(page, work, "Wartung Plus", "480", quantity="1")
    work.click(props.get_by_label("Auf Wunsch anbieten"))
    expect(canvas.locator("[data-kind=options] .position")).to_contain_text("auf Wunsch")
    work.click(blocks.get_by_role("link", name="Lieferung, Zahlung"))
    props.get_by_label("Lieferzeit").fill("fünf Wochen")  # and nobody waits until it is kept
    work.clicks += 2  # two files were chosen


def add_item(page, work, title, price, *, quantity):
    props = page.locator("#props")
    work.click(page.get_by_role("navigation", name="Bausteine").get_by_role("link", name="Positionen"))
    work.click(props.get_by_role("button", name="Freie Position"))
    expect(props.get_by_label("Titel", exact=True)).to_have_value("Neue Position")
    props.get_by_label("Titel", exact=True).fill(title)
    props.get_by_label("Menge").fill(quantity)
    props.get_by_label("Einzelpreis").fill(price)
    expect(page.locator("#canvas")).to_contain_text(title)


def a_photo(name):
    """A hall under the moon, as a camera would write it."""
    picture = Image.linear_gradient("L").resize((1200, 800)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((200, 300, 900, 700), fill=(30, 90, 110))
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def approve(page):
    """Ruth hears of it, looks and approves."""
    page.goto("/notices/")
    page.get_by_role("link", name="Wir suchen Filter für die neue Abfüllung").first.click()
    page.get_by_role("button", name="Freigeben").click()
    expect(page.locator("#designer-deeds")).to_contain_text("Freigegeben")


def accept(page, link):
    page.goto(link)
    expect(page.locator("#total")).to_have_text(re.compile("6.492,64"))
    page.get_by_label("Wartung Plus").check()
    expect(page.locator("#total")).to_have_text(re.compile("7.063,84"))
    page.get_by_label("Ihr Name").first.fill("Jonas Wirth")
    page.get_by_label("Ihre Bestellnummer").fill("B-4711")
    sign(page)
    page.get_by_role("button", name="Zahlungspflichtig annehmen").click()
    expect(page.locator("#decide")).to_contain_text("Angenommen von Jonas Wirth")


def deliver_two(page, work):
    work.click(page.get_by_role("button", name="Bestätigen", exact=True))
    work.click(page.get_by_role("link", name="Liefern", exact=True))
    page.get_by_label("Plattenfilter PF 40", exact=True).fill("2")
    page.get_by_label("Wartung Plus", exact=True).fill("0")
    work.click(page.get_by_role("button", name="Liefern", exact=True))
    expect(page.get_by_role("heading", name="LS-")).to_be_visible()


def charge(page, work, order):
    """An invoice for the two that were delivered."""
    work.click(page.get_by_role("link", name=order.number).first)
    expect(page.get_by_text("teilweise geliefert").first).to_be_visible()
    work.click(page.get_by_role("button", name="Geliefertes berechnen"))
    expect(page.get_by_text("Der Entwurf ist erstellt.")).to_be_visible()
    work.click(page.get_by_role("button", name="Ausstellen"))
    expect(page.get_by_text("ist ausgestellt.")).to_be_visible()
    validate_download(page)
    invoice = Invoice.objects.get()
    assert (invoice.net, invoice.gross, invoice.customer_reference) == (
        Decimal("2182.40"),
        Decimal("2597.06"),
        "B-4711",
    )
    work.click(page.get_by_role("link", name=order.number).first)
    return invoice


def take_one_back(page, work):
    work.click(page.get_by_role("link", name="Retoure aufnehmen"))
    page.get_by_label("Plattenfilter PF 40", exact=True).fill("1")
    page.get_by_label("Grund", exact=True).select_option("defekt")
    work.click(page.get_by_role("button", name="Retoure aufnehmen"))
    work.click(page.get_by_role("button", name="Ist eingetroffen"))
    work.click(page.get_by_role("link", name="Prüfung festhalten"))
    page.get_by_label("Was die Prüfung ergeben hat").fill("Dichtung gerissen.")
    work.click(page.get_by_role("button", name="Prüfung festhalten"))
    work.click(page.get_by_role("link", name="Entscheiden"))
    page.get_by_label("Plattenfilter PF 40", exact=True).select_option("Gutschrift")
    work.click(page.get_by_role("button", name="Entscheiden"))
    work.clicks += 2  # two were chosen from lists


def validate_download(page):
    """What an authority's inbox checks of an XRechnung: the schema of UBL, and the rules of EN 16931."""
    with page.expect_download() as download:
        page.get_by_role("link", name="XRechnung (UBL)").click()
    xml = download.value.path().read_bytes()
    assert (against_schema(xml), against_rules(xml)) == ([], [])
