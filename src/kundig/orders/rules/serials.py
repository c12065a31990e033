"""Serial numbers as people type them: one in each line, or parted by commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 80


def serials_in(text: str) -> list[str]:
    """The numbers, in the order in which they were typed."""
    return [number for part in re.split(r"[\n,;]", text.replace("\x00", "")) if (number := " ".join(part.split()))]


def check_serials(numbers: Sequence[str], quantity: Decimal) -> None:
    """Raises ValidationError at `serials`: one twice, one too long, or more than there are pieces."""
    seen: set[str] = set()
    for number in numbers:
        if len(number) > LONGEST:
            raise ValidationError(
                {"serials": _("A serial number has at most %(most)d characters.") % {"most": LONGEST}}
            )
        if number in seen:
            raise ValidationError({"serials": _("The serial number %(number)s is there twice.") % {"number": number}})
        seen.add(number)
    if len(numbers) > quantity:
        raise ValidationError(
            {"serials": _("These are %(count)d serial numbers for fewer pieces.") % {"count": len(numbers)}}
        )
