"""What became of a proposal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    OPEN = "open", _("to be decided")
    APPROVED = "approved", _("taken over")
    DECLINED = "declined", _("declined")
