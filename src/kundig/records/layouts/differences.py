"""What somebody else has changed about a layout, in sentences."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.records.description import Description
from kundig.records.layouts.content import HEADER, PLACES, Layout, PanelPlace, Section, placeable
from kundig.records.panels import panels_for

MOST = 12


def differences(before: Layout, after: Layout, description: Description) -> list[str]:
    """Sentences that say what has become of `before`, the most important first; at most a dozen."""
    labels = {name: capfirst(str(label)) for name, label in placeable(description).items()}
    panels = {panel.key: str(panel.title) for panel in panels_for(description)}
    told: list[str] = []
    if before.header != after.header:
        shown = ", ".join(labels.get(name, name) for name in after.header) or _("nothing")
        told.append(_("The head of the page shows: %(fields)s.") % {"fields": shown})
    old, new = _by_key(before), _by_key(after)
    for key in new.keys() - old.keys():
        told.append(_("“%(what)s” is new on the page.") % {"what": _called(new[key][1], panels)})
    for key in old.keys() - new.keys():
        told.append(_("“%(what)s” is not on the page any more.") % {"what": _called(old[key][1], panels)})
    for key in [key for key in new if key in old]:
        (old_place, was), (new_place, now) = old[key], new[key]
        name = _called(now, panels)
        if old_place != new_place:
            told.append(_("“%(what)s” stands in another column.") % {"what": name})
        if was.when != now.when:
            when = now.when or _("always")
            told.append(_("“%(what)s” is shown: %(when)s.") % {"what": name, "when": when})
        if isinstance(was, Section) and isinstance(now, Section):
            if was.titles != now.titles:
                told.append(_("“%(before)s” is called “%(after)s” now.") % {"before": was.title, "after": name})
            if was.collapsed != now.collapsed:
                told.append(_("“%(what)s” is folded at first, or no longer.") % {"what": name})
    places = [(_field_places(layout)) for layout in (before, after)]
    moved = [labels.get(name, name) for name in labels if places[0].get(name) != places[1].get(name)]
    if moved:
        told.append(_("Other place: %(fields)s.") % {"fields": ", ".join(moved)})
    if not told and before.as_json() != after.as_json():
        told.append(_("The order has changed."))
    return told[:MOST]


def _by_key(layout: Layout) -> dict[str, tuple[str, Section | PanelPlace]]:
    return {f"{type(block).__name__}:{block.key}": (place, block) for place in PLACES for block in layout.places[place]}


def _called(block: Section | PanelPlace, panels: dict[str, str]) -> str:
    return block.title if isinstance(block, Section) else panels.get(block.key, block.key)


def _field_places(layout: Layout) -> dict[str, str]:
    """Field → the section it stands in."""
    found = dict.fromkeys(layout.header, HEADER)
    for section in layout.sections:
        found |= dict.fromkeys(section.fields, section.key)
    return found
