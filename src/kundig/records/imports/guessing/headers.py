"""Names of columns, compared with what such columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kundig.platform.folding import fold

EXACT, ABBREVIATED, NUMBERED, PART = 1.0, 0.95, 0.8, 0.7
FEWEST_LETTERS, FEWEST_UNMARKED = 3, 6
"""Of an abbreviation with a point ("Ansprechp.") and of one without; shorter ones are too many things at once."""
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_FILLER = frozenset("the of und and der die das kunde kunden customer client feld field spalte".split())


@lru_cache(maxsize=4000)
def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a column's name: "companyName" → company, name; "PLZ/Ort" → plz, ort."""
    return tuple(fold(_CAMEL.sub(" ", name.replace("_", " ").replace("/", " "))).split())


class Phrases:
    """What columns of one target are called."""

    def __init__(self, phrases: str) -> None:
        self._each = [words_of(phrase.strip()) for phrase in phrases.split(",") if phrase.strip()]
        self._joined = {"".join(words) for words in self._each}
        self._single = [words[0] for words in self._each if len(words) == 1]

    def likeness(self, name: str) -> float:
        """How well a column's name fits: 1 for the very words, 0 for nothing in common."""
        whole = words_of(name)
        words = _without_numbers(whole)
        joined = "".join(words)
        if "".join(whole) in self._joined:
            return EXACT
        if not joined:
            return 0.0
        if joined in self._joined:
            return EXACT if words == whole else NUMBERED
        if any(_abbreviates(joined, known, is_marked=name.rstrip().endswith(".")) for known in self._single):
            return ABBREVIATED
        return max((self._part(words, phrase) for phrase in self._each), default=0.0)

    @staticmethod
    def _part(words: Sequence[str], phrase: Sequence[str]) -> float:
        """How much of the name is a phrase: "Telefon geschäftlich" is half one of "Telefon"."""
        if not _follows(phrase, words):
            return 0.0
        others = [word for word in words if word not in phrase and word not in _FILLER]
        return PART * len(phrase) / (len(phrase) + 0.5 * len(others))


def _without_numbers(words: Iterable[str]) -> tuple[str, ...]:
    """ "Umsatz25" and "Telefon 2" are called "Umsatz" and "Telefon"."""
    bare = [word.rstrip("0123456789") for word in words]
    return tuple(word for word in bare if word) or tuple(words)


def _follows(phrase: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words of a phrase stand side by side in a name."""
    length = len(phrase)
    return any(tuple(words[i : i + length]) == tuple(phrase) for i in range(len(words) - length + 1))


def _abbreviates(text: str, word: str, *, is_marked: bool) -> bool:
    if not word.startswith(text):
        return False
    return len(text) >= (FEWEST_LETTERS if is_marked else max(FEWEST_UNMARKED, len(word) / 2))
