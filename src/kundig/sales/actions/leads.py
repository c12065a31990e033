"""Leads: adding, answering, dropping; who gets them and what they are worth follows from rules.

`add_lead` and `change_lead` are called through `records.actions`, which check the right and tell listeners; so do
those who call `answer_lead`, `drop_lead` and `reopen_lead` (`LeadDescription.actions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import administrators, house
from kundig.notices.actions import tell, withdraw
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import live
from kundig.records.actions import announce, change_record
from kundig.records.events import Via
from kundig.sales.actions.deals import add_deal
from kundig.sales.enums.leads import OPEN, LeadState, Turn
from kundig.sales.models.leads import Lead, RouteRule
from kundig.sales.queries.leads import (
    answer_by,
    described_leads,
    open_leads_of,
    people_of,
    reasons_for,
    route_for,
)
from kundig.sales.rules.scores import score_of
from kundig.timeline.actions.writing import assign, team_of, validate

ALL = GIVEN, LATE, UNCLAIMED = "lead_given", "lead_late", "lead_unclaimed"


def add_lead(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Lead:
    """A new lead of a party. Without an owner among the values the rules say who gets it; the party becomes a lead.

    Raises:
        ValidationError: with a dict of columns: no party, a text that is too long, an unknown person.
    """
    lead = Lead()
    changed = assign(lead, values)
    if lead.party_id is None:
        raise ValidationError({"party": _("Say whose lead it is: name the company or person.")})
    _check(lead, changed)
    with transaction.atomic():
        lead.party = Party.objects.get(pk=lead.party_id)
        _score(lead)
        rule = None
        if "owner" not in values:
            rule = _give(lead, by=by)
            lead.is_by_rule = rule is not None
        if lead.team_id is None:
            lead.team_id = team_of(lead.owner_id, by) if lead.owner_id else None
        if lead.respond_by is None:
            lead.respond_by = answer_by(lead.received_at)
        lead.save(force_insert=True)
        if rule is not None:
            RouteRule.objects.filter(pk=rule.pk).update(last=lead.owner_id)
        _become(lead.party, Lifecycle.LEAD, instead_of=(Lifecycle.CONTACT,), via=via)
        _tell_owner(lead, by=by)
        live.announce(f"leads-of:{lead.party_id}")
    return lead


def change_lead(lead: Lead, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Lead:
    """Set columns of a lead; its score follows. Raises like `add_lead`."""
    changed = assign(lead, values)
    if not changed:
        return lead
    if lead.party_id is None:
        raise ValidationError({"party": _("Say whose lead it is: name the company or person.")})
    _check(lead, changed)
    with transaction.atomic():
        _score(lead)
        if "owner" in changed:
            lead.owner_reason = ""
            if "team" not in changed:
                lead.team_id = team_of(lead.owner_id, by) if lead.owner_id else lead.team_id
        lead.save()
        if "owner" in changed:
            _tell_owner(lead, by=by)
        live.announce(f"leads-of:{lead.party_id}")
    return lead


def answer_lead(lead: Lead, *, by: User, at: dt.datetime | None = None) -> bool:
    """Somebody of ours has turned to the lead; False if that was so already."""
    if not lead.is_open or lead.responded_at is not None:
        return False
    lead.responded_at, lead.state = at or timezone.now(), LeadState.WORKING
    lead.save(update_fields=("responded_at", "state", "changed_at"))
    withdraw(_matter(lead), kinds=(LATE, UNCLAIMED))
    live.announce(f"leads-of:{lead.party_id}")
    return True


def convert_lead(lead: Lead, *, title: str = "", by: User) -> bool:
    """Sell from here on: a deal of the same party and contact person. Nothing is copied but what a deal is made of, and
    the lead keeps where it leads to. False if it has become one already.

    Raises:
        PermissionDenied: if `by` may not make deals.
        ValidationError: if it was dropped.
    """
    with transaction.atomic():
        locked = Lead.objects.select_for_update(of=("self",)).select_related("party").get(pk=lead.pk)
        if locked.state == LeadState.CONVERTED:
            return False
        if locked.state == LeadState.DROPPED:
            raise ValidationError(_("This lead was dropped. Reopen it first."))
        words = title.strip() or locked.interest.rstrip(". ") or str(locked.party.name)
        deal = add_deal(
            title=words[:160], party=locked.party_id, person=locked.person_id, source=locked.source,
            campaign=locked.campaign, owner=locked.owner_id or by.pk, by=by,
        )  # fmt: skip
        lead.deal, lead.state = deal, LeadState.CONVERTED
        lead.responded_at = locked.responded_at or timezone.now()
        lead.save(update_fields=("deal", "state", "responded_at", "changed_at"))
        withdraw(_matter(lead), kinds=(LATE, UNCLAIMED))
        live.announce(f"leads-of:{lead.party_id}")
    return True


def drop_lead(lead: Lead, *, reason: str = "", by: User) -> bool:
    """Nothing comes of it; with a reason, so that the house learns. Who is no lead any more is a contact again.

    Raises:
        ValidationError: if it has become a deal, or no reason is given.
    """
    if lead.state == LeadState.DROPPED:
        return False
    if lead.state == LeadState.CONVERTED:
        raise ValidationError(_("This lead has become a deal. Close the deal instead."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a few words why nothing comes of it.")})
    lead.state, lead.closing_reason = LeadState.DROPPED, reason.strip()[:200]
    lead.save(update_fields=("state", "closing_reason", "changed_at"))
    withdraw(_matter(lead), kinds=ALL)
    if not Lead.objects.open().filter(party=lead.party_id).exists():
        _become(lead.party, Lifecycle.CONTACT, instead_of=(Lifecycle.LEAD,), via=Via.HAND)
    live.announce(f"leads-of:{lead.party_id}")
    return True


def reopen_lead(lead: Lead, *, by: User) -> bool:
    """It was dropped too early."""
    if lead.state != LeadState.DROPPED:
        return False
    lead.state = LeadState.WORKING if lead.responded_at else LeadState.NEW
    lead.closing_reason = ""
    lead.save(update_fields=("state", "closing_reason", "changed_at"))
    _become(lead.party, Lifecycle.LEAD, instead_of=(Lifecycle.CONTACT,), via=Via.HAND)
    live.announce(f"leads-of:{lead.party_id}")
    return True


def note_answers(party_ids: set[Any], *, at: dt.datetime, by: User) -> None:
    """Somebody has turned to these parties: their leads are answered, if they came before."""
    from django.db.models import Q

    waiting = Lead.objects.filter(Q(party__in=party_ids) | Q(person__in=party_ids), state=LeadState.NEW)
    for lead in waiting.filter(responded_at=None, received_at__lte=at):
        with transaction.atomic():
            if answer_lead(lead, by=by, at=at):
                announce(described_leads(), [lead.pk], by=None, via=Via.UPKEEP, refresh=False)


def remind_of_late(lead: Lead) -> None:
    """Tell the owner, once, that the first answer is late; of one that nobody has, the administrators."""
    marked = Lead.objects.filter(pk=lead.pk, reminded_at=None).update(reminded_at=timezone.now())
    for reader in _keepers(lead) if marked else ():
        tell(
            reader, kind=LATE, matter=_matter(lead), object="leads", records=[lead.pk], key="late",
            instead_of=(GIVEN, UNCLAIMED),
        )  # fmt: skip


# -- inside ----------------------------------------------------------------------------------------------------------


def _check(lead: Lead, changed: list[str]) -> None:
    validate(lead, changed)
    if lead.person_id is not None and lead.person_id == lead.party_id:
        lead.person_id = None
    if lead.received_at is None:
        lead.received_at = timezone.now()
    if lead.received_at > timezone.now() + dt.timedelta(minutes=5):
        raise ValidationError({"received_at": _("This lies ahead. A lead is noted when it has come.")})


def _score(lead: Lead) -> None:
    reasons = reasons_for(lead)
    lead.score, lead.score_reasons = score_of(reasons), [list(each) for each in reasons]


def _give(lead: Lead, *, by: User) -> RouteRule | None:
    """Find the owner: who looks after the party already, else whom the first fitting rule names, else who notes it.

    Answers the rule, locked until the transaction ends.
    """
    keeper = lead.party.owner
    if keeper is not None and keeper.is_active and lead.party.lifecycle != Lifecycle.CONTACT:
        lead.owner, lead.owner_reason = keeper, _("Looks after this customer already.")
        return None
    rule = route_for(lead)
    if rule is not None:
        people = list(people_of(rule))
        chosen = _chosen(rule, people)
        lead.owner, lead.owner_reason = chosen, _in_words(rule)[:300]
        if rule.turn != Turn.PERSON:
            lead.team_id = rule.team_id
        return rule
    if keeper is not None and keeper.is_active:
        lead.owner, lead.owner_reason = keeper, _("Looks after this customer already.")
    elif by.pk:
        lead.owner, lead.owner_reason = by, _("Has noted it.")
    return None


def _chosen(rule: RouteRule, people: list[User]) -> User:
    """Whose turn it is. The rule is locked, so nobody else decides by it at the same time."""
    keys = [person.pk for person in people]
    after = keys.index(rule.last_id) + 1 if rule.last_id in keys else 0
    in_turn = people[after:] + people[:after]
    if rule.turn == Turn.LOAD:
        load = open_leads_of(keys)
        return min(in_turn, key=lambda person: load[person.pk])
    return in_turn[0]


def _in_words(rule: RouteRule) -> str:
    words = {"rule": rule.name, "team": rule.team.name if rule.team else ""}
    if rule.turn == Turn.TURNS:
        return _("Rule “%(rule)s”: in turn in the team %(team)s.") % words
    if rule.turn == Turn.LOAD:
        return _("Rule “%(rule)s”: fewest open leads in the team %(team)s.") % words
    return _("Rule “%(rule)s”.") % words


def _become(party: Party, lifecycle: Lifecycle, *, instead_of: tuple[Lifecycle, ...], via: Via) -> None:
    """The state of the party follows; that is no question of a right to the party."""
    if party.lifecycle in instead_of:
        record = described(party).model._default_manager.get(pk=party.pk)
        change_record(described(party), record, {"lifecycle": lifecycle}, by=house(), via=via)
        party.lifecycle = lifecycle


def _keepers(lead: Lead) -> list[User]:
    """Who is told of a lead: whoever has it, else the administrators, or nobody would hear of it."""
    if lead.owner is not None:
        return [lead.owner]
    return administrators()


def _tell_owner(lead: Lead, *, by: User) -> None:
    # A lead without an owner that somebody has noted by hand is known to them; what comes in by itself to nobody.
    readers = [] if lead.owner is None and by.pk else _keepers(lead)
    if lead.state not in OPEN:
        return
    withdraw(_matter(lead), kinds=ALL, but=[each.pk for each in readers])
    kind = GIVEN if lead.owner_id else UNCLAIMED
    for reader in readers:
        tell(
            reader, kind=kind, matter=_matter(lead), by=by.pk, object="leads", records=[lead.pk],
            key=f"{lead.pk}:{lead.owner_id}", instead_of=[each for each in ALL if each != kind],
        )  # fmt: skip


def _matter(lead: Lead) -> str:
    """One inquiry is one notice for each who has to do with it: that it is theirs, and that the time is over."""
    return f"lead:{lead.pk}"
