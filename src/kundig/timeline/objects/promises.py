"""How a promise is described. Its rights are the party's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.records.bulk.acting import Fate, Outcome, RecordAction
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.timeline import actions
from kundig.timeline.models import Promise


def _each(action: Callable[..., Promise]) -> Callable[..., Iterator[Fate]]:
    """A settling of promises, one after the other, as an action on many."""

    def run(records: Sequence[models.Model], values: Mapping[str, Any], *, by: User) -> Iterator[Fate]:
        for record in records:
            assert isinstance(record, Promise)
            after = action(record, by=by)
            is_other = (after.kept_at, after.broken_at) != (record.kept_at, record.broken_at)
            yield Fate(record.pk, Outcome.CHANGED if is_other else Outcome.UNCHANGED)

    return run


class PromiseDescription(Description):
    model = Promise
    name = "promises"
    icon = "check-circle"
    in_navigation = False
    owner = team = None
    parent = "party"
    title = "text"
    subtitle = "party"
    columns = "text party side due_on assignee kept_at broken_at"
    search = "text"
    filters = "side assignee due_on"
    form = "party side text due_on assignee"
    hidden = "from_touchpoint reminded_on"
    sort = "due_on"
    page = Page(header="side due_on assignee", sections={_("Promise"): "party kept_at broken_at settled_by"})
    calendar = Calendar(start="due_on")
    personal = True
    impersonal = "party side due_on assignee kept_at broken_at settled_by"
    purpose = "customer_care"
    create, change = actions.create_promise, actions.rewrite_promise
    brought_back: ClassVar[Callable[..., None] | None] = actions.promises_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("keep", _("Kept"), _each(actions.keep_promise), icon="check"),
        RecordAction("break", _("Not kept"), _each(actions.break_promise), icon="x"),
    )


class PromiseForm(PromiseDescription):
    """What is asked on the page of a customer, who is known there."""

    form = "text side due_on assignee"
