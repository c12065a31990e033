"""How the installed base is described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.orders import actions
from kundig.orders.models import Asset, AssetProperty, Service
from kundig.platform.navigation import Section
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.texts import LongText
from kundig.records.kinds.times import Date


class AssetDescription(Description):
    model = Asset
    name = "assets"
    icon = "wrench"
    nav_section = Section.CARE
    title, subtitle = "name", "serial"
    columns = "number name party serial place state warranty_until maintenance_on owner"
    search = "number name serial party.name place"
    filters = "owner party maintenance_on warranty_until"
    sort = "maintenance_on"
    form = (
        "party product name serial place person parent contract state installed_on warranty_until maintenance_every "
        "maintenance_on note owner"
    )
    page = Page(
        header="state serial warranty_until maintenance_on owner",
        sections={
            _("Asset"): "number product party person place parent contract order_line installed_on note",
            _("Maintenance"): "maintenance_every serviced_on",
        },
    )
    calendar = Calendar("maintenance_on")
    personal_fields = "note"
    purpose = "customer_care"
    create, change = actions.create_asset, actions.rewrite_asset
    brought_back: ClassVar[Callable[..., None] | None] = actions.assets_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction(
            "maintained", _("It was maintained"), one_by_one(actions.note_maintenance), icon="wrench",
            inputs=(Input("on", _("On which day"), Date()), Input("text", _("What was done"), LongText())),
        ),
    )  # fmt: skip


class AssetPropertyDescription(Description):
    model = AssetProperty
    name = "asset-properties"
    icon = "sliders"
    nav = False
    owner = team = None
    parent = "asset"
    title, subtitle = "name", "value"
    columns = "asset name value unit"
    filters = "asset"
    form = "asset name value unit"


class ServiceDescription(Description):
    model = Service
    name = "services"
    icon = "history"
    nav = False
    owner = team = None
    parent = "asset"
    title, subtitle = "kind", "asset"
    columns = "asset kind done_on text hours done_by"
    filters = "asset done_on"
    sort = "-done_on"
    form = "asset kind done_on text hours done_by"
    personal_fields = "text"
    purpose = "customer_care"
    create, change, delete = actions.create_service, actions.rewrite_service, actions.remove_service
