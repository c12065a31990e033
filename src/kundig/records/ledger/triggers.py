"""Which tables the ledger watches: those of every description, asked of the registry, and what is part of its records.

`install` is called after migrations, by the program's start and by the tests' template, and may be called at any time:
it adds what is missing and replaces what has become different.
"""

from __future__ import annotations

from django.db import connection, models, transaction

from kundig.records import registry
from kundig.records.custom.storage import CALCULATED
from kundig.records.objects.models import CustomRecord

TOUCHED = "changed_at"
"""That a record was touched is no change of what it says."""
_TRIGGERS = {
    "ledger_insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows",
    "ledger_update": "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "ledger_delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows",
}
_WHOLE = "CREATE OR REPLACE TRIGGER ledger_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION records_ledger_whole()"
_THERE = """
SELECT relation.relname, encode(trigger_.tgargs, 'escape') FROM pg_trigger AS trigger_
JOIN pg_class AS relation ON relation.oid = trigger_.tgrelid
WHERE trigger_.tgname = 'ledger_update' AND relation.relnamespace = 'public'::regnamespace
"""


def watched_models() -> dict[str, type[models.Model]]:
    """The watched tables by name, each with its model."""
    # The objects of this table come and go while the program works, and triggers come with migrations.
    found: dict[str, type[models.Model]] = {CustomRecord._meta.db_table: CustomRecord}
    for description in registry.descriptions():
        for model in (description.model, *description.recorded_along):
            concrete = model._meta.concrete_model
            assert concrete is not None, "a described model has a table"
            found.setdefault(concrete._meta.db_table, concrete)
    return found


def noise_of(model: type[models.Model]) -> list[str]:
    """Columns that follow from others, or only say that something happened: the ledger leaves them out."""
    generated = [str(column.column) for column in model._meta.concrete_fields if getattr(column, "generated", False)]
    kept = (TOUCHED, CALCULATED, *getattr(model, "kept_by_database", ()))
    others = [str(column.column) for column in model._meta.concrete_fields if column.column in kept]
    return sorted([*generated, *others])


def owner_column_of(model: type[models.Model]) -> str:
    """The column of a part that says to which record it belongs; "" where a record stands for itself."""
    for description in registry.descriptions():
        if description.parent and description.model._meta.concrete_model is model:
            return str(description.model._meta.get_field(description.parent).column)  # type: ignore[union-attr]
        if model in description.recorded_along:
            whole = description.model._meta.concrete_model
            for column in model._meta.concrete_fields:
                if column.is_relation and column.related_model._meta.concrete_model is whole:  # type: ignore[union-attr]
                    return str(column.column)
    return ""


@transaction.atomic
def install() -> list[str]:
    """Put the triggers on every watched table; answers the names of the tables that got new ones."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE)
        there = dict(cursor.fetchall())
        changed = []
        for name, model in watched_models().items():
            cursor.execute("SELECT to_regclass(%s)", [f'"{name}"'])
            if cursor.fetchone()[0] is None:
                continue  # described before its table is made: the next start comes by again
            cursor.execute("SELECT records_ledger_table(%s)", [name])
            number, noise = str(cursor.fetchone()[0]), "{" + ",".join(noise_of(model)) + "}"
            owner = owner_column_of(model)
            if there.get(name) == f"{number}\\000{noise}\\000{owner}\\000":
                continue
            for trigger, when in _TRIGGERS.items():
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {trigger} {when.format(table=_quoted(name))}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION records_ledger_write('{number}', '{noise}', '{owner}')"
                )
            cursor.execute(_WHOLE.format(table=_quoted(name)))
            changed.append(name)
    return changed


def make_partitions(*, months: int = 3) -> int:
    """Make the partitions of this month and the next ones; answers how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_ledger_partitions(current_date, %s)", [months])
        return int(cursor.fetchone()[0])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
