"""What is typed about rhythms: for each kind of contact a number and what it counts, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.timeline.enums import Unit
from kundig.timeline.protocol import kind_of
from kundig.timeline.rules.rhythm import ANY, Rhythm

ASKED = ("call", "visit", "mail", ANY)
"""The kinds of contact that a form asks for; REST takes the others, too."""
_ANY = gettext_lazy("Any contact")


@dataclass(frozen=True)
class RhythmLine:
    """One kind of contact in a form: how often, as it was typed."""

    name: str
    label: Any
    every: str
    unit: str


def lines(rhythms: Iterable[Rhythm], *, prefix: str, data: Mapping[str, str] | None = None) -> list[RhythmLine]:
    """The form filled in with `rhythms`, or with what was sent."""
    known = {rhythm.kind: rhythm for rhythm in rhythms}
    found = []
    for kind in [*ASKED, *(kind for kind in known if kind not in ASKED)]:
        registered, name = kind_of(kind), f"{prefix}.{kind or 'any'}"
        label = registered.label if registered else _ANY
        rhythm = known.get(kind)
        every, unit = (str(rhythm.every), str(rhythm.unit)) if rhythm else ("", str(Unit.MONTH))
        if data is not None:
            every, unit = data.get(name, "").strip(), data.get(f"{name}.unit", unit)
        found.append(RhythmLine(name, label, every, unit))
    return found


def typed(filled: Iterable[RhythmLine]) -> list[Rhythm]:
    """What the lines say; an empty one says nothing.

    Raises:
        ValidationError: for what is no number, and for a unit that is none.
    """
    rhythms = []
    for line in filled:
        if not line.every:
            continue
        if not (line.every.isascii() and line.every.isdigit()) or len(line.every) > 4:
            message = _("“%(text)s” is no number. Write for example 3, and choose “months”.")
            raise ValidationError({"every": message % {"text": line.every[:20]}})
        if line.unit not in Unit.values:
            raise ValidationError({"every": _("Choose days, weeks, months or years.")})
        kind = line.name.rpartition(".")[2]
        rhythms.append(Rhythm("" if kind == "any" else kind, int(line.every), Unit(line.unit)))
    return rhythms
