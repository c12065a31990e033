"""What has to keep in step with the histories of customers, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

Follower = Callable[[Collection[UUID]], None]
_followers: list[Follower] = []


def register_follower(function: Follower) -> None:
    """Call `function` with the ids of the parties whose history is different, in the transaction that made it so."""
    _followers.append(function)


def follow(parties: Collection[UUID]) -> None:
    """Tell all who asked for it."""
    for function in _followers:
        function(parties)
