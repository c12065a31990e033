"""Templates for quotes are designed like quotes, and chosen as a quote is begun."""

import pytest
from django.core.exceptions import ValidationError

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.sales.actions import add_quote
from kundig.sales.actions.designing import add_block, change_block
from kundig.sales.models import Quote, QuoteLine, QuotePicture, QuoteTemplate
from kundig.sales.queries import document_of
from kundig.sales.queries.examples import blocks_of, example_of
from tests.sales.quotes.test_designing import PARTS, a_photo, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(boss):
    return made(boss, name="Kompressor Industrie")


def made(by, **values):
    return create_record(registry.get("quote-templates"), values, by=User.objects.with_access(by.pk))


def kinds_of(blocks):
    return [block["kind"] for block in blocks]


def test_a_template_nobody_has_designed_begins_with_the_blocks_of_every_quote(template, boss):
    assert template.blocks == []
    assert blocks_of(template) == blocks_of(template), "their ids stay, so that the page can name them"
    add_block(template, "cover", by=boss)
    assert kinds_of(QuoteTemplate.objects.get().blocks) == [
        "cover", "letter", "positions", "options", "sum", "terms", "acceptance"
    ]  # fmt: skip


def test_the_example_has_a_customer_and_items_and_nothing_of_it_is_kept(template, boss):
    document = document_of(example_of(template, by=boss))
    shown = {block["kind"]: block for block in document["blocks"]}
    assert shown["letter"]["text"].startswith("Sehr geehrte Frau Muster,")
    assert [line["group"] for line in shown["positions"]["lines"]] == ["", "", "Steuerung", "Steuerung"]
    assert shown["sum"]["rows"][0] == ["Netto", "13.750,00\u00a0€"]
    assert document["recipient"][0] == "Molkerei Beispiel eG"
    assert (Quote.objects.count(), QuoteLine.objects.count()) == (0, 0)


def test_an_english_template_is_shown_to_an_english_customer(boss):
    document = document_of(example_of(made(boss, name="Industry", language="en")))
    assert (document["language"], document["recipient"][0]) == ("en", "Example Dairy Ltd")


def test_a_template_is_designed_on_its_page(template, boss):
    browser, base = signed_in(boss), f"/quote-templates/{template.pk}/"
    page = browser.get(f"{base}design/").content.decode()
    assert "Molkerei Beispiel eG" not in page, "the paper begins below the address"
    assert "Anlage, Baureihe M" in page
    assert "Lieferzeit" in page
    assert browser.post(f"{base}design/blocks/", {"kind": "gallery"}, **PARTS).status_code == 200
    gallery = QuoteTemplate.objects.get().blocks[-1]
    sent = {"block": gallery["id"], "prop": "pictures", "files": a_photo()}
    assert browser.post(f"{base}design/pictures/", sent, **PARTS).status_code == 200
    picture = QuotePicture.objects.get(template=template)
    assert browser.get(f"{base}pictures/{picture.file_id}/").status_code == 200
    letter = next(block for block in QuoteTemplate.objects.get().blocks if block["kind"] == "letter")
    answer = browser.post(f"{base}design/blocks/{letter['id']}/", {"heading": "Guten Tag", "text": "Kurz."}, **PARTS)
    assert "Guten Tag" in answer.content.decode()
    assert b"Kurz." in browser.get(f"{base}preview/").content


def test_name_colour_and_default_are_set_beside_the_paper(template, boss):
    former = made(boss, name="Bisher", is_default=True)
    browser, address = signed_in(boss), f"/quote-templates/{template.pk}/design/"
    typed = {"name": "Industrie", "accent": "#123456", "is_default": "on"}
    assert browser.post(address, typed, **PARTS)["HX-Refresh"] == "true"
    template.refresh_from_db()
    former.refresh_from_db()
    assert (template.name, template.accent, template.is_default) == ("Industrie", "#123456", True)
    assert former.is_default is False, "one of each language is taken where none is named"
    assert b"--house: #123456" in browser.get(f"/quote-templates/{template.pk}/look.css").content
    refused = browser.post(address, {**typed, "accent": "blau"}, **PARTS)
    assert (refused.status_code, QuoteTemplate.objects.get(pk=template.pk).accent) == (422, "#123456")


def test_who_may_not_change_templates_looks_at_them(template, jana):
    browser, base = signed_in(jana), f"/quote-templates/{template.pk}/"
    page = browser.get(f"{base}design/")
    assert (page.status_code, b"template-form" in page.content) == (200, False)
    letter = blocks_of(template)[0]["id"]
    for address in ("design/", "design/blocks/", f"design/blocks/{letter}/", f"design/blocks/{letter}/remove/"):
        browser.post(f"{base}{address}", {"kind": "text", "name": "Fremd"}, **PARTS)
    template.refresh_from_db()
    assert (template.name, template.blocks) == ("Kompressor Industrie", [])
    assert browser.get(f"/quote-templates/{'0' * 8}-0000-0000-0000-{'0' * 12}/design/").status_code == 404


def test_the_template_is_chosen_as_the_quote_is_begun(template, boss, jana, dairy):
    english = made(boss, name="Industry", language="en")
    change_block(english, blocks_of(english)[0]["id"], {"text": "Hello."}, by=boss)
    browser = signed_in(jana)
    assert b"m-quote-new" in browser.get(f"/organisations/{dairy.pk}/panels/quotes/").content
    browser.post(f"/parties/{dairy.pk}/quotes/", {"template": str(english.pk)})
    quote = Quote.objects.get()
    assert (quote.template, quote.language, quote.blocks[0]["text"]) == (english, "en", "Hello.")
    template.delete()
    assert b"m-quote-new" not in browser.get(f"/organisations/{dairy.pk}/panels/quotes/").content
    assert add_quote(party=dairy, by=jana).template is None


def test_a_template_needs_a_name_and_a_colour_that_is_one(boss, template):
    with pytest.raises(ValidationError, match="name"):
        made(boss, name=" ")
    with pytest.raises(ValidationError, match="accent"):
        change_record(registry.get("quote-templates"), template, {"accent": "red"}, by=boss)
