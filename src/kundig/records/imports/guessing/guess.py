"""The best target for each column, and how sure that is."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kundig.records.imports.guessing import shapes
from kundig.records.imports.guessing.headers import EXACT, Phrases, words_of
from kundig.records.imports.targets import Target

SURE, PROBABLE, AGAIN, KEY_LIKE = 0.85, 0.5, 0.75, 0.8
"""Scores from which a guess is sure, is made at all, is made a second time; and that of "shipperID"."""
MOST_VALUES = 200


class Sureness(enum.IntEnum):
    """How certain a guess is; people see a word for it."""

    OPEN = 0
    PROBABLE = 2
    SURE = 3


@dataclass(frozen=True)
class Guess:
    """What a column most probably is; `target` is "" if that is open."""

    target: str
    sureness: Sureness


OPEN = Guess("", Sureness.OPEN)


def guess_columns(targets: Sequence[Target], samples: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """For each column (name → its values in some rows, without empty ones) the target it most probably is.

    Every target is given once, those that repeat as often as columns are clearly theirs.
    """
    labels = Counter(words_of(str(target.label)) for target in targets)
    scored = [
        (score, -place, column, target)
        for column, values in samples.items()
        for place, target in enumerate(targets)
        if (score := _score(target, column, values[:MOST_VALUES], labels)) >= PROBABLE
    ]
    scored.sort(key=lambda each: (-each[0], -each[1], list(samples).index(each[2])))
    guesses = dict.fromkeys(samples, OPEN)
    taken: set[str] = set()
    for score, _place, column, target in scored:
        if guesses[column] is not OPEN or (target.name in taken and not (target.repeats and score >= AGAIN)):
            continue
        guesses[column] = Guess(target.name, Sureness.SURE if score >= SURE else Sureness.PROBABLE)
        taken.add(target.name)
    return guesses


def _score(target: Target, column: str, values: Sequence[str], labels: Mapping[tuple[str, ...], int]) -> float:
    """0 to 1: what the name says, corrected by what the values look like."""
    by_name = Phrases(target.words).likeness(column) if target.words else 0.0
    label = words_of(str(target.label))
    if words_of(column) in (label if labels[label] == 1 else None, words_of(target.full_label)):
        by_name = EXACT  # called just as we call it ourselves, as in a table that we wrote
    if target.is_secondary:
        by_name *= 0.97
    if not target.shape or not values:
        return by_name * (1.0 if values else 0.8)
    share = shapes.share_of(target.shape, values)
    if target.shape == "code" and by_name < KEY_LIKE and _ends_like_a_key(column) and shapes.is_unique(values):
        return KEY_LIKE
    if by_name == 0.0:
        return _by_values(target, share, values)
    if target.shape in shapes.TELLING:
        return min(1.0, by_name * (0.7 + share / 2) + (0.15 if share > 0.8 else 0.0))
    # Names of companies and people look like anything; a code that is not unique is hardly a key.
    if target.shape == "code":
        return by_name * (1.0 if shapes.is_unique(values) else 0.7)
    if target.shape in ("company", "person", "word", "street"):
        return by_name * (0.9 + share / 10)
    return by_name * (0.65 + 0.35 * min(1.0, share * 1.25))


def _by_values(target: Target, share: float, values: Sequence[str]) -> float:
    """What the values alone say of a column whose name says nothing."""
    if target.is_secondary:
        return 0.0
    if target.shape in shapes.TELLING and share > 0.8:
        return 0.6
    is_likely = target.shape in shapes.LIKELY or (target.shape == "phone" and shapes.looks_dialled(values))
    return 0.52 if is_likely and share > 0.9 else 0.0


def _ends_like_a_key(column: str) -> bool:
    words = words_of(column)
    return bool(words) and words[-1] in shapes.ID_WORDS
