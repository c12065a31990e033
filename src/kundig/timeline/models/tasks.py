"""What somebody is to do, by when, and for whom."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.parties.models import Party
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.timeline.enums import RepeatFrom

LONGEST_RULE = 200


class TaskQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that nobody has done yet."""
        return self.filter(done_at=None)


class Task(Record):
    """Something to do. It is open until `done_at` says when it was done, and `done_by` by whom.

    `due_on` is the day; `due_at` also names the time, and then lies on that day (in the house's time zone).
    """

    title = models.CharField(_("task"), max_length=200)
    details = models.TextField(_("details"), max_length=20_000, blank=True)
    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("customer"), related_name="tasks", null=True, blank=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("to be done by"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("given by"), related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    remind_at = models.DateTimeField(_("remind me at"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    repeat = models.CharField(
        _("repeat"), max_length=LONGEST_RULE, blank=True,
        help_text=_("For example “every week”, “every 3 months until 31.12.2027”, or a rule of RFC 5545."),
    )  # fmt: skip
    repeat_from = models.CharField(
        _("counted from"), max_length=4, choices=RepeatFrom.choices, default=RepeatFrom.DUE, blank=True
    )
    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("the one before"), related_name="following", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("done by"), related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.UUIDField(null=True, blank=True, editable=False)
    title_key = SortKey("title")

    kept_by_database = ("reminded_at",)
    """Not part of its story: the ledger leaves it out."""
    objects: ClassVar[models.Manager] = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_has_title"),
            models.CheckConstraint(condition=Q(due_at=None) | ~Q(due_on=None), name="task_time_has_day"),
            models.CheckConstraint(condition=Q(repeat="") | ~Q(due_on=None), name="task_repeat_has_day"),
        ]
        indexes = [
            models.Index(fields=["title_key", "id"], include=["assignee", "team"], name="task_by_title"),
            models.Index(fields=["due_on", "id"], include=["assignee", "team"], name="task_by_due"),
            models.Index(fields=["done_at", "id"], include=["assignee", "team"], name="task_by_done"),
            models.Index(fields=["assignee", "due_on"], condition=Q(done_at=None), name="task_open_of_user"),
            models.Index(fields=["party", "due_on"], condition=Q(done_at=None), name="task_open_of_party"),
            models.Index(
                fields=["remind_at"],
                condition=Q(done_at=None, reminded_at=None, remind_at__isnull=False),
                name="task_to_remind",
            ),
        ]


class TaskParty(Record):
    """A further customer whom a task concerns."""

    task = models.ForeignKey(Task, models.CASCADE, verbose_name=_("task"), related_name="parties")
    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="+")

    class Meta:
        verbose_name = _("customer of a task")
        verbose_name_plural = _("customers of tasks")
        constraints = [models.UniqueConstraint(fields=("task", "party"), name="task_party_once")]
