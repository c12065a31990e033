"""How often customers are contacted, when they are left alone, and what somebody has put off."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import CustomerClass
from kundig.parties.models import Party
from kundig.platform.ids import uuid7
from kundig.records.models import Record
from kundig.timeline.enums import Unit

LONGEST_REASON = 200


class Beat(models.Model):
    """A contact of a kind, every so often. An empty kind is satisfied by every real contact."""

    kind = models.CharField(_("kind of contact"), max_length=20, blank=True)
    every = models.PositiveSmallIntegerField(_("every"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("counted in"), max_length=5, choices=Unit.choices, default=Unit.MONTH)

    class Meta:
        abstract = True


class ContactRhythm(Beat):
    """What holds for the customers of a class; an empty class are the customers without one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer_class = models.CharField(
        _("customer class"), max_length=1, choices=CustomerClass.choices, default="", blank=True
    )

    class Meta:
        verbose_name = _("contact rhythm")
        verbose_name_plural = _("contact rhythms")
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1), name="rhythm_every_positive"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="rhythm_unit_known"),
            models.CheckConstraint(condition=Q(customer_class__in=CustomerClass.values), name="rhythm_class_known"),
            models.UniqueConstraint(fields=("customer_class", "kind"), name="rhythm_once"),
        ]


class OwnRhythm(Beat, Record):
    """What holds for one customer; then those of the class do not. Of two of one kind, which a merge may leave, the
    contact that is due first is the next."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="rhythms")

    class Meta:
        verbose_name = _("contact rhythm of a customer's own")
        verbose_name_plural = _("contact rhythms of customers' own")
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1), name="own_rhythm_every_positive"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="own_rhythm_unit_known"),
        ]


class RestQuerySet(models.QuerySet):
    def holding(self, *, on: Any = None) -> Self:
        """Those that keep a customer from being contacted on a day (today)."""
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gt=day), lifted_at=None)


class Rest(Record):
    """A customer is left alone. `until` is the day from which they may be contacted again; without one nobody does
    before somebody lifts the rest."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="rests")
    until = models.DateField(_("do not contact before"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("lifted by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip

    objects: ClassVar[models.Manager] = RestQuerySet.as_manager()

    class Meta:
        verbose_name = _("rest")
        verbose_name_plural = _("rests")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rest_has_reason")]
        indexes = [
            models.Index(fields=("party", "until"), name="rest_holding", condition=Q(lifted_at=None)),
        ]


class Postponement(models.Model):
    """Somebody does not want to be reminded of a customer before a moment. It is about their own list, not about the
    customer: nobody else sees it, and no rhythm changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("put off")
        verbose_name_plural = _("put off")
        indexes = [models.Index(fields=("user", "until"), name="postponement_of_user")]
