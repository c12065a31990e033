"""One contact with a customer on any channel, who took part, how offers were taken, and what colleagues say to it."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.parties.models import Organisation, Party
from kundig.platform.ids import uuid7
from kundig.records.models import Record
from kundig.timeline.enums import Direction, Mood, Objection, Response


class Touchpoint(Record):
    """One contact. The table is partitioned by quarters of `at`; its key is `(id, at)` (migration `0002_quarters`).

    `organisation` is the one it rolls up to, stored when it happened: the party itself, or where the person was then.
    """

    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("customer"), related_name="touchpoints", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), related_name="+",
        null=True, blank=True, db_index=False, editable=False,
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=20)
    at = models.DateTimeField(_("time of the contact"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices, blank=True)
    two_way = models.BooleanField(
        _("real contact"), default=False, help_text=_("Both have spoken or written: it counts for the rhythm.")
    )
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("noted by"), related_name="+",
        null=True, blank=True, db_index=False, editable=False,
    )  # fmt: skip
    source = models.CharField(_("caused by"), max_length=40, blank=True, editable=False)
    source_id = models.UUIDField(null=True, editable=False)
    """The record that caused it; `source` is the name of its object."""
    duration = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    mood = models.PositiveSmallIntegerField(
        _("mood"), choices=Mood.choices, null=True, blank=True,
        validators=[MinValueValidator(Mood.ANGRY), MaxValueValidator(Mood.DELIGHTED)],
    )  # fmt: skip
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    """Counted up with each change, so that two who edit learn of each other."""

    was_filed: bool = False
    """Whether `record_touchpoint` found it filed already, under the key it was given."""

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["", *Direction.values]), name="touchpoint_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(mood=None) | Q(mood__range=(Mood.ANGRY, Mood.DELIGHTED)), name="touchpoint_mood_known"
            ),
        ]
        indexes = [
            models.Index(F("party"), F("at").desc(), F("id").desc(), name="touchpoint_of_party"),
            models.Index(
                F("organisation"), F("at").desc(), F("id").desc(),
                name="touchpoint_of_organisation", condition=Q(organisation__isnull=False),
            ),
            models.Index(fields=("party", "pinned_at"), name="touchpoint_pinned", condition=Q(pinned_at__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.summary


class TouchpointPart(models.Model):
    """What belongs to a touchpoint. The key leads there without a constraint: that of a partitioned table has `at` in
    it, so rows here carry it too, and are found with it in one partition."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=RandomUUID(), editable=False)
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="+", db_constraint=False)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Involvement(TouchpointPart):
    """A further party who took part: the contact stands in their history, too."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=("touchpoint", "party"), name="involvement_once")]
        indexes = [models.Index(F("party"), F("at").desc(), F("touchpoint").desc(), name="involvement_of_party")]


class Reaction(TouchpointPart):
    """How the customer took one offer that was spoken of."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)
    offer = models.CharField(_("offer"), max_length=120)
    reaction = models.CharField(_("reaction"), max_length=10, choices=Response.choices)
    objection = models.CharField(_("objection"), max_length=10, choices=Objection.choices, blank=True)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.CheckConstraint(condition=Q(reaction__in=Response.values), name="reaction_known"),
            models.CheckConstraint(condition=Q(objection__in=["", *Objection.values]), name="reaction_objection_known"),
        ]
        indexes = [models.Index(F("party"), F("at").desc(), name="reaction_of_party")]


class Comment(TouchpointPart):
    """What a colleague says to a contact. `at` is that of the contact; `written_at` when they said it."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")


class FiledOnce(models.Model):
    """What was filed under a key that the sender made: sent twice, it is there once. Kept for some weeks."""

    key = models.CharField(max_length=120, primary_key=True)
    touchpoint: Any = models.UUIDField()
    filed_at = models.DateTimeField(auto_now_add=True)
