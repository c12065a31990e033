"""Quotes as they are, in every state: for the sample company. Nobody's right is asked, and nobody is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from kundig.accounts.queries import company, house
from kundig.catalog.actions import next_number
from kundig.catalog.models import Product
from kundig.catalog.queries import cost_of, texts_in
from kundig.records import search
from kundig.sales.actions.quote_pictures import picture_of_product, take_picture
from kundig.sales.actions.quotes import SERIES, described, reckon, take_pictures, take_usual_tax
from kundig.sales.models import Quote, QuoteAcceptance, QuoteLine, QuoteTemplate, TextBlock
from kundig.sales.queries.documents import document_of, frozen_now
from kundig.sales.rules.quoting import hash_of

Values = Mapping[str, Any]
Offer = tuple[Values, Sequence[Values], Values]
"""What a quote begins with, its lines, and what became of it: state and times, and under "acceptance" who accepted."""


def bring_in_quotes(
    offers: Iterable[Offer],
    *,
    template: Values,
    pictures: Mapping[str, UploadedFile],
    text_blocks: Iterable[Values] = (),
) -> int:
    """Make quotes with a template, within the transaction and change set at hand; answers how many. One whose values
    name no `title` is a further version of the one before it.

    Blocks of the template name their pictures by the names in `pictures`.
    """
    kept = _template(template, pictures)
    texts = TextBlock.objects.bulk_create([TextBlock(**values) for values in text_blocks])
    made: list[Quote] = []
    for values, lines, became in offers:
        quote = _begun(values, kept, made[-1] if made else None)
        products = Product.objects.in_bulk([each["product_id"] for each in lines if each.get("product_id")])
        QuoteLine.objects.bulk_create([_line(quote, at, each, products) for at, each in enumerate(lines, 1)])
        reckon(quote)
        _become(quote, became)
        made.append(quote)
    for name, records in (("quotes", made), ("quote-templates", [kept]), ("text-blocks", texts)):
        search.refresh(described(name), [each.pk for each in records])
    return len(made)


def _template(values: Values, pictures: Mapping[str, UploadedFile]) -> QuoteTemplate:
    blocks = values["blocks"]
    template = QuoteTemplate.objects.create(**{**values, "blocks": []})
    files = {name: str(take_picture(template, upload, by=house()).pk) for name, upload in pictures.items()}
    template.blocks = [
        {**block, "picture": files[block["picture"]]} if block.get("picture") else block for block in blocks
    ]
    template.save()
    return template


def _begun(values: Values, template: QuoteTemplate, before: Quote | None) -> Quote:
    quote = Quote(template=template, accent=template.accent, blocks=template.blocks)
    for name, value in values.items():
        setattr(quote, name, value)
    if quote.title or before is None:
        quote.number = next_number(SERIES, on=timezone.localdate())
    else:
        quote.number, quote.version, quote.previous = before.number, before.version + 1, before
        quote.title, quote.party, quote.person, quote.deal = before.title, before.party, before.person, before.deal
    quote.save(force_insert=True)
    Quote.objects.filter(pk=quote.pk).update(created_at=values["created_at"])
    take_pictures(quote)
    return quote


def _line(quote: Quote, position: int, values: Values, products: Mapping[Any, Product]) -> QuoteLine:
    line = QuoteLine(quote=quote, position=position)
    product = products.get(values.get("product_id"))
    if product is not None:
        line.product = product
        line.number, line.unit = product.number, product.unit
        line.unit_cost = cost_of(product) if quote.currency == company().currency else None
        line.title, line.text = texts_in(product, quote.language)
        line.unit_price = product.list_price or line.unit_price
        line.picture = picture_of_product(product)
    take_usual_tax(line)
    for name, value in values.items():
        setattr(line, name, value)
    return line


def _become(quote: Quote, became: Values) -> None:
    signed = became.get("acceptance")
    for name, value in became.items():
        if name != "acceptance":
            setattr(quote, name, value)
    if quote.sent_at is not None:
        quote.frozen = frozen_now(quote)
    quote.save()
    if signed is not None and quote.decided_at is not None:
        QuoteAcceptance.objects.create(
            quote=quote, accepted_at=quote.decided_at, document_hash=hash_of(document_of(quote)), **signed
        )
