"""The chips of a list's condition, its text with what is wrong in it, and the editors behind the chips."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kundig.records import conditions
from kundig.records.conditions import ConditionError, Problem
from kundig.records.filters import trees

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description


@dataclass(frozen=True)
class Chip:
    """One part of the condition: the sentence it says, its place, and the address of the list without it."""

    place: str
    sentence: str
    without: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; with a message where something is wrong."""

    text: str
    message: str = ""


def key_of(text: str) -> str:
    """A short name of a filter, for ids: another filter has other elements on the page."""
    return f"{zlib.crc32(text.encode('utf-8', 'replace')):x}"


def chips(tree: Any, description: Description, user: User, address: Callable[[str], str]) -> list[Chip]:
    """The chips of a condition's plain data; `address` makes the address of the list with another filter."""
    return [
        Chip(
            str(number),
            sentence_of(part, description, user),
            address(text_of(trees.put(tree, str(number), None), description, user)),
        )
        for number, part in enumerate(trees.parts_of(tree))
    ]


def sentence_of(node: Any, description: Description, user: User) -> str:
    try:
        said = conditions.from_tree(node, description, user).sentence()
    except ConditionError as error:
        return " ".join(error.messages)
    return said[:1].upper() + said[1:]


def text_of(tree: Any, description: Description, user: User) -> str:
    """The text of plain data; "" of nothing.

    Raises:
        ConditionError: if the data is no condition that this person may ask.
    """
    return "" if tree is None else conditions.from_tree(tree, description, user).text


def pieces(text: str, problems: Sequence[Problem]) -> list[Piece]:
    """The text in stretches, those marked where something is wrong."""
    found, position = [], 0
    for problem in problems:
        start, end = max(problem.start, position), max(problem.end, problem.start)
        if problem.start < position:
            continue
        if start > position:
            found.append(Piece(text[position:start]))
        found.append(Piece(text[start:end] or "␣", problem.message))
        position = end
    return [*found, Piece(text[position:])] if text[position:] else found
