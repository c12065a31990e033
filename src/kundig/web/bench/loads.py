"""Whole files: an import and an export, in rows per second; what an import writes is taken back.

By the clock an import is faster than by processor time: Python and PostgreSQL work at it side by side.
"""

from __future__ import annotations

import csv
import io
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.custom.fields import AddedField
from kundig.records.exports.files import Export, Form, sorted_rows
from kundig.records.imports import command
from kundig.web.bench.requests import Cost, measure
from kundig.web.bench.scenarios import Bench
from kundig.web.sample import words

IMPORTED, EXPORTED = 10_000, 100_000
IMPORTED_AT_LEAST = 3_000
"""Rows per second that an import has promised."""


@dataclass(frozen=True)
class Load:
    """One file: its rows, and what all of them cost."""

    name: str
    rows: int
    cost: Cost
    at_least: int = 0

    def row(self) -> dict[str, Any]:
        total, wall = sum(self.cost.total()) / 1000, sum(self.cost.wall) / 1000
        return {
            "what": self.name,
            "rows": self.rows,
            "python_s": round(sum(self.cost.python) / 1000, 2),
            "postgres_s": round(sum(self.cost.database) / 1000, 2),
            "rows_per_second": round(self.rows / total) if total else 0,
            "by_the_clock": round(self.rows / wall) if wall else 0,
            "at_least": self.at_least,
        }


def loads(bench: Bench) -> Iterator[Load]:
    """Imports of new organisations with and without contact persons, of persons whose column names the company, of the
    same once more; exports as both forms."""
    if not bench.only or any(word in "import" for word in bench.only.split()):
        yield from _imports(bench)
    if not bench.only or any(word in "export" for word in bench.only.split()):
        yield from _exports(bench)


# -- import -----------------------------------------------------------------------------------------------------------


def _imports(bench: Bench) -> Iterator[Load]:
    with tempfile.TemporaryDirectory() as folder:
        for name, objects, lines in (
            ("import, organisations", "organisations", _organisations(with_person=False)),
            ("import, organisations with a contact person", "organisations", _organisations(with_person=True)),
            ("import, persons with a column that names the company", "persons", _persons(bench)),
        ):
            path = Path(folder) / "messung.csv"
            path.write_text(lines, encoding="utf-8")
            rows = lines.count("\n") - 1
            yield Load(
                name,
                rows,
                measure(name, [_taken_back(path, objects)], warm=0, clock=time.process_time_ns),
                IMPORTED_AT_LEAST,
            )


def _taken_back(path: Path, objects: str) -> Callable[[], None]:
    def run() -> None:
        said = io.StringIO()
        with transaction.atomic():
            status = command.run(path, as_name=objects, out=said)
            transaction.set_rollback(True)
        assert status == command.DONE, said.getvalue()[-1000:]

    return run


def _organisations(*, with_person: bool) -> str:
    """A file as it comes out of another program, in German; with 5 added fields it has 5 columns for them."""
    chance = random.Random(7)  # noqa: S311 - invented customers
    head = ["Kundennummer", "Firma", "Straße", "PLZ", "Ort", "Land", "Telefon", "E-Mail", "Branche", "Mitarbeiter"]
    head += ["Anrede", "Vorname", "Nachname", "Funktion"] if with_person else []
    added = _added()
    head += [str(field.label) for field in added]
    return _file(head, (_organisation(number, chance, with_person, added) for number in range(IMPORTED)))


def _organisation(number: int, chance: random.Random, with_person: bool, added: list[AddedField]) -> list[str]:
    town = chance.choice(words.TOWNS)
    family, (trade, industry) = chance.choice(words.FAMILIES), chance.choice(words.TRADES)
    row = [
        f"IMP-{number:06}", f"{trade} {family} {number} {chance.choice(words.FORMS)}",
        f"{chance.choice(words.STREETS)} {chance.randrange(1, 180)}", f"{town[1] + chance.randrange(9)}", town[0],
        town[5], f"{words.PREFIX[town[5]]} {town[2]} {town[3]}{number:05}", f"info@messung-{number}.example", industry,
        str(chance.randrange(1, 900)),
    ]  # fmt: skip
    if with_person:
        first = chance.choice(words.WOMEN)
        row += ["Frau", first, chance.choice(words.FAMILIES), chance.choice(words.FUNCTIONS)]
    return row + [_value(field, number) for field in added]


def _persons(bench: Bench) -> str:
    """Persons whose employer is named by its customer number: each must be looked up among all there are."""
    chance = random.Random(8)  # noqa: S311 - invented customers
    description = registry.get("organisations")
    assert description is not None, "organisations are described"
    employers = list(description.visible_to(bench.user).values_list("number", flat=True)[: IMPORTED * 5])
    head = ["Anrede", "Vorname", "Nachname", "Funktion", "Firma", "Telefon", "E-Mail"]

    def person(number: int) -> list[str]:
        first, family = chance.choice(words.MEN), chance.choice(words.FAMILIES)
        return [
            "Herr", first, family, chance.choice(words.FUNCTIONS), chance.choice(employers),
            f"+49 30 23125 {number:05}", f"p{number}@messung-person.example",
        ]  # fmt: skip

    return _file(head, (person(number) for number in range(IMPORTED)))


def _added() -> list[AddedField]:
    description = registry.get("organisations")
    return [f for f in description.fields.values() if isinstance(f, AddedField)] if description else []


def _value(field: AddedField, number: int) -> str:
    kinds = {"number": str(number % 90), "date": f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}"}
    kinds |= {"yes_no": "ja" if number % 3 else "nein", "text": f"RV-2027-{number:06}"}
    choices = [value for value, _label in getattr(field.kind, "choices", ())]
    return choices[number % len(choices)] if choices else kinds.get(field.row.kind, "")


def _file(head: list[str], rows: Iterator[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


# -- export -----------------------------------------------------------------------------------------------------------


def _exports(bench: Bench) -> Iterator[Load]:
    description = registry.get("organisations")
    assert description is not None, "organisations are described"
    export = Export(description.table_columns(bench.user), current_formats(), bench.user)
    rows = description.visible_to(bench.user)
    count = rows[:EXPORTED].count()
    for form in (Form.CSV, Form.XLSX):

        def write(form: Form = form) -> None:
            with tempfile.TemporaryFile() as target, transaction.atomic():
                found = islice(sorted_rows(rows, export.plan, sort="name_key", descending=False), count)
                export.write(found, form, target, name="Messung", about=[])

        name = f"export, {len(export.columns)} columns as {form.suffix.upper()}"
        yield Load(name, count, measure(name, [write], warm=0))
