"""Who has asked the sample's house lately, and which of its customers have a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from kundig.accounts.models import User
from kundig.platform.ids import uuid7
from kundig.web.sample.tables import OWN, SHARE, Staff

MOST = 60
INTERESTS = (
    ("Schraubenkompressor für die neue Halle", "Website"), ("Wartungsvertrag für zwei Anlagen", "Website"),
    ("Leckage-Messung", "Energietage Stuttgart"), ("Filter und Kältetrockner", "Messe Hannover"),
    ("Wärmerückgewinnung nachrüsten", "Empfehlung"), ("Druckluft für eine Abfüllanlage", "Website"),
    ("Mietkompressor für drei Monate", "Anruf"), ("Ersatzteile für einen Kolbenkompressor", "Messe Hannover"),
)  # fmt: skip
RULES = (
    ("Fragt nach etwas Bestimmtem", "interest is not empty", 20),
    ("Mehr als 50 Mitarbeiter", "party.employees > 50", 20),
    ("Ist telefonisch zu erreichen", "party.phone is not empty", 10),
    ("Ist schon Kunde", "party.lifecycle = customer", 30),
    ("Kam auf Empfehlung", "source = Empfehlung", 15),
)  # fmt: skip
STRATEGY = "Vom Lieferanten der Kompressoren zum Partner für die ganze Station."
GOALS = (("Wartungsvertrag für alle Anlagen", 24_000), ("Wärmerückgewinnung im Hauptwerk", 65_000))
DROPPED = ("Kein Bedarf mehr", "Anderswo gekauft", "Nicht zu erreichen")


def leads(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, *, by: User | None
) -> dict[str, list[dict[str, Any]]]:
    """Values of leads, rules for scores and plans with every seventh of these organisations; some of the leads, and the
    first plan, are of `by`."""
    now, today = timezone.now().replace(microsecond=0), timezone.localdate()
    rows: list[dict[str, Any]] = []
    for number, key in enumerate(organisations[: MOST * 7 : 7]):
        place = owners[number * 7]
        is_own = by is not None and number % SHARE == 0 and number < OWN
        interest, source = INTERESTS[number % len(INTERESTS)]
        came = now - dt.timedelta(hours=3 + number * 11)
        state = ("new", "new", "working", "working", "dropped")[number % 5]
        rows.append({
            "party_id": key, "interest": interest, "source": source, "state": state, "received_at": came,
            "owner_id": by.pk if is_own and by else staff.owners[place] if place >= 0 else None,
            "team_id": staff.teams[place] if place >= 0 else None, "respond_by": came + dt.timedelta(hours=20),
            "responded_at": None if state == "new" else came + dt.timedelta(hours=5),
            "closing_reason": DROPPED[number % 3] if state == "dropped" else "", "reminded_at": now,
        })  # fmt: skip
    rules = [
        {"position": place, "name": name, "condition": condition, "points": points}
        for place, (name, condition, points) in enumerate(RULES)
    ]
    plans, goals = _plans(organisations[:3], today, by=by)
    return {"leads": rows, "score_rules": rules, "plans": plans, "goals": goals}


def _plans(
    organisations: Sequence[UUID], today: dt.date, *, by: User | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    plans: list[dict[str, Any]] = []
    goals: list[dict[str, Any]] = []
    for number, key in enumerate(organisations):
        plan = uuid7()
        plans.append({
            "id": plan, "party_id": key, "title": "Schlüsselkundenplan", "strategy": STRATEGY,
            "potential": Decimal(400_000 - 90_000 * number),
            "review_on": today + dt.timedelta(days=7 * number - 2), "owner_id": by.pk if by else None,
        })  # fmt: skip
        goals += [
            {"plan_id": plan, "year": today.year + later, "goal": goal, "target": Decimal(target)}
            for later, (goal, target) in enumerate(GOALS)
        ]
    return plans, goals
