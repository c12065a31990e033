"""What a report begins with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7


class ReportTemplate(models.Model):
    """Headings that an administrator has written for reports of one kind of contact."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, default="visit")
    text = models.TextField(_("text"), max_length=4000)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("template for reports")
        verbose_name_plural = _("templates for reports")
        ordering = ("position", "id")
