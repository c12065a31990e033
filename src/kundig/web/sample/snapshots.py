"""What the sample's forecasts would have said, Monday by Monday, as the deals then stood."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from kundig.sales.rules.periods import WEEK, monday_of, quarter_of
from kundig.web.sample.deals import Deals, Way

WEEKS = 40
Key = tuple[dt.date, dt.date, Any, Any, str]


def snapshots(made: Deals, way: Way, *, today: dt.date) -> list[dict[str, Any]]:
    """Rows of snapshots of the last weeks."""
    shares = {stage.pk: stage.probability for stage in way.open}
    ways: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for move in made.moves:
        ways[move["deal_id"]].append(move)
    rows: dict[Key, list[Any]] = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
    mondays = [monday_of(today) - week * WEEK for week in range(WEEKS)]
    for deal in made.deals:
        closed = timezone.localdate(deal["closed_at"]) if deal.get("closed_at") else None
        began = timezone.localdate(deal["created_at"])
        for monday in mondays:
            if began > monday:
                break
            quarter = quarter_of(monday)
            key: Key | None = None
            weighted = deal["amount"]
            if closed is not None and closed <= monday:
                if deal["status"] == "won" and quarter_of(closed) == quarter:
                    key = (monday, quarter.begins_on, deal["owner_id"], deal["team_id"], "won")
            elif deal["expected_on"] <= quarter.ends_on:
                stage = _stage_on(ways[deal["id"]], monday)
                weighted = deal["amount"] * (shares.get(stage, Decimal(0)) if stage else Decimal(0)) / 100
                key = (monday, quarter.begins_on, deal["owner_id"], deal["team_id"], deal.get("forecast", "pipeline"))
            if key is not None:
                row = rows[key]
                rows[key] = [row[0] + 1, row[1] + deal["amount"], row[2] + weighted]
    return [
        {
            "taken_on": monday, "quarter": quarter, "owner_id": owner, "team_id": team, "category": category,
            "currency": "EUR", "deals": deals, "amount": amount, "weighted": weighted.quantize(Decimal("0.01")),
        }
        for (monday, quarter, owner, team, category), (deals, amount, weighted) in rows.items()
    ]  # fmt: skip


def _stage_on(moves: list[dict[str, Any]], day: dt.date) -> UUID | None:
    """The stage in which a deal stood at the end of a day."""
    found = [move for move in moves if timezone.localdate(move["entered_at"]) <= day]
    return max(found, key=lambda move: move["entered_at"])["stage_id"] if found else None
