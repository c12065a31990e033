"""Orders, deliveries, returns and contracts in the history of their customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described as described_party
from kundig.platform.formats import current_formats
from kundig.records.events import Via
from kundig.timeline.actions import record_touchpoint

UNTOLD = frozenset({Via.IMPORT, Via.SAMPLE, Via.MIGRATION})
"""What a house brings along comes by the thousand: whoever brings it files the histories at once."""
NOON = dt.time(12)


def file_order(order: Any, *, by: User, via: Via) -> None:
    """The order stands in the history of its customer."""
    _file(
        "order", order.party_id, order.person_id, order.ordered_on, order.number, order.note, source="orders",
        source_id=order.pk, by=by, via=via,
    )  # fmt: skip


def file_delivery(delivery: Any, *, by: User, via: Via) -> None:
    """The delivery, with the number under which it is on its way."""
    order = delivery.order
    parts = [delivery.carrier, delivery.tracking]
    _file(
        "delivery", order.party_id, order.person_id, delivery.shipped_on, f"{delivery.number} · {order.number}",
        " ".join(part for part in parts if part), source="deliveries", source_id=delivery.pk, by=by, via=via,
    )  # fmt: skip


def file_return(found: Any, *, by: User, via: Via) -> None:
    """The return, with why."""
    order = found.order
    _file(
        "return", order.party_id, order.person_id, found.announced_on,
        f"{found.number} · {order.number} · {found.get_reason_display()}", found.complaint, source="returns",
        source_id=found.pk, by=by, via=via,
    )  # fmt: skip


def file_contract(contract: Any, words: str, *, by: User | None, via: Via, note: str = "") -> None:
    """What happens with a contract: begun, renewed, a new price, notice given."""
    _file(
        "contract", contract.party_id, contract.person_id, timezone.localdate(),
        f"{contract.number} · {contract.title}: {words}", note, source="contracts", source_id=contract.pk, by=by,
        via=via,
    )  # fmt: skip


def file_protocol(protocol: Any, *, by: User, via: Via) -> None:
    """What was done at the customer's, and signed."""
    _file(
        "protocol", protocol.party_id, None, protocol.done_on,
        f"{protocol.number} · {protocol.get_kind_display()} · {protocol.get_result_display()}", protocol.text,
        source="protocols", source_id=protocol.pk, by=by, via=via,
    )  # fmt: skip


def day_words(day: dt.date) -> str:
    return current_formats().date(day)


def _file(
    kind: str, party_id: Any, person_id: Any, on: dt.date, summary: str, body: str, *, source: str, source_id: Any,
    by: User | None, via: Via,
) -> None:  # fmt: skip
    if via in UNTOLD:
        return
    party = Party.objects.get(pk=party_id)
    # Whoever may handle orders, but not change the customer, still has their orders told; then it is the house's word.
    author = by if by is not None and by.pk and described_party(party).may(by, Action.CHANGE, party) else None
    now = timezone.now()
    at = now if on >= timezone.localdate() else timezone.make_aware(dt.datetime.combine(on, NOON))
    record_touchpoint(
        kind=kind, party=party, by=author, at=min(at, now), summary=summary, body=body, source=source,
        source_id=source_id, people=[person_id] if person_id and person_id != party_id and author is None else [],
        via=via,
    )  # fmt: skip
