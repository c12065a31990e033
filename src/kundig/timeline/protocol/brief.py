"""The call brief: what somebody should know before a conversation. Domains register their lines in `apps.ready()`:

    register_brief_line(BriefSection("deals", _("Open deals"), 45, deals_of))

A section answers lines, or finished HTML by `render`; one without content is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.records.description import Description


@dataclass(frozen=True)
class BriefAsk:
    """About whom, for whom and on which day; `ids` are the party and those of its people whom the reader may see."""

    party: Party
    description: Description
    user: User
    on: dt.date
    ids: Sequence[UUID]
    kept: dict[str, Any] = field(default_factory=dict)
    """What one section has read and another needs, too."""


@dataclass(frozen=True)
class BriefLine:
    """One line: what must be read, what stands behind it in grey, and what a person should act on.

    `tone` is "", "good", "warn" or "bad"; `icon` always has a word beside it.
    """

    text: str
    note: str = ""
    tone: str = ""
    href: str = ""
    icon: str = ""


@dataclass(frozen=True)
class BriefSection:
    """A part of the brief; lower `order` stands higher. Either `find` answers lines or `render` finished HTML."""

    key: str
    title: Any
    order: int
    find: Callable[[BriefAsk], Sequence[BriefLine]] | None = None
    render: Callable[[BriefAsk], str] | None = None
    most: int = 6
    """Lines that are shown; of more the section says how many."""


_sections: dict[str, BriefSection] = {}


def register_brief_line(section: BriefSection) -> None:
    """Add a part to every call brief.

    Raises:
        ValueError: if the key is taken, or there is not just one of `find` and `render`.
    """
    if section.key in _sections:
        raise ValueError(f"Two sections of the call brief are called {section.key!r}")
    if (section.find is None) == (section.render is None):
        raise ValueError(f"The section {section.key!r} of the call brief needs either `find` or `render`")
    _sections[section.key] = section


def forget_brief_line(key: str) -> None:
    """For tests that register a section of their own."""
    del _sections[key]


def brief_sections() -> list[BriefSection]:
    return sorted(_sections.values(), key=lambda section: section.order)
