"""What two versions of a quote say differently."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kundig.catalog.enums import unit_words
from kundig.platform.formats import current_formats
from kundig.sales.models import Quote, QuoteLine
from kundig.sales.queries.documents import amount_in_words
from kundig.sales.queries.quotes import lines_of
from kundig.sales.rules.blocks import KINDS, texts_of


@dataclass(frozen=True)
class Part:
    """Some words, and whether they stand on this side only."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Difference:
    label: str
    before: Sequence[Part]
    after: Sequence[Part]


def differences_between(before: Quote, after: Quote) -> list[Difference]:
    """Everything that a reader would notice: head, lines, texts; in the order in which it stands in the quote."""
    return [
        _different(label, was, now)
        for label, was, now in [*_heads(before, after), *_lines(before, after), *_texts(before, after)]
        if was != now
    ]


def _heads(before: Quote, after: Quote) -> Iterator[tuple[str, str, str]]:
    formats = current_formats()

    def amount(quote: Quote, name: str) -> str:
        return amount_in_words(getattr(quote, name), quote.currency, formats)

    yield _("Title"), before.title, after.title
    yield _("Net"), amount(before, "net"), amount(after, "net")
    yield _("Total"), amount(before, "gross"), amount(after, "gross")
    days = [formats.date(each.valid_until) if each.valid_until else "" for each in (before, after)]
    yield _("Valid until"), days[0], days[1]


def _lines(before: Quote, after: Quote) -> Iterator[tuple[str, str, str]]:
    old, new = lines_of(before), lines_of(after)
    left = list(old)
    for line in new:
        same = _counterpart(line, left)
        if same is not None:
            left.remove(same)
        yield line.title, _line_words(same, before), _line_words(line, after)
    for line in left:
        yield line.title, _line_words(line, before), ""


def _counterpart(line: QuoteLine, among: Sequence[QuoteLine]) -> QuoteLine | None:
    """The line that this one was: of the same product and title, else of either."""
    for alike in (
        lambda each: each.product_id == line.product_id and each.title == line.title,
        lambda each: each.title == line.title,
        lambda each: line.product_id is not None and each.product_id == line.product_id,
    ):
        found = next((each for each in among if alike(each)), None)
        if found is not None:
            return found
    return None


def _line_words(line: QuoteLine | None, quote: Quote) -> str:
    if line is None:
        return ""
    formats = current_formats()
    said = [
        f"{formats.number(line.quantity.normalize())} {unit_words(line.unit, line.quantity)}",
        amount_in_words(line.unit_price, quote.currency, formats),
    ]
    if line.discount:
        said.append(f"− {formats.percent(line.discount.normalize())}")
    said.append(f"= {amount_in_words(line.net, quote.currency, formats)}")
    if line.optional:
        said.append(f"({_('on request')})")
    return "\n".join(filter(None, [line.title, " ".join(said), line.text]))


def _texts(before: Quote, after: Quote) -> Iterator[tuple[str, str, str]]:
    old = {block["id"]: block for block in before.blocks}
    new = {block["id"]: block for block in after.blocks}
    for key in [*new, *(key for key in old if key not in new)]:
        block = new.get(key) or old[key]
        yield str(KINDS[block["kind"]].label), _block_words(old.get(key)), _block_words(new.get(key))


def _block_words(block: dict[str, Any] | None) -> str:
    if block is None:
        return ""
    return "\n".join(texts_of([block])) or str(KINDS[block["kind"]].label)


def _different(label: str, before: str, after: str) -> Difference:
    was, now = _words(before), _words(after)
    left: list[Part] = []
    right: list[Part] = []
    for how, begin, end, start, stop in difflib.SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if begin != end:
            left.append(Part("".join(was[begin:end]), how != "equal"))
        if start != stop:
            right.append(Part("".join(now[start:stop]), how != "equal"))
    return Difference(label, left, right)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)[:4000]
