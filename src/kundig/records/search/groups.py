"""What one typed word may stand for, as terms for the index and as patterns for the entries it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from kundig.platform.folding import MAIL_MARK
from kundig.records.search import dictionary
from kundig.records.search.dictionary import Word

COMMON, RARE, FREQUENT, VERY_FREQUENT = 100, 2500, 20_000, 100_000
"""Numbers of entries: a word of the trade; few enough to read them all; so many that more words would not help; so many
that even two such words together are common."""


@dataclass(frozen=True)
class Group:
    """The known words that one typed word may stand for, and patterns that an entry's words then fit."""

    known: list[Word]
    patterns: list[str]
    wanted: list[str]
    """Words whose place in the title counts."""
    is_beginning: bool = False
    is_whole: bool = True
    """Whether `known` is all there is, not the most frequent part."""

    @classmethod
    def beginning(cls, word: str, known: list[Word]) -> Group:
        """Words that begin with it, also behind the @ of a mail address."""
        return cls(
            known,
            [f"% {word}%", f"% {MAIL_MARK}{word}%"],
            [word],
            is_beginning=True,
            is_whole=len(known) < dictionary.MOST,
        )

    @classmethod
    def inside(cls, word: str, known: list[Word]) -> Group:
        """Words in which it stands anywhere."""
        return cls(known, [f"%{word}%"], [word], is_whole=len(known) < dictionary.MOST)

    @classmethod
    def guessed(cls, word: str, known: list[Word], guesses: list[Word]) -> Group:
        """The same, and words that may have been meant."""
        words = [guess.word for guess in guesses]
        patterns = [f"%{word}%", *(f"% {guess} %" for guess in words)]
        return cls([*guesses, *known], patterns, words[:2], is_whole=len(known) < dictionary.MOST)

    @property
    def entries(self) -> int:
        """In how many entries they stand at most."""
        return sum(word.frequency for word in self.known)

    @property
    def is_rare(self) -> bool:
        return self.is_whole and self.entries <= RARE

    def terms(self, most: int, *, title: bool = False) -> list[str]:
        """Terms for the index: the first of the known words, and no more once they are frequent."""
        terms, total = [], 0
        for known in self.known[:most]:
            terms.append(f"={known.word}" if title else known.word)
            total += known.frequency
            if total > FREQUENT:
                break
        return list(dict.fromkeys(terms))


def with_inside(word: str, known: list[Word]) -> list[Word]:
    """The known words with those that hold `word` inside, unless it is a common word itself."""
    if known and known[0].word == word and known[0].frequency > COMMON:
        return known
    return list(dict.fromkeys([*known, *dictionary.containing(word)]))
