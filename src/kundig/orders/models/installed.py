"""What stands at customers': the installed base, its technical profile and what was done to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.accounts.models import Team
from kundig.catalog.models import Product
from kundig.orders.enums import AssetState, ServiceKind
from kundig.orders.models.contracts import Contract
from kundig.orders.models.orders import OrderLine
from kundig.orders.models.protocols import Protocol
from kundig.parties.models import Party, Person
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class Asset(Record):
    """A machine, a device, a plant at a customer's. Parts of a plant point at it by `parent`."""

    number = models.CharField(
        _("asset number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    name = models.CharField(_("asset"), max_length=200, blank=True, help_text=_("Left empty, the product's name."))
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("customer"), related_name="assets", db_index=False)
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    product = models.ForeignKey(
        Product, models.SET_NULL, verbose_name=_("product"), related_name="+", null=True, blank=True
    )
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    place = models.CharField(_("where it stands"), max_length=200, blank=True)
    order_line = models.ForeignKey(
        OrderLine, models.SET_NULL, verbose_name=_("delivered by the position"), related_name="assets", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    parent = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("part of"), related_name="parts", null=True, blank=True
    )
    contract = models.ForeignKey(
        Contract, models.SET_NULL, verbose_name=_("covered by"), related_name="assets", null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=9, choices=AssetState.choices, default=AssetState.IN_USE)
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    maintenance_every = models.PositiveSmallIntegerField(
        _("maintenance every … months"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )  # fmt: skip
    maintenance_on = models.DateField(
        _("next maintenance"), null=True, blank=True,
        help_text=_("Left empty, it is counted from the last one, or from the installation."),
    )  # fmt: skip
    serviced_on = models.DateField(_("last maintained on"), null=True, blank=True, editable=False)
    note = models.TextField(_("note on the asset"), max_length=4000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("looked after by"), related_name="+", null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    number_key = SortKey("number", natural=True)
    name_key = SortKey("name")
    serial_key = SortKey("serial", natural=True)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("installed base")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="asset_number_unique"),
            models.UniqueConstraint(
                fields=("product", "serial"), condition=~Q(serial="") & Q(product__isnull=False),
                name="asset_serial_unique",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="asset_has_name"),
            models.CheckConstraint(condition=Q(state__in=AssetState.values), name="asset_state_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="asset_is_no_part_of_itself"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["number_key", "id"], include=["owner", "team"], name="asset_by_number"),
            models.Index(fields=["name_key", "id"], include=["owner", "team"], name="asset_by_name"),
            models.Index(fields=["serial_key", "id"], include=["owner", "team"], name="asset_by_serial"),
            models.Index(fields=["warranty_until", "id"], include=["owner", "team"], name="asset_by_warranty"),
            models.Index(fields=["maintenance_on", "id"], include=["owner", "team"], name="asset_by_maintenance"),
            models.Index(fields=["owner", "maintenance_on", "id"], name="asset_of_owner"),
            models.Index(fields=["party", "name_key"], name="asset_of_party"),
        ]

    def __str__(self) -> str:
        return self.name


class AssetProperty(Record):
    """One line of the technical profile: 'Rated power', '7.5', 'kW'."""

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="properties")
    name = models.CharField(_("property"), max_length=80)
    value = models.CharField(pgettext_lazy("technical property", "value"), max_length=200)
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("technical property")
        verbose_name_plural = _("technical properties")
        constraints = [models.UniqueConstraint(fields=("asset", "name"), name="asset_property_once")]


class Service(Record):
    """Something that was done to an asset. A maintenance moves the next one."""

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="services", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=ServiceKind.choices, default=ServiceKind.MAINTENANCE)
    done_on = models.DateField(_("done on"), default=timezone.localdate)
    text = models.TextField(_("what was done"), max_length=4000, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("carried out by"),
        related_name="+",
        null=True,
        blank=True,
    )
    protocol = models.ForeignKey(
        Protocol, models.SET_NULL, verbose_name=_("protocol"), related_name="services", null=True, blank=True,
        editable=False,
    )  # fmt: skip

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="service_kind_known"),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="service_hours_positive"),
        ]
        indexes = [
            models.Index(fields=["asset", "done_on"], name="service_of_asset"),
            models.Index(fields=["done_on", "id"], name="service_by_day"),
        ]
