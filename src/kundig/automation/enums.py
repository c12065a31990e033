"""When a rule runs, and how its runs end."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trigger(models.TextChoices):
    """What makes a rule look at a record."""

    CREATED = "created", _("it is new")
    CHANGED = "changed", _("something in it changes")
    BECOMES = "becomes", _("it begins to fulfil the condition")
    DAY = "day", _("a date in it comes")
    SCHEDULE = "schedule", _("at fixed times")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("left out")


class Every(models.TextChoices):
    DAY = "day", _("every day")
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")
