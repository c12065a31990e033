"""Keeping on the rows of deals what is planned next, since when they are quiet, and from when they rest too long."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kundig.parties.models import Party
from kundig.platform import live
from kundig.sales.models import Deal, Stage
from kundig.sales.rules.resting import Planned, rests_from, soonest
from kundig.timeline.models import Appointment, Task

PORTION = 1000
_KEPT = ("next_step", "next_step_on", "quiet_since", "rotting_on")


def keep_steps(ids: Collection[UUID]) -> list[UUID]:
    """Bring what is kept of these deals in step; answers those for which it is different. Closed ones keep nothing."""
    changed: list[UUID] = []
    found = list(ids)
    for start in range(0, len(found), PORTION):
        with transaction.atomic():
            deals = list(
                Deal.objects.filter(pk__in=found[start : start + PORTION]).select_for_update(no_key=True).order_by("pk")
            )
            changed += _written(deals)
    live.announce(*(f"deals:{key}" for key in changed))
    return changed


def tell_pages_of_parties(ids: Sequence[UUID]) -> None:
    """The pages of the customers of these deals show them as they are now."""
    live.announce(*(f"deals:{key}" for key in Deal.objects.filter(pk__in=ids).values_list("party_id", flat=True)))


def keep_of_parties(ids: Collection[UUID]) -> None:
    """The same for the open deals of these customers and contact persons, whose history is different."""
    if ids:
        keep_steps(_open_deals(Q(party__in=list(ids)) | Q(person__in=list(ids))))


def keep_of_tasks(ids: Sequence[UUID]) -> None:
    """The same for the deals that these tasks are planned for, or were."""
    found = list(Task.objects.filter(pk__in=ids).values_list("party_id", "source", "source_id"))
    _keep_planned(found, ids)


def keep_of_appointments(ids: Sequence[UUID]) -> None:
    found = list(Appointment.objects.filter(pk__in=ids).values_list("party_id", "source", "source_id"))
    _keep_planned(found, ids)


def keep_all_steps() -> int:
    """The same for every open deal, as a deleted appointment tells nobody whose it was; answers for how many it is
    different."""
    return len(keep_steps(list(Deal.objects.open().order_by("pk").values_list("pk", flat=True))))


def _keep_planned(found: Iterable[tuple[UUID | None, str, UUID | None]], ids: Sequence[UUID]) -> None:
    parties, deals = set(), set()
    for party, source, source_id in found:
        if source == "deals" and source_id is not None:
            deals.add(source_id)
        elif party is not None:
            parties.add(party)
    concerned = Q(step_id__in=list(ids)) | Q(pk__in=deals)
    if parties:
        concerned |= Q(party__in=parties) | Q(person__in=parties)
    keep_steps(_open_deals(concerned))


def _open_deals(condition: Q) -> list[UUID]:
    return list(Deal.objects.open().filter(condition).values_list("pk", flat=True))


def _written(deals: Sequence[Deal]) -> list[UUID]:
    """Set what is kept on these rows, which are locked, and write those that are different."""
    open_ones = [deal for deal in deals if deal.is_open]
    people = {key for deal in open_ones for key in (deal.party_id, deal.person_id) if key}
    contacts = dict(Party.objects.filter(pk__in=people).values_list("pk", "last_contact_on"))
    planned = _planned_of(people, {deal.pk for deal in open_ones})
    days = dict(Stage.objects.filter(pk__in={d.stage_id for d in open_ones}).values_list("pk", "rotting_days"))
    different = []
    for deal in deals:
        before = tuple(getattr(deal, name) for name in (*_KEPT, "step_id"))
        _set(deal, contacts, planned, days.get(deal.stage_id))
        if tuple(getattr(deal, name) for name in (*_KEPT, "step_id")) != before:
            different.append(deal)
    Deal.objects.bulk_update(different, (*_KEPT, "step_id"), batch_size=200)
    return [deal.pk for deal in different]


def _set(
    deal: Deal,
    contacts: Mapping[UUID, dt.date | None],
    planned: Mapping[UUID, Sequence[Planned]],
    days: int | None,
) -> None:
    deal.next_step, deal.next_step_on, deal.step_id, deal.quiet_since, deal.rotting_on = "", None, None, None, None
    if not deal.is_open:
        return
    mine = {each.id: each for key in (deal.party_id, deal.person_id, deal.pk) if key for each in planned.get(key, ())}
    own = [each for each in mine.values() if each.deal_id in (None, deal.pk)]
    step = soonest(own)
    if step is not None:
        deal.next_step, deal.next_step_on, deal.step_id = step.title, step.on, step.id
    talked = [day for key in (deal.party_id, deal.person_id) if key and (day := contacts.get(key))]
    deal.quiet_since = max([timezone.localdate(deal.stage_since), *talked])
    deal.rotting_on = rests_from(deal.quiet_since, days, [each.on for each in own])


def _planned_of(people: Collection[UUID], deals: Collection[UUID]) -> Mapping[UUID, list[Planned]]:
    """Open tasks with a day, and appointments that have not been held, by whom (or which deal) they are with."""
    found: dict[UUID, list[Planned]] = defaultdict(list)
    of_deals = Q(source="deals", source_id__in=deals)
    tasks = Task.objects.filter(Q(party__in=people) | of_deals, done_at=None, due_on__isnull=False)
    for key, title, day, party, source, source_id in tasks.values_list(
        "pk", "title", "due_on", "party_id", "source", "source_id"
    ):
        assert day is not None, "only those with a day are asked for"
        _note(found, Planned(key, title, day, _deal_of(source, source_id)), party)
    meetings = Appointment.objects.filter(Q(party__in=people) | of_deals, held_at=None)
    for key, title, at, party, source, source_id in meetings.values_list(
        "pk", "title", "starts_at", "party_id", "source", "source_id"
    ):
        _note(found, Planned(key, title, timezone.localdate(at), _deal_of(source, source_id)), party)
    return found


def _note(found: dict[UUID, list[Planned]], step: Planned, party: UUID | None) -> None:
    for key in (party, step.deal_id):
        if key is not None:
            found[key].append(step)


def _deal_of(source: str, source_id: Any) -> UUID | None:
    return source_id if source == "deals" else None
