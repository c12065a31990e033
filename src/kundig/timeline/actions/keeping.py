"""Keeping on the rows of parties when they were contacted last, are to be next, and are unusually quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kundig.parties.actions import ContactDays, NewParty, keep_contacts
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.platform import live
from kundig.records import registry
from kundig.timeline.models import Appointment, Attendee, Promise, Task
from kundig.timeline.queries.days_off import days_off
from kundig.timeline.queries.habits import CONTACTS, Past, pasts_of
from kundig.timeline.queries.rhythm import (
    FOREVER,
    READ,
    Reckoned,
    basis_of,
    own_rhythms,
    rests_of,
    rhythms_of_classes,
    stale,
)
from kundig.timeline.rules.rhythm import IsOff, Rhythm, next_contact
from kundig.timeline.rules.silence import SinceWhen

PORTION = 2000


def keep_step(ids: Collection[UUID]) -> list[UUID]:
    """Bring what is kept of these parties in step, in the transaction at hand; answers those for whom it is different.

    Their rows are locked first: who records a contact with one of them at the same time has ended before, or waits.
    """
    changed: list[UUID] = []
    for portion in _portions(list(ids)):
        with transaction.atomic():
            locked = Party.objects.filter(pk__among=portion).order_by("pk").select_for_update(no_key=True)
            parties = [Reckoned(*row) for row in locked.values_list(*READ)]
            ids_of = [party.id for party in parties]
            past = KnownPast(pasts_of(ids_of), own_rhythms(ids_of), rests_of(ids_of, on=timezone.localdate()))
            different = set(keep_contacts(_reckoned(parties, past)))
            _tell([party for party in parties if party.id in different])
            changed += different
    return changed


def keep_followed(ids: Collection[UUID]) -> None:
    """`keep_step`, for those who have told that the histories of these parties are different."""
    keep_step(ids)


def keep_stale(ids: Sequence[UUID]) -> None:
    """The same for those among them who have another class or status than the last time."""
    if found := stale(ids):
        keep_step({party.id for party in found})


def is_kept(party: Party) -> bool:
    """Whether `keep_stale` has nothing to do with a party as it stands."""
    return party.contact_basis == basis_of(party.customer_class, party.lifecycle)


def reckon_new(parties: Sequence[NewParty]) -> list[ContactDays]:
    """What is kept of parties that are about to be written: they have no past, no rhythm of their own and no rest."""
    now = timezone.now()
    _tell_days({party.owner_id for party in parties})
    return _reckoned(
        [
            Reckoned(
                id=party.id, kind=party.kind, customer_class=party.customer_class, lifecycle=party.lifecycle,
                organisation_id=party.organisation_id, country=party.country, created_at=now, basis="",
                owner_id=party.owner_id,
            )
            for party in parties
        ],
        KnownPast(),
    )  # fmt: skip


def keep_all(*, watch: Callable[[int, int | None], None] | None = None) -> int:
    """The same for every party, in portions of their own transactions; answers for how many it was different."""
    done, changed, last, total = 0, 0, UUID(int=0), Party.objects.count()
    while True:
        ids = list(Party.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PORTION])
        if not ids:
            return changed
        changed += len(keep_step(ids))
        done, last = done + len(ids), ids[-1]
        if watch:
            watch(done, total)


def tell_days_of_promises(ids: Collection[UUID]) -> None:
    """The days of those who see to these promises are fetched anew."""
    _tell_days(Promise.objects.filter(pk__in=list(ids)).values_list("assignee_id", flat=True))


def tell_days_of_tasks(ids: Collection[UUID]) -> None:
    """The same of those who have these tasks to do."""
    _tell_days(Task.objects.filter(pk__in=list(ids)).values_list("assignee_id", flat=True))


def tell_days_of_appointments(ids: Collection[UUID]) -> None:
    """The same of those who take part in these appointments."""
    found = list(ids)
    _tell_days(Appointment.objects.filter(pk__in=found).values_list("owner_id", flat=True))
    _tell_days(Attendee.objects.filter(appointment__in=found).values_list("user_id", flat=True))


def _tell_days(users: Iterable[UUID | None]) -> None:
    live.announce(*(f"day:{user}" for user in {user for user in users if user is not None}))


def _portions(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


@dataclass(frozen=True)
class KnownPast:
    """What counts beside the rows of the parties: what was before, rhythms of their own, until when they rest."""

    pasts: Mapping[UUID, Past] = field(default_factory=dict)
    own: Mapping[UUID, list[Rhythm]] = field(default_factory=dict)
    rests: Mapping[UUID, dt.date] = field(default_factory=dict)


def _reckoned(parties: Sequence[Reckoned], past: KnownPast) -> list[ContactDays]:
    # Asked for when the first of them needs it: of most new ones neither is.
    classes, off = cache(rhythms_of_classes), cache(days_off)
    found = []
    for party in parties:
        is_former = party.lifecycle == Lifecycle.FORMER
        rhythms = past.own.get(party.id) or _of_class(classes, party.customer_class, party.lifecycle)
        basis = basis_of(party.customer_class, party.lifecycle)
        if not rhythms and party.id not in past.pasts:
            found.append(ContactDays(party.id, basis=basis))
            continue
        found.append(
            _days(
                party.id, past.pasts.get(party.id, Past()), [] if is_former else rhythms,
                is_off=off(party.country), rest=past.rests.get(party.id), since=timezone.localdate(party.created_at),
                basis=basis,
                # Of people at an organisation its silence tells; else one silence would be told twice.
                has_silence=party.organisation_id is None and not is_former,
            )
        )  # fmt: skip
    return found


def _of_class(classes: Callable[[], Mapping[str, list[Rhythm]]], letter: str, lifecycle: str) -> list[Rhythm]:
    """Without a class only customers have a rhythm, not everybody who ever left a card."""
    return classes().get(letter, []) if letter or lifecycle == Lifecycle.CUSTOMER else []


def _days(
    key: UUID,
    past: Past,
    rhythms: Sequence[Rhythm],
    *,
    is_off: IsOff,
    rest: dt.date | None,
    since: dt.date,
    basis: str,
    has_silence: bool,
) -> ContactDays:
    contact = None
    if rest != FOREVER:
        contact = next_contact(rhythms, past.last, since=since, key=key, is_off=is_off, resting=rest)
    usual = min(past.habits, key=lambda each: (each.silent_from, each.source), default=None)
    talks = next((each for each in past.habits if each.source == CONTACTS), None)
    silent = usual.silent_from if usual is not None and has_silence and rest != FOREVER else None
    return ContactDays(
        party_id=key,
        last_on=max(past.last.values(), default=None),
        next_on=contact.on if contact else None,
        next_why=contact.rhythm.code if contact else "",
        usual_gap=min(talks.habit.usual, 32_000) if talks else None,
        silent_from=max(silent, rest) if silent and rest else silent,
        silent_why=SinceWhen(usual.source, usual.habit.usual, usual.last_on).code if usual and silent else "",
        basis=basis,
    )


def _tell(parties: Sequence[Reckoned]) -> None:
    """Pages and lists that show them fetch them again, and so do the days of those who look after them."""
    names = {description.where["kind"]: description.name for description in registry.covering(Party)}
    told = [f"{names[party.kind]}:{party.id}" for party in parties if party.kind in names]
    live.announce(*told, *(f"day:{party.owner_id}" for party in parties if party.owner_id))
