"""What a cell held when the file was made, out of the ledger: the third of the three ways, shown where two disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.exports.cells import value_of as exported
from kundig.records.ledger import present
from kundig.records.ledger.states import states_at
from kundig.records.ledger.tables import watched_tables
from kundig.records.roundtrips import marks
from kundig.records.roundtrips.cells import written
from kundig.records.roundtrips.columns import field_named
from kundig.records.roundtrips.comparing import CONFLICT, Cell
from kundig.records.rows import RowPlan


def with_bases(
    description: Description, cells: Sequence[Cell], *, at: dt.datetime, by: User, formats: Formats
) -> list[Cell]:
    """The same cells; those changed on both sides know what they were, where the ledger still does."""
    asked = [cell for cell in cells if cell.state == CONFLICT and cell.base is None]
    watched = next((each for each in watched_tables().values() if description in each.descriptions), None)
    fields = {cell.field: field_named(description, cell.field, by=by) for cell in asked}
    known = [field for field in fields.values() if field is not None]
    if not asked or watched is None or not known:
        return list(cells)
    plan = RowPlan(known, by)
    states = states_at(watched, {UUID(cell.of) for cell in asked}, at)
    with present.standing(watched, states):
        rows = {str(row[0]): row for row in plan.read(description.everything().filter(pk__in=list(states)))}
    return [_with_base(cell, rows, fields, plan, formats) for cell in cells]


def _with_base(cell: Cell, rows: dict, fields: dict, plan: RowPlan, formats: Formats) -> Cell:
    field, row = fields.get(cell.field), rows.get(cell.of)
    if cell.state != CONFLICT or cell.base is not None or field is None or row is None:
        return cell
    text = written(exported(field, formats)(*plan.values(row, field)))
    return replace(cell, base=text) if marks.of_cell(cell.of, cell.field, text) == cell.mark else cell
