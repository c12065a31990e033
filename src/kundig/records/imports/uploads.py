"""Files on their way in: taken from the browser into the data folder, recognised, mapped as well as can be guessed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.exports.files import about_names
from kundig.records.imports.mapping import importer_of, propose, remembered_form
from kundig.records.imports.models import ImportRun
from kundig.records.imports.plan import Plan, plan_from_json
from kundig.records.imports.reading.form import DELIMITED, FIXED, UnusableFile
from kundig.records.imports.reading.opening import Opened, open_file, reopen
from kundig.records.imports.reading.table import Table
from kundig.records.imports.targets import LEAVE_OUT, NOTE
from kundig.records.roundtrips.reading import TABLE, recognised

LARGEST = 8_000_000_000
SOURCE = "source"
_LONGEST_NAME = 255


def receive(upload: UploadedFile | None, description: Description, *, by: User) -> ImportRun:
    """Keep an uploaded file and begin its import.

    Raises:
        UnusableFile: if there is no table in it; nothing is kept then.
    """
    if upload is None:
        raise UnusableFile(_("No file was chosen."))
    if (upload.size or 0) > LARGEST:
        raise UnusableFile(_("The file is larger than 8 GB. Cut it into several."))
    run = ImportRun(object=description.name, name=_clean(upload.name or ""), size=upload.size or 0, created_by=by)
    run.make_folder()
    try:
        _store(upload, run.folder / SOURCE)
        if take_returned(run, run.folder / SOURCE, by=by):
            run.save(force_insert=True)
            return run
        if not description.may(by, Action.CREATE):
            raise UnusableFile(
                _("Your role lets you bring back files that were exported to be edited, but not import others.")
            )
        opened = open_file(run.folder / SOURCE, run.folder)
        if kept := remembered_form(opened.table, description):
            opened = open_file(run.folder / SOURCE, run.folder, choices=kept)
        _take(run, opened)
        run.plan = propose(opened.table, description, by=by, file_name=run.name).plan.as_json()
        if about_names() & set(opened.sheets):  # It was exported here: what differs now, somebody has changed in it.
            run.plan = _as_exported(run.plan, description, by=by)
        run.save(force_insert=True)
    except BaseException:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def take_returned(run: ImportRun, source: Path, *, by: User) -> bool:
    """Whether the file is one that was exported to be edited; the import is about its object then, wherever it was
    dropped.

    Raises:
        UnusableFile: if it is, but cannot be taken.
    """
    slip = recognised(source, run.folder)
    if slip is None:
        return False
    description = registry.get(slip.object)
    if description is None:
        raise UnusableFile(
            _("What this file is about (“%(object)s”) does not exist any more.") % {"object": slip.object}
        )
    if not description.may(by, Action.CHANGE) and not description.may(by, Action.CREATE):
        raise UnusableFile(_("Your role does not let you change %(what)s.") % {"what": description.label_plural})
    run.object, run.plan, run.path = slip.object, {"slip": slip.as_json()}, str(run.folder / TABLE)
    return True


def table_of(run: ImportRun) -> Table:
    """The table of an import, as it is to be read now."""
    return reopen(Path(run.path), run.form)


def plan_of(run: ImportRun, table: Table) -> Plan:
    return plan_from_json(run.plan, decimal=table.form.decimal, dates=table.form.dates)


def read_otherwise(run: ImportRun, changes: Mapping[str, Any], *, by: User) -> None:
    """Read the file in another form; where that gives other columns, they are mapped anew.

    Raises:
        UnusableFile: if no table comes of it; the import stays as it was.
    """
    before = table_of(run)
    if run.form.get("sheet") and "sheet" not in changes:
        opened = Opened(Table(before.path, before.form.corrected(changes)), tuple(run.sheets))
        assert opened.table.columns
    else:
        opened = open_file(run.folder / SOURCE, run.folder, choices=_choices(run, changes))
    _take(run, opened)
    description = registry.get(run.object)
    if opened.table.columns != before.columns and description is not None:
        run.plan = propose(opened.table, description, by=by, file_name=run.name).plan.as_json()
    run.save(update_fields=("path", "form", "sheets", "plan"))


def map_column(run: ImportRun, column: str, target: str, *, by: User) -> None:
    """Decide what a column becomes; "" leaves it open. Another column that was the same is open from then on."""
    description = registry.get(run.object)
    table = table_of(run)
    if description is None or column not in table.columns:
        return
    targets = {each.name: each for each in importer_of(description).targets(by=by)}
    columns = dict(run.plan.get("columns", {}))
    columns.pop(column, None)
    if target in targets and not targets[target].repeats:
        columns = {name: chosen for name, chosen in columns.items() if chosen != target}
    if target in targets or target in (NOTE, LEAVE_OUT):
        columns[column] = target
    run.plan = {**run.plan, "columns": columns}
    if run.plan.get("match") not in (None, "", "none", *columns.values()):
        run.plan["match"] = ""


def discard(run: ImportRun) -> None:
    """Forget an import that was not begun, with its files."""
    shutil.rmtree(run.folder, ignore_errors=True)
    run.delete()


def _as_exported(plan: dict[str, Any], description: Description, *, by: User) -> dict[str, Any]:
    """The plan for a file of our own: columns are what they are called, rows are known by what tells records apart."""
    fields = description.fields_for(by)
    labels = {str(field.label)[:1].upper() + str(field.label)[1:]: name for name, field in fields.items()}
    known = {target.name for target in importer_of(description).targets(by=by)}
    columns = {
        column: labels[column] if labels.get(column) in known else target for column, target in plan["columns"].items()
    }
    keys = [name for name, field in fields.items() if field.is_unique and name in columns.values()]
    match = keys[0] if keys else plan.get("match", "")
    return {**plan, "columns": columns, "match": match, "existing": "overwrite"}


def _choices(run: ImportRun, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the file is to be read by: of the form only what does not depend on the change."""
    form = run.form
    if "sheet" in changes or "encoding" in changes:
        return dict(changes)
    if "delimiter" in changes:
        return {"encoding": form["encoding"], "layout": DELIMITED, **changes}
    if "layout" in changes or "cuts" in changes:
        return {"encoding": form["encoding"], "layout": FIXED, **changes}
    return {**{name: value for name, value in form.items() if name != "sheet"}, **changes}


def _take(run: ImportRun, opened: Opened) -> None:
    run.path, run.form, run.sheets = str(opened.table.path), opened.table.form.as_json(), list(opened.sheets)
    run.preview = {}


def _store(upload: UploadedFile, target: Path) -> None:
    """A large upload lies in the data folder already and is only moved."""
    temporary = getattr(upload, "temporary_file_path", None)
    if temporary is not None:
        shutil.move(temporary(), target)
        return
    with target.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)


def _clean(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:_LONGEST_NAME] or _("file")
