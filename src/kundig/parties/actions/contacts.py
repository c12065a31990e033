"""When parties were in contact last, are to be next, and are unusually quiet: reckoned by `timeline`, kept on the row.

So that lists, filters and conditions read them by index. They follow from what others record; no history tells of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from kundig.parties.models import Party

_KEEP = f"""
UPDATE {Party._meta.db_table} AS known SET last_contact_on = fresh.last, next_contact_on = fresh.next,
    next_contact_why = fresh.why, usual_gap = fresh.gap, silent_from = fresh.silent, silent_why = fresh.silent_why,
    contact_basis = fresh.basis
FROM unnest(%s::uuid[], %s::date[], %s::date[], %s::text[], %s::smallint[], %s::date[], %s::text[], %s::text[])
    AS fresh (id, last, next, why, gap, silent, silent_why, basis)
WHERE known.id = fresh.id
    AND (known.last_contact_on, known.next_contact_on, known.next_contact_why, known.usual_gap, known.silent_from,
         known.silent_why, known.contact_basis)
    IS DISTINCT FROM (fresh.last, fresh.next, fresh.why, fresh.gap, fresh.silent, fresh.silent_why, fresh.basis)
RETURNING known.id
"""  # noqa: S608 - the name of our own table


@dataclass(frozen=True)
class ContactDays:
    """What is kept of one party; None and "" where there is nothing to say."""

    party_id: UUID
    last_on: dt.date | None = None
    next_on: dt.date | None = None
    next_why: str = ""
    usual_gap: int | None = None
    silent_from: dt.date | None = None
    silent_why: str = ""
    basis: str = ""


CONTACT_COLUMNS = (
    "last_contact_on", "next_contact_on", "next_contact_why", "usual_gap", "silent_from", "silent_why",
    "contact_basis",
)  # fmt: skip
"""Where `ContactDays` stand on the row, in their order."""
_kept = attrgetter("last_on", "next_on", "next_why", "usual_gap", "silent_from", "silent_why", "basis")


@dataclass(frozen=True, slots=True)
class NewParty:
    """What is known of a party that is about to be written for the first time."""

    id: UUID
    kind: str
    customer_class: str
    lifecycle: str
    organisation_id: UUID | None
    country: str
    owner_id: UUID | None


Reckoner = Callable[[Sequence[NewParty]], Sequence[ContactDays]]
_reckoners: list[Reckoner] = []


def when_new(reckoner: Reckoner) -> None:
    """Have new parties come with what `reckoner` knows of them: to write them once more costs as much as all of their
    indexes. Called in `apps.ready()`."""
    _reckoners.append(reckoner)


def contacts_of_new(parties: Sequence[NewParty]) -> Mapping[UUID, tuple[Any, ...]]:
    """Party → its first values of `CONTACT_COLUMNS`; called in the transaction that writes them."""
    found: dict[UUID, tuple[Any, ...]] = {}
    for reckoner in _reckoners or (_nothing_known,):
        found |= {days.party_id: _kept(days) for days in reckoner(parties)}
    return found


def _nothing_known(parties: Sequence[NewParty]) -> Sequence[ContactDays]:
    return [ContactDays(party.id) for party in parties]


def keep_contacts(days: Sequence[ContactDays]) -> list[UUID]:
    """Write them where they are different; answers the parties whose were."""
    if not days:
        return []
    columns = zip(*((each.party_id, *_kept(each)) for each in days), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in columns])
        return [key for (key,) in cursor.fetchall()]
