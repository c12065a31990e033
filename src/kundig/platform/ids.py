"""UUIDv7 (RFC 9562, 5.7): sortable by time, made in Python because PostgreSQL 15 has no function for it."""

import os
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import count


def uuid7(*, unix_ms: int | None = None) -> uuid.UUID:
    """A new id; `unix_ms` (milliseconds since 1970) replaces the clock in tests and sample data."""
    ms = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    random = int.from_bytes(os.urandom(10), "big")
    value = (ms & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return uuid.UUID(int=value)


def uuid7_at(moment: datetime) -> uuid.UUID:
    """The smallest id that can have been made at `moment`: whatever has a greater one came then or later."""
    return uuid.UUID(int=(int(moment.timestamp() * 1000) & 0xFFFFFFFFFFFF) << 80)


def many_ids() -> Iterator[str]:
    """New ids for rows written together, as texts; they follow one another, and making one costs next to nothing."""
    return (f"{number:032x}" for number in count(uuid7().int))
