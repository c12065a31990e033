"""One search: steps from cheap to dear, ended as soon as there are enough hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kundig.records.search import dictionary, steps
from kundig.records.search.dictionary import Word
from kundig.records.search.groups import FREQUENT, VERY_FREQUENT, Group, with_inside
from kundig.records.search.reach import Reach
from kundig.records.search.steps import Found
from kundig.records.search.typed import Typed

IN_TITLE = 3
"""Score from which on a word stands in the title."""
_FEW_TERMS, _MANY_TERMS = 4, 16
_MOST_GUESSED = 3
_SAMPLED = 200
_LARGEST_SAMPLE = 1.0
"""Entries that a sample should hold; percent of the table it may read to get there."""


Guesses = Mapping[str, int]
"""Word that may have been meant → its rank, 0 the likeliest."""


@dataclass(frozen=True)
class Kept:
    """An entry that was found; `meant` holds its words that were probably meant where others were typed."""

    entry: Found
    doubt: int
    """0 if it has the words that were typed, else the higher the less likely its words were meant."""
    meant: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[float, ...]:
        """Certain before guessed, what the user opened lately before the rest, then by fit, then by last use."""
        return (self.doubt, not self.entry.is_own, -self.entry.score, -self.entry.used_at.timestamp())


class Search:
    """One run through the steps. Keeps what was found, each entry once.

    With `guesses_to_fill`, mistyped words are considered as long as there is room; otherwise only if nothing else fits.
    """

    def __init__(self, typed: Typed, reach: Reach, *, limit: int, guesses_to_fill: bool = True) -> None:
        self.typed = typed
        self.reach = reach
        self.limit = limit
        self.guesses_to_fill = guesses_to_fill
        self._kept: dict[int, Kept] = {}
        self._asked: list[tuple[list[list[str]], list[list[str]]]] = []

    def run(self) -> list[Kept]:
        """The best `limit` entries, best first."""
        self._take_steps()
        return sorted(self._kept.values(), key=lambda kept: kept.place)[: self.limit]

    def _take_steps(self) -> None:
        if self.typed.coded:
            self._keep(steps.by_code(self.typed, reach=self.reach, limit=self.limit))
        if not (self._kept and self.typed.is_code):
            self._keep(steps.recently_used(self.typed, reach=self.reach, limit=self.limit))
        if self._has_enough() or not self.typed.words:
            return
        beginning = dictionary.beginning_with(self.typed.words)
        self._by_groups([Group.beginning(word, known) for word, known in beginning.items()])
        if not self._misses():
            return
        inside = {word: with_inside(word, known) for word, known in beginning.items()}
        self._by_groups([Group.inside(word, known) for word, known in inside.items()])
        if self._misses() and (self.guesses_to_fill or not self._kept):
            self._by_guessing(inside)

    def _misses(self) -> bool:
        return len(self._kept) < self.limit

    def _has_enough(self) -> bool:
        """With one word, names count more than towns and contacts: those are only enough if they are names."""
        if len(self.typed.words) > 1 or self.typed.coded:
            return not self._misses()
        return sum(kept.entry.score >= IN_TITLE for kept in self._kept.values()) >= self.limit

    def _keep(self, entries: Sequence[Found], *, guesses: Guesses | None = None) -> None:
        for entry in entries:
            meant = frozenset(word for word in guesses or () if f" {word} " in entry.words)
            doubt = 1 + sum(guesses[word] for word in meant) if guesses else 0
            self._kept.setdefault(entry.id, Kept(entry, doubt, meant))

    def _by_groups(self, groups: Sequence[Group], *, guesses: Guesses | None = None) -> None:
        """Look for entries that have a word of each group."""
        if not all(group.known for group in groups):
            return
        rarest = min(groups, key=lambda group: group.entries)
        if rarest.entries > (FREQUENT if len(groups) == 1 else VERY_FREQUENT) and self.limit <= _SAMPLED:
            self._sample(groups, guesses=guesses)
            if self._has_enough():
                return
        terms: list[list[list[str]]] = []
        if len(groups) == 1 and rarest.is_beginning:
            terms.append([rarest.terms(_MANY_TERMS, title=True)])
        if rarest.is_rare:
            terms.append([rarest.terms(dictionary.MOST)])
        else:
            widths = (_FEW_TERMS, _MANY_TERMS) if rarest.is_beginning else (_FEW_TERMS,)
            terms += [[group.terms(most) for group in groups] for most in widths]
        for each in terms:
            rest = [group for group in groups if group is not rarest] if len(each) < len(groups) else []
            if self._misses():
                self._fetch(each, groups, rest=rest, guesses=guesses)

    def _sample(self, groups: Sequence[Group], *, guesses: Guesses | None) -> None:
        """Keep some of very many. Where these are no names, the names among the rest are few enough for the index."""
        percent = 100 * _SAMPLED / min(group.entries for group in groups)
        if len(groups) > 1 or self.reach.holders():  # together, or within reach, they are fewer: nobody knows how many
            percent = min(10 * percent, _LARGEST_SAMPLE)
        entries = steps.sampled(
            [[f"% {word} %" for word in group.wanted] if guesses else group.patterns for group in groups],
            percent=min(percent, 100.0),
            wanted=[group.wanted for group in groups],
            reach=self.reach,
            limit=self.limit,
        )
        self._keep(entries, guesses=guesses)

    def _fetch(
        self, terms: list[list[str]], groups: Sequence[Group], *, rest: Sequence[Group], guesses: Guesses | None
    ) -> None:
        """Keep the entries with one term of each list that fit the patterns of the rest; nothing is asked twice."""
        patterns = [group.patterns for group in rest] + [[f"% {phrase}%"] for phrase in self.typed.phrases]
        if (terms, patterns) in self._asked:
            return
        self._asked.append((terms, patterns))
        wanted = [group.wanted for group in groups]
        entries = steps.with_terms(terms, patterns=patterns, wanted=wanted, reach=self.reach, limit=self.limit)
        self._keep(entries, guesses=guesses)

    def _by_guessing(self, known: dict[str, list[Word]]) -> None:
        """Look for what may have been meant: by unknown words, else by those that are no words as they stand, or, with
        nothing found at all, by every word."""
        doubtful = [word for word, found in known.items() if not found]
        if not doubtful and not self._kept:
            doubtful = list(known)
        elif not doubtful:
            doubtful = [word for word, found in known.items() if found[0].word != word]
        similar = {word: dictionary.similar_to(word) for word in doubtful[:_MOST_GUESSED]}
        if not any(similar.values()):
            return
        groups = [
            Group.guessed(word, found, similar[word]) if similar.get(word) else Group.inside(word, found)
            for word, found in known.items()
        ]
        guesses = {guess.word: rank for found in similar.values() for rank, guess in enumerate(found)}
        self._by_groups(groups, guesses=guesses)
