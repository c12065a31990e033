"""`./kundig import FILE`: the import of the browser at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.imports.guessing import Sureness
from kundig.records.imports.mapping import Proposal, importer_of, propose, remember, remembered_form, settled
from kundig.records.imports.models import ImportRun
from kundig.records.imports.plan import Plan, UnusablePlan, plan_from_json
from kundig.records.imports.reading.encodings import name_of
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.opening import Opened, open_file
from kundig.records.imports.reading.workbooks import TABLE
from kundig.records.imports.running import RETURNED, Watch, outcome_counts, perform, try_out
from kundig.records.imports.targets import LEAVE_OUT, NOTE
from kundig.records.imports.uploads import take_returned
from kundig.records.imports.waiting import bring_waiting, waits_in_words, waits_of
from kundig.records.roundtrips.command import BringBack
from kundig.records.roundtrips.reading import SLIP

DONE, SOME_FAILED, UNUSABLE = 0, 1, 2
"""Exit statuses."""


def run(
    path: Path | str, *, as_name: str = "", mapping_file: Path | str | None = None, dry_run: bool = False,
    takes_file: bool = False, deletes: bool = False,
    by: User | None = None, out: TextIO, err: TextIO | None = None,
) -> int:  # fmt: skip
    """Import a file; what is recognised, warnings and the result are written to `out`, problems to `err`.

    A table that was exported to be edited is known as such: it needs no `as_name`, `takes_file` decides conflicts for
    the file, `deletes` takes out the records of rows that were removed.

    Returns 0 if every row went in (or was empty), 1 if some failed, 2 if file or mapping are unusable. Without a user
    the house itself imports, with all rights.
    """
    record = ImportRun(created_by_id=by.pk if by else None)
    try:
        return _run(
            record, Path(path), as_name, mapping_file,
            dry_run=dry_run, by=by or house(), say=_writer(out), watch=_progress(err),
            bring_back=BringBack(takes_file=takes_file, deletes=deletes, dry_run=dry_run),
        )  # fmt: skip
    except (UnusableFile, UnusablePlan) as error:
        _writer(err or out)(str(error))
        return UNUSABLE
    finally:
        _tidy(record.folder)


def _run(
    record: ImportRun, path: Path, as_name: str, mapping_file: Path | str | None, *,
    dry_run: bool, by: User, say: Callable[[str], None], watch: Watch | None, bring_back: BringBack,
) -> int:  # fmt: skip
    if not path.is_file():
        raise UnusableFile(_("There is no file %(path)s.") % {"path": path})
    record.name, record.size = path.name, path.stat().st_size
    record.make_folder()
    if take_returned(record, path, by=by):
        return bring_back(record, by=by, say=say, watch=watch)
    if not as_name:
        raise UnusablePlan(_("Say with --as what is in the file: it is no table that was exported to be edited."))
    description = _description(as_name, by)
    given = _mapping(mapping_file)
    record.object = description.name
    opened = open_file(path, record.folder, choices=given.get("file", {}))
    if remembered := remembered_form(opened.table, description):
        opened = open_file(path, record.folder, choices={**remembered, **given.get("file", {})})
    proposal = propose(opened.table, description, by=by, file_name=path.name)
    plan = _plan(given, proposal, opened)
    plan = settled(plan, importer_of(description), opened.table, by=by)
    _tell(opened, plan, proposal, say=say)
    record.path, record.form, record.plan = str(opened.table.path), opened.table.form.as_json(), plan.as_json()
    record.sheets = list(opened.sheets)
    if dry_run:
        try_out(record, by=by, watch=watch)
    else:
        record.save(force_insert=True)
        remember(plan, opened.table, description, by=by)
        perform(record, by=by, watch=watch)
        if bring_waiting():
            record.refresh_from_db()
    return _result(record, say=say)


def _description(name: str, by: User) -> Description:
    description = registry.get(name)
    importable = sorted(d.name for d in registry.descriptions() if d.may(by, Action.CREATE) and not d.parent)
    if description is None or description.name not in importable:
        raise UnusablePlan(
            _("“%(name)s” cannot be imported; there are: %(names)s.") % {"name": name, "names": ", ".join(importable)}
        )
    return description


def _mapping(path: Path | str | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusablePlan(
            _("The mapping %(path)s cannot be read: %(error)s.") % {"path": path, "error": error}
        ) from error
    except ValueError as error:
        raise UnusablePlan(_("The mapping %(path)s is no JSON: %(error)s.") % {"path": path, "error": error}) from error
    if not isinstance(given, dict) or not isinstance(given.get("file", {}), dict):
        raise UnusablePlan(_('The mapping %(path)s is no object like {"columns": {"Firma": "name"}}.') % {"path": path})
    return given


def _plan(given: Mapping[str, Any], proposal: Proposal, opened: Opened) -> Plan:
    """The plan of the mapping file where it says something, else what was guessed or kept."""
    form = opened.table.form
    if not given or set(given) == {"file"}:
        return proposal.plan
    kept = {**proposal.plan.as_json(), **given}
    kept.pop("decisions", None)
    if "match" not in given and "columns" in given:
        kept["match"] = ""
    return plan_from_json(kept, decimal=form.decimal, dates=form.dates)


def _tell(opened: Opened, plan: Plan, proposal: Proposal, *, say: Callable[[str], None]) -> None:
    """What was recognised, and what each column becomes."""
    table = opened.table
    parts = [name_of(table.form.encoding)]
    if table.form.layout == "fixed":
        parts.append(_("fixed columns"))
    else:
        parts.append(
            _("separated by “%(sign)s”") % {"sign": {"\t": "tab"}.get(table.form.delimiter, table.form.delimiter)}
        )
    if table.form.sheet:
        parts = [_("sheet “%(name)s”") % {"name": table.form.sheet}]
    say(_("%(file)s: %(parts)s") % {"file": table.path.name, "parts": ", ".join(parts)})
    for name in table.naming.twice:
        say(_("Two columns are called “%(name)s”; they are numbered.") % {"name": name})
    words = {Sureness.SURE: "", Sureness.PROBABLE: _(" (probably)"), Sureness.OPEN: ""}
    for column in table.columns:
        target = plan.columns.get(column, NOTE)
        guess = proposal.guesses.get(column)
        is_guess = guess is not None and guess.target == target and not proposal.is_remembered
        say(f"  {column} → {target}{words[guess.sureness] if guess and is_guess else ''}")
    if any(target == LEAVE_OUT for target in plan.columns.values()):
        say(_("Columns that become “leave_out” are not taken."))


def _result(record: ImportRun, *, say: Callable[[str], None]) -> int:
    for row, text in record.warnings:
        say(_("row %(row)d: %(text)s") % {"row": row, "text": text})
    if joined := record.counts.get("joined"):
        say(_("rows with a delimiter inside a text that was recognised: %(count)d") % {"count": joined})
    for reason, count in sorted(record.reasons.items(), key=lambda item: -item[1])[:20]:
        say(f"{count} × {reason}")
    counts = outcome_counts(record.counts)
    for group in [] if record._state.adding else waits_of(record):
        say(waits_in_words(group))
    if record.returned_bytes:
        say(_("The rows that were not taken are in the file named last, with the reason in a column."))
    say(", ".join(f"{name} {counts[name]}" for name in counts))
    if record.returned_bytes:
        say(str(record.folder / RETURNED))
    return SOME_FAILED if counts["failed"] else DONE


def _progress(err: TextIO | None) -> Watch | None:
    """Tells a person at a terminal how far it is."""
    if err is None or not err.isatty():
        return None

    def watch(done: int, total: int | None) -> None:
        of = f" of {total:,}" if total else ""
        err.write(f"\r{done:,}{of} rows" + ("\n" if done == total else ""))
        err.flush()

    return watch


def _tidy(folder: Path) -> None:
    """Only rows that were not taken stay; a sheet that was written out for reading goes."""
    for name in (TABLE, SLIP):
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _writer(out: TextIO) -> Callable[[str], None]:
    def say(text: str) -> None:
        out.write(f"{text}\n")

    return say
