"""A rehearsal of an update, on a copy: the process that migrates the copy and looks whether everything is still there.

`python -m kundig.web.rehearsing` works on the database DATABASE_URL names and prints one JSON object, a `Rehearsal`.
"""

import dataclasses
import json
import sys
import time
from dataclasses import dataclass

from kundig.platform.console import Refused, tell
from kundig.platform.logs import first_line

_COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1
"""
_UNSOUND = """
SELECT 'the constraint ' || conname || ' of ' || conrelid::regclass || ' was never validated'
FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace
UNION ALL SELECT 'the index ' || indexrelid::regclass || ' is invalid' FROM pg_index WHERE NOT indisvalid
"""


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: int


@dataclass
class Rehearsal:
    """What an update did to a copy: migrations, how long they took, what is different, and what must not be."""

    migrations: list[str]
    seconds: float
    differences: list[str]
    faults: list[str]


def rehearse() -> Rehearsal:
    """Bring this database up to date and compare it with what it was. Needs Django."""
    from kundig.web import schema

    before = _tables()
    migrations = schema.unapplied()
    began = time.monotonic()
    schema.bring_up_to_date()
    seconds = time.monotonic() - began
    after = _tables()
    return Rehearsal(migrations, round(seconds, 1), differences(before, after), faults(before, after))


def differences(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """What the update changed, a line for each table it touched."""
    found = [f"new: {name}" for name in sorted(after.keys() - before.keys())]
    found += [f"gone: {name} with {before[name].rows} rows" for name in sorted(before.keys() - after.keys())]
    for name in sorted(before.keys() & after.keys()):
        was, now = before[name], after[name]
        changed = [f"+{column}" for column in now.columns if column not in was.columns]
        changed += [f"-{column}" for column in was.columns if column not in now.columns]
        if was.rows != now.rows:
            changed.append(f"{was.rows} rows, now {now.rows}")
        if changed:
            found.append(f"{name}: {', '.join(changed)}")
    return found


def faults(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """What no update may do: lose a record or a line of the ledger, or leave tables that the program cannot read."""
    from django.apps import apps
    from django.db import DatabaseError, connection

    from kundig.records.ledger.triggers import watched_models
    from kundig.web import schema

    kept = [name for name in before if name in watched_models() or name.startswith("records_ledger")]
    found = [
        f"{name} lost {before[name].rows - rows} of {before[name].rows} rows"
        for name in sorted(kept)
        if (rows := after[name].rows if name in after else 0) < before[name].rows
    ]
    for model in apps.get_models(include_auto_created=True):
        try:
            model._base_manager.first()
        except DatabaseError as error:
            found.append(f"{model._meta.db_table} cannot be read: {first_line(error)}")
    with connection.cursor() as cursor:
        cursor.execute(_UNSOUND)
        found += [reason for (reason,) in cursor.fetchall()]
    try:
        schema.check_program()
    except Refused as refusal:
        found.append(str(refusal))
    return found


def _tables() -> dict[str, Table]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        columns = dict(cursor.fetchall())
        found = {}
        for name, own in columns.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a table's name
            found[name] = Table(tuple(own), cursor.fetchone()[0])
    return found


def main() -> int:
    from kundig.platform.starting import set_up

    set_up()
    try:
        tell(json.dumps(dataclasses.asdict(rehearse())))
    except Exception as error:
        sys.stderr.write(f"{first_line(error)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
