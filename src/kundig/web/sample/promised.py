"""What the sample's staff and customers have promised each other, and which customers lately got somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from kundig.accounts.models import User
from kundig.platform.ids import uuid7
from kundig.timeline.enums import HandoverReason, Side
from kundig.web.sample.people import pick
from kundig.web.sample.tables import OWN, SHARE, Staff

MOST = 600
"""Customers with whom something is promised."""
OURS = (
    "Angebot mit zwei Varianten bis Ende der Woche", "Lieferzeit des Feinfilters F8 klären",
    "Rückruf durch den Innendienst wegen der letzten Lieferung", "Zeichnung mit den Anschlussmaßen schicken",
    "Techniker für die Leckage-Messung vorbeischicken", "Wartungsprotokoll nachreichen",
    "Preise für das nächste Jahr bis Monatsende nennen", "Leihgerät bis zur Reparatur stellen",
    "Referenz aus der Lebensmittelbranche nennen", "Gutschrift für den fehlenden Filtereinsatz prüfen",
)  # fmt: skip
THEIRS = (
    "Verbrauchswerte der zweiten Abfülllinie schicken", "Bestellung nach der Budgetrunde auslösen",
    "Fotos vom Aufstellort schicken", "Termin mit dem Einkaufsleiter vorschlagen",
    "Unterschriebenen Wartungsvertrag zurückschicken", "Stückzahlen für den Rahmenvertrag nennen",
)  # fmt: skip
SENTENCES = (
    "Ruft am liebsten vor neun Uhr an, im Büro danach kaum zu erreichen.",
    "Der Rahmenvertrag läuft im Frühjahr aus, der Einkauf rechnet mit einem Gespräch im Januar.",
    "Nach der Reklamation vom Sommer noch vorsichtig: Zusagen bitte nur mit Datum.", "",
)  # fmt: skip
HANDED = 4
"""Customers that change hands at once."""


def promised(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, *, by: User | None
) -> dict[str, list[dict[str, Any]]]:
    """Values of promises and handovers with the first of these organisations, as `planned` does it: open and late ones,
    kept and broken ones; and some customers of a colleague whose successor has not confirmed all of them yet."""
    rng = np.random.default_rng(2027)
    count = min(len(organisations), MOST)
    today, now = timezone.localdate(), timezone.now()
    wanted, ours, theirs = rng.random(count).tolist(), pick(rng, OURS, count), pick(rng, THEIRS, count)
    days = rng.normal(-4, 18, count).astype(int).tolist()
    promises: list[dict[str, Any]] = []
    handovers: list[dict[str, Any]] = []
    batches: dict[UUID, list[dict[str, Any]]] = {}
    for number in range(count):
        place = owners[number]
        if place < 0:
            continue
        is_own = by is not None and number % SHARE == 0 and number < SHARE * OWN
        person = by.pk if by is not None and is_own else staff.owners[place]
        if wanted[number] < 0.4:
            side = Side.WE if wanted[number] < 0.27 else Side.THEY
            due = _working_day(today + dt.timedelta(days=days[number]))
            values = {
                "text": ours[number] if side == Side.WE else theirs[number], "party_id": organisations[number],
                "side": side.value, "due_on": due, "assignee_id": person,
            }  # fmt: skip
            if due < today - dt.timedelta(days=5):
                settled = "broken_at" if number % 6 == 0 else "kept_at"
                values |= {settled: now - dt.timedelta(days=(today - due).days - 1), "settled_by_id": person}
            promises.append(values)
        elif wanted[number] > 0.6 and len(batches.get(person, ())) < HANDED:
            giver = next(each for each in (staff.owners[place], *staff.owners) if each != person)
            given = batches.setdefault(person, [])
            given.append({
                "party_id": organisations[number], "giver_id": given[0]["giver_id"] if given else giver,
                "taker_id": person, "reason": HandoverReason.OWNER.value,
                "batch": given[0]["batch"] if given else uuid7(), "begins_on": today - dt.timedelta(days=3),
                "sentence": SENTENCES[len(given)], "received_at": now if given and not is_own else None,
                "received_by_id": person if given and not is_own else None,
            })  # fmt: skip
    for given in batches.values():
        handovers += given
    return {"promises": promises, "handovers": handovers}


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
