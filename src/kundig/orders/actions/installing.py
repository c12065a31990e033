"""What was delivered with a serial number stands at the customer's: the installed base grows by itself.

`create_asset` … are called by `records.actions`, which asks the right and tells listeners.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    locked,
    numbered,
    save_own,
    team_of,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import AssetState, ServiceKind
from kundig.orders.models import Asset, DeliveryLine, Service
from kundig.orders.rules.contracts import add_months, end_of_term
from kundig.orders.rules.serials import serials_in
from kundig.records.events import Via

SERIES = "assets"
WARRANTY = 24
"""Months: what the law gives whoever buys for themselves (§ 438 BGB), where nothing else is said."""
DEEPEST = 20


def install(made: DeliveryLine, *, warranty_months: int | None, by: User, via: Via) -> list[Asset]:
    """For each serial number of what was delivered an asset of the customer. One that is known is brought there."""
    line, delivery = made.order_line, made.delivery
    order = delivery.order
    months = WARRANTY if warranty_months is None else warranty_months
    found = []
    for serial in serials_in(made.serials):
        known = Asset.objects.select_for_update(of=("self",)).filter(product_id=line.product_id, serial=serial).first()
        if known is not None and line.product_id is not None:
            if known.party_id != order.party_id and known.state == AssetState.IN_USE:
                raise ValidationError(
                    {"serials": _("%(serial)s stands at %(customer)s: it cannot be delivered a second time.")
                     % {"serial": serial, "customer": known.party.name}}
                )  # fmt: skip
            known.party_id, known.state, known.order_line = order.party_id, AssetState.IN_USE, line
            save_own(known)
            found.append(known)
            continue
        asset = Asset(
            party_id=order.party_id, person_id=order.person_id, product_id=line.product_id, name=line.title[:200],
            serial=serial, place=_place(delivery.address), order_line=line, installed_on=delivery.shipped_on,
            warranty_until=end_of_term(delivery.shipped_on, months) if months else None, owner_id=order.owner_id,
            team_id=order.team_id,
        )  # fmt: skip
        asset.name = asset.name or serial
        numbered(asset, SERIES, on=delivery.shipped_on)
        asset.save(force_insert=True)
        found.append(asset)
    for asset in found:
        tell(asset, by=by, via=via, refresh=True)
    if found:
        tell_party(order.party_id, "assets")
    return found


def create_asset(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Asset:
    """An asset out of the values of its fields.

    Raises:
        ValidationError: with a dict of columns: no customer, a serial number that is there already, a part of itself …
    """
    asset = Asset()
    assign(asset, values)
    if asset.party_id is None:
        raise ValidationError({"party": _("Say at whose it stands: name the customer.")})
    if "owner" not in values:
        asset.owner_id = by.pk
    asset.team_id = asset.team_id or team_of(asset.owner_id, by)
    if not asset.name and asset.product_id:
        asset.name = Product.objects.get(pk=asset.product_id).name
    _check(asset, [*values])
    with transaction.atomic():
        numbered(asset, SERIES, on=timezone.localdate())
        _plan(asset)
        asset.save(force_insert=True)
    tell_party(asset.party_id, "assets")
    return asset


def rewrite_asset(asset: Asset, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Asset:
    """Set fields; raises like `create_asset`."""
    before = asset.party_id
    changed = assign(asset, values)
    if not changed:
        return asset
    if "number" in changed:
        if not asset.number:
            raise ValidationError({"number": _("An asset keeps a number.")})
        check_free(asset)
    _check(asset, changed)
    if "maintenance_every" in changed and "maintenance_on" not in changed:
        asset.maintenance_on = None
    _plan(asset)
    save_own(asset)
    tell_party(asset.party_id, "assets")
    if before != asset.party_id:
        tell_party(before, "assets")
    return asset


def assets_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Assets are as they were before: the panels that show them have changed."""
    for party_id in {key for pointed in records.values() for key in pointed.get("party_id", ())}:
        tell_party(party_id, "assets")


def create_service(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Service:
    """Something was done to an asset; a maintenance moves the next one."""
    service = Service(done_by=by if by.pk else None)
    assign(service, values)
    if service.asset_id is None:
        raise ValidationError({"asset": _("Say to which asset it was done.")})
    _check_service(service, [*values])
    service.save(force_insert=True)
    keep_plan(service.asset_id, by=by, via=via)
    return service


def rewrite_service(service: Service, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Service:
    """Set fields; raises ValidationError for a day that nobody can mean."""
    before = service.asset_id
    changed = assign(service, values)
    if changed:
        _check_service(service, changed)
        save_own(service)
        for key in {before, service.asset_id}:
            keep_plan(key, by=by, via=via)
    return service


def remove_service(service: Service, *, by: User, via: Via = Via.HAND) -> None:
    """It was not done."""
    key = service.asset_id
    service.delete()
    keep_plan(key, by=by, via=via)


def note_maintenance(
    asset: Asset, *, by: User, on: dt.date | None = None, text: str = "", via: Via = Via.HAND
) -> Service:
    """The asset was maintained."""
    from kundig.orders.actions.writing import described
    from kundig.records.actions import create_record

    values = {"asset": asset, "kind": ServiceKind.MAINTENANCE, "done_on": on or timezone.localdate(), "text": text}
    made = create_record(described(Service), values, by=by, via=via)
    assert isinstance(made, Service)
    return made


def keep_plan(asset_id: Any, *, by: User, via: Via) -> None:
    """When an asset was maintained last, and is to be next, follow from what was done to it."""
    asset = locked(Asset, asset_id)
    done = asset.services.filter(kind=ServiceKind.MAINTENANCE).order_by("-done_on").values_list("done_on", flat=True)
    last = done.first()
    if last != asset.serviced_on:
        asset.serviced_on = last
        if asset.maintenance_every:
            asset.maintenance_on = None
        _plan(asset)
        save_own(asset)
    tell(asset, by=by, via=via)
    tell_party(asset.party_id, "assets")


def _plan(asset: Asset) -> None:
    """The day of the next maintenance, where none is set by hand."""
    if asset.maintenance_every and asset.maintenance_on is None:
        begun = asset.serviced_on or asset.installed_on or timezone.localdate()
        asset.maintenance_on = add_months(begun, asset.maintenance_every)


def _place(address: str) -> str:
    lines = [line for line in address.splitlines() if line]
    return ", ".join(lines[1:])[:200]


def _check(asset: Asset, names: list[str]) -> None:
    if not asset.name:
        raise ValidationError({"name": _("Give it a name, or name its product.")})
    validate(asset, [*names, "name"])
    check_days(asset, [name for name in names if name in ("installed_on", "warranty_until", "maintenance_on")])
    if asset.serial and asset.product_id:
        others = Asset.objects.filter(product_id=asset.product_id, serial=asset.serial).exclude(pk=asset.pk)
        if others.exists():
            raise ValidationError(
                {"serial": _("There is a piece of this product with the serial number %(serial)s already.")
                 % {"serial": asset.serial}}
            )  # fmt: skip
    if "parent" in names or "party" in names:
        _check_parent(asset)


def _check_parent(asset: Asset) -> None:
    above, step = asset.parent, 0
    if above is not None and above.party_id != asset.party_id:
        raise ValidationError({"parent": _("%(name)s stands at another customer's.") % {"name": above.name}})
    while above is not None:
        step += 1
        if above.pk == asset.pk or step > DEEPEST:
            raise ValidationError({"parent": _("It would be a part of itself.")})
        above = above.parent


def _check_service(service: Service, names: list[str]) -> None:
    validate(service, names)
    check_days(service, ["done_on"])
    if service.done_on > timezone.localdate():
        raise ValidationError({"done_on": _("What is done lies in the past; plan the next one at the asset.")})
