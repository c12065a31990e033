"""How tasks are described."""

from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.navigation import Section
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.times import Date
from kundig.timeline import actions
from kundig.timeline.models import Task, TaskParty
from kundig.timeline.objects.repeating import Repetition


class TaskDescription(Description):
    model = Task
    name = "tasks"
    icon = "check"
    nav_section = Section.DAY
    title, subtitle = "title", "party"
    columns = "title party due_on assignee done_at"
    search = "title party.name details"
    filters = "assignee due_on done_at party given_by"
    sort = "due_on"
    form = "title party due_on due_at assignee remind_at repeat repeat_from details"
    page = Page(
        header="assignee due_on done_at",
        sections={_("Task"): "party due_at details", _("Repeating"): "repeat repeat_from",
                  _("Reminder and origin"): "remind_at given_by done_by previous"},
    )  # fmt: skip
    hidden = "reminded_at source source_id"
    calendar = Calendar("due_on")
    kinds: ClassVar = {"repeat": Repetition()}
    owner = "assignee"
    personal_fields = "details"
    purpose = "customer_care"
    create, change, delete = actions.add_task, actions.change_task, actions.delete_task
    brought_back = actions.tasks_brought_back
    actions = [
        RecordAction("done", _("Mark as done"), one_by_one(actions.complete_task), icon="check"),
        RecordAction("reopen", _("Not done after all"), one_by_one(actions.uncomplete_task), icon="undo"),
        RecordAction(
            "postpone", _("Put off"), one_by_one(actions.put_off), icon="calendar",
            inputs=(Input("to", _("To which day"), Date(), required=True),),
        ),
    ]  # fmt: skip

    def read_along(self, user_id: object, *, prefix: str = "") -> Q:
        """Whoever gave a task to somebody else may look how it stands."""
        return Q(**{f"{prefix}given_by_id": user_id})


class TaskPartyDescription(Description):
    model = TaskParty
    name = "task-parties"
    icon = "building"
    nav = False
    title = "party"
    columns = "party task"
    owner = team = None
    parent = "task"
