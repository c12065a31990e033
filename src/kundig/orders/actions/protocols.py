"""What is done at the customer's: planned as an appointment, written down on the spot, signed on the phone.

`create_protocol` … are called by `records.actions`, which asks the right and tells listeners; the others do both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.actions.histories import file_protocol
from kundig.orders.actions.installing import create_service
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    described,
    locked,
    numbered,
    require,
    save_own,
    team_of,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import ProtocolKind, Result, ServiceKind
from kundig.orders.events import ProtocolSigned
from kundig.orders.models import Asset, Order, Protocol
from kundig.platform import files, outbox
from kundig.records.actions import create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions import complete_appointment
from kundig.timeline.models import Appointment

SERIES = "protocols"
SIGNATURE_BYTES = 300_000
SERVICES = {
    ProtocolKind.INSTALLATION: ServiceKind.INSTALLATION, ProtocolKind.MAINTENANCE: ServiceKind.MAINTENANCE,
    ProtocolKind.REPAIR: ServiceKind.REPAIR,
}  # fmt: skip
"""What of it stands in the service history of an asset."""


def plan_protocol(
    order: Order, *, kind: str, starts_at: dt.datetime, by: User, ends_at: dt.datetime | None = None,
    asset: Asset | None = None, owner: Any = None, via: Via = Via.HAND,
) -> Protocol:  # fmt: skip
    """Set a time for an installation, an assembly, a training or an acceptance: an appointment with the customer, and
    its protocol.

    Raises:
        ValidationError: with a dict, where the appointment or the protocol has no sense.
        PermissionDenied: if `by` may make no appointments or no protocols.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        protocol = create_record(
            described(Protocol),
            {"kind": kind, "party": order.party_id, "order": order.pk, "asset": asset.pk if asset else None,
             "owner": getattr(owner, "pk", owner) or by.pk},
            by=by, via=via,
        )  # fmt: skip
        assert isinstance(protocol, Protocol)
        values: dict[str, Any] = {
            "title": f"{protocol.get_kind_display().capitalize()} · {order.number}", "kind": "visit",
            "starts_at": starts_at, "party": order.party_id, "owner": protocol.owner_id,
            "place": ", ".join(line for line in order.delivery_address.splitlines()[1:] if line)[:200],
        }  # fmt: skip
        if ends_at is not None:
            values["ends_at"] = ends_at
        made = create_record(described(Appointment), values, by=by, via=via)
        Protocol.objects.filter(pk=protocol.pk).update(appointment=made.pk)
        protocol.refresh_from_db()
        tell(protocol, by=by, via=via)
    return protocol


def sign_protocol(
    protocol: Protocol,
    *,
    name: str,
    result: str,
    by: User,
    drawing: bytes = b"",
    text: str | None = None,
    defects: str | None = None,
    on: dt.date | None = None,
    via: Via = Via.HAND,
) -> Protocol:
    """The customer signs what was done: by name, and by hand where `drawing` (a PNG) is given. From then on nobody
    changes it.

    Raises:
        ValidationError: with a dict: no name, no result, nothing written down, a drawing that is none, signed already …
        PermissionDenied: if `by` may not change the protocol.
    """
    name = " ".join(name.replace("\x00", "").split())
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Protocol, protocol.pk)
        require(found, Action.CHANGE, by)
        if found.signed_at is not None:
            raise ValidationError(_("This protocol is signed already; nobody changes it any more."))
        assign(found, {key: value for key, value in (("text", text), ("defects", defects)) if value is not None})
        errors = {}
        if not name:
            errors["name"] = _("Say who signs.")
        elif len(name) > 120:
            errors["name"] = _("At most %(most)d characters fit.") % {"most": 120}
        if result not in Result.values:
            errors["result"] = _("Say whether it is accepted.")
        if not found.text:
            errors["text"] = _("Write down what was done before it is signed.")
        if result == Result.RESERVED and not found.defects:
            errors["defects"] = _("Write down what is still to be done.")
        if errors:
            raise ValidationError(errors)
        found.result, found.signed_name, found.signed_at = result, name, timezone.now()
        found.done_on = on or found.done_on or timezone.localdate()
        validate(found, ("text", "defects", "done_on"))
        if drawing:
            content = _checked_drawing(drawing)
            found.signature = files.store(
                io.BytesIO(content), name=f"{found.number}.png", content_type="image/png", by_id=by.pk
            )
        found.fingerprint = fingerprint_of(found)
        found.signed_for = {"customer": found.party.name} | ({"asset": found.asset.name} if found.asset else {})
        save_own(found)
        _follow(found, by=by, via=via)
        tell(found, by=by, via=via)
    return found


def fingerprint_of(protocol: Protocol) -> str:
    """SHA-256 of what was signed: whoever reckons it again sees that nothing was changed."""
    assert protocol.signed_at is not None and protocol.done_on is not None, "only a signed protocol has one"
    signed = {
        "number": protocol.number, "kind": protocol.kind, "done_on": protocol.done_on.isoformat(),
        "text": protocol.text, "defects": protocol.defects, "result": protocol.result, "name": protocol.signed_name,
        "at": protocol.signed_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "drawing": protocol.signature.sha256 if protocol.signature else "",
    }  # fmt: skip
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_protocol(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Protocol:
    """A protocol out of the values of its fields. Raises ValidationError: no customer, an order of another …"""
    protocol = Protocol()
    assign(protocol, values)
    if protocol.party_id is None and protocol.order is not None:
        protocol.party_id = protocol.order.party_id
    if protocol.party_id is None:
        raise ValidationError({"party": _("Say at whose: name the customer.")})
    if "owner" not in values:
        protocol.owner_id = by.pk
    protocol.team_id = protocol.team_id or team_of(protocol.owner_id, by)
    _check(protocol, [*values])
    numbered(protocol, SERIES, on=protocol.done_on or timezone.localdate())
    protocol.save(force_insert=True)
    return protocol


def rewrite_protocol(protocol: Protocol, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Protocol:
    """Set fields of a protocol that nobody has signed yet."""
    changed = assign(protocol, values)
    if not changed:
        return protocol
    if protocol.signed_at is not None and set(changed) - {"owner", "team"}:
        raise ValidationError(dict.fromkeys(changed, _("This protocol is signed; nobody changes it any more.")))
    if "number" in changed:
        if not protocol.number:
            raise ValidationError({"number": _("A protocol keeps a number.")})
        check_free(protocol)
    _check(protocol, changed)
    save_own(protocol)
    return protocol


def remove_protocol(protocol: Protocol, *, by: User, via: Via = Via.HAND) -> None:
    """Delete one that nobody has signed."""
    if protocol.signed_at is not None:
        raise ValidationError(_("This protocol is signed; it stays."))
    protocol.delete()


# -- inside -----------------------------------------------------------------------------------------------------------


def _follow(protocol: Protocol, *, by: User, via: Via) -> None:
    """What a signed protocol brings with it: its appointment was held, its asset has been serviced."""
    appointment = protocol.appointment
    if appointment is not None and appointment.held_at is None and appointment.starts_at <= timezone.now():
        complete_appointment(appointment, by=by, via=via)
    file_protocol(protocol, by=by, via=via)
    if protocol.asset_id is not None and protocol.kind in SERVICES:
        create_service(
            {"asset": protocol.asset_id, "kind": SERVICES[ProtocolKind(protocol.kind)], "done_on": protocol.done_on,
             "text": protocol.text[:4000], "protocol": protocol.pk},
            by=by, via=via,
        )  # fmt: skip
    outbox.publish(ProtocolSigned(protocol.pk, protocol.party_id, by.pk))
    tell_party(protocol.party_id, "orders")


def _checked_drawing(content: bytes) -> bytes:
    """The drawing written anew as PNG: nothing that hides in a file gets through. Raises ValidationError."""
    if len(content) > SIGNATURE_BYTES:
        raise ValidationError({"drawing": _("The drawing is too large.")})
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            image.thumbnail((1200, 500))
            target = io.BytesIO()
            image.convert("RGBA").save(target, "PNG", optimize=True)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError({"drawing": _("The signature could not be read. Please draw it again.")}) from error
    return target.getvalue()


def _check(protocol: Protocol, names: list[str]) -> None:
    validate(protocol, names)
    check_days(protocol, [name for name in names if name == "done_on"])
    if protocol.done_on is not None and protocol.done_on > timezone.localdate():
        raise ValidationError({"done_on": _("What is done lies in the past; the appointment says when it is to be.")})
    for name in ("order", "asset"):
        other = getattr(protocol, name)
        if other is not None and other.party_id != protocol.party_id:
            raise ValidationError({name: _("“%(what)s” belongs to another customer.") % {"what": other}})
