"""What is planned to be sold, what was thought of it week by week, and what was learned from deals that have ended."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.platform.ids import uuid7
from kundig.platform.money import MoneyField
from kundig.records.models import Record
from kundig.sales.models.pipelines import Pipeline


class Quota(Record):
    """What somebody, a team or the whole house is to win in a quarter."""

    begins_on = models.DateField(_("quarter from"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("colleague"), related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.CASCADE, verbose_name=_("team"), related_name="+", null=True, blank=True)
    amount = MoneyField(_("goal"), validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("sales goal")
        verbose_name_plural = _("sales goals")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="quota_not_negative"),
            models.CheckConstraint(condition=Q(user=None) | Q(team=None), name="quota_of_one"),
            models.CheckConstraint(
                condition=Q(begins_on__day=1, begins_on__month__in=(1, 4, 7, 10)), name="quota_of_a_quarter"
            ),
            models.UniqueConstraint(fields=("begins_on", "user", "team"), name="quota_once", nulls_distinct=False),
        ]


class ForecastSnapshot(models.Model):
    """What the forecast of a quarter said on a day, for one person, team, currency and category. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    taken_on = models.DateField()
    quarter = models.DateField()
    """Its first day."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    team = models.ForeignKey(Team, models.SET_NULL, related_name="+", null=True)
    currency = models.CharField(max_length=3)
    category = models.CharField(max_length=8)
    """A `ForecastCategory`, or "won"."""
    deals = models.PositiveIntegerField()
    amount = MoneyField()
    weighted = MoneyField()

    class Meta:
        verbose_name = _("snapshot of a forecast")
        verbose_name_plural = _("snapshots of forecasts")
        constraints = [
            models.UniqueConstraint(
                fields=("quarter", "taken_on", "owner", "team", "currency", "category"), name="snapshot_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip


class WinModel(models.Model):
    """What was learned from the deals of a pipeline that have ended; the newest of each pipeline holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="+")
    learned_at = models.DateTimeField()
    deals = models.PositiveIntegerField()
    learned = models.JSONField()
    """As `rules.learning.Learned` writes itself."""

    class Meta:
        verbose_name = _("learned chances")
        verbose_name_plural = _("learned chances")
        indexes = [models.Index(fields=["pipeline", "-learned_at"], name="win_model_newest")]
