"""What other domains add to the history of a customer, in `apps.ready()`."""

from kundig.timeline.protocol.brief import BriefAsk, BriefLine, BriefSection, brief_sections, register_brief_line
from kundig.timeline.protocol.composer import ComposerTab, composer_tab, composer_tabs, register_composer_tab
from kundig.timeline.protocol.day import SECTIONS, DayItem, DaySource, day_sources, register_day_source
from kundig.timeline.protocol.follow_ups import follow_up_choices, make_follow_up, register_follow_up
from kundig.timeline.protocol.following import follow, register_follower
from kundig.timeline.protocol.kinds import GROUPS, TouchpointKind, kind_of, kinds, register_kind
from kundig.timeline.protocol.rhythm import HabitSource, habit_source, habit_sources, register_habit_source
from kundig.timeline.protocol.sources import ReadEntry, StreamSource, register_source, sources

__all__ = [
    "GROUPS",
    "SECTIONS",
    "BriefAsk",
    "BriefLine",
    "BriefSection",
    "ComposerTab",
    "DayItem",
    "DaySource",
    "HabitSource",
    "ReadEntry",
    "StreamSource",
    "TouchpointKind",
    "brief_sections",
    "composer_tab",
    "composer_tabs",
    "day_sources",
    "follow",
    "follow_up_choices",
    "habit_source",
    "habit_sources",
    "kind_of",
    "kinds",
    "make_follow_up",
    "register_brief_line",
    "register_composer_tab",
    "register_day_source",
    "register_follow_up",
    "register_follower",
    "register_habit_source",
    "register_kind",
    "register_source",
    "sources",
]
