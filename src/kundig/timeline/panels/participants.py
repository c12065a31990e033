"""On the page of an appointment, a task or a contact: who else is meant, and a way to bring further ones in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.timeline.models import Appointment, Involvement, Task, Touchpoint
from kundig.timeline.queries.absences import stand_in_for

KEY, DEPUTY = "participants", "deputy"


@dataclass(frozen=True)
class Participant:
    """A customer, with the address of its page, or a colleague, without one."""

    id: UUID
    name: str
    kind: str
    """org or person, as avatars know it."""
    url: str = ""


def participants_of(record: Appointment | Task | Touchpoint) -> list[UUID]:
    """The further customers of a record, whoever asks."""
    if isinstance(record, Touchpoint):
        rows = Involvement.objects.filter(touchpoint=record.pk)
        return list(rows.order_by("pk").values_list("party_id", flat=True))
    return list(record.parties.order_by("pk").values_list("party_id", flat=True))


def participants(
    request: HttpRequest, description: Description, record: Any, *, error: str = "", typed: str = ""
) -> str:
    """HTML of the panel; `error` where somebody could not be brought in."""
    user: Any = request.user
    keys = participants_of(record)
    described = {each.where["kind"]: each for each in registry.covering(Party)}
    rows = visible_parties(user).filter(pk__in=keys).values_list("pk", "name", "kind")
    shown = {
        key: Participant(key, name, "person" if kind == PartyKind.PERSON else "org", described[kind].url(key))
        for key, name, kind in rows
    }
    has_colleagues = isinstance(record, Appointment)
    colleagues: list[Participant] = []
    others: list[tuple[UUID, str]] = []
    if has_colleagues:
        there = record.attendees.order_by("pk").values_list("user_id", "user__name")
        colleagues = [Participant(key, name, "person") for key, name in there]
        taken = {record.owner_id, *(each.id for each in colleagues)}
        staff = User.objects.active().order_by("name").values_list("pk", "name")
        others = [(key, name) for key, name in staff if key not in taken]
    context = {
        "customers": [shown[key] for key in keys if key in shown],
        "hidden": len(keys) - len(shown),
        "colleagues": colleagues,
        "others": others,
        "may_change": _may_change(description, record, user),
        "address": address_of(description, record),
        "error": error,
        "key": KEY,
    }
    return render_to_string("timeline/participants/_panel.html", context, request=request)


def address_of(description: Description, record: Any) -> str:
    """Where participants are brought in and let go."""
    if isinstance(record, Touchpoint):
        return f"/history/{record.party_id}/{record.pk}/people/"
    return f"/{description.name}/{record.pk}/participants/"


def deputy(request: HttpRequest, description: Description, record: Any) -> str:
    """That who is to do an open task is away, and who stands in; nothing while they are here."""
    return "" if record.done_at else deputy_hint(request, description, record)


def deputy_hint(request: HttpRequest, description: Description, task: Task) -> str:
    """The same as HTML for any place, with a button that hands the task over."""
    found = stand_in_for(task.assignee_id, on=task.due_on if task.due_on else timezone.localdate())
    if found is None or found.deputy_id == task.assignee_id:
        return ""
    user: Any = request.user
    context = {
        "away": found.user.name,
        "deputy": found.deputy.name,
        "until": current_formats().date(found.ends_on),
        "task": task,
        "may_change": description.may(user, Action.CHANGE, task),
    }
    return render_to_string("timeline/participants/_deputy.html", context, request=request)


def _may_change(description: Description, record: Any, user: User) -> bool:
    if isinstance(record, Touchpoint):
        party = registry.covering(Party)
        of = next(each for each in party if each.where["kind"] == record.party.kind)
        return of.may(user, Action.CHANGE, record.party)
    return description.may(user, Action.CHANGE, record)


PANELS = (
    Panel(DEPUTY, gettext_lazy("Deputy"), Task, deputy, side="business", order=3),
    *(
        Panel(KEY, gettext_lazy("Who else takes part"), model, participants, side="business", order=5)
        for model in (Appointment, Task, Touchpoint)
    ),
)
