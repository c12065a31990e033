"""Records that are named and not there yet: who asked for them may wait until they come."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

LONGEST = 300


class Awaited(ValidationError):
    """Raised where a value names a record that is not there. A form says so, as with any value that cannot be taken; an
    import keeps the row until a later one brings the record."""

    def __init__(self, message: str, *, what: Any, text: str) -> None:
        super().__init__(message)
        self.what = str(what)[:120]
        """What is named, in words: "customer"."""
        self.text = text[:LONGEST]
        """What it is called: a number, a key or a name."""
