"""Tasks and appointments in the composer, beside contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.records import registry
from kundig.timeline.actions import give_task
from kundig.timeline.enums import AppointmentKind
from kundig.timeline.models import Appointment, Task
from kundig.timeline.panels.steps import chips
from kundig.timeline.protocol import ComposerTab


def task_form(request: HttpRequest, party: Party, *, typed: Mapping[str, str] | None = None, error: str = "") -> str:
    """HTML of the form; `typed` and `error` where what was typed could not be noted."""
    user: Any = request.user
    people = User.objects.active().order_by("name").values_list("pk", "name")
    context = {
        "party": party, "typed": typed or {}, "error": error, "chips": chips(user),
        "people": [(str(key), name) for key, name in people], "me": str(user.pk),
    }  # fmt: skip
    return render_to_string("timeline/tasks/_compose.html", context, request=request)


def appointment_form(
    request: HttpRequest, party: Party, *, typed: Mapping[str, str] | None = None, error: str = ""
) -> str:
    """The same for an appointment; it is proposed for the next full hour."""
    begins = timezone.localtime().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    proposed = {
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + dt.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "kind": AppointmentKind.VISIT.value,
    }
    context = {"party": party, "typed": typed or proposed, "error": error, "kinds": AppointmentKind.choices}
    return render_to_string("timeline/appointments/_compose.html", context, request=request)


def follow_up(party: Party, day: dt.date, title: str, user: User) -> None:
    """A task to come back to something that was noted."""
    give_task(title=(title or _("Follow up"))[:200], party=party, due_on=day, by=user)


def _may_create(model: type[Task] | type[Appointment], user: Any) -> bool:
    description = registry.for_model(model)
    return description is not None and description.may(user, Action.CREATE)


TABS = (
    ComposerTab("task", gettext_lazy("Task"), "check", 50, task_form, lambda user: _may_create(Task, user)),
    ComposerTab(
        "appointment", gettext_lazy("Appointment"), "calendar", 60, appointment_form,
        lambda user: _may_create(Appointment, user),
    ),
)  # fmt: skip
