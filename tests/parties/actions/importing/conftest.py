import csv
import io

import pytest

from kundig.accounts.queries import house
from kundig.parties.models import Organisation, Party
from kundig.records import registry
from kundig.records.imports.mapping import propose
from kundig.records.imports.models import ImportRun
from kundig.records.imports.plan import plan_from_json
from kundig.records.imports.reading.opening import open_file
from kundig.records.imports.running import outcome_counts, perform, try_out
from kundig.records.imports.waiting import bring_waiting


class Imported:
    """What an import did."""

    def __init__(self, run):
        self.run = run
        self.counts = {name: count for name, count in outcome_counts(run.counts).items() if count}
        path = run.folder / "returned.csv"
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        self.returned = list(csv.reader(io.StringIO(text), delimiter=";"))
        self.reasons = [row[-1] for row in self.returned[1:]]


@pytest.fixture
def imported(db, tmp_path, settings):
    """Imports text as a file and answers what became of it; columns are guessed where no plan is given."""
    settings.DATA = tmp_path / "data"

    def do(text, *, name="organisations", file="Kunden.csv", by=None, dry=False, **plan):
        path = tmp_path / file
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        by = by or house()
        description = registry.get(name)
        opened = open_file(path, tmp_path, choices=plan.pop("reading", {}))
        kept = {**propose(opened.table, description, by=by, file_name=file).plan.as_json(), **plan}
        plan_from_json(kept)
        run = ImportRun(
            object=name, name=file, path=str(opened.table.path), form=opened.table.form.as_json(), plan=kept,
            created_by_id=by.pk,
        )  # fmt: skip
        if dry:
            return Imported(try_out(run, by=by))
        run.save(force_insert=True)
        perform(run, by=by)
        if bring_waiting():
            run.refresh_from_db()
        return Imported(run)

    return do


@pytest.fixture
def company():
    """Finds one organisation by its name."""
    return lambda name: Organisation.objects.get(name=name)


@pytest.fixture
def everybody():
    """Names of all parties, sorted."""
    return lambda: sorted(Party.objects.values_list("name", flat=True))
