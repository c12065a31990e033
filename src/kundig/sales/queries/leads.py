"""What leads are worth by the rules, who would get them, and which wait for an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Party
from kundig.records import conditions, registry
from kundig.records.description import Description
from kundig.sales.enums.leads import OPEN
from kundig.sales.models.leads import Lead, ResponseTarget, RouteRule, ScoreRule
from kundig.sales.rules.response import respond_by
from kundig.sales.rules.scores import Reason
from kundig.timeline.queries import working_days_of_house


def description_of(name: str) -> Description:
    """The description of an object that is always there."""
    found = registry.get(name)
    assert found is not None, "descriptions are registered when the program starts"
    return found


def described_leads() -> Description:
    return description_of("leads")


def response_target() -> ResponseTarget:
    """What the house has set, or what holds without."""
    return ResponseTarget.objects.filter(pk=ResponseTarget.THE_ONE).first() or ResponseTarget()


def answer_by(received: dt.datetime, *, target: ResponseTarget | None = None) -> dt.datetime | None:
    """By when a lead that was received then is to be answered first, by the hours and holidays of the house."""
    target = target or response_target()
    return respond_by(
        received.astimezone(ZoneInfo(company().timezone)), minutes=target.minutes, opens=target.opens_at,
        closes=target.closes_at, is_working_day=working_days_of_house(),
    )  # fmt: skip


def holds(condition: str, lead: Lead) -> bool:
    """Whether a rule fits a lead; one that cannot be read any more fits none."""
    if not condition.strip():
        return True
    try:
        return conditions.read(condition, described_leads(), None).holds(lead)
    except conditions.ConditionError:
        return False


def reasons_for(lead: Lead, *, rules: Sequence[ScoreRule] | None = None) -> list[Reason]:
    """What the rules give a lead points for, in their order."""
    found = ScoreRule.objects.all() if rules is None else rules
    return [(rule.points, rule.name) for rule in found if holds(rule.condition, lead)]


def route_for(lead: Lead) -> RouteRule | None:
    """The first rule that fits and knows somebody, locked until the transaction ends, so that nobody's turn is given
    away twice."""
    for rule in RouteRule.objects.select_related("team"):
        if holds(rule.condition, lead) and people_of(rule).exists():
            return RouteRule.objects.select_for_update(of=("self",)).filter(pk=rule.pk).first()
    return None


def people_of(rule: RouteRule) -> QuerySet[User]:
    """Those who can get leads by a rule, in a fixed order."""
    found = User.objects.active()
    if rule.turn == "person":
        return found.filter(pk=rule.person_id)
    return found.filter(memberships__team_id=rule.team_id).order_by("name", "id") if rule.team_id else found.none()


def open_leads_of(people: Sequence[UUID]) -> dict[UUID, int]:
    """How many open leads each of them has."""
    rows = Lead.objects.filter(owner__in=people, state__in=OPEN).values_list("owner").annotate(count=Count("id"))
    return {**dict.fromkeys(people, 0), **dict(rows)}


def open_lead_of(party: Party) -> Lead | None:
    """The open lead of a party, or the one in which it is the contact person; the latest if there are several."""
    mine = Lead.objects.open().filter(Q(party=party) | Q(person_id=party.pk))
    return mine.order_by("-received_at", "-id").first()


def waiting_leads(owners: Sequence[UUID], user: User) -> QuerySet[Lead]:
    """Leads of these people that nobody has answered, as far as `user` may see them, the most pressing first."""
    rows = described_leads().visible_to(user).filter(owner__in=owners, state__in=OPEN, responded_at=None)
    return rows.select_related("party").order_by("respond_by", "id")


def late_leads(now: dt.datetime | None = None) -> QuerySet[Lead]:
    """Those whose target has passed without an answer, of whom nobody has been reminded."""
    rows = Lead.objects.filter(state="new", responded_at=None, reminded_at=None, respond_by__lt=now or timezone.now())
    return rows.order_by("respond_by")
