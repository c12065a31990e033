"""What a layout says, and how stored data is read against a description that has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.text import slugify
from django.utils.translation import get_language, override

from kundig.records.custom.loading import OWN_SECTION
from kundig.records.description import Description
from kundig.records.panels import panels_for

HEADER = "header"
PLACES = ("wide", "facts", "history", "business")
"""Across the whole width, and the three columns."""
ALWAYS_THERE = ("created_at", "changed_at", "id")
LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class Section:
    """Fields under a title. `titles` by language; where one is missing, the description's own stands there."""

    key: str
    titles: Mapping[str, str]
    fields: tuple[str, ...]
    collapsed: bool = False
    when: str = ""
    standard_title: Any = ""

    @property
    def title(self) -> str:
        language = (get_language() or "en")[:2]
        own = self.titles.get(language) or next((text for text in self.titles.values() if text), "")
        return own if self.titles.get(language) or not self.standard_title else str(self.standard_title)

    def as_json(self) -> dict[str, Any]:
        return {
            "section": self.key,
            "title": {language: text for language, text in self.titles.items() if text},
            "fields": list(self.fields),
            "collapsed": self.collapsed,
            "when": self.when,
        }


@dataclass(frozen=True)
class PanelPlace:
    """Where a panel stands."""

    key: str
    when: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"panel": self.key, "when": self.when}


Block = Section | PanelPlace


@dataclass(frozen=True)
class Layout:
    """What stands where on the page. `left_out` names what was stored and is not there any more."""

    header: tuple[str, ...]
    places: Mapping[str, tuple[Block, ...]]
    hidden_fields: tuple[str, ...] = ()
    hidden_panels: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    is_own: bool = False
    """Whether somebody has arranged it; else it is the description's."""

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for place in PLACES for block in self.places.get(place, ()))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Section))

    @cached_property
    def placed_fields(self) -> tuple[str, ...]:
        return (*self.header, *(name for section in self.sections for name in section.fields))

    def panel(self, key: str) -> PanelPlace | None:
        return next((block for block in self.blocks if isinstance(block, PanelPlace) and block.key == key), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "header": list(self.header),
            "places": {place: [block.as_json() for block in self.places.get(place, ())] for place in PLACES},
            "hidden": {"fields": list(self.hidden_fields), "panels": list(self.hidden_panels)},
        }


def standard(description: Description) -> Layout:
    """The page as the description and the panels of all domains say it."""
    places: dict[str, list[Block]] = {place: [] for place in PLACES}
    places["facts"] += _standard_sections(description)
    for panel in panels_for(description):
        places[panel.side].append(PanelPlace(panel.key))
    return Layout(tuple(description.page.header.split()), {place: tuple(each) for place, each in places.items()})


def _standard_sections(description: Description) -> list[Section]:
    sections = description.page.sections
    if not sections:
        # Without any, all fields stand under the name of the object.
        names = [name for name in description.fields if name not in ALWAYS_THERE]
        return [Section("all", {}, tuple(names), standard_title=description.label)]
    return [
        Section(_key_of(title), {}, tuple(names.split()), standard_title=title) for title, names in sections.items()
    ]


def _key_of(title: Any) -> str:
    """The same for one section in every language."""
    with override("en"):
        return slugify(str(title)) or "section"


def placeable(description: Description) -> dict[str, Any]:
    """Names of the fields that may stand on the page, with their labels."""
    parts = {part for kind in description.composed.values() for part in kind.sources(None)}  # type: ignore[arg-type]
    named = set(standard(description).placed_fields)
    found = {
        name: field.label
        for name, field in description.fields.items()
        if name in named or (name not in parts and name != "id")
    }
    return found | {name: description.field(name).label for name in sorted(named - found.keys())}


def arranged(data: Mapping[str, Any], description: Description) -> Layout:
    """The layout that was stored as `data`, as the description can show it today.

    Fields and panels that are gone are passed over and named in `left_out`. Panels that have come since stand where
    they would by themselves, and fields that have come since in their section, if the description has one for them;
    those that an administrator has added without naming one stand in a section of their own.
    """
    own, known = standard(description), placeable(description)
    panels = {panel.key for panel in panels_for(description)}
    standard_titles = {section.key: section.standard_title for section in own.sections}
    left_out: list[str] = []

    def fields(names: Iterable[str]) -> tuple[str, ...]:
        left_out.extend(name for name in names if name not in known)
        return tuple(name for name in names if name in known)

    header = fields(data.get(HEADER, ()))
    hidden = data.get("hidden", {})
    places: dict[str, tuple[Block, ...]] = {}
    for place in PLACES:
        blocks: list[Block] = []
        for raw in data.get("places", {}).get(place, ()):
            if "panel" in raw and raw["panel"] in panels:
                blocks.append(PanelPlace(raw["panel"], raw.get("when", "")))
            elif "panel" in raw:
                left_out.append(raw["panel"])
            else:
                key = raw["section"]
                blocks.append(
                    Section(
                        key,
                        raw.get("title", {}),
                        fields(raw.get("fields", ())),
                        bool(raw.get("collapsed")),
                        raw.get("when", ""),
                        standard_titles.get(key, ""),
                    )
                )
        places[place] = tuple(blocks)
    found = Layout(
        header,
        places,
        tuple(name for name in hidden.get("fields", ()) if name in known),
        tuple(key for key in hidden.get("panels", ()) if key in panels),
        tuple(dict.fromkeys(left_out)),
        is_own=True,
    )
    return _with_what_is_new(found, own)


def _with_what_is_new(layout: Layout, own: Layout) -> Layout:
    settled = {*layout.placed_fields, *layout.hidden_fields}
    coming = {section.key: tuple(name for name in section.fields if name not in settled) for section in own.sections}
    settled_panels = {*layout.hidden_panels, *(b.key for b in layout.blocks if isinstance(b, PanelPlace))}
    places = {}
    for place in PLACES:
        blocks: list[Block] = [
            replace(block, fields=block.fields + coming.pop(block.key, ())) if isinstance(block, Section) else block
            for block in layout.places[place]
        ]
        blocks += [
            block for block in own.places[place] if isinstance(block, PanelPlace) and block.key not in settled_panels
        ]
        places[place] = tuple(blocks)
    placed = {section.key for section in layout.sections}
    places["facts"] += tuple(
        replace(section, fields=coming[section.key])
        for section in own.sections
        if section.key == _key_of(OWN_SECTION) and section.key not in placed and coming.get(section.key)
    )
    return replace(layout, places=places)
