"""What "My day" is made of: domains say whom to contact today, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kundig.accounts.models import User

SECTIONS: Mapping[str, Any] = {
    "contacts": _("Whom to contact"),
    "answers": _("Waiting for your answer"),
}
"""Where on the page items stand: in the list of the day, or beside it."""


@dataclass(frozen=True)
class DayItem:
    """A reason to turn to a customer today.

    `urgency`: 1 is due today; less can wait, more is late. `worth` is what the contact may bring, in the currency of
    the house, and `worth_note` what kind of amount that is; without it the class of the customer counts. `reason` is
    one sentence in the reader's language. `channel` is the kind of contact that fits best.
    """

    party: UUID
    reason: str
    urgency: float = 1.0
    worth: Decimal | None = None
    worth_note: str = ""
    person: UUID | None = None
    """With whom; the party itself or nobody in particular if None."""
    channel: str = ""
    when: str = ""
    """The best time, in words."""
    done: str = ""
    """Address that is told by POST that it is done; without one a contact is noted."""
    href: str = ""
    """Where it stands; the page of the party if empty."""
    since: dt.date | None = None
    """Since when somebody waits, where somebody does."""
    share: float | None = None
    """Of a silence: how much of the time that has passed was usual, from 0 to 1. Who is not among the first of the list
    then stands beside it."""


@dataclass(frozen=True)
class DaySource:
    """Finds items of one kind for a person on a day. It answers few: the most urgent ones, from an index.

    It starts from what the person may see, and asks for the customers of `owners`: their own, and those of the
    colleagues whom they stand in for.
    """

    name: str
    find: Callable[[User, dt.date, Sequence[UUID]], list[DayItem]]
    section: str = "contacts"


_sources: dict[str, DaySource] = {}


def register_day_source(source: DaySource) -> None:
    """Add a source to everybody's day.

    Raises:
        ValueError: if its name is taken, or there is no such section.
    """
    if source.name in _sources:
        raise ValueError(f"Two sources of the day are called {source.name!r}")
    if source.section not in SECTIONS:
        raise ValueError(f"There is no section {source.section!r} of the day; there are {', '.join(SECTIONS)}")
    _sources[source.name] = source


def day_sources(section: str) -> list[DaySource]:
    """Those of a section, in the order in which they were registered."""
    return [source for source in _sources.values() if source.section == section]
