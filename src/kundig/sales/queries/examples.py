"""A quote that stands nowhere: what a template looks like, to a customer who does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.queries import line_net
from kundig.parties.queries import example_customer
from kundig.sales.models import Quote, QuoteLine, QuoteTemplate
from kundig.sales.queries.quotes import limits
from kundig.sales.rules.blocks import first_blocks

_ROWS: Sequence[tuple[str, Decimal, bool, bool]] = (
    ("machine", Decimal(12_400), False, True),
    ("delivery", Decimal(950), False, True),
    ("simple", Decimal(400), False, True),
    ("networked", Decimal(890), False, False),
    ("maintenance", Decimal(620), True, False),
)
"""What is offered: under which words, for how much, whether the customer may take it, whether it is taken."""
_WORDS: Mapping[str, Mapping[str, tuple[str, str, str]]] = MappingProxyType({
    "de": {
        "title": ("Neue Anlage für Halle 2", "", ""),
        "machine": ("Anlage, Baureihe M", "So steht eine Position im Angebot.", ""),
        "delivery": ("Lieferung und Aufbau", "An einem Tag.", ""),
        "simple": ("Steuerung einfach", "", "Steuerung"),
        "networked": ("Steuerung vernetzt", "", "Steuerung"),
        "maintenance": ("Wartung im ersten Jahr", "Der Kunde nimmt sie oder lässt sie.", ""),
    },
    "en": {
        "title": ("New machine for hall 2", "", ""),
        "machine": ("Machine, series M", "This is how an item stands in a quote.", ""),
        "delivery": ("Delivery and assembly", "In one day.", ""),
        "simple": ("Simple control", "", "Control"),
        "networked": ("Networked control", "", "Control"),
        "maintenance": ("Maintenance in the first year", "The customer takes it or leaves it.", ""),
    },
})  # fmt: skip
"""Title, text and group, in the language of the template."""
NUMBER = "A-0000"


def example_of(template: QuoteTemplate, *, by: User | None = None) -> Quote:
    """What a quote from this template would look like, written by `by`; nothing of it is kept."""
    words, home = _WORDS.get(template.language, _WORDS["en"]), company()
    firm, person = example_customer(template.language, country=home.country)
    quote = Quote(
        number=NUMBER, title=words["title"][0], party=firm, person=person, language=template.language,
        currency=home.currency, owner=by if by is not None and by.pk else None, template=template,
        accent=template.accent, blocks=blocks_of(template),
        valid_until=timezone.localdate() + dt.timedelta(days=limits().valid_days),
    )  # fmt: skip
    quote.example_lines = _lines(quote, words)
    return quote


def blocks_of(template: QuoteTemplate) -> list[dict[str, Any]]:
    """Its blocks; where nobody has designed it yet, those with which every quote begins, always under the same ids."""
    first = first_blocks(template.language)
    return template.blocks or [{**block, "id": f"first-{at}"} for at, block in enumerate(first, 1)]


def _lines(quote: Quote, words: Mapping[str, tuple[str, str, str]]) -> list[QuoteLine]:
    found = []
    for at, (name, price, optional, chosen) in enumerate(_ROWS, 1):
        title, text, group = words[name]
        line = QuoteLine(
            quote=quote, position=at, title=title, text=text, unit_price=price, tax_percent=Decimal(19), group=group,
            optional=optional, chosen=chosen,
        )  # fmt: skip
        line.net = line_net(line.quantity, line.unit_price, line.discount)
        found.append(line)
    return found
