"""Choices about plans for key accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Influence(models.TextChoices):
    HIGH = "high", _("much")
    MEDIUM = "medium", _("some")
    LOW = "low", _("little")


class ProjectState(models.TextChoices):
    IDEA = "idea", _("Idea")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
