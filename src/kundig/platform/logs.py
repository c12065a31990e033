"""Logs that say what happened and where, but not to whom."""

import logging
import traceback
from types import TracebackType

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def first_line(error: BaseException) -> str:
    """The first line of an error. In the second PostgreSQL repeats values of the record, such as names."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:500]


class DiscreetFormatter(logging.Formatter):
    """Shows of an exception its frames and first line: PostgreSQL writes the record's values into the others."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - the standard library's name
        return course_of(ei[1])


def course_of(error: BaseException | None) -> str:
    """Where an exception came from, and those before it, without the values they carry.

    Exceptions of cancelled tasks can be each other's context: each is told once.
    """
    parts: list[str] = []
    told: set[int] = set()
    while error is not None and id(error) not in told:
        told.add(id(error))
        parts.append("".join(traceback.format_tb(error.__traceback__)) + first_line(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nThe above came from this:\n\n".join(parts)
