"""The deals of the sample: what was sold and what was not in two years, and what is going on now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from kundig.accounts.models import User
from kundig.platform.ids import uuid7
from kundig.sales.enums import DealStatus
from kundig.sales.models import ClosingReason, Competitor, Pipeline, Stage
from kundig.web.sample.tables import OWN, SHARE, Staff

PER_CUSTOMER = 1.2
MOST = 2_400
TITLES = (
    "WD 22-V als Ersatz", "WD 30-V, Leasing", "WD 37-V mit Steuerung", "WD 45-V, zweite Station", "WD 55-V mit Abwärme",
    "Zwei WD 37-V, Rahmenvertrag", "Trockner KT 60", "Öl-Wasser-Trenner, 2 Stück", "Leckageortung", "Wartung Plus",
    "Leckageortung, Jahresplan", "Wartung Basis", "Wartung, zwei Jahre", "Steuerung Halle 1 und 2", "Ölfreier WD 11",
    "Druckluftstation, schlüsselfertig", "Wärmerückgewinnung nachrüsten", "Umbau der Leitungen", "Ersatzteilpaket",
    "Energieaudit Druckluft",
)  # fmt: skip
SOURCES = ("Empfehlung", "Hausmesse", "Webseite", "Anruf", "Hannover Messe", "Bestandskunde")
RIVALS = ("Kompressorenwerk Süd", "Aerodyn", "Nordluft Technik", "PneumaTec")
FREIGHT = Decimal(120)
LINED = 5
"""Every fifth deal says what is to be sold."""
SPEED = {"new": 9, "qualified": 14, "proposed": 20, "negotiating": 16}
"""Days that a deal stays in a stage, on average."""


@dataclass
class Deals:
    deals: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """The stages of a pipeline, and the reasons for its ends."""

    pipeline: Pipeline
    open: Sequence[Stage]
    won: Stage
    lost: Stage
    reasons: Mapping[str, Sequence[UUID]]
    rivals: Sequence[UUID]

    @classmethod
    def of(cls, pipeline: Pipeline) -> Way:
        stages = list(pipeline.stages.all())
        reasons = {
            outcome: list(ClosingReason.objects.filter(outcome=outcome).values_list("pk", flat=True))
            for outcome in ("won", "lost")
        }
        return cls(
            pipeline, [s for s in stages if not s.is_closed],
            next(s for s in stages if s.status == DealStatus.WON),
            next(s for s in stages if s.status == DealStatus.LOST), reasons,
            list(Competitor.objects.values_list("pk", flat=True)),
        )  # fmt: skip


def deals(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, way: Way, *, by: User | None, count: int,
    seed: int | Sequence[int] = 2026, open_share: float = 0.2,
) -> Deals:  # fmt: skip
    """`count` deals with the first of these organisations. Dear ones are lost more often and take longer, whoever has
    bought before buys more readily: so there is something to learn."""
    rng, made = np.random.default_rng(seed), Deals()
    now = timezone.now()
    bought: set[int] = set()
    ages = np.sort(rng.integers(40, 760, count))[::-1]
    for number, (age, is_open) in enumerate(zip(ages.tolist(), (rng.random(count) < open_share).tolist(), strict=True)):
        place = int(rng.integers(0, min(len(organisations), MOST)))
        amount = Decimal(int(np.exp(rng.normal(9.3, 1.0)) / 50) * 50 + 350)
        owner = owners[place] if owners[place] >= 0 else int(rng.integers(0, len(staff.owners)))
        mine = by is not None and place % SHARE == 0 and place < SHARE * OWN
        values = {
            "id": uuid7(), "title": TITLES[int(rng.integers(0, len(TITLES)))], "party_id": organisations[place],
            "pipeline_id": way.pipeline.pk, "amount": amount, "currency": "EUR",
            "owner_id": by.pk if mine and by else staff.owners[owner], "team_id": staff.teams[owner],
            "source": SOURCES[int(rng.integers(0, len(SOURCES)))],
        }  # fmt: skip
        if is_open:
            _going_on(values, made, way, rng, now, mine=mine)
        else:
            began = now - dt.timedelta(days=age)
            if _ended(values, made, way, rng, began, now, knows_us=place in bought):
                bought.add(place)
        if number % LINED == 0:
            made.lines += _lines(values)
        if number % 7 == 0 and values.get("closed_at") is None:
            values["forecast"] = "commit" if number % 2 else "best"
    return made


def _going_on(values: dict[str, Any], made: Deals, way: Way, rng: Any, now: dt.datetime, *, mine: bool) -> None:
    stage = way.open[int(rng.choice(len(way.open), p=_shares(len(way.open))))]
    # Most were touched lately, some have been left lying.
    days = int(rng.exponential(9 if mine else 12)) if rng.random() < 0.85 else int(rng.integers(25, 60))
    since = now - dt.timedelta(days=days, minutes=int(rng.integers(0, 600)))
    ahead = int(rng.normal(30, 25))
    values |= {
        "stage_id": stage.pk, "status": stage.status, "probability": stage.probability, "stage_since": since,
        "created_at": since - dt.timedelta(days=5 * stage.position + 1), "quiet_since": timezone.localdate(since),
        "expected_on": timezone.localdate(now) + dt.timedelta(days=max(ahead, -6)),
    }  # fmt: skip
    if stage.rotting_days is not None:
        values["rotting_on"] = values["quiet_since"] + dt.timedelta(days=stage.rotting_days)
    made.deals.append(values)
    at = values["created_at"]
    for passed in way.open[: stage.position + 1]:
        left = since if passed.position + 1 == stage.position else at + dt.timedelta(days=4)
        made.moves.append(_move(values, passed, at, None if passed is stage else left))
        at = left


def _ended(
    values: dict[str, Any], made: Deals, way: Way, rng: Any, began: dt.datetime, now: dt.datetime, *, knows_us: bool
) -> bool:
    """Write a deal with its way to the end; answers whether it was won."""
    dearness = (float(np.log(float(values["amount"]))) - 9.3) * 0.45
    referred = 0.7 if values["source"] == "Empfehlung" else 0.0
    at = began
    is_lost = False
    for stage in way.open:
        stay = max(0.5, float(rng.gamma(2.0, SPEED.get(stage.status, 14) / 2.0)))
        slow = 0.5 if stay > 1.6 * SPEED.get(stage.status, 14) else 0.0
        left = min(at + dt.timedelta(days=stay), now - dt.timedelta(hours=1))
        made.moves.append(_move(values, stage, at, left))
        at = left
        goes_on = 1.55 - dearness + referred - slow + (0.8 if knows_us else 0.0)
        if rng.random() > 1 / (1 + np.exp(-goes_on)):
            is_lost = True
            break
    end = way.lost if is_lost else way.won
    reasons = way.reasons[end.status]
    values |= {
        "stage_id": end.pk,
        "status": end.status,
        "probability": end.probability,
        "stage_since": at,
        "closed_at": at,
        "created_at": began,
        "expected_on": timezone.localdate(at) + dt.timedelta(days=int(rng.normal(2, 12))),
        "closing_reason_id": reasons[int(rng.integers(0, len(reasons)))] if reasons else None,
        "lost_to_id": way.rivals[int(rng.integers(0, len(way.rivals)))]
        if is_lost and way.rivals and rng.random() < 0.5
        else None,
    }
    made.deals.append(values)
    made.moves.append(_move(values, end, at, None))
    return not is_lost


def _lines(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Two positions that come to the amount of the deal."""
    sold = ((values["title"], values["amount"] - FREIGHT), ("Anlieferung und Aufstellung", FREIGHT))
    return [
        {"deal_id": values["id"], "position": at, "title": title, "unit_price": price, "tax_percent": Decimal(19)}
        for at, (title, price) in enumerate(sold, start=1)
    ]


def _move(values: dict[str, Any], stage: Stage, at: dt.datetime, left: dt.datetime | None) -> dict[str, Any]:
    return {
        "deal_id": values["id"], "stage_id": stage.pk, "entered_at": at, "left_at": left, "amount": values["amount"],
        "by_id": values["owner_id"],
    }  # fmt: skip


def _shares(stages: int) -> list[float]:
    weights = [1 / (n + 1.6) for n in range(stages)]
    return [weight / sum(weights) for weight in weights]
