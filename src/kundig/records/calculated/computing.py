"""Writing the values of formulas: set by set, only where something is different."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DataError, connection, transaction

from kundig.platform.logs import first_line
from kundig.records.calculated.formulas import Formula, formulas_of, in_order
from kundig.records.custom.models import CalculationState, CustomField
from kundig.records.description import Description

PORTION = 2000
logger = logging.getLogger("kundig.records")

_LOCK = "SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_WRITE = """
UPDATE {table} AS known SET calculated = jsonb_strip_nulls(known.calculated || fresh.given)
FROM (SELECT rows.id, jsonb_build_object({pairs}) AS given FROM ({rows}) AS rows ({columns})) AS fresh
WHERE known.id = fresh.id AND known.calculated IS DISTINCT FROM jsonb_strip_nulls(known.calculated || fresh.given)
RETURNING known.id
"""


def calculate(description: Description, ids: Iterable[Any], *, formulas: Sequence[Formula] | None = None) -> list[UUID]:
    """Bring calculated values of these records in step, in the transaction at hand; answers whose have changed.

    Formulas are calculated in the order of what they read of each other. Calling it again changes nothing.
    """
    wanted = formulas_of(description) if formulas is None else formulas
    if not wanted:
        return []
    steps, changed = in_order(wanted), dict[UUID, None]()
    for portion in _portions(ids):
        # Whoever changes a record at the same time has ended before it is read here, or waits until we have written.
        with connection.cursor() as cursor:
            cursor.execute(_LOCK.format(table=_table(description)), [portion])
        for step in steps:
            changed.update(dict.fromkeys(_calculate(description, step, portion)))
    return list(changed)


def _portions(ids: Iterable[Any]) -> Iterator[list[UUID]]:
    each = iter(ids)
    while portion := [UUID(str(record_id)) for record_id in islice(each, PORTION)]:
        yield portion


def _calculate(description: Description, formulas: Sequence[Formula], ids: Sequence[UUID]) -> list[UUID]:
    """One step. A formula whose values the database cannot hold is left out and marked: nobody is kept from saving."""
    try:
        with transaction.atomic():
            return _write(description, formulas, ids)
    except DataError as error:
        if len(formulas) > 1:
            return [each for formula in formulas for each in _calculate(description, [formula], ids)]
        _fails(formulas[0], first_line(error))
        return []


def _write(description: Description, formulas: Sequence[Formula], ids: Sequence[UUID]) -> list[UUID]:
    values = {f"calculated_{number}": formula.sql() for number, formula in enumerate(formulas)}
    rows = description.everything().filter(pk__among=ids).order_by().annotate(**values).values_list("pk", *values)
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    pairs = ", ".join(f"'{formula.name}', rows.{column}" for formula, column in zip(formulas, values, strict=True))
    columns = ", ".join(("id", *values))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(table=_table(description), pairs=pairs, rows=sql, columns=columns), list(params))
        return [row[0] for row in cursor.fetchall()]


def _fails(formula: Formula, reason: str) -> None:
    logger.error("%s.%s cannot be calculated: %s", formula.description.name, formula.name, reason)
    CustomField.objects.filter(pk=formula.row.pk).exclude(calculation=CalculationState.FAILED).update(
        calculation=CalculationState.FAILED, calculation_error=reason
    )


def _table(description: Description) -> str:
    return connection.ops.quote_name(description.model._meta.db_table)
