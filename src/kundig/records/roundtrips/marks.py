"""Marks that travel with a file: by them its cells are known again, and nothing can be read out of them.

A file to edit must say what stood in each cell, or nobody could tell later who changed what. It does so by keyed hashes
and not by the values, so that whoever deletes a column before passing the file on really has deleted it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from django.conf import settings

WIDTH = 8
"""Letters of a mark: 48 bits."""
_OF_ROW, _OF_SLIP, _OF_HOUSE = "row", "slip", "house"


def of_cell(record: str, field: str, text: str) -> str:
    """The mark of what a cell held when the file was made."""
    return _mark(record, field, text)


def of_row(record: str) -> str:
    """The mark that an id has not been altered."""
    return _mark(record, _OF_ROW)


def of_slip(text: str) -> str:
    """The mark that what the hidden sheet says has not been altered."""
    return _mark(_OF_SLIP, text)


def of_house() -> str:
    """What this installation is known by: its secret makes it, so a copy and a restored backup have the same."""
    return _mark(_OF_HOUSE)


def _mark(*parts: str) -> str:
    hashed = hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=6, key=_key(settings.SECRET_KEY))
    return base64.urlsafe_b64encode(hashed.digest()).decode()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"round trip").digest()
