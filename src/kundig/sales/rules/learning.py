"""How likely a deal is to be won, learned from deals that have ended: a logistic regression with a few features that a
person can follow. No database; what it is made of and how it is checked stands in docs/algorithms/chances.md.

Published: D. R. Cox, The Regression Analysis of Binary Sequences (1958); A. E. Hoerl, R. W. Kennard, Ridge Regression
(1970); fitted by iteratively reweighted least squares.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

FEWEST, FEWEST_OF_EACH = 40, 10
"""Deals that must have ended, and of wins and losses each, before anything is learned."""
RIDGE = 1.0
MOST_SOURCES = 5
HELD_BACK = 0.2
"""Share of the latest deals that the model is checked by, and has not seen then."""
SLOW = 1.5
"""So many times the usual stay in a stage is slow."""
STAGES = ("qualified", "proposed", "negotiating")
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Features:
    """What is known of a deal in a stage. `days` is how long it has been there."""

    status: str
    amount: float | None
    days: float
    knows_us: bool
    source: str = ""


@dataclass(frozen=True)
class Bin:
    """Deals of which the model said about the same: how likely on average, what came, and of how many."""

    said: float
    came: float
    deals: int


@dataclass(frozen=True)
class Learned:
    """A fitted model. All numbers are plain, so that it is kept as JSON."""

    weights: Mapping[str, float]
    means: Mapping[str, float]
    usual_amount: float
    usual_days: Mapping[str, float]
    sources: Sequence[str]
    deals: int
    won: int
    bins: Sequence[Bin] = field(default_factory=tuple)
    error: float = 0.0
    """Mean squared error (Brier) on the deals that were held back."""
    error_of_stages: float = 0.0
    """The same, had one said the usual share of wins of the stage."""

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "bins"}
        return {**plain, "bins": [[each.said, each.came, each.deals] for each in self.bins]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Learned:
        return cls(**{**kept, "bins": [Bin(*each) for each in kept["bins"]]})


@dataclass(frozen=True)
class Reason:
    """What moved the chance: `points` are percentage points against a deal that is usual in this respect."""

    name: str
    points: int
    detail: str = ""


@dataclass(frozen=True)
class Chance:
    percent: int
    """1 to 99: nothing that is open is certain."""
    reasons: Sequence[Reason]
    like: Bin | None
    """What came of the deals of which the model had said about the same."""


def learn(examples: Sequence[tuple[Features, bool]]) -> Learned | None:
    """The model of these examples, the oldest first; each deal may stand there once for each stage it has been in. None
    where there are too few."""
    won = sum(is_won for _features, is_won in examples)
    if len(examples) < FEWEST or min(won, len(examples) - won) < FEWEST_OF_EACH:
        return None
    whole = _fitted(examples)
    cut = int(len(examples) * (1 - HELD_BACK))
    seen, held_back = examples[:cut], examples[cut:]
    seen_won = sum(is_won for _features, is_won in seen)
    if not held_back or min(seen_won, len(seen) - seen_won) < 2:
        return whole
    checked = _fitted(seen)
    said = [_share(checked, features) for features, _is_won in held_back]
    came = [is_won for _features, is_won in held_back]
    shares = _shares_of_stages(seen)
    usual = [shares.get(features.status, seen_won / len(seen)) for features, _is_won in held_back]
    return Learned(
        **{
            **whole.__dict__,
            "bins": _bins(said, came),
            "error": _brier(said, came),
            "error_of_stages": _brier(usual, came),
        }
    )


def chance_of(learned: Learned, features: Features) -> Chance:
    """How likely a deal is to be won, and why."""
    share = _share(learned, features)
    percent = min(99, max(1, round(100 * share)))
    row = _row(learned, features)
    log_odds = _log_odds(learned, row)
    reasons = []
    for name, value in row.items():
        without = log_odds - learned.weights[name] * (value - learned.means[name])
        points = round(100 * (share - _logistic(without)))
        if abs(points) >= 2 and _is_told(name, value):
            reasons.append(_reason(name, features, points))
    reasons.sort(key=lambda reason: -abs(reason.points))
    like = next((each for each in learned.bins if each.deals and abs(each.said - share) <= 0.1), None)
    return Chance(percent, reasons[:4], like)


# -- inside ----------------------------------------------------------------------------------------------------------


def _reason(name: str, features: Features, points: int) -> Reason:
    if name.startswith("source:"):
        return Reason("source", points, features.source)
    if name.startswith("stage:"):
        return Reason("stage", points)
    return Reason(name, points)


def _is_told(name: str, value: float) -> bool:
    """Of stages and sources only the own one is a reason; that it is no other one says nothing."""
    return value > 0 if name.startswith(("stage:", "source:")) else True


def _row(model: Learned | _Scale, features: Features) -> dict[str, float]:
    amount = 0.0
    if features.amount and model.usual_amount > 0:
        amount = min(2.0, max(-2.0, math.log(features.amount / model.usual_amount)))
    usual = model.usual_days.get(features.status, 0.0)
    row = {f"stage:{status}": float(features.status == status) for status in STAGES}
    row |= {"amount": amount, "knows_us": float(features.knows_us)}
    row["slow"] = float(usual > 0 and features.days > SLOW * usual)
    row |= {f"source:{source}": float(features.source == source) for source in model.sources}
    return row


@dataclass(frozen=True)
class _Scale:
    """What is usual among the examples."""

    usual_amount: float
    usual_days: Mapping[str, float]
    sources: Sequence[str]


def _scale_of(examples: Sequence[tuple[Features, bool]]) -> _Scale:
    amounts = [features.amount for features, _is_won in examples if features.amount]
    days: dict[str, list[float]] = {}
    for features, _is_won in examples:
        days.setdefault(features.status, []).append(features.days)
    counted = Counter(features.source for features, _is_won in examples if features.source)
    return _Scale(
        float(median(amounts)) if amounts else 0.0,
        {status: float(median(each)) for status, each in sorted(days.items())},
        [source for source, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if count >= 10][
            :MOST_SOURCES
        ],
    )


def _fitted(examples: Sequence[tuple[Features, bool]]) -> Learned:
    import numpy as np  # a tenth of a second and 30 MB, which only the job that learns shall pay

    scale = _scale_of(examples)
    rows = [_row(scale, features) for features, _is_won in examples]
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    came = np.array([float(is_won) for _features, is_won in examples])
    weights = _ridge(values, came)
    means = values.mean(axis=0)
    return Learned(
        weights={"": float(weights[0]), **{name: float(w) for name, w in zip(names, weights[1:], strict=True)}},
        means={name: float(mean) for name, mean in zip(names, means, strict=True)},
        usual_amount=scale.usual_amount, usual_days=dict(scale.usual_days), sources=list(scale.sources),
        deals=len(examples), won=int(came.sum()),
    )  # fmt: skip


def _ridge(values: Any, came: Any, *, rounds: int = 25) -> Any:
    """Weights by iteratively reweighted least squares, drawn towards nought by `RIDGE`; the first is the intercept."""
    import numpy as np

    design = np.hstack([np.ones((len(values), 1)), values])
    penalty = RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    weights = np.zeros(design.shape[1])
    for _round in range(rounds):
        share = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        spread = np.maximum(share * (1 - share), 1e-6)
        step = np.linalg.solve(
            design.T @ (design * spread[:, None]) + penalty, design.T @ (came - share) - penalty @ weights
        )
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def _log_odds(learned: Learned, row: Mapping[str, float]) -> float:
    return learned.weights[""] + sum(learned.weights[name] * value for name, value in row.items())


def _share(learned: Learned, features: Features) -> float:
    return _logistic(_log_odds(learned, _row(learned, features)))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(30.0, max(-30.0, value))))


def _shares_of_stages(examples: Sequence[tuple[Features, bool]]) -> dict[str, float]:
    of_stage: dict[str, list[bool]] = {}
    for features, is_won in examples:
        of_stage.setdefault(features.status, []).append(is_won)
    return {status: sum(each) / len(each) for status, each in of_stage.items()}


def _brier(said: Sequence[float], came: Sequence[bool]) -> float:
    return sum((s - c) ** 2 for s, c in zip(said, came, strict=True)) / len(said)


def _bins(said: Sequence[float], came: Sequence[bool]) -> list[Bin]:
    found = []
    for low, high in itertools.pairwise(BINS):
        inside = [(s, c) for s, c in zip(said, came, strict=True) if low <= s < high or (high == 1.0 and s == 1.0)]
        if inside:
            found.append(
                Bin(sum(s for s, _c in inside) / len(inside), sum(c for _s, c in inside) / len(inside), len(inside))
            )
    return found
