"""A customer gets another person in charge, or somebody will be away: handovers begin and end."""

from __future__ import annotations

from uuid import UUID

from kundig.accounts.events import DeputyNamed, DeputyshipEnded
from kundig.accounts.models import Deputyship
from kundig.parties.models import Party
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.events import RecordsChanged, Via
from kundig.timeline.actions.handovers import end_absence, end_superseded, hand_over, hand_over_for_absence
from kundig.timeline.queries.handovers import givers_in

NOT_HANDED = (Via.UNDO, Via.SAMPLE, Via.ERASURE, Via.MIGRATION, Via.UPKEEP, Via.MERGE)


@outbox.handler(RecordsChanged)
def follow_the_person_in_charge(event: RecordsChanged) -> None:
    """By hand, in bulk, by an import or by a rule: whoever was in charge hands over to whoever is now."""
    description = registry.get(event.object)
    if description is None or description.model._meta.concrete_model is not Party:
        return
    ids = [UUID(each) for each in event.ids]
    end_superseded(ids)
    if not event.change_set or event.via in NOT_HANDED:
        return
    change_set = UUID(event.change_set)
    givers = givers_in(change_set, ids)
    if givers:
        hand_over(givers, batch=change_set, by=UUID(event.by_id) if event.by_id else None)


@outbox.handler(DeputyNamed)
def prepare_absence(event: DeputyNamed) -> None:
    deputyship = Deputyship.objects.filter(pk=event.deputyship_id).first()
    if deputyship is not None:
        hand_over_for_absence(deputyship)


@outbox.handler(DeputyshipEnded)
def end_prepared_absence(event: DeputyshipEnded) -> None:
    end_absence(UUID(event.deputyship_id))
