"""How a customer's mood has gone, as a sentence and as a small curve."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 160, 40, 4


def points(moods: Sequence[int], *, width: int = WIDTH, height: int = HEIGHT) -> list[tuple[float, float]]:
    """Places of moods (1 to 5, the oldest first) in a picture: evenly from left to right, the best at the top."""
    step = (width - 2 * MARGIN) / max(1, len(moods) - 1)
    rise = (height - 2 * MARGIN) / 4
    return [
        (round(MARGIN + step * n, 1), round(height - MARGIN - rise * (mood - 1), 1)) for n, mood in enumerate(moods)
    ]


def trend(moods: Sequence[int]) -> str:
    """Of moods, the oldest first: "better", "worse", "same", or "" where there are too few to tell.

    The last one is held against the average of those before it; half a step is no change.
    """
    if len(moods) < 2:
        return ""
    before = sum(moods[:-1]) / (len(moods) - 1)
    if moods[-1] - before > 0.5:
        return "better"
    return "worse" if before - moods[-1] > 0.5 else "same"
