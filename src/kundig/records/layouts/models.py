"""Layouts of pages, with all that they were before."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import AccessRole
from kundig.platform.ids import uuid7


class PageLayout(models.Model):
    """One version of the layout of an object's page; the highest version counts, the others are what can be undone.

    `role` None is for all who have no role with a layout of its own; `content` None is the description's own page.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    role = models.ForeignKey(AccessRole, models.CASCADE, related_name="+", null=True)
    version = models.PositiveIntegerField()
    content = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    objects: ClassVar[models.Manager[PageLayout]] = models.Manager()

    class Meta:
        verbose_name = _("page layout")
        verbose_name_plural = _("page layouts")
        constraints = [
            # Two who save at the same moment: the second is told, whatever both have read before.
            models.UniqueConstraint(
                fields=("object", "role", "version"), nulls_distinct=False, name="page_layout_version_once"
            )
        ]
