"""Folded text: the spelling in which search compares words, so that nobody has to know how a name is written.

Case, accents and punctuation go; umlauts become their base letter, and the substitutes ae, oe, ue become a, o, u:
Müller, Mueller and Muller are one word, so are Straße and Strasse. What a beginning of a word folds to is always a
beginning of what the whole word folds to; searching while typing relies on it.
"""

import re
import unicodedata
from functools import lru_cache

MAIL_MARK = "æ"
"""Stands for the @ of a mail address as the first letter of the word that follows; no folded word has it otherwise."""

_BASE_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n",
    "@": f" {MAIL_MARK}", "'": "", "’": "", "‘": "", "`": "", "´": "", "ʼ": "",
}  # fmt: skip
_NO_DIGITS = re.compile("[^0-9]+")
_SUBSTITUTES = re.compile("(?<=[aou])e")


class _Letters(dict[int, str]):
    """Character → folded characters; filled as characters are met, so that folding is one `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(_letter(char) for char in unicodedata.normalize("NFKD", chr(code).casefold()))
        return folded


def _letter(char: str) -> str:
    if char in _BASE_LETTERS:
        return _BASE_LETTERS[char]
    category = unicodedata.category(char)
    if category[0] in "LN":
        return char
    return "" if category in ("Mn", "Cf") else " "


_LETTERS = _Letters()


def fold(text: str) -> str:
    """`text` as folded words with one blank between: "Königlich  Essen" → "koniglich essen", "a@b.de" → "a æb de"."""
    folded = " ".join(text.translate(_LETTERS).split())
    if "ae" in folded or "oe" in folded or "ue" in folded:
        return _SUBSTITUTES.sub("", folded)
    return folded


@lru_cache(maxsize=8192)
def aligned(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` folded sign by sign, with the place in `text` that each folded sign comes from: to mark what matched.

    Other than in `fold`, blanks stay as they are. Kept, since each word and each further letter asks for the same text.
    """
    folded, places, before = [], [], ""
    for place, char in enumerate(text):
        for letter in _LETTERS[ord(char)]:
            if not (letter == "e" and before in ("a", "o", "u")):
                folded.append(letter)
                places.append(place)
            before = letter
    return "".join(folded), tuple(places)


def squeeze(text: str) -> str:
    """`text` as one folded word, for numbers people write with or without dashes: "K-10 023" → "k10023"."""
    return fold(text).replace(" ", "")


def digits(text: str) -> str:
    """The ASCII digits of `text`, in any script's writing: "030/00 74321" → "0300074321"."""
    if text.isascii():
        return _NO_DIGITS.sub("", text)
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())
