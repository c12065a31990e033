"""Calculating the values of a whole object: when a formula is new or different, and when the day has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.platform import jobs
from kundig.records import registry
from kundig.records.calculated.computing import calculate
from kundig.records.calculated.formulas import Formula, all_formulas, formulas_of
from kundig.records.calculated.telling import tell
from kundig.records.custom import loading
from kundig.records.custom.models import CalculationState, CustomField
from kundig.records.description import Description

PORTION = 1000
UNAWARE = dt.timedelta(seconds=30)
"""For how long another process may go on with the formulas as they were, in requests that had begun before."""
LOOKED_AFTER = dt.timedelta(days=7)
"""How often every value is calculated anew, whether or not anything is known to have changed."""


def recalculate(description: Description, *, by: jobs.Actor | None) -> None:
    """Have all values of an object calculated in the background."""
    jobs.start(
        "calculated_fields", title=_("Calculated fields of %(what)s") % {"what": description.label_plural}, by=by,
        lock=f"calculated:{description.name}", object_name=description.name,
    )  # fmt: skip


@jobs.job("calculated_fields")
def calculate_all(run: jobs.Progress, *, object_name: str) -> dict[str, Any]:
    """Calculate the values of all records of an object, a portion at a time, while everybody goes on working."""
    description = registry.get(object_name)
    if description is None:
        return {}
    formulas = formulas_of(description)
    began = timezone.now()
    changed = _through(description, formulas, run)
    late = description.everything().filter(changed_at__gte=began - UNAWARE).order_by("pk")
    ids = list(late.values_list("pk", flat=True))
    changed += _portion(description, formulas, ids)
    _have_calculated(description, formulas, began)
    return {"changed": changed}


def _through(description: Description, formulas: Sequence[Formula], run: jobs.Progress) -> int:
    rows = description.everything().order_by("pk")
    total, done, changed, last = rows.count(), 0, 0, None
    run.progress(0, total)
    while True:
        following = rows if last is None else rows.filter(pk__gt=last)
        ids = list(following.values_list("pk", flat=True)[:PORTION])
        if not ids:
            return changed
        changed += _portion(description, formulas, ids)
        last, done = ids[-1], done + len(ids)
        run.progress(done, max(total, done))


def _portion(description: Description, formulas: Sequence[Formula], ids: Sequence[UUID]) -> int:
    if not ids:
        return 0
    with transaction.atomic():
        changed = calculate(description, ids, formulas=formulas)
        if changed:
            tell(description, changed, formulas)
    return len(changed)


def _have_calculated(description: Description, formulas: Sequence[Formula], began: dt.datetime) -> None:
    """Note that the fields are ready, unless their formula has been changed meanwhile or does not work."""
    is_told = False
    with transaction.atomic():
        for formula in formulas:
            of_version = CustomField.objects.filter(pk=formula.row.pk, formula=formula.row.formula)
            of_version.update(calculated_at=began)
            ready = of_version.filter(calculation=CalculationState.RUNNING)
            is_told |= bool(ready.update(calculation=CalculationState.READY, calculation_error=""))
        if is_told:
            loading.touch()


@jobs.job("calculated_fields_by_day", cron="2 * * * *", title="Calculated fields")
def calculate_by_day(run: jobs.Progress) -> dict[str, Any]:
    """Every hour: if a new day has begun for the house, what follows from the day; each week everything."""
    last = dict(CustomField.objects.exclude(formula="").values_list("pk", "calculated_at"))
    due = {formula.description: None for formula in all_formulas() if is_due(formula, last=last.get(formula.row.pk))}
    for description in due:
        calculate_all(run, object_name=description.name)
    return {"objects": len(due)}


def is_due(formula: Formula, *, last: dt.datetime | None, now: dt.datetime | None = None) -> bool:
    """Whether the values of a formula, all of them calculated at `last`, are due though nobody has changed a thing."""
    now = now or timezone.now()
    if last is None or now - last >= LOOKED_AFTER:
        return True
    return formula.moves_by_itself and timezone.localtime(last).date() < timezone.localtime(now).date()
