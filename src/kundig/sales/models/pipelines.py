"""The ways by which deals come to an end, and why they ended."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.money import PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.enums import DealStatus, Outcome, ProbabilityFrom

LONGEST_ITEM = 120


class Pipeline(Record):
    """A way of selling: new business, service contracts. Its stages are passed from the first to the last."""

    name = models.CharField(_("pipeline"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    probability_from = models.CharField(
        _("probability comes from"), max_length=7, choices=ProbabilityFrom.choices, default=ProbabilityFrom.STAGE,
        help_text=_("What holds for new deals; each deal may have its own."),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="pipeline_has_name"),
            models.CheckConstraint(
                condition=Q(probability_from__in=("stage", "learned")), name="pipeline_source_known"
            ),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="pipeline_by_name")]

    def __str__(self) -> str:
        return self.name


class Stage(Record):
    """A step of a pipeline. `required` are names of fields that a deal needs to come this far, `checklist` what must
    have been ticked."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, verbose_name=_("pipeline"), related_name="stages")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("stage"), max_length=80)
    status = models.CharField(_("counts as"), max_length=11, choices=DealStatus.choices, default=DealStatus.NEW)
    probability = PercentField(_("probability"), default=0, validators=[MinValueValidator(0), MaxValueValidator(100)])
    rotting_days = models.PositiveSmallIntegerField(
        _("rests after days"), null=True, blank=True,
        help_text=_("So long without a contact from both sides and without a planned step a deal may stay here."),
    )  # fmt: skip
    required: Any = ArrayField(
        models.CharField(max_length=40), verbose_name=_("must be filled in"), default=list, db_default=[], blank=True
    )
    checklist: Any = ArrayField(
        models.CharField(max_length=LONGEST_ITEM), verbose_name=_("must be done"), default=list, db_default=[],
        blank=True,
    )  # fmt: skip
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="stage_has_name"),
            models.CheckConstraint(condition=Q(status__in=DealStatus.values), name="stage_status_known"),
            models.CheckConstraint(condition=Q(probability__range=(0, 100)), name="stage_probability_in_percent"),
            models.CheckConstraint(
                condition=~Q(status=DealStatus.WON) | Q(probability=100), name="stage_won_is_certain"
            ),
            models.CheckConstraint(condition=~Q(status=DealStatus.LOST) | Q(probability=0), name="stage_lost_is_gone"),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="stage_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return DealStatus(self.status).is_closed


class ClosingReason(Record):
    """Why deals are won or lost, in the words of the house."""

    name = models.CharField(_("reason"), max_length=120)
    outcome = models.CharField(_("for deals that are"), max_length=4, choices=Outcome.choices)
    is_active = models.BooleanField(_("in use"), default=True)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("closing reason")
        verbose_name_plural = _("closing reasons")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="closing_reason_has_name"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="closing_reason_outcome_known"),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="closing_reason_by_name")]

    def __str__(self) -> str:
        return self.name


class Competitor(Record):
    """Another house that offers what we do."""

    name = models.CharField(_("competitor"), max_length=160)
    website = models.URLField(_("website"), max_length=300, blank=True)
    strengths = models.TextField(_("strengths"), max_length=5_000, blank=True)
    weaknesses = models.TextField(_("weaknesses"), max_length=5_000, blank=True)
    notes = models.TextField(_("notes"), max_length=5_000, blank=True)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="competitor_has_name")]
        indexes = [models.Index(fields=["name_key", "id"], name="competitor_by_name")]

    def __str__(self) -> str:
        return self.name
