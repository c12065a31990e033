"""What rules can do here: note a task for somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.models import User
from kundig.automation.protocol import Occasion, Parameter, RuleAction, Values
from kundig.parties.models import Party
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.timeline.actions.tasks import give_task

LONGEST, MOST_DAYS = 200, 1000


def _people(description: Description) -> list[tuple[str, Any]]:
    owner = [("owner", _("whoever looks after it"))] if description.owner else []
    return [*owner, *((f"user:{user.pk}", user.name) for user in User.objects.active().order_by("name"))]


def _check(values: Values, description: Description) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    title, to, days = (str(values.get(name, "")).strip() for name in ("title", "to", "days"))
    if not title or len(title) > LONGEST or "\x00" in title:
        errors["title"] = _("Say what is to be done, in at most %(most)d characters.") % {"most": LONGEST}
    if to not in dict(_people(description)):
        errors["to"] = _("Choose who shall do it.")
    if not days.isdecimal() or int(days) > MOST_DAYS:
        errors["days"] = _("Give a number of days from 0 to %(most)d.") % {"most": MOST_DAYS}
    if errors:
        raise ValidationError(errors)
    return {"title": title, "to": to, "days": int(days)}


def _note(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    kind, _colon, key = str(values["to"]).partition(":")
    person = getattr(record, description.owner or "", None) if kind == "owner" else None
    if kind == "user":
        person = User.objects.active().filter(pk=UUID(key)).first()
    due_on = timezone.localdate() + dt.timedelta(days=int(values["days"]))
    is_here = isinstance(person, User) and person.is_active
    give_task(
        title=str(values["title"]), party=_party(record), assignee=person if is_here else None, due_on=due_on,
        source=description.name, source_id=record.pk, by=occasion.by, via=Via.RULE,
    )  # fmt: skip
    if not is_here:
        return _("A task was noted; nobody is there to do it.")
    return _("A task was noted for %(name)s.") % {"name": getattr(person, "name", "")}


def _party(record: Any) -> Any:
    """Whom the task concerns: the record itself, or whom it belongs to."""
    if isinstance(record, Party):
        return record.pk
    return getattr(record, "party_id", None)


def _words(values: Values, description: Description) -> str:
    days = int(values["days"])
    person = dict(_people(description)).get(str(values["to"]), _("somebody who is not here any more"))
    told = {"title": values["title"], "person": person, "n": days}
    if days == 0:
        return _("note the task “%(title)s” for %(person)s, due on the same day") % told
    return ngettext(
        "note the task “%(title)s” for %(person)s, due in %(n)d day",
        "note the task “%(title)s” for %(person)s, due in %(n)d days", days,
    ) % told  # fmt: skip


NOTE_TASK = RuleAction(
    key="task",
    label=gettext_lazy("Note a task"),
    icon="check",
    parameters=(
        Parameter("title", gettext_lazy("Task")),
        Parameter("to", gettext_lazy("To be done by"), _people),
        Parameter("days", gettext_lazy("Due in so many days"), help=gettext_lazy("0 is the same day.")),
    ),
    check=_check,
    run=_note,
    words=_words,
    applies=lambda description: description.name != "tasks",
)
