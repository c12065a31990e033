"""What somebody typed into the search box, read once: pieces between blanks, each as words and as possible codes."""

import re
from dataclasses import dataclass
from functools import cached_property

from kundig.platform.folding import MAIL_MARK
from kundig.records.search import spelling

LONGEST_TEXT = 200
MOST_WORDS = 8
HOME_COUNTRY_CODES = ("49", "43", "41")
_PHONE = re.compile(r"[\s\d()+/.–-]*")
_DIGITS_FOR_PHONE = 3
# "K 10 023": a customer number with blanks in it.
_NUMBER = re.compile(r"[^\W\d_]{1,4}[\s./-]+\d[\d\s./-]*")


@dataclass(frozen=True)
class Piece:
    """One thing an entry must have: all of `words` (standing together if `together`), or one of the `codes`."""

    words: tuple[str, ...]
    codes: tuple[str, ...] = ()
    together: bool = False

    @property
    def phrase(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Typed:
    """A search, read. Nothing in it if there was nothing to search for."""

    text: str
    pieces: tuple[Piece, ...]

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words that decide, each once; the bare mark of "anders@" only matters beside its neighbour."""
        given = [word for piece in self.pieces for word in piece.words if word != MAIL_MARK]
        return tuple(dict.fromkeys(given))[:MOST_WORDS]

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        return tuple(piece.phrase for piece in self.pieces if piece.together)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for piece in self.pieces for code in piece.codes)

    @property
    def is_code(self) -> bool:
        """Whether it can be read as one code, and nothing else stands beside it."""
        return len(self.pieces) == 1 and bool(self.codes)

    @cached_property
    def coded(self) -> Piece | None:
        """The piece that looks most like a code: the one with the longest."""
        with_codes = [piece for piece in self.pieces if piece.codes]
        return max(with_codes, key=lambda piece: len(piece.codes[0]), default=None)


def read(text: str) -> Typed:
    """Read what somebody typed; any text at all, of which the first 200 characters count."""
    text = text[:LONGEST_TEXT].replace("\0", " ").strip()
    if _is_phone(text):
        codes = spelling.typed_phone_codes(text, home=HOME_COUNTRY_CODES) + spelling.number_code(text)
        return Typed(text, (Piece(tuple(spelling.words_of(text)), tuple(dict.fromkeys(codes))),))
    if _NUMBER.fullmatch(text):
        return Typed(text, (Piece(tuple(spelling.words_of(text)), tuple(spelling.number_code(text))),))
    pieces = [piece for part in text.split() if _says_something(piece := _piece(part))]
    return Typed(text, tuple(pieces[:MOST_WORDS]))


def _says_something(piece: Piece) -> bool:
    return bool(piece.codes) or any(word != MAIL_MARK for word in piece.words)


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and sum(char.isdigit() for char in text) >= _DIGITS_FOR_PHONE


def _piece(part: str) -> Piece:
    if "@" in part:
        words = tuple(spelling.words_of(part))
        return Piece(words, tuple(spelling.mail_code(part)) if part[0] != "@" else (), together=len(words) > 1)
    bare = spelling.without_address_start(part)
    words = tuple(spelling.words_of(bare))
    if not any(char.isdigit() for char in part):
        return Piece(words)
    codes = spelling.number_code(bare)
    if _is_phone(part):
        codes = spelling.typed_phone_codes(part, home=HOME_COUNTRY_CODES) + codes
    return Piece(words, tuple(dict.fromkeys(codes)))
