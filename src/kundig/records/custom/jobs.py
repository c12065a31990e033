"""What is done about added fields in the background: their indexes."""

from __future__ import annotations

from typing import Any

from kundig.platform import jobs
from kundig.records.custom.indexes import bring_in_step
from kundig.records.custom.models import CustomField


@jobs.job("added_field_index")
def build_index(run: jobs.Progress, *, field: str) -> dict[str, Any]:
    """Build the index of a field, or drop it when the field is retired."""
    row = CustomField.objects.filter(pk=field).first()
    if row is None:
        return {}
    bring_in_step(row)
    return {"state": row.index_state}
