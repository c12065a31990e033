"""What follows from a contact: whoever keeps tasks registers how one is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.parties.models import Party

FollowUp = Callable[[Party, dt.date, str, User], None]
_makers: list[tuple[FollowUp, Callable[[User], bool]]] = []
_CHOICES = (
    (1, _("tomorrow")), (3, _("in 3 days")), (7, _("in a week")), (14, _("in 2 weeks")), (30, _("in a month")),
)  # fmt: skip


def register_follow_up(make: FollowUp, *, may: Callable[[User], bool] = lambda user: True) -> None:
    """Let the composer ask whoever `may` when to come back to it; `make(party, day, title, user)` keeps it from being
    forgotten."""
    _makers.append((make, may))


def follow_up_choices(user: User) -> Sequence[tuple[int, Any]]:
    """Days and words; none where `user` may have nothing made."""
    return _CHOICES if any(may(user) for _make, may in _makers) else ()


def make_follow_up(party: Party, day: dt.date, title: str, user: User) -> None:
    for make, _may in _makers:
        make(party, day, title, user)
