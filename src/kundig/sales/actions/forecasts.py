"""Writing down what a forecast says, week by week, and what is to be won."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.sales.models import Deal, ForecastSnapshot, Quota
from kundig.sales.queries.forecasts import NOUGHT, category, deals_in
from kundig.sales.rules.periods import Quarter, quarter_of

_MONEY: DecimalField = DecimalField(max_digits=20, decimal_places=2)


def take_snapshots(on: dt.date) -> int:
    """Write down the forecasts of this quarter and the next as they stand; a second one of a day changes nothing.
    Answers how many rows it wrote."""
    written = 0
    for quarter in (quarter_of(on), quarter_of(on).after):
        with transaction.atomic():
            written += len(ForecastSnapshot.objects.bulk_create(_rows(quarter, on), ignore_conflicts=True))
    return written


def bring_in_snapshots(rows: Iterable[Mapping[str, object]]) -> None:
    """Snapshots as they were taken elsewhere, or made up for the sample company."""
    ForecastSnapshot.objects.bulk_create((ForecastSnapshot(**row) for row in rows), ignore_conflicts=True)


def _rows(quarter: Quarter, on: dt.date) -> Iterable[ForecastSnapshot]:
    if ForecastSnapshot.objects.filter(quarter=quarter.begins_on, taken_on=on).exists():
        return []
    found = (
        deals_in(Deal.objects.all(), quarter, today=on)
        .order_by()
        .annotate(category=category())
        .values("owner_id", "team_id", "currency", "category")
        .annotate(
            deals=Count("pk"),
            total=Coalesce(Sum("amount"), NOUGHT, output_field=_MONEY),
            likely=Coalesce(
                Sum(ExpressionWrapper(F("amount") * F("probability") / 100, output_field=_MONEY)), NOUGHT,
                output_field=_MONEY,
            ),
        )
    )  # fmt: skip
    return [
        ForecastSnapshot(
            taken_on=on, quarter=quarter.begins_on, owner_id=row["owner_id"], team_id=row["team_id"],
            currency=row["currency"], category=row["category"], deals=row["deals"], amount=row["total"],
            weighted=row["likely"],
        )
        for row in found
    ]  # fmt: skip


def set_quotas(quarter: Quarter, goals: Mapping[tuple[UUID | None, UUID | None], Decimal | None], *, by: User) -> None:
    """Set what is to be won in a quarter, by (user, team); both empty is the whole house. None takes a goal away.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: for a goal below nought.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    with transaction.atomic():
        for (user, team), amount in goals.items():
            if amount is not None and amount < 0:
                raise ValidationError(_("A goal cannot be below nought."))
            known = Quota.objects.filter(begins_on=quarter.begins_on, user=user, team=team)
            if amount is None:
                known.delete()
            elif not known.update(amount=amount):
                Quota.objects.create(begins_on=quarter.begins_on, user_id=user, team_id=team, amount=amount)
