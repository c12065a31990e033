"""What a lead is worth looking at: points that rules give, with the reason of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HIGHEST = 100

Reason = tuple[int, str]
"""Points, and why."""


def score_of(reasons: Iterable[Reason]) -> int:
    """The sum of the points, within 0 and 100: a lead that everything speaks against is not worth less than nothing."""
    return max(0, min(HIGHEST, sum(points for points, _why in reasons)))


def in_words(reasons: Sequence[Sequence[object]]) -> str:
    """ "Sitz in Deutschland (+20), Firma unbekannt (−10)"."""
    return ", ".join(f"{why} ({_signed(points)})" for points, why in (tuple(each)[:2] for each in reasons))


def _signed(points: object) -> str:
    number = int(str(points))
    return f"+{number}" if number >= 0 else f"\N{MINUS SIGN}{-number}"
