"""When one meets whom, where, and who comes along."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team, User
from kundig.parties.models import Party
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.timeline.enums import AppointmentKind
from kundig.timeline.models.tasks import LONGEST_RULE


class AppointmentQuerySet(models.QuerySet):
    def of(self, user: User) -> Self:
        """Those that somebody has made, or takes part in."""
        return self.filter(Q(owner=user) | Q(pk__in=Attendee.objects.filter(user=user).values("appointment_id")))


class Appointment(Record):
    """A time set aside. One for whole days begins at midnight and ends at the midnight after its last day."""

    title = models.CharField(_("appointment"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=AppointmentKind.choices, default=AppointmentKind.MEETING)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), blank=True)
    all_day = models.BooleanField(_("whole days"), default=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    details = models.TextField(_("details"), max_length=20_000, blank=True)
    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("customer"), related_name="appointments", null=True, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("whose"), related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    remind_at = models.DateTimeField(_("remind me at"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    repeat = models.CharField(
        _("repeat"), max_length=LONGEST_RULE, blank=True,
        help_text=_("For example “every week”, “every 3 months until 31.12.2027”, or a rule of RFC 5545."),
    )  # fmt: skip
    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("the one before"), related_name="following", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    held_at = models.DateTimeField(_("held at"), null=True, blank=True, editable=False)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("held by"), related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.UUIDField(null=True, blank=True, editable=False)
    title_key = SortKey("title")

    kept_by_database = ("reminded_at",)
    """Not part of its story: the ledger leaves it out."""
    objects: ClassVar[models.Manager] = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="appointment_has_title"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="appointment_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(kind__in=AppointmentKind.values), name="appointment_kind_known"),
        ]
        indexes = [
            models.Index(fields=["title_key", "id"], include=["owner", "team"], name="appointment_by_title"),
            models.Index(fields=["starts_at", "id"], include=["owner", "team"], name="appointment_by_start"),
            models.Index(fields=["owner", "starts_at"], name="appointment_of_user"),
            models.Index(fields=["party", "starts_at"], name="appointment_of_party"),
            models.Index(
                fields=["remind_at"],
                condition=Q(held_at=None, reminded_at=None, remind_at__isnull=False),
                name="appointment_to_remind",
            ),
        ]


class AppointmentParty(Record):
    """A further customer who takes part."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, verbose_name=_("appointment"), related_name="parties")
    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="+")

    class Meta:
        verbose_name = _("customer of an appointment")
        verbose_name_plural = _("customers of appointments")
        constraints = [models.UniqueConstraint(fields=("appointment", "party"), name="appointment_party_once")]


class Attendee(Record):
    """A colleague who takes part."""

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, verbose_name=_("appointment"), related_name="attendees"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("colleague"), related_name="+")

    class Meta:
        verbose_name = _("colleague at an appointment")
        verbose_name_plural = _("colleagues at appointments")
        constraints = [models.UniqueConstraint(fields=("appointment", "user"), name="attendee_once")]
        indexes = [models.Index(fields=["user", "appointment"], name="attendee_of_user")]
