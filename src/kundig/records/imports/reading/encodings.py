"""In which characters a file is written, found out from its bytes."""

from __future__ import annotations

import codecs
import re
from functools import cache

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (BE)",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "iso-8859-1": "Latin-1",
    "iso-8859-15": "Latin-9",
    "mac_roman": "Mac",
    "cp850": "DOS (850)",
    "cp1250": "Windows-1250",
    "iso-8859-2": "Latin-2",
    "cp1251": "Windows-1251",
}
"""What people call the encodings they may choose; the order is that of the menu."""
OFFERED = ("utf-8", "cp1252", "iso-8859-15", "mac_roman", "cp850", "cp1250", "cp1251", "utf-16")
WESTERN = ("cp1252", "mac_roman", "cp850")

# Letters of the languages we expect in files of the West; everything else inside a word is a sign of a wrong reading.
_LETTERS = frozenset("äöüßÄÖÜéèêëàâáãåæçíìîïñóòôõøœúùûÿýÉÈÊÀÂÁÃÅÆÇÍÎÑÓÔÕØÚšžŠŽ")
_COMMON = frozenset("äöüßÄÖÜéèàçñóáí")
_PUNCTUATION = frozenset("€–—„“”‚‘’»«°§²³…•®™½¼¾´`·µ©£\u00a0")
_HIGH = re.compile(rb"[\x80-\xff]+")
# What UTF-8 looks like when its bytes are read one by one.
_MISREAD = re.compile("Ã[\u0080-\u00bf¤¶¼Ÿ„–œ©¨¡±³º­]|â€[œž™“”]|Â[ °§·]")


def encoding_of(sample: bytes, *, cut: bool = False) -> str:
    """The Python name of the encoding most likely used; `cut` says that the sample may end within a character."""
    for mark, name in BOMS:
        if sample.startswith(mark):
            return name
    if wide := _without_mark(sample):
        return wide
    if _is_utf8(sample, cut=cut):
        return "utf-8"
    return _eight_bits(sample)


def is_binary(sample: bytes) -> bool:
    """Whether the bytes are no text in any encoding: zero bytes, or many control characters."""
    if encoding_of(sample, cut=True).startswith(("utf-16", "utf-32")):
        return False
    controls = sum(sample.count(code) for code in range(32) if code not in b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f\x01")
    return b"\x00" in sample or controls > len(sample) // 100


def seems_misread(text: str) -> bool:
    """Whether the text looks like UTF-8 that was read as something else ("HÃ¼bner")."""
    return len(_MISREAD.findall(text)) > max(1, len(text) // 5000)


def name_of(encoding: str) -> str:
    return NAMES.get(encoding, encoding)


def _without_mark(sample: bytes) -> str:
    """UTF-16 that does not say so: in Western text every second byte is zero."""
    head = sample[: 4096 - len(sample[:4096]) % 2]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _is_utf8(sample: bytes, *, cut: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample, final=not cut)
    except UnicodeDecodeError:
        # A single damaged row does not make a file of thousands of correct umlauts anything else.
        correct = len(_sequences().findall(sample))
        return correct >= 20 and len(_HIGH.findall(_sequences().sub(b"", sample))) * 50 <= correct
    return True


@cache
def _sequences() -> re.Pattern[bytes]:
    return re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _eight_bits(sample: bytes) -> str:
    scores = {name: _score(sample, name) for name in WESTERN}
    best = max(WESTERN, key=lambda name: scores[name])
    if scores[best] > 0:
        return best
    from charset_normalizer import from_bytes  # most processes never need it, and it is large

    guess = from_bytes(sample[:100_000]).best()
    return guess.encoding if guess else "cp1252"


def _score(sample: bytes, encoding: str) -> float:
    """How well the letters of a Western European language come out; positive if they do."""
    score = 0.0
    for match in list(_HIGH.finditer(sample))[:5000]:
        text = match[0].decode(encoding, errors="replace")
        within = sample[match.start() - 1 : match.start()].isalpha() or sample[match.end() : match.end() + 1].isalpha()
        for char in text:
            if char in _LETTERS:
                score += 1.5 if char in _COMMON else 1.0
            elif char in _PUNCTUATION:
                score += 0.2 if not within else -0.5
            else:
                score -= 2.0
    return score
