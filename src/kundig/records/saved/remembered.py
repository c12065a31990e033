"""What people see around their records, remembered in this process: views, arranged tables, layouts of pages.

Every list asks for it, and it changes rarely. Who changes it writes a new version (`changed`), by which every other
process forgets it at its next look at the versions (`custom.loading.ensure_current`). Of views only what stands in tabs
and heads of columns comes from here; the view that a list shows is read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction

from kundig.platform.ids import uuid7
from kundig.records.custom.models import FieldsVersion
from kundig.records.saved.models import Arrangement, SavedView

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

P = ParamSpec("P")
T = TypeVar("T")
MOST_KEPT = 2000


@dataclass(frozen=True)
class Seen:
    """Of one person and object."""

    arrangements: Mapping[Any, Arrangement]
    """Id of the view, or None for the list itself → arrangement."""
    views: tuple[SavedView, ...]
    """In their own order; those they never moved stand behind, oldest first."""


_seen: dict[Any, Seen] = {}
_listeners: list[Callable[[], None]] = []
_version: UUID | None = None
_turn = 0


def seen_by(user: User, description: Description) -> Seen:
    return _kept(user, description.name, lambda: _read(user, description))


def views_of(user: User) -> tuple[SavedView, ...]:
    """All views of all objects that `user` may open."""
    return _kept(user, "", lambda: Seen({}, tuple(SavedView.objects.for_user(user)))).views


def _kept(user: User, name: str, read: Callable[[], Seen]) -> Seen:
    key = (user.pk, name, frozenset(user.access.team_ids))
    found = _seen.get(key)
    if found is None:
        turn = _turn
        found = read()
        # What a transaction has read may be its own and never come to be; what was read before a change is old.
        if turn == _turn and not connection.in_atomic_block:
            if len(_seen) >= MOST_KEPT:
                _seen.clear()
            _seen[key] = found
    return found


def _read(user: User, description: Description) -> Seen:
    mine = {one.view_id: one for one in Arrangement.objects.filter(user=user, object=description.name)}
    order = {view_id: number for number, view_id in enumerate(mine[None].tabs)} if None in mine else {}
    views = SavedView.objects.for_user(user).filter(object=description.name)
    ordered = sorted(views, key=lambda view: (order.get(str(view.pk), len(order)), view.created_at))
    return Seen(mine, tuple(ordered))


def forget() -> None:
    """As if nobody had asked yet."""
    global _turn
    _turn += 1
    _seen.clear()
    for listener in _listeners:
        listener()


def turn() -> int:
    """How often everything has been forgotten: what was read before is not to be kept after."""
    return _turn


def when_forgotten(listener: Callable[[], None]) -> None:
    """Call `listener` whenever what was remembered is forgotten: for what others keep and `changed` tells of."""
    _listeners.append(listener)


def compare(version: UUID | None) -> None:
    """Forget, if this is another version than the last one."""
    global _version
    if version != _version:
        forget()
        _version = version


def changed(action: Callable[P, T]) -> Callable[P, T]:
    """Of an action that changes views or arrangements: everybody reads them anew afterwards."""

    @wraps(action)
    def act(*args: P.args, **kwargs: P.kwargs) -> T:
        done = action(*args, **kwargs)
        FieldsVersion.objects.update_or_create(pk=FieldsVersion.OF_VIEWS, defaults={"version": uuid7()})
        forget()
        transaction.on_commit(forget)
        return done

    return act
