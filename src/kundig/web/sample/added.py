"""Five added fields of the sample's organisations, one of each usual kind, with a value in most of them: made on wish,
to see what fields of one's own cost at a size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.custom.actions import add_field
from kundig.records.custom.indexes import bring_in_step
from kundig.records.custom.models import CustomField

OBJECT = "organisations"
FIRST_VISIT = dt.date(2026, 1, 1)
CLASSES = ("A", "B", "C", "D")
_SHARES = (0.05, 0.15, 0.3, 0.5)


@dataclass(frozen=True)
class Sampled:
    """One of the fields: what an administrator would type, and the share of organisations that have a value."""

    german: str
    english: str
    kind: str
    filled: float
    options: Mapping[str, Any]


FIELDS = (
    Sampled("Rahmenvertrag", "Framework contract", "text", 0.7, {}),
    Sampled("Maschinen im Haus", "Machines on site", "number", 0.8, {}),
    Sampled("Lieferstufe", "Delivery tier", "choice", 0.9,
            {"choices": [{"value": value.lower(), "de": value, "en": value} for value in CLASSES]}),
    Sampled("Nächster Besuch", "Next visit", "date", 0.6, {}),
    Sampled("Sammelrechnung", "Collective invoice", "yes_no", 0.95, {}),
)  # fmt: skip


def add_fields(by: User) -> list[CustomField]:
    """The fields in the order of `FIELDS`; those of an earlier run are taken as they are."""
    description = registry.get(OBJECT)
    assert description is not None, "organisations are described"
    found = {row.label_de: row for row in CustomField.objects.filter(object=OBJECT, deleted_at=None)}
    for sampled in FIELDS:
        row = found.get(sampled.german)
        if row is not None and row.kind != sampled.kind:
            raise ValidationError(_("There is a field “%(name)s” already, of another kind.") % {"name": sampled.german})
    return [
        found.get(sampled.german)
        or add_field(
            description,
            {
                "kind": sampled.kind,
                "label_de": sampled.german,
                "label_en": sampled.english,
                "options": dict(sampled.options),
            },
            by=by,
        )
        for sampled in FIELDS
    ]


def values(names: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """So many values of the JSON column, as text; `names` are those of the fields in the order of `FIELDS`."""
    contracts = rng.integers(0, 900_000, count).tolist()
    years = rng.integers(2019, 2027, count).tolist()
    machines = np.minimum(rng.geometric(0.12, count), 400).tolist()
    classes = rng.choice(len(CLASSES), count, p=_SHARES).tolist()
    days = rng.integers(0, 730, count).tolist()
    together = (rng.random(count) < 0.35).tolist()
    columns = (
        [f'"RV-{year}-{number:06}"' for year, number in zip(years, contracts, strict=True)],
        [f'"{machine}"' for machine in machines],
        [f'"{CLASSES[position].lower()}"' for position in classes],
        [f'"{FIRST_VISIT + dt.timedelta(days=day)}"' for day in days],
        ["true" if flag else "false" for flag in together],
    )
    parts = [
        [f'"{name}": {text}' if is_filled else "" for text, is_filled in zip(column, filled, strict=True)]
        for name, column, filled in zip(
            names, columns, ((rng.random(count) < sampled.filled).tolist() for sampled in FIELDS), strict=True
        )
    ]
    return ["{" + ", ".join(filter(None, each)) + "}" for each in zip(*parts, strict=True)]


def build_indexes(rows: list[CustomField]) -> None:
    """Have their indexes at once, where no worker runs to build them."""
    for row in rows:
        bring_in_step(row)
