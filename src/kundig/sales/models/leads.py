"""Leads: that somebody may buy, where they came from, who answers them, and by when."""

from datetime import time
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.accounts.models import Team
from kundig.catalog.models import Product
from kundig.parties.models import Party, Person
from kundig.platform.ids import uuid7
from kundig.records.models import Record
from kundig.sales.enums.leads import OPEN, LeadState, Turn
from kundig.sales.models.deals import Deal


class LeadQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those of which nobody knows yet what becomes of them."""
        return self.filter(state__in=OPEN)


class Lead(Record):
    """A state of a party, not a copy of it: everything about the people stands at the party and its contact person."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("company or person"), related_name="leads")
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    interest = models.CharField(_("interest"), max_length=300, blank=True)
    source = models.CharField(
        _("source"), max_length=120, blank=True, help_text=_("Where the lead came from, for example a trade fair.")
    )
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    product = models.ForeignKey(
        Product, models.SET_NULL, verbose_name=_("product"), related_name="+", null=True, blank=True
    )
    score = models.SmallIntegerField(_("score"), default=0, editable=False)
    score_reasons = models.JSONField(default=list, blank=True, editable=False)
    """[[points, the words of the rule]], in the order of the rules."""
    state = models.CharField(_("state"), max_length=9, choices=LeadState.choices, default=LeadState.NEW, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("looked after by"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    owner_reason = models.CharField(_("why this person"), max_length=300, blank=True, editable=False)
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    respond_by = models.DateTimeField(_("first answer by"), null=True, blank=True)
    responded_at = models.DateTimeField(_("first answered"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    deal = models.ForeignKey(
        Deal, models.SET_NULL, verbose_name=_("became the deal"), related_name="leads", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    closing_reason = models.CharField(_("reason for dropping"), max_length=200, blank=True, editable=False)

    kept_by_database = ("reminded_at",)
    """Not part of its story: the ledger leaves it out."""
    objects: ClassVar[models.Manager] = LeadQuerySet.as_manager()

    is_by_rule = False
    """Whether a rule has just said who gets it; not kept."""

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = pgettext_lazy("several", "leads")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LeadState.values), name="lead_state_known"),
            models.CheckConstraint(
                condition=Q(closing_reason="") | Q(state=LeadState.DROPPED), name="lead_reason_only_when_dropped"
            ),
        ]
        indexes = [
            models.Index(fields=["score", "id"], include=["owner", "team"], name="lead_by_score"),
            models.Index(fields=["received_at", "id"], include=["owner", "team"], name="lead_by_received"),
            models.Index(fields=["respond_by", "id"], include=["owner", "team"], name="lead_by_respond_by"),
            models.Index(fields=["responded_at", "id"], include=["owner", "team"], name="lead_by_responded"),
            models.Index(fields=["state", "id"], include=["owner", "team"], name="lead_by_state"),
            models.Index(fields=["owner", "respond_by"], condition=Q(state__in=OPEN), name="lead_open_of_user"),
            models.Index(
                fields=["respond_by"],
                condition=Q(state=LeadState.NEW, responded_at=None, reminded_at=None),
                name="lead_to_remind",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ScoreRule(models.Model):
    """Points for leads of which a condition holds; `name` is the reason that people read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("reason"), max_length=120)
    condition = models.TextField(_("if"), max_length=2000)
    points = models.SmallIntegerField(_("points"), validators=[MinValueValidator(-100), MaxValueValidator(100)])

    class Meta:
        verbose_name = _("rule for scores")
        verbose_name_plural = _("rules for scores")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=-100, points__lte=100), name="score_rule_points_in_range"),
        ]


class RouteRule(models.Model):
    """Who gets leads of which a condition holds; the first rule that fits decides, in the order of `position`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    condition = models.TextField(_("if"), max_length=2000, blank=True)
    turn = models.CharField(_("who"), max_length=6, choices=Turn.choices, default=Turn.TURNS)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("person"), related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    last = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    """Whose turn it was; whoever reads it to decide has locked the row."""

    class Meta:
        verbose_name = _("rule for owners")
        verbose_name_plural = _("rules for owners")
        ordering = ("position", "id")
        constraints = [models.CheckConstraint(condition=Q(turn__in=Turn.values), name="route_rule_turn_known")]


class ResponseTarget(models.Model):
    """How fast new leads are answered, in hours in which the house works; one row, or none for what holds without."""

    THE_ONE = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    minutes = models.PositiveIntegerField(_("first answer within"), default=4 * 60)
    opens_at = models.TimeField(_("opens at"), default=time(8))
    closes_at = models.TimeField(_("closes at"), default=time(17))

    class Meta:
        verbose_name = _("response target")
        verbose_name_plural = _("response targets")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="response_target_is_one"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="response_target_has_hours"),
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=60_000), name="response_target_in_range"),
        ]
