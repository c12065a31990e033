"""Migrations applied without reading every model anew for every table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


@contextmanager
def each_table_by_itself() -> Iterator[None]:
    """While this holds, Django reads only a new table's own model for it, not again all those that are tied to it.

    Everything here is tied to users and customers: of 18 s of CPU for an empty database 12 went into reading the same
    models hundreds of times. Django itself puts off the tied ones wherever a column's type does not depend on them, and
    reads all anew before Python code of a migration sees them; here a table that is new is put off in the same way.
    """
    find = ProjectState._find_reload_model  # type: ignore[attr-defined]

    def found(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        state.is_delayed = True
        if model_name in state.apps.all_models[app_label]:
            return find(state, app_label, model_name, delay=True)
        return {(app_label, model_name)}

    ProjectState._find_reload_model = found  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = find  # type: ignore[attr-defined]
