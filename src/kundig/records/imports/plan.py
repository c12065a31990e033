"""What somebody decided about an import: which column becomes what, how rows are matched, what happens to the known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from kundig.records.imports.targets import LEAVE_OUT, NOTE, Target

EVERY_ROW_IS_NEW = "none"
IS_NEW, SKIP = "new", "skip"
"""Answers to "is this the one we have?", beside the id of the record that is to be completed."""


_SETTINGS = frozenset({"columns", "match", "system", "existing", "missing", "new", "decisions", "file"})


class UnusablePlan(Exception):
    """A plan that does not fit the file; the text says what is wrong and what would be right."""


@dataclass(frozen=True)
class Plan:
    """Decisions, as plain data. Columns not named are open: they go into the notes, so that nothing is lost."""

    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    """Target by which rows are matched; `EVERY_ROW_IS_NEW` for none, "" for what suits the mapped columns."""
    system: str = ""
    """Whose numbers the key column holds, so that numbers of two systems never meet."""
    overwrite: bool = False
    """Whether values of the file replace those that are there; otherwise only what is empty is filled."""
    create_missing: bool = True
    """Whether records that are only named (a person's company) are created; otherwise the row comes back."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What new records get where the file says nothing: field → value."""
    decisions: Mapping[int, str] = field(default_factory=dict)
    """Row → id of the record it completes, `IS_NEW` or `SKIP`."""
    decimal: str = "."
    dates: str = "dmy"

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "match": self.key,
            "system": self.system,
            "existing": "overwrite" if self.overwrite else "fill",
            "missing": "create" if self.create_missing else "fail",
            "new": dict(self.values),
            "decisions": {str(row): answer for row, answer in self.decisions.items()},
        }

    def targets(self) -> list[str]:
        return [target for target in self.columns.values() if target not in (NOTE, LEAVE_OUT)]

    def columns_of(self, target: str) -> list[str]:
        return [column for column, chosen in self.columns.items() if chosen == target]


def plan_from_json(kept: Mapping[str, Any], *, decimal: str = ".", dates: str = "dmy") -> Plan:
    """The plan out of its JSON form, as it is kept and as a mapping file has it.

    Raises:
        UnusablePlan: for a key or a value that does not exist.
    """
    unknown = sorted(set(kept) - _SETTINGS)
    if unknown:
        raise UnusablePlan(
            _("There is no setting “%(name)s”; there are: %(names)s.")
            % {"name": unknown[0][:40], "names": ", ".join(sorted(_SETTINGS - {"decisions"}))}
        )
    columns = kept.get("columns", {})
    if not isinstance(columns, Mapping) or not all(v is None or isinstance(v, str) for v in columns.values()):
        raise UnusablePlan(_('“columns” names a target for each column: {"Firma": "name", "KZ3": "note"}.'))
    return Plan(
        columns={str(column): target or LEAVE_OUT for column, target in columns.items()},
        key=str(kept.get("match", "") or ""),
        system=str(kept.get("system", "") or ""),
        overwrite=_chosen(kept, "existing", ("fill", "overwrite")) == "overwrite",
        create_missing=_chosen(kept, "missing", ("create", "fail")) == "create",
        values={str(name): str(value) for name, value in dict(kept.get("new") or {}).items()},
        decisions={int(row): str(answer) for row, answer in dict(kept.get("decisions", {})).items()},
        decimal=decimal,
        dates=dates,
    )


def _chosen(kept: Mapping[str, Any], name: str, allowed: tuple[str, str]) -> str:
    value = kept.get(name, allowed[0])
    if value not in allowed:
        raise UnusablePlan(
            _("“%(name)s” is %(first)s or %(second)s, not “%(value)s”.")
            % {"name": name, "first": allowed[0], "second": allowed[1], "value": str(value)[:40]}
        )
    return str(value)


def check_plan(
    plan: Plan, *, columns: Sequence[str], targets: Iterable[Target], keys: Sequence[tuple[str, Any]]
) -> None:
    """Raises UnusablePlan if the plan names columns, targets or a key there are not, or one target for two columns."""
    known = {target.name: target for target in targets}
    for column, chosen in plan.columns.items():
        if column not in columns:
            raise UnusablePlan(
                _("The file has no column “%(name)s”%(hint)s; it has: %(names)s.")
                % {"name": column[:60], "hint": _hint(column, columns), "names": _listed(columns)}
            )
        if chosen not in known and chosen not in (NOTE, LEAVE_OUT):
            raise UnusablePlan(
                _("A column cannot become “%(name)s”%(hint)s; it can become: %(names)s.")
                % {"name": chosen[:60], "hint": _hint(chosen, known), "names": _listed([*known, NOTE, LEAVE_OUT])}
            )
    for name, target in known.items():
        taken = plan.columns_of(name)
        if len(taken) > 1 and not target.repeats:
            raise UnusablePlan(
                _("The columns “%(first)s” and “%(second)s” cannot both become “%(target)s”.")
                % {"first": taken[0], "second": taken[1], "target": target.full_label}
            )
    if plan.key not in ("", EVERY_ROW_IS_NEW, *(name for name, _label in keys)):
        raise UnusablePlan(
            _("Rows cannot be matched by “%(name)s”; with these columns they can by: %(names)s.")
            % {"name": plan.key[:60], "names": _listed([*(name for name, _label in keys), EVERY_ROW_IS_NEW])}
        )


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return _(" (perhaps “%(name)s”)") % {"name": close[0]} if close else ""


def _listed(names: Iterable[str]) -> str:
    each = list(names)
    return ", ".join(each[:40]) + (" …" if len(each) > 40 else "")
