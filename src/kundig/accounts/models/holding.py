"""Who has which role from when until when, and who stands in for whom."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models.people import AccessRole, Row, User


def at(day: dt.date) -> Q:
    """What began by this day and has not ended."""
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_until=None) | Q(valid_until__gte=day))


class RoleHolding(models.Model):
    """That somebody has a role: for good, or from one day to another, both included."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings")
    role = models.ForeignKey(AccessRole, on_delete=models.CASCADE, related_name="holdings")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("user", "role"), name="role_held_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="role_ends_after_it_begins",
            ),
        ]

    @property
    def is_limited(self) -> bool:
        return self.valid_from is not None or self.valid_until is not None


class Deputyship(Row):
    """That `deputy` may do what `user` may, in their absence: from one day to another, both included."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deputyships", verbose_name=_("who is away"))
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in", verbose_name=_("deputy"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    named_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ("starts_on", "id")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deputyship_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="deputy_is_somebody_else"),
        ]

    @property
    def is_running(self) -> bool:
        return self.starts_on <= timezone.localdate() <= self.ends_on
