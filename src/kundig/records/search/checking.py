"""Hits once more through the eyes of whoever searched: an entry is made of all fields, and not everybody reads all.

Entries are shared. Who may read every field that an entry is made of is spared this; for the others the few entries
that were found are composed anew of what they may read, and those that no longer fit are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from kundig.records import registry
from kundig.records.search.composing import Composer, Entry
from kundig.records.search.running import Kept
from kundig.records.search.steps import Found
from kundig.records.search.typed import Piece, Typed

if TYPE_CHECKING:
    from kundig.accounts.models import User

MORE = 4
"""So many times the wanted entries are looked for where some may fall away."""


def is_checked(user: User, objects: Iterable[str]) -> bool:
    """Whether entries of these objects must be looked at again for this user."""
    return any((d := registry.get(name)) is not None and d.is_searched_apart(user) for name in objects)


def still_fitting(kept: Sequence[Kept], typed: Typed, *, user: User) -> list[Kept]:
    """Those of the entries that fit what was typed by what the user may read of them, told by that alone."""
    told = told_to(user, [each.entry for each in kept])
    found = []
    for each in kept:
        entry = told.get(each.entry.id)
        if entry is None:
            continue
        meant = frozenset(word for word in each.meant if f" {word} " in entry.words)
        if _fits(entry, typed, meant):
            found.append(replace(each, entry=entry, meant=meant))
    return found


def told_to(user: User, entries: Sequence[Found]) -> dict[int, Found]:
    """The entries by id, with nothing in them that the user may not read."""
    told: dict[int, Found] = {}
    for name in {entry.object for entry in entries}:
        description, of_it = registry.get(name), [entry for entry in entries if entry.object == name]
        if description is None:
            continue
        if not description.is_searched_apart(user):
            told |= {entry.id: entry for entry in of_it}
            continue
        anew: dict[UUID, Entry] = {
            entry.record_id: entry
            for entry in Composer(description, user).entries_of([entry.record_id for entry in of_it])
        }
        for entry in of_it:
            if (now := anew.get(entry.record_id)) is not None:
                told[entry.id] = replace(
                    entry, title=now.title, subtitle=now.subtitle, extra=now.extra, words=now.words, codes=now.codes
                )
    return told


def _fits(entry: Found, typed: Typed, meant: frozenset[str]) -> bool:
    """Whether every piece stands in the entry; each word that does not must have been mistyped for one that does."""
    missing = 0
    for piece in typed.pieces:
        if _has_code(entry, piece):
            continue
        if piece.together and f" {piece.phrase}" not in entry.words:
            return False
        missing += sum(word not in entry.words for word in piece.words)
    return missing <= len(meant)


def _has_code(entry: Found, piece: Piece) -> bool:
    return any(f" {code}" in entry.codes for code in piece.codes)
