"""Pure rules of quotes: what needs approval, which options go together, what a signature is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HUNDRED = Decimal(100)
MOST_PERCENT = Decimal("99999.99")
"""What the column holds."""
LONGEST_DRAWING = 40_000
_PATH = re.compile(r"(?:M-?\d{1,4} -?\d{1,4}(?:L-?\d{1,4} -?\d{1,4})*)+")


@dataclass(frozen=True)
class Limits:
    """From where on approval is needed, in percent; None: that is not looked at."""

    discount_above: Decimal | None = None
    margin_below: Decimal | None = None


def reasons_for_approval(
    limits: Limits, *, discount: Decimal, margin_percent: Decimal | None
) -> list[tuple[str, Decimal, Decimal]]:
    """What passes a limit: ("discount" or "margin", the value, the limit). Empty: it may go out."""
    found = []
    if limits.discount_above is not None and discount > limits.discount_above:
        found.append(("discount", discount, limits.discount_above))
    if limits.margin_below is not None and margin_percent is not None and margin_percent < limits.margin_below:
        found.append(("margin", margin_percent, limits.margin_below))
    return found


class Costed(Protocol):
    net: Decimal
    quantity: Decimal
    discount: Decimal
    unit_cost: Decimal | None


def margin_of(lines: Iterable[Costed]) -> tuple[Decimal | None, Decimal | None]:
    """(margin, in percent of the net amount) of the lines whose cost is known; (None, None) where it is of none."""
    known = [line for line in lines if line.unit_cost is not None]
    if not known:
        return None, None
    net = sum((line.net for line in known), Decimal(0))
    cost = sum(((line.unit_cost or Decimal(0)) * line.quantity for line in known), Decimal(0))
    margin = (net - cost).quantize(Decimal("0.01"))
    return margin, _percent(margin, net)


def lowest_margin(lines: Iterable[Choosable]) -> Decimal | None:
    """The margin in percent when the customer chooses what is worst for us; None where the cost of no line is known."""
    nothing = (Decimal(0), Decimal(0))
    ways: dict[Any, list[tuple[Decimal, Decimal]]] = {}
    """What is decided on its own → (net, margin) of each way to decide it."""
    is_known = False
    for line in lines:
        found = nothing
        if line.unit_cost is not None:
            is_known, found = True, (line.net, line.net - line.unit_cost * line.quantity)
        ways.setdefault(line.group or line.pk, [nothing] if line.optional else []).append(found)
    if not is_known:
        return None
    # The least quotient: with the share reached so far, what stays furthest below it, until nothing does.
    share, least = Decimal(1), HUNDRED
    while True:
        taken = [min(each, key=lambda part: part[1] - share * part[0]) for each in ways.values()]
        net, margin = (sum((part[place] for part in taken), Decimal(0)) for place in (0, 1))
        percent = _percent(margin, net)
        if percent is None or percent >= least or not net:
            return least if percent is None else min(percent, least)
        share, least = margin / net, percent


def _percent(margin: Decimal, net: Decimal) -> Decimal | None:
    """What is given away for nothing is as bad as can be said."""
    if not net:
        return -MOST_PERCENT if margin < 0 else None
    return max(-MOST_PERCENT, min(MOST_PERCENT, (margin * HUNDRED / net).quantize(Decimal("0.01"))))


class Choosable(Costed, Protocol):
    pk: UUID
    optional: bool
    group: str
    chosen: bool
    title: str


def choice_of(lines: Iterable[Choosable], wanted: Collection[UUID]) -> dict[UUID, bool]:
    """Line → whether it is taken, when these are wanted: fixed lines always, of variants the one that is wanted, and
    where none is, the one that is chosen already.

    Raises:
        ValidationError: for a line that is not part of the quote, or two variants of one thing.
    """
    all_lines = list(lines)
    if set(wanted) - {line.pk for line in all_lines}:
        raise ValidationError(_("What was chosen is not part of this quote. Load the page again."))
    taken: dict[UUID, bool] = {}
    for line in all_lines:
        taken[line.pk] = line.pk in wanted if line.optional else not line.group
    for group in {line.group for line in all_lines if line.group}:
        variants = [line for line in all_lines if line.group == group]
        picked = [line for line in variants if line.pk in wanted]
        if len(picked) > 1:
            raise ValidationError(
                _("Of “%(group)s” only one can be taken: “%(first)s” or “%(second)s”.")
                % {"group": group, "first": picked[0].title, "second": picked[1].title}
            )
        chosen = picked or [line for line in variants if line.chosen] or variants
        taken[chosen[0].pk] = True
    return taken


def checked_drawing(path: str) -> str:
    """The path of a drawn signature as it may be shown again; raises ValidationError for anything else."""
    bare = path.strip()
    if len(bare) > LONGEST_DRAWING:
        raise ValidationError(_("The signature has too many strokes. Draw it again."))
    if not _PATH.fullmatch(bare) or bare.count("L") < 3:
        raise ValidationError(_("Draw your signature into the field, or type your name."))
    return bare


def is_expired(valid_until: dt.date | None, *, on: dt.date) -> bool:
    return valid_until is not None and valid_until < on


def hash_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document, in hexadecimal: the same for the same content, whatever order it was put together in."""
    written = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()
