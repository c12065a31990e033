"""Bars of a graphic: read out of what people typed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kundig.platform.formats import Formats


def bars(rows: Sequence[Sequence[str]], *, unit: str, written: Formats) -> list[dict[str, Any]]:
    """For each row of (name, number): its words, and its length in thousandths of the longest. A row without a number
    has no bar and shows what was typed."""
    values = [_number(row[1], written) for row in rows]
    longest = max((value for value in values if value is not None), default=Decimal(0))
    found = []
    for row, value in zip(rows, values, strict=True):
        words = row[1] if value is None else written.number(value.normalize())
        share = 0 if value is None or longest <= 0 else int(max(value, Decimal(0)) * 1000 / longest)
        found.append(
            {"name": row[0], "words": f"{words}\u00a0{unit}" if unit and value is not None else words, "share": share}
        )
    return found


def _number(text: str, written: Formats) -> Decimal | None:
    try:
        return written.parse_number(text)
    except ValueError:
        return None
