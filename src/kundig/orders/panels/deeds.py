"""What can be done with an order, a delivery, a return, a contract, an asset or a protocol, and what is asked first.

A deed without questions is one button; the others have a page with a form of their own, which works without scripts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats


@dataclass(frozen=True)
class Asked:
    """A question: `kind` is "text", "area", "date", "time", "number", "choice" or "drawing"; `value` what stands in it
    at first."""

    name: str
    label: Any
    kind: str = "text"
    choices: Sequence[tuple[str, Any]] = ()
    value: Callable[[Any], str] = lambda record: ""
    help: Any = ""
    longest: int = 4000


@dataclass(frozen=True)
class Row:
    """A position of which something is asked: how much (at most `most`), or a choice."""

    id: UUID
    title: str
    most: str = ""
    value: str = ""


@dataclass(frozen=True)
class Given:
    """What somebody has filled in: texts, days, numbers by name; of rows quantities, choices and serial numbers."""

    values: Mapping[str, Any]
    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    chosen: Mapping[UUID, str] = field(default_factory=dict)
    serials: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """Something to do. `fits` says whether a record is so far; `run(record, given, by)` does it and answers the record
    to whose page it leads."""

    key: str
    label: Any
    run: Callable[[Any, Given, User], models.Model]
    fits: Callable[[Any], bool]
    icon: str = "check"
    asks: Sequence[Asked] = ()
    rows: Callable[[Any], Sequence[Row]] | None = None
    row_choices: Sequence[tuple[str, Any]] = ()
    """Of each row one of these is chosen, instead of a quantity."""
    has_serials: bool = False
    intro: Any = ""
    is_first: bool = False
    """The next step: its button stands out."""
    is_final: bool = False
    """Nobody takes it back."""

    @property
    def is_button(self) -> bool:
        return not self.asks and self.rows is None


def read(deed: Deed, record: Any, data: Mapping[str, str]) -> Given:
    """What was posted.

    Raises:
        ValidationError: with a dict, by the name of the question or the id of the row.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for asked in deed.asks:
        try:
            values[asked.name] = _value(asked, data.get(asked.name, ""))
        except ValidationError as error:
            errors[asked.name] = error.messages[0]
    quantities, chosen, serials = {}, {}, {}
    for row in deed.rows(record) if deed.rows else ():
        text = data.get(f"row-{row.id}", "").strip()
        if deed.row_choices:
            chosen[row.id] = text
            continue
        try:
            quantities[row.id] = current_formats().parse_number(text) if text else Decimal(0)
        except (ValueError, InvalidOperation):
            errors[str(row.id)] = _("“%(text)s” is no number.") % {"text": text[:40]}
        serials[row.id] = data.get(f"serials-{row.id}", "")
    if errors:
        raise ValidationError(errors)
    return Given(values, quantities, chosen, serials)


def _value(asked: Asked, raw: str) -> Any:
    text = raw.replace("\x00", "").replace("\r\n", "\n").strip()
    if asked.kind == "date":
        return _day(text)
    if asked.kind == "time":
        return _time(text)
    if asked.kind == "number":
        return _number(text)
    if asked.kind == "choice":
        if text and text not in {str(key) for key, _label in asked.choices}:
            raise ValidationError(_("Please choose one of those that are offered."))
        return text
    if asked.kind != "drawing" and len(text) > asked.longest:
        raise ValidationError(_("At most %(most)d characters fit.") % {"most": asked.longest})
    return text


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("“%(text)s” is no day.") % {"text": text[:40]})
    return found


def _time(text: str) -> dt.time | None:
    if not text:
        return None
    try:
        found = parse_time(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("“%(text)s” is no time.") % {"text": text[:40]})
    return found


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return current_formats().parse_number(text)
    except (ValueError, InvalidOperation) as error:
        raise ValidationError(_("“%(text)s” is no number.") % {"text": text[:40]}) from error
