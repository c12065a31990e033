"""The parts of two parties that become one: each address, contact point and role is there once, at its strictest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kundig.parties.actions.contact_points import SUMMARISED
from kundig.parties.actions.parts import companies_above
from kundig.parties.actions.summaries import refresh_summaries
from kundig.parties.enums import PartyKind
from kundig.parties.models import Address, ContactPoint, Party, Role
from kundig.parties.rules.addresses import same_place
from kundig.records.merging.weighing import Side

Step = Callable[..., None]
STEPS: list[Step] = []
FIRST_STEPS: list[Step] = []


def when_merged(step: Step) -> Step:
    """Have `step(into, gone, by=)` called in the transaction of every merge, after everything has moved and while both
    are still there: for what follows from rows that have moved."""
    STEPS.append(step)
    return step


def before_merged(step: Step) -> Step:
    """The same before anything moves: for domains whose rows cannot simply move, while it still shows whose they were.
    Consent, say: of two, the stricter one stays."""
    FIRST_STEPS.append(step)
    return step


def join_parts(into: Party, gone: Party, *, sides: Mapping[str, Side]) -> None:
    """Drop the parts of `gone` that `into` has as well, after what they know has been taken over; `sides` says from
    whom the preferred address and the preferred number of each kind come. The others move with all references."""
    _join(Address, into, gone, _place, is_second={"": sides.get("address") is Side.SECOND})
    of_kind = {kind.value: sides.get(name) is Side.SECOND for name, kind in SUMMARISED.items()}
    _join(ContactPoint, into, gone, _number, is_second=of_kind)
    _join_roles(into, gone)


def join_group(into: Party, gone: Party) -> None:
    """Nobody becomes the parent of itself: where one was above the other, what was above both stays above."""
    if into.parent_id is not None and gone.pk in companies_above(into.parent_id):
        into.parent_id = None if into.pk in companies_above(gone.parent_id) else gone.parent_id
        into.save(update_fields=("parent", "changed_at"))


def refresh_people(house: Party) -> None:
    """The summaries of the persons at an organisation or in a household, which name it."""
    ids = Role.objects.filter(party_id=house.pk).values_list("person_id", flat=True)
    refresh_summaries(set(ids))


# -- inside ----------------------------------------------------------------------------------------------------------


def _place(address: Any) -> tuple[Any, ...]:
    return (address.kind, *same_place(address))


def _number(point: Any) -> tuple[Any, ...]:
    return (point.kind, point.normalised or point.value.strip().lower())


def _join(
    model: Any, into: Party, gone: Party, key: Callable[[Any], tuple[Any, ...]], *, is_second: Mapping[str, bool]
) -> None:
    """One kind of part. `is_second` says, by the kind of contact point ("" for all), whose preferred one wins."""
    there = list(model.objects.filter(party=into).order_by("-is_main", "created_at", "id"))
    by_key: dict[tuple[Any, ...], Any] = {}
    for part in there:
        by_key.setdefault(key(part), part)
    preferred: dict[str, Any] = {}
    for part in model.objects.filter(party=gone).order_by("do_not_use", "-is_main", "created_at", "id"):
        group = _group(part, is_second)
        twin = by_key.get(key(part))
        if twin is not None and _one_usage(part, twin):
            _take_in(twin, part)
            part.delete()
            part = twin
        if is_second.get(group, False):
            preferred.setdefault(group, part)
        elif part.is_main and part is not twin and _has_main(there, group, is_second):
            part.is_main = False
            part.save(update_fields=("is_main", "changed_at"))
    for group, part in preferred.items():
        for other in there:
            if other.is_main and other is not part and _group(other, is_second) == group:
                other.is_main = False
                other.save(update_fields=("is_main", "changed_at"))
        if not part.is_main:
            part.is_main = True
            part.save(update_fields=("is_main", "changed_at"))


def _group(part: Any, is_second: Mapping[str, bool]) -> str:
    return "" if "" in is_second else str(part.kind)


def _has_main(parts: Iterable[Any], group: str, is_second: Mapping[str, bool]) -> bool:
    return any(part.is_main and _group(part, is_second) == group for part in parts)


def _one_usage(part: Any, twin: Any) -> bool:
    """A number for work and the same for invoices are two."""
    ours, theirs = getattr(part, "usage", ""), getattr(twin, "usage", "")
    return not ours or not theirs or ours == theirs


def _take_in(twin: Any, part: Any) -> None:
    """What the part that goes knows: what is empty is filled, "do not use" wins, the longer validity, the later day."""
    for name in ("street", "postal_code", "city", "extra", "region", "country", "usage", "label", "source"):
        if hasattr(twin, name) and not getattr(twin, name) and getattr(part, name):
            setattr(twin, name, getattr(part, name))
    twin.do_not_use = twin.do_not_use or part.do_not_use
    twin.is_main = twin.is_main and not twin.do_not_use
    twin.confirmed_on = max(filter(None, (twin.confirmed_on, part.confirmed_on)), default=None)
    _widen(twin, part)
    twin.save()


def _widen(twin: Any, part: Any) -> None:
    twin.valid_from = _outer(twin.valid_from, part.valid_from, min)
    twin.valid_to = _outer(twin.valid_to, part.valid_to, max)


def _outer(one: dt.date | None, other: dt.date | None, furthest: Callable[..., dt.date]) -> dt.date | None:
    """None is without end."""
    return None if one is None or other is None else furthest(one, other)


def _join_roles(into: Party, gone: Party) -> None:
    """A person has a role at an organisation once; which of two parties is merged decides who the other end is."""
    is_person = into.kind == PartyKind.PERSON
    own, other = ("person_id", "party_id") if is_person else ("party_id", "person_id")
    there = list(Role.objects.filter(**{own: into.pk}))
    has_main = any(role.is_main for role in there)
    for role in Role.objects.filter(**{own: gone.pk}):
        twin = next((each for each in there if _is_same_role(each, role, other)), None)
        if twin is not None:
            for name in ("function", "department"):
                setattr(twin, name, getattr(twin, name) or getattr(role, name))
            twin.is_main = twin.is_main or (role.is_main and (is_person or not has_main))
            _widen(twin, role)
            role.delete()
            twin.save()
        elif role.is_main and has_main and not is_person:
            role.is_main = False
            role.save(update_fields=("is_main", "changed_at"))


def _is_same_role(one: Role, other: Role, end: str) -> bool:
    return (
        getattr(one, end) == getattr(other, end)
        and one.kind == other.kind
        and (not one.function or not other.function or one.function == other.function)
        and _overlap(one, other)
    )


def _overlap(one: Role, other: Role) -> bool:
    earliest, latest = dt.date.min, dt.date.max
    return (one.valid_from or earliest) <= (other.valid_to or latest) and (other.valid_from or earliest) <= (
        one.valid_to or latest
    )
