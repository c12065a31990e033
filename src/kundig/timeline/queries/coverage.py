"""Which customers have a next step, or a reason to be left alone, and which have neither.

It is about customers. Whose they are serves to find them; nobody's calls are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kundig.accounts.models import Membership, Team, User
from kundig.accounts.queries import access_of
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.timeline.models import Appointment, AppointmentParty, Rest, Task, TaskParty
from kundig.timeline.queries.rhythm import active


@dataclass(frozen=True)
class Coverage:
    """Of the active customers of some people: how many there are, and how many have no next step."""

    all: int
    uncovered: int

    @property
    def covered(self) -> int:
        return self.all - self.uncovered


def own_customers(user: User) -> QuerySet[Party]:
    """The active customers of `user` and of those they stand in for."""
    owners = [holder.user_id for holder in access_of(user).holders if holder.user_id is not None]
    return visible_parties(user).filter(active(), owner__in=owners)


def customers_of_team(team: Team, user: User) -> QuerySet[Party]:
    """The active customers of a team, as far as `user` may see them."""
    return visible_parties(user).filter(active(), team=team)


def led_teams(user: User) -> list[Team]:
    """The teams that `user` leads."""
    ids = Membership.objects.filter(user=user, is_lead=True).values("team_id")
    return list(Team.objects.filter(pk__in=ids).order_by("name"))


def coverage_of(customers: QuerySet[Party]) -> Coverage:
    lacking = Q(next_contact_on=None)
    for condition in _steps():
        lacking &= ~Q(condition)
    found = customers.aggregate(all=Count("pk"), uncovered=Count("pk", filter=lacking))
    return Coverage(found["all"], found["uncovered"])


def uncovered(customers: QuerySet[Party]) -> QuerySet[Party]:
    """Those among them for whom nothing is planned, by nobody, and whom no reason says to leave alone."""
    # The next contact first: it stands on the row, and spares the others for all but a few.
    rows = customers.filter(next_contact_on=None)
    for condition in _steps():
        rows = rows.exclude(condition)
    return rows


def _steps() -> Iterator[Exists]:
    of = {"party": OuterRef("pk")}
    yield Exists(Rest.objects.holding().filter(**of))
    yield Exists(Task.objects.open().filter(**of))
    yield Exists(TaskParty.objects.filter(task__done_at=None, **of))
    ahead = Appointment.objects.filter(held_at=None, ends_at__gte=timezone.now())
    yield Exists(ahead.filter(**of))
    yield Exists(AppointmentParty.objects.filter(appointment__in=ahead, **of))
