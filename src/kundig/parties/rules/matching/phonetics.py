"""Cologne phonetics (Hans Joachim Postel, 1969): German names that sound alike get one code."""

from __future__ import annotations

import re

_PLAIN = {
    **dict.fromkeys("aeijouy", "0"), "b": "1", **dict.fromkeys("fvw", "3"), **dict.fromkeys("gkq", "4"), "l": "5",
    **dict.fromkeys("mn", "6"), "r": "7", **dict.fromkeys("sz", "8"),
}  # fmt: skip
_NO_LETTERS = re.compile("[^a-z]+")
_HARD_AT_THE_START, _HARD_INSIDE = frozenset("ahkloqrux"), frozenset("ahkoqux")


def cologne(word: str) -> str:
    """The code of a folded word: "muller" and "miller" → "657", "meyer" and "maier" → "67"; "" without letters."""
    letters = _NO_LETTERS.sub("", word)
    codes = "".join(_code(letters, place) for place in range(len(letters)))
    once = re.sub(r"(.)\1+", r"\1", codes)
    return once[:1] + once[1:].replace("0", "")


def _code(letters: str, place: int) -> str:
    letter = letters[place]
    before = letters[place - 1] if place else ""
    after = letters[place + 1] if place + 1 < len(letters) else ""
    match letter:
        case "h":
            return ""
        case "p":
            return "3" if after == "h" else "1"
        case "d" | "t":
            return "8" if after and after in "csz" else "2"
        case "x":
            return "8" if before and before in "ckq" else "48"
        case "c":
            if not place:
                return "4" if after in _HARD_AT_THE_START else "8"
            return "4" if after in _HARD_INSIDE and before not in "sz" else "8"
    return _PLAIN[letter]
