"""Three years with the invented customers: calls, mails, visits, what offers met with, as lines for COPY.

Of most customers there is little, of some very much: numbers follow a Pareto distribution.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db import connection

from kundig.platform.copying import NULL, constants, copy_lines
from kundig.timeline.models import Involvement, Reaction, Touchpoint
from kundig.web.sample import talk
from kundig.web.sample.tables import Writer

DAYS = 3 * 365
MOST_OF_ONE = 5_000
AT_ONCE = 100_000
"""Contacts that are told and brought in together: twenty million do not fit into memory."""
_SHAPE = 1.3
TOUCHPOINT = (
    "id party_id organisation_id kind at direction two_way summary body author_id duration mood created_at changed_at"
).split()
INVOLVEMENT = ["id", "touchpoint_id", "at", "party_id"]
REACTION = ["id", "touchpoint_id", "at", "party_id", "offer", "reaction", "objection"]
_KINDS = ("call", "mail", "note", "visit", "meeting", "letter", "chat", "sms")
_SHARES = (0.38, 0.30, 0.12, 0.07, 0.04, 0.03, 0.04, 0.02)
_TALKS = frozenset({"call", "visit", "meeting"})


@dataclass
class Histories:
    """The lines of some customers."""

    touchpoints: list[str] = field(default_factory=list)
    involvements: list[str] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)

    def copy(self) -> None:
        for model, columns, lines in (
            (Touchpoint, TOUCHPOINT, self.touchpoints),
            (Involvement, INVOLVEMENT, self.involvements),
            (Reaction, REACTION, self.reactions),
        ):
            names, tail = constants(model, columns)
            end = f"\t{tail}\n" if names else "\n"
            copy_lines(model, [*columns, *names], (f"{line}{end}" for line in lines))
        with connection.cursor() as cursor:
            # What is checked at the end of a transaction is remembered until then, row by row.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def histories(writer: Writer, *, average: int, today: dt.date) -> Iterator[Histories]:
    """What happened with the customers that `writer` has written, some customers at a time; the same seed tells the
    same, up to the day.

    Args:
        average: contacts of a customer, on average.
    """
    return _Teller(writer, average, today).tell()


class _Teller:
    def __init__(self, writer: Writer, average: int, today: dt.date) -> None:
        self.writer, self.average = writer, average
        self.rng = np.random.default_rng([writer.portion.start, writer.number, 3])
        self.end = dt.datetime.combine(today, dt.time(), tzinfo=dt.UTC)
        self.told = Histories()
        self.number = 0

    def tell(self) -> Iterator[Histories]:
        writer, portion = self.writer, self.writer.portion
        staff = writer.staff.owners
        people: dict[int, list[UUID]] = {}
        alone: list[tuple[UUID, int]] = []
        for place, record_id in enumerate(writer.persons):
            employer = int(portion.employer[place])
            if employer >= 0:
                people.setdefault(employer, []).append(record_id)
            else:
                alone.append((record_id, place))
        customers: list[tuple[UUID, UUID | None, list[UUID], int]] = [
            (record_id, record_id, people.get(place, []), writer.owners[place])
            for place, record_id in enumerate(writer.organisations)
        ]
        customers += [(record_id, None, [], place % len(staff)) for record_id, place in alone]
        customers += [(record_id, None, [], -1) for record_id in writer.households]
        counts = self._counts(len(customers))
        for (party, organisation, persons, owner), count in zip(customers, counts, strict=True):
            if count:
                self._history(party, organisation, persons, owner, count)
            if len(self.told.touchpoints) >= AT_ONCE:
                yield self.told
                self.told = Histories()
        yield self.told

    def _counts(self, customers: int) -> list[int]:
        """Heavy-tailed, with the wished average."""
        mean = 1 / (_SHAPE - 1)
        drawn = self.rng.pareto(_SHAPE, customers) * self.average / mean
        return np.minimum(drawn, MOST_OF_ONE).astype(int).tolist()

    def _history(self, party: UUID, organisation: UUID | None, persons: list[UUID], owner: int, count: int) -> None:
        rng, owners = self.rng, self.writer.staff.owners
        author = owners[owner] if owner >= 0 else owners[int(party) % len(owners)]
        temper = rng.normal(3.6, 0.6)
        kinds = rng.choice(len(_KINDS), count, p=_SHARES).tolist()
        days = (rng.random(count) ** 1.25 * DAYS).astype(int).tolist()
        minutes = rng.integers(7 * 60, 17 * 60, count).tolist()
        texts = rng.integers(0, 1 << 30, count).tolist()
        chances = rng.random((count, 5)).tolist()
        moods = np.clip(np.rint(rng.normal(temper, 0.8, count)), 1, 5).astype(int).tolist()
        whom = rng.integers(0, max(len(persons), 1), count).tolist()
        at_end, head = self.end, party.int & ~((1 << 62) - 1)
        for i in range(count):
            kind, chance = _KINDS[kinds[i]], chances[i]
            day = at_end - dt.timedelta(days=days[i] + 1)
            if day.weekday() > 4:
                day -= dt.timedelta(days=day.weekday() - 4)
            at = (day + dt.timedelta(minutes=minutes[i])).isoformat()
            self.number += 1
            key = str(UUID(int=head ^ (self.number << 8) ^ (1 << 61)))
            person = persons[whom[i]] if persons and chance[0] < 0.8 else None
            is_own = person is not None and chance[1] < 0.55
            about = person if is_own else party
            is_missed = kind == "call" and chance[2] < 0.12
            reaction = None if kind not in _TALKS or is_missed or chance[3] > 0.45 else talk.reaction(texts[i])
            mood = moods[i] if kind in _TALKS and not is_missed and chance[4] < 0.7 else None
            if reaction and mood and reaction[1] == "declined":
                mood = min(mood, 3)
            summary, body = talk.words(kind, texts[i], is_missed=is_missed, reaction=reaction)
            direction = "" if kind in ("note", "visit", "meeting") else "in" if chance[2] > 0.6 else "out"
            two_way = not is_missed and (kind in _TALKS or kind == "chat" or (kind != "note" and direction == "in"))
            self.told.touchpoints.append(
                "\t".join((
                    key, str(about), str(organisation) if organisation else NULL, kind, at, direction,
                    "t" if two_way else "f", summary, body, str(author),
                    str(talk.minutes(kind, texts[i])) if kind in _TALKS and not is_missed else NULL,
                    str(mood) if mood else NULL, at, at,
                ))
            )  # fmt: skip
            if person is not None and not is_own:
                self.told.involvements.append("\t".join((self._part(key, 1), key, at, str(person))))
            if reaction:
                self.told.reactions.append("\t".join((self._part(key, 2), key, at, str(about), *reaction)))

    @staticmethod
    def _part(key: str, number: int) -> str:
        return str(UUID(int=UUID(key).int ^ number))
