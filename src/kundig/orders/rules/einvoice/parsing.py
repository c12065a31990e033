"""XML that strangers have written: invoices of suppliers and statements of banks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from lxml import etree

LARGEST = 10 * 1024 * 1024
"""Bytes of a file that is read."""
DEEPEST = 60
LARGEST_AMOUNT = Decimal(10) ** 14


class Unreadable(ValueError):
    """The file is none that can be read; the text says to people what is wrong with it."""


def parse(raw: bytes, *, largest: int = LARGEST) -> etree._Element:
    """The root of a document. Nothing is fetched, and no definition of its own is followed.

    Raises:
        Unreadable: if it is too large, no XML, nested too deeply, or brings a doctype (entities are made there).
    """
    if len(raw) > largest:
        raise Unreadable(
            _("The file has %(size)d MB; at most %(most)d MB are read.")
            % {"size": len(raw) // 1_000_000 + 1, "most": largest // 1_048_576}
        )
    # What libxml2 takes for a doctype depends on the encoding, so that it is asked afterwards, and not of the bytes.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(_("This is no readable XML: %(error)s") % {"error": str(error)[:200]}) from error
    if root.getroottree().docinfo.doctype or any(one.tag is etree.Entity for one in root.iter()):
        raise Unreadable(
            _("The file defines entities of its own (DOCTYPE). Such files are not read: ask for one without.")
        )
    _refuse_depth(root)
    return root


def _refuse_depth(root: etree._Element) -> None:
    depth, walker = 0, etree.iterwalk(root, events=("start", "end"))
    for event, _element in walker:
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise Unreadable(_("The file is nested more than %(most)d levels deep.") % {"most": DEEPEST})


class Reader:
    """Asks an element for what stands below it, by paths with the prefixes of one syntax."""

    def __init__(self, element: etree._Element, namespaces: dict[str, str]) -> None:
        self.element, self.namespaces = element, namespaces

    def all(self, path: str) -> list[Reader]:
        found = self.element.findall(path, self.namespaces)
        return [Reader(one, self.namespaces) for one in found]

    def one(self, path: str) -> Reader | None:
        found = self.element.find(path, self.namespaces)
        return None if found is None else Reader(found, self.namespaces)

    def text(self, path: str = ".") -> str:
        """What stands there, without blanks around; empty if nothing does. Of many, the first one."""
        found = self.element.find(path, self.namespaces)
        return "" if found is None else str(found.xpath("string()")).strip()

    def attribute(self, path: str, name: str) -> str:
        found = self.element.find(path, self.namespaces)
        return "" if found is None else str(found.get(name, ""))

    def number(self, path: str, *, default: str = "0") -> Decimal:
        """Raises Unreadable if something else stands there."""
        text = self.text(path) or default
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > LARGEST_AMOUNT:
            raise Unreadable(
                _("“%(text)s” in %(where)s is no number; a number such as 1234.56 belongs there.")
                % {"text": text[:40], "where": path.rpartition(":")[2]}
            )
        return number

    def day(self, path: str) -> dt.date | None:
        """A day as 2026-11-22 or 20261122. Raises Unreadable if something else stands there."""
        text = self.text(path)
        return day_of(text, where=path.rpartition(":")[2]) if text else None


def day_of(text: str, *, where: str) -> dt.date:
    """Raises Unreadable if `text` is no day."""
    try:
        return dt.date.fromisoformat(text[:10] if "-" in text else text[:8])
    except ValueError as error:
        raise Unreadable(
            _("“%(text)s” in %(where)s is no day; a day such as 2026-11-22 belongs there.")
            % {"text": text[:40], "where": where}
        ) from error
