"""What people are told, and how they want to hear of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.notices.enums import Way
from kundig.notices.rules import Rest
from kundig.platform.ids import uuid7


class Notice(models.Model):
    """Something that one person is told, until they have read it; what is told of the same matter meanwhile joins it.

    It keeps no words and no values of records, only which: what it shows is asked for anew each time, with the rights
    that the reader has then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    matter = models.CharField(max_length=120)
    """What it is about, within its kind: one rule, one colleague who hands over."""
    at = models.DateTimeField()
    """When something was told last."""
    object = models.CharField(max_length=60, blank=True)
    records = ArrayField(models.UUIDField(), default=list)
    """The latest that were told of, newest first, at most a hundred."""
    keys = ArrayField(models.CharField(max_length=120), default=list)
    """Of those who told with a key, so that trying again tells nothing twice."""
    count = models.PositiveIntegerField(default=1)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    """The page it is about; who opens that has read it."""
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        indexes: ClassVar = [
            models.Index(fields=("reader", "-at", "-id"), name="notice_of_reader"),
            models.Index(fields=("mail_due_at",), name="notice_mail_due", condition=~Q(mail_due_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("reader", "kind", "matter"), name="notice_unread_once", condition=Q(read_at=None)
            ),
        ]


def _weekend() -> list[int]:
    return [5, 6]


class NoticeWishes(models.Model):
    """How one person wants to hear of things."""

    reader = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    ways = models.JSONField(default=dict)
    """Kind → way, of the kinds that they have chosen about."""
    rest_begins = models.TimeField(_("from"), null=True, blank=True, default=dt.time(19))
    rest_ends = models.TimeField(_("until"), null=True, blank=True, default=dt.time(7))
    days_off = ArrayField(models.SmallIntegerField(), default=_weekend)
    summary_at = models.TimeField(_("daily summary at"), default=dt.time(8))

    class Meta:
        verbose_name = _("wishes about notices")

    @property
    def rest(self) -> Rest:
        return Rest(self.rest_begins, self.rest_ends, frozenset(self.days_off))

    def way(self, kind: str) -> Way | None:
        """What was chosen about a kind; None where nothing was."""
        chosen: Any = self.ways.get(kind)
        return Way(chosen) if chosen in Way.values else None
