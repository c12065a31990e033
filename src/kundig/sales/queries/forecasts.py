"""What a quarter is expected to bring, by person, team, product or region, and how good earlier forecasts were.

Amounts are in the currency of the house; deals in another one are counted apart, and not added up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from kundig.accounts.models import Team, User
from kundig.accounts.queries import company
from kundig.records import registry
from kundig.sales.enums import DealStatus, ForecastCategory
from kundig.sales.models import Deal, ForecastSnapshot, Quota
from kundig.sales.rules.periods import Quarter, quarter_of

WON = "won"
BY = {"owner": "owner_id", "team": "team_id", "region": "party__region", "product": "lines__product_id"}
_MONEY: DecimalField = DecimalField(max_digits=20, decimal_places=2)
NOUGHT = Decimal(0)


@dataclass
class Figures:
    """What stands in one line: sums of whole amounts by category, of open deals also weighted."""

    key: Any = None
    label: str = ""
    deals: int = 0
    won: Decimal = NOUGHT
    commit: Decimal = NOUGHT
    best: Decimal = NOUGHT
    pipeline: Decimal = NOUGHT
    weighted: Decimal = NOUGHT
    quota: Decimal | None = None

    @property
    def expected(self) -> Decimal:
        """What was won, and of the open deals what their chances let expect."""
        return self.won + self.weighted

    @property
    def open(self) -> Decimal:
        return self.commit + self.best + self.pipeline

    def add(self, category: str, amount: Decimal, weighted: Decimal, deals: int) -> None:
        self.deals += deals
        if category == ForecastCategory.LEFT_OUT:
            return
        setattr(self, category, getattr(self, category) + amount)
        if category != WON:
            self.weighted += weighted


@dataclass
class Forecast:
    quarter: Quarter
    lines: list[Figures]
    total: Figures
    elsewhere: int = 0
    """Deals in other currencies, which are not added up."""


@dataclass(frozen=True)
class Past:
    """What was forecast for a quarter on a day, and what came."""

    quarter: Quarter
    on: dt.date
    said: Decimal
    came: Decimal

    @property
    def off(self) -> Decimal:
        """By how much it was off, as a share of what came."""
        return abs(self.said - self.came) / self.came if self.came else Decimal(1)


def deals_in(rows: QuerySet, quarter: Quarter, *, today: dt.date) -> QuerySet:
    """The deals that count for a quarter: won in it, or open and expected in it. What is late is expected now."""
    return rows.filter(_won_in(quarter) | _open_in(quarter, today=today))


def _won_in(quarter: Quarter) -> Q:
    begins = timezone.make_aware(dt.datetime.combine(quarter.begins_on, dt.time()))
    ends = timezone.make_aware(dt.datetime.combine(quarter.after.begins_on, dt.time()))
    return Q(status=DealStatus.WON, closed_at__gte=begins, closed_at__lt=ends)


def _open_in(quarter: Quarter, *, today: dt.date) -> Q:
    is_open = Q(closed_at=None, expected_on__lte=quarter.ends_on)
    return is_open if quarter == quarter_of(today) else is_open & Q(expected_on__gte=quarter.begins_on)


def category() -> Case:
    """ "won", or how its owner counts on an open deal."""
    return Case(When(status=DealStatus.WON, then=Value(WON)), default=F("forecast"), output_field=CharField())


def forecast(user: User, quarter: Quarter, *, by: str = "owner", today: dt.date | None = None,
             pipeline: UUID | None = None) -> Forecast:  # fmt: skip
    """The forecast of what `user` may see."""
    description = registry.for_model(Deal)
    assert description is not None, "it is described"
    rows, today = description.visible_to(user), today or timezone.localdate()
    if pipeline is not None:
        rows = rows.filter(pipeline_id=pipeline)
    lines: dict[Any, Figures] = {}
    total, house, elsewhere = Figures(label=""), company().currency, 0
    for row in _grouped(rows, quarter, by, today=today):
        if row["currency_of"] != house:
            elsewhere += row["how_many"]
            continue
        group = row["group_key"] if by != "product" or row["group_key"] else row["sold"]
        line = lines.setdefault(group or None, Figures(group or None, row.get("sold") or ""))
        for each in (line, total):
            each.add(row["category"], row["total"] or NOUGHT, (row["likely"] or NOUGHT) / 100, row["how_many"])
    if by == "product" and elsewhere:  # one deal has several products
        elsewhere = deals_in(rows, quarter, today=today).exclude(currency=house).count()
    _with_names(lines, by)
    _with_quotas(lines, total, quarter, by)
    ordered = sorted(lines.values(), key=lambda line: (line.key is None, -line.expected, line.label))
    return Forecast(quarter, ordered, total, elsewhere)


def _grouped(rows: QuerySet, quarter: Quarter, by: str, *, today: dt.date) -> Iterable[dict[str, Any]]:
    """Sums by group, category and currency: what was won and what is open, each out of an index of its own, which a
    condition about both would keep from being used."""
    is_of_lines = by == "product"
    value: Any = Coalesce(F("lines__net"), F("amount"), output_field=_MONEY) if is_of_lines else F("amount")
    groups = {"group_key": F(BY[by]), "currency_of": F("currency")}
    groups |= {"sold": F("lines__title")} if is_of_lines else {}
    for part, which in (
        (_won_in(quarter), Value(WON, output_field=CharField())), (_open_in(quarter, today=today), F("forecast")),
    ):  # fmt: skip
        yield from (
            rows.filter(part).order_by().values(**groups, category=which).annotate(
                how_many=Count("pk", distinct=is_of_lines), total=Sum(value),
                likely=Sum(ExpressionWrapper(value * F("probability"), output_field=_MONEY)),
            )
        )  # fmt: skip


def _with_names(lines: Mapping[Any, Figures], by: str) -> None:
    """People and teams are asked for by the groups that were found: not joined to forty thousand deals before."""
    model: Any = {"owner": User, "team": Team}.get(by)
    names = dict(model.objects.filter(pk__in=[key for key in lines if key]).values_list("pk", "name")) if model else {}
    for key, line in lines.items():
        line.label = line.label or names.get(key) or (key if by == "region" and key else "")


def _with_quotas(lines: Mapping[Any, Figures], total: Figures, quarter: Quarter, by: str) -> None:
    for user, team, amount in Quota.objects.filter(begins_on=quarter.begins_on).values_list("user", "team", "amount"):
        if user is None and team is None:
            total.quota = amount
        key = user if by == "owner" else team if by == "team" else None
        if key is not None and key in lines:
            lines[key].quota = amount
    if total.quota is None:
        of_lines = [line.quota for line in lines.values() if line.quota is not None]
        total.quota = sum(of_lines, NOUGHT) if of_lines else None


# -- what was forecast before ----------------------------------------------------------------------------------------


@dataclass
class Week:
    """A snapshot of the whole house."""

    on: dt.date
    figures: Figures = field(default_factory=Figures)


def weeks_of(quarter: Quarter) -> list[Week]:
    """The snapshots of a quarter's forecast, the earliest first."""
    rows = ForecastSnapshot.objects.filter(quarter=quarter.begins_on, currency=company().currency)
    found: dict[dt.date, Week] = {}
    summed = rows.values("taken_on", "category").annotate(n=Sum("deals"), a=Sum("amount"), w=Sum("weighted"))
    for row in summed.order_by("taken_on"):
        week = found.setdefault(row["taken_on"], Week(row["taken_on"]))
        week.figures.add(row["category"], row["a"], row["w"], row["n"])
    return list(found.values())


def won_in(quarter: Quarter) -> Decimal:
    """What was really won in a quarter, by the whole house."""
    rows = Deal.objects.filter(_won_in(quarter), currency=company().currency)
    return rows.aggregate(total=Sum("amount"))["total"] or NOUGHT


def pasts(quarter: Quarter, *, on: dt.date, most: int = 6) -> list[Past]:
    """Of the quarters before: what was forecast as far into them as `on` is into this one, and what came."""
    days = max(0, (on - quarter.begins_on).days)
    found, each = [], quarter.before
    for _number in range(most):
        day = each.begins_on + dt.timedelta(days=days)
        weeks = weeks_of(each)
        near = min(weeks, key=lambda week: abs((week.on - day).days), default=None)
        if near is not None and abs((near.on - day).days) <= 10:
            found.append(Past(each, near.on, near.figures.expected, won_in(each)))
        each = each.before
    return found


def usually_off(found: Iterable[Past]) -> Decimal | None:
    """By how much earlier forecasts were off, on average, as a share; None without any."""
    shares = [past.off for past in found]
    return sum(shares, NOUGHT) / len(shares) if shares else None


def span(expected: Decimal, off: Decimal | None) -> Sequence[Decimal]:
    """Between what and what it will likely come, from how far earlier forecasts were off."""
    if off is None:
        return ()
    return (max(NOUGHT, expected * (1 - off)), expected * (1 + off))
