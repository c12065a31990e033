"""Rules and what they did."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.automation.enums import RunState, State, Trigger
from kundig.platform.ids import uuid7


class Rule(models.Model):
    """When, if, then. `details` belong to the trigger, `steps` are what it does, one after another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    name = models.CharField(_("name"), max_length=120)
    object = models.CharField(_("for"), max_length=60)
    trigger = models.CharField(_("when"), max_length=8, choices=Trigger.choices, default=Trigger.CREATED)
    details = models.JSONField(default=dict, blank=True)
    """CHANGED: {"fields": [names]}; DAY: {"field", "offset" (days, negative is before), "yearly", "at" ("07:00")};
    SCHEDULE: {"every", "weekday" (0 is Monday), "day" (1 to 28), "at", "once" (per record)}."""
    condition = models.TextField(_("if"), blank=True)
    steps = models.JSONField(default=list, blank=True)
    """[{"action": key, "values": {name: plain value}}]"""
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT, editable=False)
    state_reason = models.CharField(max_length=300, blank=True, editable=False)
    """Why the program itself paused it."""
    version = models.PositiveIntegerField(default=1, editable=False)
    """Counts what was saved, so that two who edit at once notice, and a test is known to be of the present version."""
    next_at = models.DateTimeField(null=True, editable=False)
    """When the clock comes to it, of DAY and SCHEDULE."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ("name", "id")
        indexes: ClassVar = [
            models.Index(fields=("object",), name="rule_active_of_object", condition=Q(state="active")),
            models.Index(fields=("next_at",), name="rule_due", condition=Q(state="active")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="rule_trigger_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="rule_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE


class Run(models.Model):
    """A rule and one record, once for each occasion; with the reason, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs")
    object = models.CharField(max_length=60)
    record = models.UUIDField()
    title = models.CharField(max_length=300, blank=True)
    """What the record was called then."""
    occasion = models.CharField(max_length=60)
    """What made it run: a change set, or a day. A rule runs once for a record and an occasion."""
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.WAITING)
    reason = models.JSONField(default=list)
    """Lines of what held: [{"sentence", "found", "holds"}]."""
    results = models.JSONField(default=list)
    """Of each step that was done, what it did, in words; a repeated run goes on behind them."""
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    change_set = models.UUIDField(default=uuid7)
    """Under which the ledger has what it changed."""
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    """The run whose change made this one."""
    depth = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        indexes: ClassVar = [
            models.Index(fields=("rule", "-at", "-id"), name="run_of_rule"),
            models.Index(fields=("next_at",), name="run_waiting", condition=Q(state="waiting")),
            models.Index(fields=("change_set",), name="run_by_change_set"),
            models.Index(fields=("record", "-at"), name="run_of_record"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("rule", "record", "occasion"), name="run_once_an_occasion"),
        ]


class BackTest(models.Model):
    """What a version of a rule would have done on the last 90 days."""

    rule = models.OneToOneField(Rule, models.CASCADE, related_name="test", primary_key=True)
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now=True)
    since = models.DateTimeField()
    """From when on the ledger was read."""
    is_complete = models.BooleanField(default=True)
    """False where there were more changes than a test reads."""
    count = models.PositiveIntegerField()
    examples = models.JSONField(default=list)
    """[{"record", "title", "at", "reason": [...]}], newest first, at most a hundred."""

    class Meta:
        verbose_name = _("test of a rule")
