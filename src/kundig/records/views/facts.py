"""The fields on the page of a record as HTML, mostly by plain functions: a page has forty of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from kundig.platform.shown import filled
from kundig.records.fields import Field

HEAD, FACTS = "head", "facts"
"""Ids of the parts that fetch themselves anew: the head, and each run of sections ("facts", "facts-business-2")."""


@dataclass(frozen=True)
class Shown:
    """A field with its value as HTML (a whole `<dd>`)."""

    field: Field
    term: SafeString
    """Its `<dt>`."""
    dd: SafeString
    empty: bool


@lru_cache(maxsize=4000)
def term_of(name: str, label: str, *, is_print: bool, language: str | None) -> SafeString:
    """The `<dt>` of a field, written once for all records: a page has thirty of them."""
    return render_to_string("records/_term.html", {"name": name, "label": label, "is_print": is_print})


@dataclass(frozen=True)
class Section:
    title: Any
    filled: list[Shown]
    empty: list[Shown]
    collapsed: bool = False

    def html(self, live: str) -> str:
        """ "" where nothing stands in it; `live` names the record, "organisations:17"."""
        if not (self.filled or self.empty):
            return ""
        values = {"title": self.title, "collapsed": self.collapsed, "more": len(self.empty)}
        rows = {"filled": _rows(self.filled, ' class="field-row"'), "empty": _rows(self.empty, ' class="field-row"')}
        return filled("records/_section.html", values, {"live": live, **rows})


@dataclass(frozen=True)
class Group:
    """Sections that stand one below the other; they are fetched anew together."""

    id: str
    sections: list[Section]

    def html(self, live: str, address: str) -> SafeString:
        """The group, which fetches itself anew from the `address` of its page."""
        sections = "".join([section.html(live) for section in self.sections])
        return mark_safe(  # noqa: S308 - ids and names of ours, sections are escaped
            f'<div id="{self.id}" class="facts-group" {_fetching(live, address)}>{sections}</div>'
        )


def head_html(fields: Iterable[Shown], live: str, address: str) -> SafeString:
    """The fields at the head of the page, which fetch themselves anew."""
    return mark_safe(  # noqa: S308 - names of ours, kinds escape
        f'<dl class="facts" id="{HEAD}" data-controller="grid" {_fetching(live, address)}>{_rows(fields)}</dl>'
    )


def _rows(fields: Iterable[Shown], kind: str = "") -> SafeString:
    return mark_safe("".join([f"<div{kind}>{each.term}{each.dd}</div>" for each in fields]))  # noqa: S308 - kinds escape


def _fetching(live: str, address: str) -> str:
    return f'data-record="{live}" data-live-whole hx-get="{address}" hx-trigger="stale" hx-swap="outerMorph"'
