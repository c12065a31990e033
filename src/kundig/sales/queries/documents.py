"""A quote as a document: plain data that the page for the customer and the PDF are both made of.

Everything in it is in the language of the reader and ready to be shown; what is not in it, nobody sees. Pictures stand
in it by the id of their file. Its hash (`rules.quoting.hash_of`) is what somebody who accepts has accepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kundig.accounts.models import Letterhead
from kundig.accounts.queries import company, letterhead
from kundig.catalog.enums import TaxCategory, unit_words
from kundig.catalog.queries import Totals, totals
from kundig.parties.models import Party
from kundig.parties.queries import salutation_for
from kundig.platform.formats import Formats, currency_symbol, formats
from kundig.platform.typesetting import address_lines, frame
from kundig.sales.models import Quote, QuoteLine
from kundig.sales.queries.quotes import lines_of
from kundig.sales.rules.blocks import texts_of
from kundig.sales.rules.charts import bars
from kundig.sales.rules.placeholders import filled_in, still_empty


@dataclass(frozen=True)
class _Writing:
    """What every block is written with."""

    quote: Quote
    lines: Sequence[QuoteLine]
    taken: Mapping[UUID, bool]
    sums: Totals
    formats: Formats
    values: Mapping[str, str]

    def text(self, words: str) -> str:
        return filled_in(words, self.values, self.quote.fills)

    def money(self, amount: Decimal) -> str:
        return amount_in_words(amount, self.quote.currency, self.formats)


def document_of(quote: Quote, *, taken: Mapping[UUID, bool] | None = None) -> dict[str, Any]:
    """The document, with the options in `taken` (line → whether it is taken), or as they stand."""
    with translation.override(quote.language):
        writing = _writing(quote, taken)
        blocks = [_WRITERS[block["kind"]](block, writing) for block in quote.blocks]
        return {
            **(quote.frozen or frozen_now(quote)),
            "blocks": [block for block in blocks if block is not None],
            "gross": writing.money(writing.sums.gross),
            "language": quote.language,
            "number": quote.number,
            "title": writing.text(quote.title),
            "version": quote.version,
        }


def frozen_now(quote: Quote) -> dict[str, Any]:
    """What a document says beyond its lines and blocks, as it is now: kept in `Quote.frozen` when the quote is sent."""
    with translation.override(quote.language):
        head, written = letterhead(), formats(quote.language)
        values = _values_now(quote, written)
        sums = totals(taken_lines(lines_of(quote), None))
        title = filled_in(quote.title, _with_total(values, sums, quote, written), quote.fills)
        recipient = recipient_of(quote, home=company().country)
        reference = [
            (_("Quote"), quote.number if quote.version == 1 else f"{quote.number} / {quote.version}"),
            (_("Date"), values["date"]),
            (_("Valid until"), values["valid_until"]),
            (_("Customer number"), quote.party.number),
            (_("Your contact"), values["sender"]),
            (_("Mail"), quote.owner.email if quote.owner else ""),
        ]
        return {
            "accent": quote.accent or head.accent,
            "company": _company(head),
            "date": values["date"],
            "frame": frame(head, address=recipient, reference=reference, subject=title, language=quote.language),
            "name": _quote_name(quote),
            "recipient": recipient,
            "sender": values["sender"],
            "valid_until": values["valid_until"],
            "values": values,
        }


def missing_in(quote: Quote, texts: Iterable[str] | None = None) -> list[str]:
    """Placeholders that would go out in their braces, as they are written: in the quote, or in these texts."""
    with translation.override(quote.language):
        lines = lines_of(quote)
        values = _values(quote, totals(taken_lines(lines, None)), formats(quote.language))
        if texts is not None:
            return still_empty(texts, values, quote.fills)
        # A title does not stand in itself: without a deal it is what is meant by the project.
        found = still_empty([quote.title], {**values, "project": quote.deal.title if quote.deal else ""}, quote.fills)
        found += still_empty([*texts_of(quote.blocks), *texts_of_lines(lines)], values, quote.fills)
        return list(dict.fromkeys(found))


def written_out(quote: Quote, words: str) -> str:
    """The words with their placeholders filled, as in the document."""
    with translation.override(quote.language):
        values = _values(quote, totals(taken_lines(lines_of(quote), None)), formats(quote.language))
        return filled_in(words, values, quote.fills)


def texts_of_lines(lines: Iterable[QuoteLine]) -> list[str]:
    """Everything in them that people wrote, and the customer reads."""
    return [words for line in lines for words in (line.title, line.text) if words]


def amount_in_words(amount: Decimal, currency: str, written: Formats) -> str:
    """Always with cents, as in documents: "1.234,00 €", "€1,234.00"."""
    symbol, sign = currency_symbol(currency, written.language), "−" if amount < 0 else ""
    number = written.number(abs(amount), places=2)
    return f"{sign}{symbol}{number}" if written.language == "en" else f"{sign}{number}\u00a0{symbol}"


def taken_lines(lines: Sequence[QuoteLine], taken: Mapping[UUID, bool] | None) -> list[QuoteLine]:
    return [line for line in lines if (line.chosen if taken is None else taken.get(line.pk, False))]


def recipient_of(quote: Quote, *, home: str) -> list[str]:
    """The lines of the address: the organisation, "z. Hd." nobody, the person, street and place."""
    party, person = quote.party, quote.person
    contact = [person_in_address(person)] if person is not None and person.pk != party.pk else []
    name = party.name if party.kind != "person" else person_in_address(party)
    return address_lines(
        name=name, lines=contact, street=party.street, postal_code=party.postal_code, city=party.city,
        country=party.country, home=home, language="de",
    )  # fmt: skip


def person_in_address(person: Party) -> str:
    """ "Frau Dr. Ines Ohlendorf" in the language of the moment."""
    title = {"ms": pgettext("address", "Ms"), "mr": pgettext("address", "Mr")}.get(person.salutation, "")
    words = [title, person.academic_title, person.first_name, person.family_name]
    return " ".join(word for word in words if word) or person.name


# -- what is written --------------------------------------------------------------------------------------------------


def _writing(quote: Quote, taken: Mapping[UUID, bool] | None) -> _Writing:
    lines = lines_of(quote)
    chosen = {line.pk: line.chosen for line in lines} if taken is None else taken
    sums = totals(taken_lines(lines, chosen))
    written = formats(quote.language)
    return _Writing(quote, lines, chosen, sums, written, _values(quote, sums, written))


def _values(quote: Quote, sums: Totals, written: Formats) -> dict[str, str]:
    """What known placeholders stand for, by their key; empty where nothing is known."""
    known = quote.frozen.get("values") or _values_now(quote, written)
    return _with_total(known, sums, quote, written)


def _with_total(known: Mapping[str, str], sums: Totals, quote: Quote, written: Formats) -> dict[str, str]:
    return {**known, "total": amount_in_words(sums.gross, quote.currency, written)}


def _values_now(quote: Quote, written: Formats) -> dict[str, str]:
    reader: Party = quote.person or quote.party
    owner = quote.owner
    known = {
        "salutation": salutation_for(reader, language=quote.language),
        "company": quote.party.name,
        "contact": person_in_address(quote.person) if quote.person else "",
        "number": quote.number,
        "date": written.date(_day_of(quote)),
        "valid_until": written.date(quote.valid_until) if quote.valid_until else "",
        "sender": owner.name if owner else "",
    }
    return {**known, "project": quote.deal.title if quote.deal else filled_in(quote.title, known, quote.fills)}


def _day_of(quote: Quote) -> dt.date:
    return timezone.localdate(quote.sent_at or timezone.now())


def _quote_name(quote: Quote) -> str:
    if quote.version == 1:
        return _("Quote %(number)s") % {"number": quote.number}
    return _("Quote %(number)s, version %(version)d") % {"number": quote.number, "version": quote.version}


def _company(head: Letterhead) -> dict[str, str]:
    return {
        "name": head.name, "street": head.street, "place": f"{head.postal_code} {head.city}".strip(),
        "phone": head.phone, "mail": head.mail, "website": head.website,
    }  # fmt: skip


# -- blocks -----------------------------------------------------------------------------------------------------------


def _plain(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    """What needs no reckoning: texts with their placeholders filled, everything else as it is."""
    said = {name: writing.text(value) if isinstance(value, str) else value for name, value in block.items()}
    for name, value in block.items():
        if isinstance(value, list):
            said[name] = [
                [writing.text(cell) for cell in row] if isinstance(row, list)
                else {**row, "caption": writing.text(row.get("caption", ""))}
                for row in value
            ]  # fmt: skip
    return said


def _cover(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    said = _plain(block, writing)
    return {**said, "heading": said["heading"] or writing.text(writing.quote.title)}


def _positions(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    lines = [line for line in writing.lines if not line.optional]
    return {**_plain(block, writing), "lines": _shown(lines, block, writing)}


def _options(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any] | None:
    lines = [line for line in writing.lines if line.optional]
    if not lines:
        return None
    heading = block.get("heading") or _("On request")
    return {**_plain(block, writing), "heading": heading, "lines": _shown(lines, block, writing)}


def _shown(lines: Sequence[QuoteLine], block: Mapping[str, Any], writing: _Writing) -> list[dict[str, Any]]:
    shows_pictures = block.get("pictures", True)
    known = [each.pk for each in writing.lines]
    return [
        {
            "id": str(line.pk),
            "number": known.index(line.pk) + 1,
            "title": writing.text(line.title),
            "text": writing.text(line.text),
            "article": line.number,
            "quantity": _quantity(line, writing),
            "amount": writing.money(line.net),
            "picture": str(line.picture_id or "") if shows_pictures else "",
            "group": line.group,
            "optional": line.optional,
            "taken": bool(writing.taken.get(line.pk)),
            "calculation": _calculation(line, block, writing),
        }
        for line in lines
    ]


def _quantity(line: QuoteLine, writing: _Writing) -> str:
    unit = unit_words(line.unit, line.quantity)
    if line.unit == "LS" and line.quantity == 1:
        return unit
    return f"{writing.formats.number(line.quantity.normalize())} {unit}"


def _calculation(line: QuoteLine, block: Mapping[str, Any], writing: _Writing) -> str:
    """ "2 Stück zu 47.560,00 €, abzüglich 14 %" """
    said = _quantity(line, writing)
    if block.get("prices", True) and (line.quantity != 1 or line.discount):
        said = _("%(quantity)s at %(price)s") % {"quantity": said, "price": writing.money(line.unit_price)}
    if block.get("discounts", True) and line.discount:
        percent = writing.formats.percent(line.discount.normalize())
        said = _("%(what)s, less %(percent)s") % {"what": said, "percent": percent}
    return said


def _sum(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    return {**_plain(block, writing), "rows": sums_in_words(writing.sums, writing.quote.currency, writing.formats)}


def sums_in_words(sums: Totals, currency: str, written: Formats) -> list[list[str]]:
    """What a quote comes to: net, the tax of each rate, and the total, each with its amount."""
    rows = [[_("Net"), amount_in_words(sums.net, currency, written)]]
    for each in sums.by_rate:
        rows.append([_tax_words(each.category, each.percent, written), amount_in_words(each.tax, currency, written)])
    rows.append([_("Total"), amount_in_words(sums.gross, currency, written)])
    return rows


def _tax_words(category: str, percent: Decimal, written: Formats) -> str:
    if category == TaxCategory.STANDARD:
        return _("VAT %(percent)s") % {"percent": written.percent(percent.normalize())}
    return {
        TaxCategory.REVERSE: _("Reverse charge: the recipient owes the tax"),
        TaxCategory.WITHIN_EU: _("Tax-exempt intra-Community supply"),
        TaxCategory.EXPORT: _("Tax-exempt export"),
    }.get(TaxCategory(category), _("Without VAT"))


def _chart(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    said = _plain(block, writing)
    return {**said, "bars": bars(said["rows"], unit=said["unit"], written=writing.formats)}


def _comparison(block: Mapping[str, Any], writing: _Writing) -> dict[str, Any]:
    """Without columns in which nothing stands."""
    said = _plain(block, writing)
    rows = said["rows"]
    used = [column for column in range(4) if column == 0 or any(row[column] for row in rows)]
    best = int(said["best"]) if said["best"] else 0
    return {
        **said,
        "rows": [[row[column] for column in used] for row in rows],
        "best": used.index(best) if best in used and best else 0,
    }


_WRITERS = {
    "cover": _cover, "letter": _plain, "text": _plain, "positions": _positions, "options": _options, "sum": _sum,
    "comparison": _comparison, "gallery": _plain, "chart": _chart, "terms": _plain, "acceptance": _plain,
}  # fmt: skip
