"""Choices of the house's own machinery."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting for the next attempt")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")

    @property
    def is_final(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)
