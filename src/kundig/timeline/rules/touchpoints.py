"""What a touchpoint may be: its time, its words, and whether it was a real contact."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST_BODY = 1_000_000
"""Bytes as UTF-8."""
LONGEST_SUMMARY = 200
EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
CLOCK_SKEW = dt.timedelta(minutes=5)
"""How far the clock of a telephone may be ahead of ours."""


def moment_of(at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime:
    """When it happened: now if nothing is said. A moment that a clock running ahead calls future is now, too.

    Raises:
        ValidationError: if it is in the future, or long before anybody kept such records.
    """
    if at is None:
        return now
    if at > now + CLOCK_SKEW:
        raise ValidationError(
            {
                "at": _(
                    "This lies in the future: a contact has happened already. Enter what is planned as an appointment."
                )
            }
        )
    if at < EARLIEST:
        raise ValidationError({"at": _("The year %(year)d is too long ago. Check the date.") % {"year": at.year}})
    return min(at, now)


def checked_body(text: str) -> str:
    """The text with lines as the web writes them made plain.

    Raises:
        ValidationError: if it is too large or holds what cannot be stored.
    """
    body = text.replace("\r\n", "\n").strip()
    size = len(body.encode())
    if size > LARGEST_BODY:
        raise ValidationError(
            {
                "body": _("The text has %(size)s MB; at most %(limit)d MB fit. Attach it as a file.")
                % {"size": f"{size / 1_000_000:.1f}", "limit": LARGEST_BODY // 1_000_000}
            }
        )
    if "\x00" in body:
        raise ValidationError({"body": _("The text contains a character that cannot be stored (NUL).")})
    return body


def summary_of(summary: str, body: str, *, otherwise: str) -> str:
    """One line that says what it was: what was given, else how the text begins, else `otherwise`."""
    if "\x00" in summary:
        raise ValidationError({"summary": _("The text contains a character that cannot be stored (NUL).")})
    for text in (summary, body):
        line = " ".join(text.strip().partition("\n")[0].split())
        if line:
            return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 2].rstrip()} …"
    return otherwise
