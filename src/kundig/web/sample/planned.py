"""What the sample's staff have to do and where they are expected: tasks and appointments around today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from kundig.accounts.models import User
from kundig.web.sample.people import pick
from kundig.web.sample.tables import OWN, SHARE, Staff

MOST = 2000
"""Customers with whom something is planned: as much as a calendar and a day's list can show."""
TASKS = (
    "Angebot nachfassen", "Preisliste schicken", "Wartungstermin abstimmen", "Ersatzteilliste zusammenstellen",
    "Lieferzeit klären", "Vertragsverlängerung ansprechen", "Rückruf: Frage zur Rechnung", "Muster schicken",
    "Referenzkunden nennen", "Zahlungsziel intern klären", "Einladung zur Hausmesse", "Nach der Lieferung anrufen",
    "Ansprechpartner im Einkauf erfragen", "Datenblatt für den neuen Kompressor schicken", "Energiebericht besprechen",
)  # fmt: skip
APPOINTMENTS = (
    ("Besuch: Bedarf für das nächste Jahr", "visit", 90), ("Jahresgespräch", "visit", 120),
    ("Leckage-Messung vor Ort", "visit", 150), ("Telefontermin: Angebot durchgehen", "call", 30),
    ("Videogespräch: Wartungsvertrag", "meeting", 45), ("Vorführung Wärmerückgewinnung", "meeting", 60),
    ("Abnahme der neuen Station", "visit", 120), ("Telefontermin: offene Fragen", "call", 20),
)  # fmt: skip
REPEATED = ("", "", "", "", "", "FREQ=MONTHLY;INTERVAL=3", "FREQ=YEARLY", "FREQ=MONTHLY")
HOURS = (8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16)


def planned(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, *, by: User | None
) -> dict[str, list[dict[str, Any]]]:
    """Values of tasks and appointments with the first of these organisations. `owners` are positions in the staff;
    each `SHARE`th customer is for `by`, so that whoever looks at the sample has a day of their own."""
    rng = np.random.default_rng(2026)
    count = min(len(organisations), MOST)
    today = timezone.localdate()
    days = rng.normal(6, 12, count).astype(int).tolist()
    wanted = rng.random(count).tolist()
    titles, rules = pick(rng, TASKS, count), pick(rng, REPEATED, count)
    about, hours = pick(rng, APPOINTMENTS, count), pick(rng, HOURS, count)
    tasks: list[dict[str, Any]] = []
    appointments: list[dict[str, Any]] = []
    for number in range(count):
        place = owners[number]
        who = {"party_id": organisations[number], "team_id": staff.teams[place]}
        person = by.pk if by is not None and number % SHARE == 0 and number < SHARE * OWN else staff.owners[place]
        day = _working_day(today + dt.timedelta(days=days[number]))
        if place >= 0 and wanted[number] < 0.55:
            repeat = rules[number]
            tasks.append({"title": titles[number], "assignee_id": person, "due_on": day, "repeat": repeat, **who})
        if place >= 0 and wanted[number] > 0.8:
            title, kind, minutes = about[number]
            starts_at = _moment(day, dt.time(hours[number], 30 if number % 3 == 0 else 0))
            appointments.append({
                "title": title, "kind": kind, "owner_id": person, "starts_at": starts_at,
                "ends_at": starts_at + dt.timedelta(minutes=minutes),
                "place": "bei uns" if kind == "meeting" and number % 2 else "", **who,
            })  # fmt: skip
    return {"tasks": tasks, "appointments": appointments}


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
