"""What values and typed texts turn into: words for the sentence in between, codes for what is searched from its start.

A code is a number ("k10023"), a mail address ("anders@futterkiste.de"), or a phone number twice: from its start
("+4930…") and reversed behind a "<" ("<1234…"), so that any ending of it is found as well.
"""

import re
from functools import lru_cache

from kundig.platform.folding import MAIL_MARK, digits, fold, squeeze

LONGEST_WORD = 60
LONGEST_CODE = 120
REVERSED = "<"
SHORTEST_SUFFIX = 4
_OPTIONAL_ZERO = re.compile(r"\(\s*0\s*\)")
_BLANK, _DIGIT = re.compile(r"\s"), re.compile(r"\d")
_EXTENSION = " ext. "
_LEADING = re.compile(r"^\s*(https?://)?(www\d?\.)?", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """The folded words of a text; overlong ones (a pasted key, say) are cut."""
    return list(_words_of(text))


@lru_cache(maxsize=20_000)
def _words_of(text: str) -> tuple[str, ...]:
    """Kept, because names, towns and functions come again and again where thousands of entries are made."""
    words = fold(text).split()
    return tuple(words if len(text) <= LONGEST_WORD else [word[:LONGEST_WORD] for word in words])


def words_of_website(text: str) -> list[str]:
    """ "https://www.futterkiste.de/kontakt" → futterkiste, de: the path says nothing about who it is."""
    return words_of(without_address_start(text).partition("/")[0])


def without_address_start(text: str) -> str:
    """`text` without https:// and www., which nobody searches for."""
    return _LEADING.sub("", text)


def number_code(text: str) -> list[str]:
    """ "K-10 023" → k10023."""
    return [code] if (code := squeeze(text)[:LONGEST_CODE]) else []


def mail_code(text: str) -> list[str]:
    """The address as it stands, in small letters, without what cannot be in one."""
    code = text.lower()
    if " " in code or not code.isprintable():
        code = "".join(char for char in code if char.isprintable() and not char.isspace())
    return [code[:LONGEST_CODE]] if code else []


def phone_codes(text: str) -> list[str]:
    """The codes of a stored number, with and without its extension ("+4930… ext. 12"); one that is not written
    internationally is found by its ending only."""
    plain, _, extension = text.partition(_EXTENSION)
    number = digits(_OPTIONAL_ZERO.sub("", plain))
    numbers = [number, number + digits(extension)] if extension else [number]
    codes = []
    for each in numbers:
        if len(each) >= SHORTEST_SUFFIX:
            codes.append((REVERSED + each[::-1])[:LONGEST_CODE])
            codes += ["+" + each[:LONGEST_CODE]] if text.lstrip().startswith("+") else []
    return codes


def typed_phone_codes(text: str, *, home: tuple[str, ...]) -> list[str]:
    """Beginnings of codes that a typed number may mean; `home` = country codes tried where it starts with one zero.

    As a whole it may be any ending ("0074321"), with its trunk zero another ("030 0074321"), and while it is being
    typed it is a beginning.
    """
    number = digits(_OPTIONAL_ZERO.sub("", text))
    if not number:
        return []
    if text.lstrip().startswith("+"):
        return ["+" + number, *_ending(number)]
    if number.startswith("00"):
        return [*_ending(number), "+" + number[2:], *_ending(number[2:])]
    if number.startswith("0"):
        bare = number[1:]
        return [*_ending(number), *_ending(bare), *(f"+{code}{bare}" for code in home if len(bare) > 1)]
    return _ending(number)


def _ending(number: str) -> list[str]:
    return [REVERSED + number[::-1]] if len(number) >= SHORTEST_SUFFIX else []


def is_code_like(text: str) -> bool:
    """Whether a value of a text column is a number rather than words: one piece of six signs or more with a digit."""
    return len(text) >= 6 and not _BLANK.search(text) and has_digit(text)


def has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def is_name(word: str) -> bool:
    """Whether a folded word is worth comparing when somebody mistyped."""
    return len(word) >= 3 and word[0] != MAIL_MARK and not has_digit(word)
