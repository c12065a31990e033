"""A rule notes a task."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.accounts.queries import house as nobody
from kundig.automation.protocol import Occasion, action
from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.timeline.models import Task

pytestmark = pytest.mark.django_db


def occasion():
    return Occasion("New customers", nobody(), "1", uuid7())


def test_task_is_noted_for_whoever_looks_after_the_customer(house, dairy, svenja):
    step, organisations = action("task"), registry.get("organisations")
    values = step.check({"title": "Say hello", "to": "owner", "days": "7"}, organisations)
    assert step.words(values, organisations) == "note the task “Say hello” for whoever looks after it, due in 7 days"
    assert step.run(dairy, values, organisations, occasion()) == "A task was noted for Svenja Kroll."
    task = Task.objects.get()
    assert (task.title, task.party_id, task.assignee, task.given_by, task.due_on) == (
        "Say hello", dairy.pk, svenja, None, timezone.localdate() + dt.timedelta(days=7),
    )  # fmt: skip
    assert (task.source, task.source_id) == ("organisations", dairy.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "", "to": "owner", "days": "1"}, "title"),
        ({"title": "A", "to": "user:x", "days": "1"}, "to"),
        ({"title": "A", "to": "owner", "days": "-1"}, "days"),
        ({"title": "A", "to": "owner", "days": "99999"}, "days"),
    ],
)
def test_what_makes_no_sense_is_refused(db, values, field):
    with pytest.raises(ValidationError) as refused:
        action("task").check(values, registry.get("organisations"))
    assert list(refused.value.message_dict) == [field]
    assert not Task.objects.exists()
