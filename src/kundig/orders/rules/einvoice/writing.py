"""Building XML: elements in their order, empty ones left out (both syntaxes forbid them)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Self

from lxml import etree

Value = str | int | Decimal | dt.date | None
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Node:
    """An element to which further ones are added."""

    def __init__(self, element: etree._Element, namespaces: dict[str, str]) -> None:
        self.element, self.namespaces = element, namespaces

    @classmethod
    def root(cls, name: str, namespaces: dict[str, str], *, default: str = "") -> Self:
        """The root, of the prefix before the colon of `name`; `default` is the prefix that is written without one."""
        declared = {None if prefix == default else prefix: uri for prefix, uri in namespaces.items()}
        return cls(etree.Element(_tag(name, namespaces), nsmap=declared), namespaces)

    def add(self, name: str) -> Node:
        """A child that will have children of its own; without any it goes by `pruned`."""
        return Node(etree.SubElement(self.element, _tag(name, self.namespaces)), self.namespaces)

    def put(self, name: str, value: Value, **attributes: str) -> None:
        """A child with a value; none if that is empty."""
        text = written(value)
        if text:
            child = etree.SubElement(self.element, _tag(name, self.namespaces))
            child.text = text
            for key, each in attributes.items():
                child.set(key, each)

    def bytes(self, *, keep: str = "") -> bytes:
        """The document; of elements without content only those called `keep` stay."""
        _prune(self.element, _tag(keep, self.namespaces) if keep else "")
        written_out: bytes = etree.tostring(self.element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return written_out


def written(value: Value) -> str:
    """A value as XML spells it. Letters that XML does not know are left out."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return _NO_XML.sub("", str(value)).strip(" ")


def _tag(name: str, namespaces: dict[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{namespaces[prefix]}}}{local}"


def _prune(element: etree._Element, keep: str) -> None:
    """Take out what has neither text nor children, from the leaves up."""
    for child in list(element):
        _prune(child, keep)
        if len(child) == 0 and not (child.text or "").strip() and child.tag != keep:
            element.remove(child)
