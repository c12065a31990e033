"""What somebody may buy from us: how likely, how much, until when, and how it went on."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.parties.models import Party, Person
from kundig.platform.ids import uuid7
from kundig.platform.money import MoneyField, PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.enums import DealStatus, ForecastCategory, ProbabilityFrom
from kundig.sales.models.pipelines import LONGEST_ITEM, ClosingReason, Competitor, Pipeline, Stage

_SCOPES = ["owner", "team"]


class DealQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that are neither won nor lost."""
        return self.filter(closed_at=None)


class Deal(Record):
    """A chance to sell something to somebody.

    `status` and `closed_at` follow from the stage, `probability` from what `probability_from` says; `next_step` to
    `rotting_on` from what is planned and noted with the customer. All of them are kept by `sales.actions`.
    """

    title = models.CharField(_("deal"), max_length=200)
    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="deals")
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, verbose_name=_("pipeline"), related_name="deals", blank=True)
    stage = models.ForeignKey(
        Stage, models.PROTECT, verbose_name=_("stage"), related_name="deals", blank=True, db_index=False
    )
    status = models.CharField(
        _("status of the deal"), max_length=11, choices=DealStatus.choices, default=DealStatus.NEW, editable=False
    )
    amount = MoneyField(
        _("amount"), currency_from="currency", null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("Before tax. With products it is their sum."),
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    probability = PercentField(
        _("probability"), default=0, db_default=0, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    probability_from = models.CharField(
        _("probability comes from"), max_length=7, choices=ProbabilityFrom.choices, default=ProbabilityFrom.STAGE,
        blank=True,
    )  # fmt: skip
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    forecast = models.CharField(
        _("in the forecast"), max_length=8, choices=ForecastCategory.choices, default=ForecastCategory.PIPELINE
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    needs = models.TextField(_("what the customer needs"), max_length=20_000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    checked: Any = ArrayField(
        models.CharField(max_length=LONGEST_ITEM), verbose_name=_("done of the checklist"), default=list,
        db_default=[], blank=True,
    )  # fmt: skip

    stage_since = models.DateTimeField(_("in this stage since"), editable=False)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True, editable=False)
    closing_reason = models.ForeignKey(
        ClosingReason, models.PROTECT, verbose_name=_("why it ended"), related_name="+", null=True, blank=True
    )
    closing_note = models.TextField(_("how it ended"), max_length=5_000, blank=True)
    lost_to = models.ForeignKey(
        Competitor, models.SET_NULL, verbose_name=_("lost to"), related_name="lost_deals", null=True, blank=True
    )

    next_step = models.CharField(_("next step"), max_length=200, blank=True, editable=False)
    step_id: Any = models.UUIDField(null=True, editable=False)
    """The task or appointment that the next step is."""
    next_step_on = models.DateField(_("next step on"), null=True, editable=False)
    quiet_since = models.DateField(
        _("quiet since"), null=True, editable=False,
        help_text=_("The last day on which both sides were in contact, or the deal came or went on."),
    )  # fmt: skip
    rotting_on = models.DateField(
        _("rests from"), null=True, editable=False,
        help_text=_("From this day on it has gone too long without a contact, and nothing is planned."),
    )  # fmt: skip
    title_key = SortKey("title")

    kept_by_database: ClassVar = ("next_step", "next_step_on", "step_id", "quiet_since", "rotting_on")
    """What follows from other records: the ledger leaves it out."""
    objects: ClassVar[models.Manager] = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="deal_has_title"),
            models.CheckConstraint(condition=Q(status__in=DealStatus.values), name="deal_status_known"),
            models.CheckConstraint(condition=Q(probability__range=(0, 100)), name="deal_probability_in_percent"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="deal_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(probability_from__in=ProbabilityFrom.values), name="deal_probability_from_known"
            ),
            models.CheckConstraint(condition=Q(forecast__in=ForecastCategory.values), name="deal_forecast_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, status__in=("new", "qualified", "proposed", "negotiating"))
                | Q(closed_at__isnull=False, status__in=("won", "lost")),
                name="deal_closed_with_status",
            ),
        ]
        indexes = [
            models.Index(fields=["title_key", "id"], include=_SCOPES, name="deal_by_title"),
            models.Index(fields=["amount", "id"], include=_SCOPES, name="deal_by_amount"),
            models.Index(fields=["expected_on", "id"], include=_SCOPES, name="deal_by_expected"),
            models.Index(fields=["closed_at", "id"], include=_SCOPES, name="deal_by_closed"),
            models.Index(
                fields=["stage", "expected_on", "id"], include=["amount", "currency", "probability", *_SCOPES],
                name="deal_by_stage",
            ),
            # What has ended is looked at by its end; what the board and the forecast add up stands in the index.
            models.Index(
                fields=["stage", "closed_at", "id"], condition=Q(closed_at__isnull=False),
                include=["amount", "currency", "probability", *_SCOPES], name="deal_ended",
            ),
            models.Index(
                fields=["closed_at", "id"], condition=Q(status=DealStatus.WON),
                include=["amount", "currency", "probability", "pipeline", *_SCOPES], name="deal_won",
            ),
            models.Index(
                fields=["expected_on", "id"], condition=Q(closed_at=None),
                include=["amount", "currency", "probability", "forecast", "pipeline", *_SCOPES], name="deal_open",
            ),
            models.Index(
                fields=["owner", "rotting_on"], condition=Q(closed_at=None, rotting_on__isnull=False),
                name="deal_resting_of_owner",
            ),
            models.Index(
                fields=["owner", "next_step_on"], condition=Q(closed_at=None, next_step_on__isnull=False),
                name="deal_steps_of_owner",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class DealMove(models.Model):
    """That a deal came into a stage; `left_at` is when it went on. Written with every move and never changed but for
    that, so that wins and losses can be learned from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="moves")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    amount = MoneyField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("move of a deal")
        verbose_name_plural = _("moves of deals")
        indexes = [models.Index(fields=["stage", "entered_at"], name="deal_move_into_stage")]
