"""German addresses in the form in which two writings of one place are the same."""

import re
from typing import Any

from kundig.platform.folding import fold

_STREET = re.compile(r"(?:strasse|str)\b|(?<=[a-z])str\b")
_SHORT = {"pl": "platz", "al": "allee", "prom": "promenade", "st": "sankt", "dr": "doktor", "prof": "professor"}
_NUMBER = re.compile(r"\b(\d+)\s*([a-z])\b")


def street_key(street: str) -> str:
    """The street as it is compared: "Eversbuschstr. 18 A" and "Eversbuschstraße 18a" → "eversbuschstr 18a"."""
    words = fold(street)
    words = _STREET.sub("str", words)
    words = re.sub(r"(?<=\w) str\b", "str", words)
    words = " ".join(_SHORT.get(word, word) for word in words.split())
    return _NUMBER.sub(r"\1\2", words)


def house_number(key: str) -> str:
    """The house number at the end of a street's key; "" if there is none."""
    found = re.findall(r"\b\d+[a-z]?\b", key)
    return found[-1] if found else ""


def same_place(address: Any) -> tuple[str, ...]:
    """What two writings of one address have in common; `address` has the columns of one."""
    return (
        street_key(address.street), fold(address.postal_code).replace(" ", ""), fold(address.city), fold(address.extra),
        address.country,
    )  # fmt: skip
