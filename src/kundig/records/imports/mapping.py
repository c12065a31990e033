"""From an opened file to a plan: what was decided the last time, what can be guessed, what stays open."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.imports.guessing import Guess, Sureness, guess_columns
from kundig.records.imports.models import SavedMapping
from kundig.records.imports.plain import PlainImporter
from kundig.records.imports.plan import EVERY_ROW_IS_NEW, Plan, UnusablePlan, check_plan, plan_from_json
from kundig.records.imports.reading.table import Table
from kundig.records.imports.targets import LEAVE_OUT, NOTE, Importer, Target
from kundig.records.kinds.base import Reading, is_nothing

LONGEST_SAMPLE = 120
LONGEST_SYSTEM = 60
_SAMPLE_ROWS = 200
# One word at a time: as a repeated group it would try every way to cut a long number into pieces.
_COPY_OF_A_FILE = re.compile(r"[\s._-]*(?:kopie|copy|export|neu|final|v?\d+|\(\d+\))$", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """A plan to begin with, how sure each column is, and examples of its values."""

    plan: Plan
    guesses: Mapping[str, Guess]
    samples: Mapping[str, Sequence[str]]
    hints: Mapping[str, str]
    """Column → what people should know about it."""
    recognised: Mapping[str, tuple[int, int]]
    """Column of names → how many of its different values are known here, and how many there are."""
    is_remembered: bool = False
    """Whether the plan is the one somebody made for such a file before."""


def importer_of(description: Description) -> Importer:
    return (description.importer or PlainImporter)(description)


def reason_column() -> str:
    """Name of the column that says why a row was not taken; in a corrected file it says nothing any more."""
    return _("Reason")


def propose(table: Table, description: Description, *, by: User, file_name: str) -> Proposal:
    """A plan for a file: the saved one of such a file, or a guess."""
    importer = importer_of(description)
    targets = importer.targets(by=by)
    samples = samples_of(table)
    withheld = {target.name: target for target in importer.withheld(by=by)}
    guesses = guess_columns([*targets, *withheld.values()], samples)
    hints = {
        column: _why_withheld(withheld[guess.target]) for column, guess in guesses.items() if guess.target in withheld
    }
    guesses = {column: guess for column, guess in guesses.items() if column not in hints and column != reason_column()}
    adjusted = importer.adjust({column: guess.target for column, guess in guesses.items()}, samples=samples)
    guesses = {
        column: Guess(adjusted[column], max(guess.sureness, Sureness.PROBABLE) if adjusted[column] else Sureness.OPEN)
        for column, guess in guesses.items()
    }
    recognised = _recognised(importer, guesses, samples, by=by)
    saved = _saved_plan(table, description, targets)
    if saved is not None:
        return Proposal(_with_form(saved, table), guesses, samples, hints, recognised, is_remembered=True)
    columns = {column: guess.target for column, guess in guesses.items() if guess.target}
    # Names of people nobody knows here would make every row fail; as notes they are at least kept.
    columns.update({column: NOTE for column, (known, _all) in recognised.items() if not known})
    columns.update({column: LEAVE_OUT for column in samples if column not in guesses})
    values = importer.values_for_new(file_name=file_name, columns=table.columns)
    plan = _with_form(Plan(columns=columns, system=system_of(file_name), values=values), table)
    return Proposal(plan, guesses, samples, hints, recognised)


def _why_withheld(target: Target) -> str:
    if target.reason:
        return str(target.reason)
    return _("“%(field)s” is switched off until an administrator states its purpose. The column is left out.") % {
        "field": target.label
    }


def _recognised(
    importer: Importer, guesses: Mapping[str, Guess], samples: Mapping[str, Sequence[str]], *, by: User
) -> dict[str, tuple[int, int]]:
    found = {}
    for column, guess in guesses.items():
        values = list(dict.fromkeys(samples[column])) if guess.target else []
        known = importer.recognised(guess.target, values, by=by) if values else None
        if known is not None:
            found[column] = (known, len(values))
    return found


def samples_of(table: Table) -> dict[str, list[str]]:
    """Values of each column in the first rows, without what means nothing."""
    rows = [row.cells for row in table.sample[:_SAMPLE_ROWS] if not row.problem]
    return {
        name: [cells[index].strip()[:LONGEST_SAMPLE] for cells in rows if not is_nothing(cells[index])]
        for index, name in enumerate(table.columns)
    }


def settled(plan: Plan, importer: Importer, table: Table, *, by: User) -> Plan:
    """The plan with what follows from it: by what rows are matched.

    Raises:
        UnusablePlan: if it does not fit the file, or nothing comes of it.
    """
    return _with_form(settled_for(plan, importer, table.columns, by=by), table)


def settled_for(plan: Plan, importer: Importer, columns: Sequence[str], *, by: User) -> Plan:
    """The same for the columns of a file that need not be there any more."""
    targets = importer.targets(by=by)
    check_plan(plan, columns=columns, targets=targets, keys=importer.keys(plan.targets(), targets=targets))
    mapped = plan.targets()
    if problem := importer.requirement(mapped):
        raise UnusablePlan(problem)
    _check_values(plan, importer, by=by)
    return replace(plan, key=plan.key or importer.default_key(mapped) or EVERY_ROW_IS_NEW)


def _check_values(plan: Plan, importer: Importer, *, by: User) -> None:
    fields = {field.name: field for field in importer.choices_for_new(by=by)}
    for name, value in plan.values.items():
        if name not in fields:
            known = ", ".join(fields) or "–"
            raise UnusablePlan(
                _("“%(name)s” cannot be chosen for new records; these can: %(names)s.")
                % {"name": name[:40], "names": known}
            )
        try:
            fields[name].kind.parse(
                value, field=fields[name], reading=Reading(user=by, formats=current_formats(), row={})
            )
        except ValidationError as error:
            raise UnusablePlan(" ".join(error.messages)) from error


def remember(plan: Plan, table: Table, description: Description, *, by: User) -> None:
    """Keep the plan for the next file with these columns."""
    kept = plan.as_json()
    kept.pop("decisions")
    form = table.form.as_json()
    SavedMapping.objects.update_or_create(
        object=description.name,
        fingerprint=fingerprint_of(table),
        defaults={"plan": kept, "form": {name: form[name] for name in ("decimal", "dates")},
                  "created_by_id": by.pk if not by._state.adding else None},
    )  # fmt: skip


def remembered_form(table: Table, description: Description) -> dict[str, Any]:
    """What was chosen for numbers and dates of such a file the last time."""
    saved = SavedMapping.objects.filter(object=description.name, fingerprint=fingerprint_of(table)).first()
    return dict(saved.form) if saved else {}


def fingerprint_of(table: Table) -> str:
    """What two files of the same columns have in common."""
    names = "\x1f".join(name.casefold() for name in table.columns)
    return hashlib.sha256(f"{bool(table.form.header)}\x1f{table.form.cuts}\x1f{names}".encode()).hexdigest()


def system_of(file_name: str) -> str:
    """What to call the system a file comes from: "Kunden_2026-04-03 (2).csv" → "Kunden"."""
    stem = file_name.replace("\\", "/").rpartition("/")[2]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)
    bare = stem
    while (shorter := _COPY_OF_A_FILE.sub("", bare)) != bare:
        bare = shorter
    return (bare.strip(" _-.") or stem or "file")[:LONGEST_SYSTEM]


def _saved_plan(table: Table, description: Description, targets: Sequence[Target]) -> Plan | None:
    saved = SavedMapping.objects.filter(object=description.name, fingerprint=fingerprint_of(table)).first()
    if saved is None:
        return None
    allowed = {target.name for target in targets} | {NOTE, LEAVE_OUT}
    try:
        plan = plan_from_json(saved.plan)
    except UnusablePlan:
        return None
    # A field may have been switched off since.
    return replace(plan, columns={column: name for column, name in plan.columns.items() if name in allowed})


def _with_form(plan: Plan, table: Table) -> Plan:
    return replace(plan, decimal=table.form.decimal, dates=table.form.dates)
