"""What belongs to a party: its addresses, contact points and roles, and the keys under which others know it."""

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import AddressKind, ContactKind, RoleKind, Usage
from kundig.parties.models.parties import Party, Person
from kundig.platform.ids import uuid7
from kundig.records.models import Record


def valid_on(day: dt.date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


class PartQuerySet(models.QuerySet):
    """Addresses and contact points."""

    def in_use(self, *, on: dt.date | None = None) -> Self:
        """Those that may be used on a day (today): valid then, and not marked "do not use"."""
        return self.filter(valid_on(on or timezone.localdate()), do_not_use=False)


class RoleQuerySet(models.QuerySet):
    def current(self, *, on: dt.date | None = None) -> Self:
        """Those held on a day (today)."""
        return self.filter(valid_on(on or timezone.localdate()))


def _valid_period(name: str) -> models.CheckConstraint:
    unbounded = Q(valid_from=None) | Q(valid_to=None)
    return models.CheckConstraint(condition=unbounded | Q(valid_to__gte=F("valid_from")), name=name)


class Address(Record):
    """A postal address of a party. The main one among those still valid is the party's summary."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("party"), related_name="addresses")
    kind = models.CharField(_("kind"), max_length=8, choices=AddressKind.choices, default=AddressKind.VISIT)
    street = models.CharField(_("street"), max_length=160, blank=True)
    extra = models.CharField(
        _("addition"), max_length=160, blank=True, help_text=_("Building, floor, department, care of.")
    )
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    is_main = models.BooleanField(_("preferred"), default=False)
    do_not_use = models.BooleanField(_("do not use"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)

    objects: ClassVar[models.Manager] = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="address_kind_known"),
            _valid_period("address_period"),
        ]


class ContactPoint(Record):
    """A phone number, mail address, web site or messenger handle of a party.

    `value` is what was typed; `normalised` is what two writings of the same thing have in common (E.164, a mail
    address in lower case), empty where the value cannot be read.
    """

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("party"), related_name="contact_points")
    kind = models.CharField(_("kind"), max_length=9, choices=ContactKind.choices)
    value = models.CharField(_("contact point"), max_length=300)
    normalised = models.CharField(max_length=300, blank=True, editable=False)
    usage = models.CharField(_("usage"), max_length=11, choices=Usage.choices, blank=True)
    label = models.CharField(_("label"), max_length=80, blank=True)
    is_main = models.BooleanField(_("preferred"), default=False)
    do_not_use = models.BooleanField(_("do not use"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)

    objects: ClassVar[models.Manager] = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_point_kind_known"),
            models.CheckConstraint(condition=~Q(value=""), name="contact_point_has_value"),
            _valid_period("contact_point_period"),
        ]
        indexes = [
            models.Index(fields=("normalised",), name="contact_point_normalised", condition=~Q(normalised="")),
        ]


class Role(Record):
    """What a person is, or was, at an organisation or in a household. Ended roles stay: they are the history."""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="roles")
    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("organisation"), related_name="members")
    kind = models.CharField(_("kind"), max_length=8, choices=RoleKind.choices, default=RoleKind.CONTACT)
    function = models.CharField(_("function"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    is_main = models.BooleanField(_("main contact"), default=False)
    valid_from = models.DateField(_("since"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[models.Manager] = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RoleKind.values), name="role_kind_known"),
            models.CheckConstraint(condition=~Q(person=F("party")), name="role_of_another"),
            _valid_period("role_period"),
        ]


class ExternalKey(models.Model):
    """The key under which another system, or an imported file, knows a party; later imports match on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=RandomUUID(), editable=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="external_keys")
    system = models.CharField(_("system"), max_length=60)
    key = models.CharField(_("key"), max_length=120)

    class Meta:
        verbose_name = _("key in another system")
        verbose_name_plural = _("keys in other systems")
        constraints = [models.UniqueConstraint(fields=("system", "key"), name="external_key_unique")]
