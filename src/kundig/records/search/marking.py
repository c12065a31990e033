"""Which part of a title a search matched: the place of folded words in text as it is written."""

from __future__ import annotations

from collections.abc import Iterable

from kundig.platform.folding import aligned

Span = tuple[int, int]


def spans(text: str, words: Iterable[str]) -> tuple[Span, ...]:
    """Where the folded `words` stand in `text`, as (start, end) in rising order, without overlap.

    A word is marked where a word of the text begins with it, or failing that where it stands inside one.
    """
    if not text:
        return ()
    folded, places = aligned(text)
    found = sorted(span for word in words if word for span in _places(folded, word))
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple((places[start], places[end - 1] + 1) for start, end in merged)


def _places(folded: str, word: str) -> list[Span]:
    everywhere = []
    start = folded.find(word)
    while start >= 0:
        everywhere.append((start, start + len(word)))
        start = folded.find(word, start + 1)
    at_beginnings = [span for span in everywhere if span[0] == 0 or folded[span[0] - 1] == " "]
    return at_beginnings or everywhere
