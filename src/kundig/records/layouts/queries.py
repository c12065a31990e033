"""Which layout counts for whom."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kundig.accounts.models import AccessRole, User
from kundig.accounts.models.holding import RoleHolding, at
from kundig.records import conditions
from kundig.records.conditions import ConditionError
from kundig.records.description import Description
from kundig.records.layouts.content import Layout, arranged, standard
from kundig.records.layouts.models import PageLayout
from kundig.records.saved import remembered


def layout_for(description: Description, user: User) -> Layout:
    """The layout of the user's first role that has one of its own, else the one for all, else the description's.

    Only roles count that the user has today, and not those of whom they stand in for. The first is the one that was
    made first; the list of roles in the settings has the same order.
    """
    latest = _latest(description.name)
    if any(role is not None for role, _made, _content in latest):
        held = RoleHolding.objects.filter(at(timezone.localdate()), user=user).values_list("role", flat=True)
        mine = {None, *held}
        latest = [each for each in latest if each[0] in mine]
    for _role, _made, content in sorted(latest, key=lambda each: (each[0] is None, each[1], each[0])):
        if content is not None:
            return arranged(content, description)
    return standard(description)


KEPT_SECONDS = 20.0
"""As long the layouts of an object are remembered: merged records may change a condition in them without a word."""
_kept: dict[str, tuple[float, list[Any]]] = {}
remembered.when_forgotten(_kept.clear)


def _latest(object_name: str) -> list[Any]:
    """Of all and of each role with a layout of its own: id of the role, when it was made, the layout's content."""
    kept = _kept.get(object_name)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS and not connection.in_atomic_block:
        return kept[1]
    turn = remembered.turn()
    found = list(
        PageLayout.objects.filter(object=object_name)
        .order_by("role_id", "-version")
        .distinct("role_id")
        .values_list("role_id", "role__created_at", "content")
    )
    if turn == remembered.turn() and not connection.in_atomic_block:
        _kept[object_name] = (time.monotonic(), found)
    return found


@dataclass(frozen=True)
class Stored:
    """What is stored for one object and role: the layout, and the version that somebody must have seen to change it."""

    layout: Layout
    version: int
    latest: PageLayout | None

    @property
    def is_own(self) -> bool:
        return self.latest is not None and self.latest.content is not None


def stored(description: Description, role: AccessRole | None) -> Stored:
    """The layout of this very role (None: of all); where it has none, what it would see without."""
    latest = version_of(description.name, role)
    if latest is not None and latest.content is not None:
        return Stored(arranged(latest.content, description), latest.version, latest)
    fallback = standard(description)
    if role is not None:
        fallback = stored(description, None).layout
    return Stored(fallback, latest.version if latest else 0, latest)


def version_of(object_name: str, role: AccessRole | None, *, version: int | None = None) -> PageLayout | None:
    """One version, or the one that counts."""
    found = PageLayout.objects.filter(object=object_name, role=role).select_related("created_by")
    if version is not None:
        found = found.filter(version=version)
    return found.order_by("-version").first()


def roles_with_own(object_name: str) -> set[UUID | None]:
    """The roles that have a layout of their own; None among them if there is one for all."""
    found: dict[UUID | None, bool] = {}
    versions = PageLayout.objects.filter(object=object_name).order_by("version").values_list("role_id", "content")
    for role_id, content in versions:
        found[role_id] = content is not None
    return {role_id for role_id, is_own in found.items() if is_own}


def holding(whens: Iterable[str], description: Description, record: Any, user: User) -> dict[str, bool]:
    """Which of these conditions hold for the record.

    One that uses what `user` may not read counts as fulfilled: hiding by it would tell what stands there. So does one
    that the description cannot answer any more. A condition tidies up a page; rights are kept elsewhere.
    """
    found: dict[str, bool] = {"": True}
    for when in whens:
        if when in found:
            continue
        try:
            found[when] = conditions.read(when, description, user).holds(record, user)
        except ConditionError:
            found[when] = True
    return found
