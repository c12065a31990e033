"""Kinds of notices: domains register theirs in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kundig.notices.enums import Way


@dataclass(frozen=True)
class NoticeKind:
    """What people choose about as one: how they want to hear of it, or not.

    `words(data, count)` says it in the language at hand, `headline(data, count)` what stands above where the notice is
    about no record. Notices keep no words and no values of records: data are ids, and texts that people wrote as such.
    A user's id under "by" arrives as "by_name", too; "" where it was nobody.
    """

    key: str
    label: Any
    help: Any
    icon: str
    words: Callable[[Mapping[str, Any], int], str]
    headline: Callable[[Mapping[str, Any], int], str] = lambda data, count: ""
    way: Way = Way.HERE
    """How people hear of it who have not chosen."""
    page: str = ""
    """Where a record's notice leads, below the page of the record itself: "design/"."""
    is_filled: bool = False
    """Whether names of fields in braces, in its words, stand for what the record holds."""


def plain(words: Any) -> Callable[[Mapping[str, Any], int], str]:
    """Words that are the same for every notice of a kind."""
    return lambda data, count: str(words)


def told_by(named: Any, nobody: Any) -> Callable[[Mapping[str, Any], int], str]:
    """Words with the name of who did it (`%(name)s`), and those where it was nobody."""

    def words(data: Mapping[str, Any], count: int) -> str:
        name = data.get("by_name")
        return str(named) % {"name": name} if name else str(nobody)

    return words


_kinds: dict[str, NoticeKind] = {}


def register_kind(kind: NoticeKind) -> None:
    """Make a kind known under its key.

    Raises:
        ValueError: if the key is taken.
    """
    if kind.key in _kinds:
        raise ValueError(f"Two kinds of notices are called {kind.key!r}")
    _kinds[kind.key] = kind


def kind_of(key: str) -> NoticeKind | None:
    return _kinds.get(key)


def kinds() -> list[NoticeKind]:
    return list(_kinds.values())
