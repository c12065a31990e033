"""Leads follow what happens with their parties: an answer, another value, an import."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from kundig.accounts.queries import house
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.platform import outbox
from kundig.records.actions import create_record
from kundig.records.events import RecordsChanged, Via
from kundig.records.ledger import change_set
from kundig.sales.actions.lead_rules import score_open_leads
from kundig.sales.actions.leads import note_answers
from kundig.sales.models.leads import Lead
from kundig.sales.queries.leads import described_leads
from kundig.timeline.events import TouchpointRecorded
from kundig.timeline.models import Touchpoint

PARTIES = frozenset({"organisations", "persons", "households"})
TURNED_TO = frozenset({"out", "both"})
SPOKEN = frozenset({"call", "visit", "meeting"})


@outbox.handler(TouchpointRecorded)
def leads_are_answered(event: TouchpointRecorded) -> None:
    """Whoever writes, calls or meets a lead has answered it."""
    found = Touchpoint.objects.filter(pk=event.touchpoint_id, party=event.party_id).first()
    if found is not None and (found.direction in TURNED_TO or found.kind in SPOKEN):
        reached = {event.party_id, event.organisation_id, *event.people} - {None}
        note_answers(reached, at=found.at, by=house())


@outbox.handler(RecordsChanged)
def leads_follow_their_parties(event: RecordsChanged) -> None:
    """Another value of a party may be worth other points; who is imported as a lead is one."""
    if event.object not in PARTIES:
        return
    ids = [UUID(text) for text in event.ids]
    open_ones = Lead.objects.open().filter(Q(party__in=ids) | Q(person__in=ids)).values_list("pk", flat=True)
    if open_ones:
        score_open_leads(only=list(open_ones))
    if event.via == Via.IMPORT:
        _take_in_imported(ids, change_set_id=event.change_set)


def _take_in_imported(ids: list[UUID], *, change_set_id: str) -> None:
    """A list of leads comes by the ordinary import of organisations or persons, with the status "lead". The leads of
    persons at an organisation are the organisation's."""
    new = Party.objects.filter(pk__in=ids, lifecycle=Lifecycle.LEAD, leads=None)
    for party in new.select_related("owner"):
        if Lead.objects.filter(person_id=party.pk).exists():
            continue
        values: dict[str, object] = {"party": party.pk, "source": party.source}
        if party.owner_id:
            values |= {"owner": party.owner_id, "team": party.team_id}
        with change_set(by=None, via=Via.IMPORT):
            create_record(described_leads(), values, by=house(), via=Via.IMPORT)
