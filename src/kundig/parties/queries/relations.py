"""Who belongs to whom, and who may see whom."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Case, F, Q, QuerySet, When
from django.utils import timezone

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import ContactKind
from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Person, Role
from kundig.parties.rules.contacts import SPOKEN
from kundig.platform.composed import composed_once
from kundig.platform.lookups import array_of_ids
from kundig.platform.prepared import prepared_cursor
from kundig.records import registry, search
from kundig.records.rights import NOTHING, condition_of
from kundig.records.statements import row_of
from kundig.records.traces import Trace, asked_once, may_have

LARGEST_GROUP = 500
MOST_MEMBERS = 500
PEOPLE_ON_PAGE = 26
"""Of an organisation, as its page asks for them: one more than it shows."""
BELOW = Trace(Party, "parent")
"""By which rows an organisation has subsidiaries."""
DEEPEST = 20

_TABLE = Party._meta.db_table
# Upwards to the head of the group, then everything below it, each level behind the one above.
_GROUP = f"""
WITH RECURSIVE above AS (
    SELECT id, parent_id, 0 AS steps FROM {_TABLE} WHERE id = %(id)s
    UNION ALL SELECT p.id, p.parent_id, steps + 1 FROM {_TABLE} p JOIN above ON p.id = above.parent_id
    WHERE steps < %(deepest)s
), below AS (
    (SELECT id, ARRAY[name_key] AS path, 0 AS level FROM {_TABLE}
     WHERE id = (SELECT id FROM above ORDER BY steps DESC LIMIT 1))
    UNION ALL SELECT p.id, path || p.name_key, level + 1 FROM {_TABLE} p JOIN below ON p.parent_id = below.id
    WHERE level < %(deepest)s
)
SELECT id, level FROM below ORDER BY path, id LIMIT %(largest)s
"""  # noqa: S608 - the name of our own table


def visible_parties(user: User, action: Action = Action.READ) -> QuerySet[Party]:
    """Parties of all kinds on which `user` may do `action`."""
    return Party.objects.filter(seen_by(user, action=action))


def visible_party(user: User, party_id: UUID) -> Party | None:
    """One of those that `user` may see; None if there is none."""
    seen = seen_by(user)
    return Party.objects.filter(seen, pk=party_id).first() if seen else row_of(Party, party_id)


def seen_by(user: User, *, prefix: str = "", action: Action = Action.READ) -> Q:
    """The condition that a party, at the end of the query path `prefix`, is one on which `user` may do `action`."""
    allowed, nothing, everything = Q(), True, True
    for description in registry.covering(Party):
        scope = condition_of(description, user, action, prefix=prefix)
        if scope is NOTHING:
            everything = False
            continue
        where = {f"{prefix}{name}": value for name, value in description.where.items()}
        allowed, nothing, everything = allowed | Q(**where) & scope, False, everything and not scope
    if everything:
        return Q()
    return Q(pk__in=()) if nothing else allowed


@dataclass(frozen=True)
class GroupMember:
    """A company of a group; the head has level 0."""

    id: UUID
    name: str
    city: str
    level: int


def group_of(organisation: Party, *, user: User) -> list[GroupMember]:
    """The companies of the group that `user` may see, from its head downwards; empty if it is no group."""
    if organisation.parent_id is None and not may_have(organisation, BELOW):
        return []
    with prepared_cursor() as cursor:
        cursor.execute(_GROUP, {"id": organisation.pk, "deepest": DEEPEST, "largest": LARGEST_GROUP})
        found = cursor.fetchall()
    if len(found) < 2:
        return []
    rows = visible_parties(user).filter(pk__in=[key for key, _level in found]).values_list("pk", "name", "city")
    members = {key: (name, city) for key, name, city in rows}
    return [GroupMember(key, *members[key], level) for key, level in found if key in members]


_SHOWN_OF_ROLES = (
    "kind", "function", "department", "is_main", "valid_from", "valid_to", "person_id", "party_id",
)  # fmt: skip
_SHOWN_OF_PARTIES = ("kind", "name", "phone")


def members_of(party: Party, *, user: User, most: int = MOST_MEMBERS) -> list[Role]:
    """The roles of the persons at an organisation or in a household that `user` may see: present ones first, the main
    contact at the head. `is_over` says whether a role is history. Only what a line shows of a role is loaded."""
    seen = seen_by(user, prefix="person__")
    today = timezone.localdate()
    return asked_once(party, ("members", user.pk, most), lambda: _members(seen, most, party=party.pk, today=today))


@composed_once
def _members(seen: Q, most: int, *, party: UUID, today: dt.date) -> QuerySet[Role]:
    roles = Role.objects.filter(seen, party=party).annotate(is_over=_is_over(today))
    shown = (*_SHOWN_OF_ROLES, *(f"person__{name}" for name in _SHOWN_OF_PARTIES))
    return roles.select_related("person").only(*shown).order_by("is_over", "-is_main", "person__name_key", "id")[:most]


def roles_of(person: Party, *, user: User, most: int = MOST_MEMBERS) -> list[Role]:
    """The roles of a person where `user` may see the organisation or household: present ones first, then the latest."""
    return _roles(seen_by(user, prefix="party__"), most, person=person.pk, today=timezone.localdate())


@composed_once
def _roles(seen: Q, most: int, *, person: UUID, today: dt.date) -> QuerySet[Role]:
    roles = Role.objects.filter(seen, person=person).annotate(is_over=_is_over(today))
    shown = (*_SHOWN_OF_ROLES, *(f"party__{name}" for name in _SHOWN_OF_PARTIES))
    latest = F("valid_to").desc(nulls_first=True)
    return roles.select_related("party").only(*shown).order_by("is_over", "-is_main", latest, "created_at", "id")[:most]


def _visible_members(ids: Sequence[UUID], *, user: User) -> set[tuple[UUID, str]]:
    """Party and name of the persons there that `user` may see."""
    roles = Role.objects.filter(party_id__in=list(ids)).filter(seen_by(user, prefix="person__"))
    return set(roles.values_list("party_id", "person__name"))


def _is_over(today: dt.date) -> Case:
    return Case(When(valid_to__lt=today, then=True), default=False, output_field=BooleanField())


MEMBER, KEY_ELSEWHERE = "member", "key in another system"
"""What a line of `gathered` may be beside the kinds of contact points."""
# One message instead of three: it is sent with every change of a party.
_SEARCHED = f"""
SELECT role.party_id, '{MEMBER}', person.name, '' FROM {Role._meta.db_table} AS role
JOIN {_TABLE} AS person ON person.id = role.person_id
WHERE role.party_id = ANY(%(ids)s::uuid[]) AND (role.valid_from IS NULL OR role.valid_from <= %(today)s)
  AND (role.valid_to IS NULL OR role.valid_to >= %(today)s)
UNION ALL
SELECT party_id, kind, value, normalised FROM {ContactPoint._meta.db_table}
WHERE party_id = ANY(%(ids)s::uuid[]) AND NOT do_not_use
UNION ALL
SELECT party_id, '{KEY_ELSEWHERE}', key, '' FROM {ExternalKey._meta.db_table} WHERE party_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - names of our tables


def sees_every_person(user: User) -> bool:
    described = registry.for_model(Person)
    return described is not None and not condition_of(described, user, Action.READ)


def searched_along(ids: Sequence[UUID], *, user: User | None = None) -> dict[UUID, search.Extra]:
    """What parties shall be found by beyond their own columns: the persons at an organisation or in a household (those
    that `user` may see, if one is given), and every contact point that is none of the summary's."""
    with prepared_cursor() as cursor:
        cursor.execute(_SEARCHED, {"ids": array_of_ids(ids), "today": timezone.localdate()})
        found = cursor.fetchall()
    if user is not None and not sees_every_person(user):
        visible = _visible_members(ids, user=user)
        found = [line for line in found if line[1] != MEMBER or (line[0], line[2]) in visible]
    return gathered(found)


def gathered(lines: Iterable[tuple[UUID, str, str, str]]) -> dict[UUID, search.Extra]:
    """Of lines of party, kind of contact point (or `MEMBER`, `KEY_ELSEWHERE`), value, and the value normalised."""
    extras: dict[UUID, search.Extra] = defaultdict(search.Extra)
    for party_id, kind, value, normalised in lines:
        extra = extras[party_id]
        if kind == ContactKind.MAIL:
            extra.mails.append(value)
        elif kind in SPOKEN:
            extra.phones.append(normalised or value)
        elif kind == ContactKind.WEB:
            extra.websites.append(value)
        elif kind == KEY_ELSEWHERE:
            extra.numbers.append(value)
        else:
            extra.texts.append(value)
    return dict(extras)


def parties_turning(*, since: dt.date, until: dt.date) -> set[UUID]:
    """Parties of which an address, contact point or role began after `since` and up to `until`, or ended before
    `until` but not before `since`: what their summaries show may be another one now."""
    turning = Q(valid_from__gt=since, valid_from__lte=until) | Q(valid_to__gte=since, valid_to__lt=until)
    found = set(ContactPoint.objects.filter(turning).values_list("party_id", flat=True))
    found |= set(Address.objects.filter(turning).values_list("party_id", flat=True))
    return found | set(Role.objects.filter(turning).values_list("person_id", flat=True))
