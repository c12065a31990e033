"""Changing many parties at once, in values that nothing else hangs on: who looks after them, their state, tags."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Value
from django.db.models.expressions import CombinedExpression, F
from django.utils import timezone
from psycopg.types.json import Jsonb

from kundig.accounts.models import User
from kundig.parties.actions.origins import origin
from kundig.parties.actions.parts import assign, validated
from kundig.parties.events import PartyChanged
from kundig.parties.models import Party
from kundig.platform import outbox
from kundig.records.events import Via

PLAIN = frozenset(
    "owner team lifecycle customer_class tags language source industry employees revenue revenue_currency notes".split()
)
"""Columns that neither stand for an address, a contact point, a role or a name, nor have others derived from them."""


def change_parties(changes: Sequence[tuple[Party, Mapping[str, Any]]], *, by: User, via: Via = Via.BULK) -> bool:
    """What `change_party` does, for all of them in a few statements; False, and nothing done, where it cannot be.

    Raises:
        ValidationError: with a dict column → messages.
    """
    if any(set(values) - PLAIN for _party, values in changes):
        return False
    alike: dict[str, list[Party]] = defaultdict(list)
    columns: dict[str, dict[str, Any]] = {}
    events = []
    for party, values in changes:
        changed = assign(party, values)
        if not changed:
            continue
        validated(party, only=changed)
        events.append(PartyChanged(party_id=party.pk, by_id=by.pk, fields=tuple(changed)))
        attributes = [party._meta.get_field(name).attname for name in changed]  # type: ignore[union-attr]
        new = {name: getattr(party, name) for name in attributes}
        alike[repr(new)].append(party)
        columns[repr(new)] = new
    for key, parties in alike.items():
        entry = dict.fromkeys([_name(parties[0], column) for column in columns[key]], origin(via=via))
        Party._base_manager.filter(pk__in=[party.pk for party in parties]).update(
            **columns[key],
            changed_at=timezone.now(),
            origins=CombinedExpression(F("origins"), "||", Value(Jsonb(entry))),
        )
    if events:
        outbox.publish(*events)
    return True


def _name(party: Party, attribute: str) -> str:
    """The name of the field behind a column: `owner_id` → `owner`."""
    return next(column.name for column in party._meta.concrete_fields if column.attname == attribute)
