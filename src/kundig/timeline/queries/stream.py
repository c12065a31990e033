"""The history of a party, page by page: what happened with itself, with its people and with its companies."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left, Length

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries import BELOW, PEOPLE_ON_PAGE, members_of, seen_by
from kundig.platform.lookups import array_of_ids
from kundig.platform.prepared import prepared_cursor
from kundig.records import registry
from kundig.records.rights import condition_of
from kundig.records.traces import may_have
from kundig.timeline.models import Comment, Involvement, Reaction, Touchpoint
from kundig.timeline.protocol import ReadEntry, kinds, sources

PAGE = 30
"""Entries of a page; the function `timeline_page` (migration `0004_pages`) reads one more, and as much of a text."""
MOST = 300
"""Entries that a history which has been read far down fetches anew at once."""
SHOWN_OF_BODY = 600
"""Characters of a text that come at once; the rest when somebody opens it."""

Cursor = tuple[dt.datetime, str]
"""When an entry happened, and its id."""


@dataclass(frozen=True)
class Wanted:
    """What of a history is asked for: kinds (none: all), one person of an organisation, words, a period."""

    kinds: frozenset[str] = frozenset()
    person: UUID | None = None
    words: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.person or self.words or self.since or self.until)


@dataclass(frozen=True)
class Said:
    """What a colleague said to a contact."""

    id: UUID
    by: str
    text: str
    at: dt.datetime


@dataclass
class Entry:
    """One contact as a history shows it; `body` is its beginning, `length` how long it is altogether."""

    id: UUID
    at: dt.datetime
    kind: str
    direction: str
    two_way: bool
    summary: str
    body: str
    length: int
    duration: int | None
    mood: int | None
    pinned_at: dt.datetime | None
    source: str
    source_id: UUID | None
    party_id: UUID
    party_name: str
    party_kind: str
    author_id: UUID | None
    author_name: str | None
    people: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Id, name and kind of the further parties who took part, as far as the reader may see them."""
    reactions: list[tuple[str, str, str]] = field(default_factory=list)
    """Offer, reaction, kind of the objection."""
    comments: list[Said] = field(default_factory=list)

    @property
    def cursor(self) -> Cursor:
        return self.at, str(self.id)


@dataclass(frozen=True)
class Read:
    """An entry that lives elsewhere."""

    kind: str
    entry: ReadEntry

    @property
    def cursor(self) -> Cursor:
        return self.entry.at, self.entry.id


@dataclass(frozen=True)
class StreamPage:
    """Entries, the newest first; `next` is where the page after this one begins, None at the end."""

    entries: list[Entry | Read]
    next: Cursor | None
    pinned: list[Entry] = field(default_factory=list)
    """What stands at the top, on the first page of a history that is not narrowed."""


_COLUMNS = (
    "id", "at", "kind", "direction", "two_way", "summary", "start", "length", "duration", "mood", "pinned_at", "source",
    "source_id", "party_id", "party__name", "party__kind", "author_id", "author__name",
)  # fmt: skip
_ALL = Wanted()
LAST = UUID(int=(1 << 128) - 1)
_PAGE = "SELECT * FROM timeline_page(%s, %s, %s::timestamptz, %s)"
_BELOW = f"SELECT id FROM {Party._meta.db_table} WHERE parent_id = ANY(%s::uuid[]) LIMIT %s"  # noqa: S608 - our table
_BEGIN = dt.datetime.min.replace(tzinfo=dt.UTC)
# One message instead of three: it is sent with every page of a history.
_AROUND = f"""
SELECT 'reaction', touchpoint_id, id, NULL::uuid, offer || E'\\t' || reaction, objection, NULL::timestamptz
FROM {Reaction._meta.db_table} WHERE touchpoint_id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT 'comment', comment.touchpoint_id, comment.id, NULL, comment.text, author.name, comment.written_at
FROM {Comment._meta.db_table} AS comment LEFT JOIN {User._meta.db_table} AS author ON author.id = comment.author_id
WHERE comment.touchpoint_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - names of our own tables
_PEOPLE = f"""
SELECT 'person', involved.touchpoint_id, involved.id, party.id, party.name, party.kind, NULL
FROM {Involvement._meta.db_table} AS involved JOIN {Party._meta.db_table} AS party ON party.id = involved.party_id
WHERE involved.touchpoint_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - names of our own tables


def stream(
    party: Party,
    *,
    user: User,
    wanted: Wanted = _ALL,
    after: Cursor | None = None,
    down_to: dt.datetime | None = None,
    limit: int = PAGE,
) -> StreamPage:
    """One page of the history of a party, as far as `user` may see it.

    Contacts with persons of an organisation, and with its subsidiaries, stand in its history; those in which a party
    only took part in the party's own. What other domains have registered is read beside them. With `down_to` the page
    reaches at least to that moment.
    """
    if down_to is not None:
        limit = MOST
    is_above = party.kind == PartyKind.ORGANISATION and may_have(party, BELOW)
    ids = [party.pk, *(subsidiaries_of(party.pk) if is_above else ())]
    if wanted == _ALL and limit == PAGE and len(ids) == 1 and _sees_all(user):
        known, pinned = _at_once(party, after)
        is_complete = True
    else:
        branches = _branches(party, ids, user, wanted, after, limit)
        known = {entry.id: entry for rows in branches for entry in _read(rows, limit + 1)}
        pinned = _pinned(party, user) if after is None and wanted == _ALL else []
        is_complete = False
    found: list[Entry | Read] = [*known.values(), *_read_elsewhere(party, user, wanted, after, limit + 1)]
    found.sort(key=lambda entry: entry.cursor, reverse=True)
    if down_to is not None:
        limit = min(limit, max(PAGE, sum(1 for entry in found if entry.cursor[0] >= down_to)))
    has_more, shown = len(found) > limit, found[:limit]
    if not is_complete:
        complete([*pinned, *(entry for entry in shown if isinstance(entry, Entry))], user=user)
    return StreamPage(shown, shown[-1].cursor if has_more else None, pinned)


def entry_of(touchpoint_id: UUID, *, user: User) -> Entry | None:
    """One contact, complete, if `user` may see it."""
    found = next(_read(visible(user).filter(pk=touchpoint_id), 1), None)
    if found is not None:
        complete([found], user=user)
    return found


def complete(entries: Sequence[Entry], *, user: User) -> None:
    """Add who took part, how offers were taken and what colleagues said."""
    by_id: dict[UUID, list[Entry]] = {}
    for entry in entries:  # one that is pinned may stand among the others, too
        by_id.setdefault(entry.id, []).append(entry)
    if not by_id:
        return
    seen = seen_by(user, prefix="party__")
    with prepared_cursor() as cursor:
        cursor.execute(_AROUND if seen else f"{_AROUND} UNION ALL {_PEOPLE}", {"ids": array_of_ids(by_id)})
        found = cursor.fetchall()
    if seen:  # not everybody is for this reader
        involved = Involvement.objects.filter(seen, touchpoint__in=list(by_id)).order_by("pk")
        people = involved.values_list("touchpoint_id", "pk", "party_id", "party__name", "party__kind")
        found += [("person", *each, None) for each in people]
    for what, key, own_id, other_id, first, second, at in sorted(found, key=lambda row: (row[6] or _BEGIN, row[2])):
        for entry in by_id[key]:
            if what == "person":
                entry.people.append((other_id, first, second))
            elif what == "reaction":
                offer, _tab, reaction = first.partition("\t")
                entry.reactions.append((offer, reaction, second))
            else:
                entry.comments.append(Said(own_id, second or "", first, at))


def visible(user: User) -> QuerySet:
    """The contacts that `user` may see."""
    description = registry.for_model(Touchpoint)
    assert description is not None, "touchpoints are described"
    return description.visible_to(user)


# -- inside -----------------------------------------------------------------------------------------------------------


def _sees_all(user: User) -> bool:
    """Whether no contact and nobody who took part in one is hidden from this reader."""
    description = registry.for_model(Touchpoint)
    assert description is not None, "touchpoints are described"
    return not condition_of(description, user, Action.READ) and not seen_by(user)


def _at_once(party: Party, after: Cursor | None) -> tuple[dict[UUID, Entry], list[Entry]]:
    """A page of the history of one party by id, and what stands at the top of the first, both complete: what
    `_branches`, `_pinned` and `complete` find for who sees all, in one statement."""
    organisation = party.pk if party.kind == PartyKind.ORGANISATION else None
    at, name = after or ("infinity", "")
    with prepared_cursor() as cursor:
        cursor.execute(_PAGE, [party.pk, organisation, at, _id_in(name) or LAST])
        found = cursor.fetchall()
    known: dict[UUID, Entry] = {}
    pinned = []
    for on_top, *values, people, reactions, comments in found:
        entry = Entry(*values)
        if people:
            entry.people = [(UUID(key), name, kind) for key, name, kind in json.loads(people)]
        if reactions:
            entry.reactions = [(offer, reaction, objection) for offer, reaction, objection in json.loads(reactions)]
        if comments:
            entry.comments = [
                Said(UUID(key), by, text, dt.datetime.fromisoformat(written_at))
                for key, by, text, written_at in json.loads(comments)
            ]
        if on_top:
            pinned.append(entry)
        else:
            known[entry.id] = entry
    return known, sorted(pinned, key=lambda entry: entry.pinned_at or _BEGIN, reverse=True)


def _id_in(name: str) -> UUID | None:
    """The id that a cursor names; None for that of an entry from elsewhere."""
    try:
        return UUID(name)
    except ValueError:
        return None


def _branches(
    party: Party, ids: Sequence[UUID], user: User, wanted: Wanted, after: Cursor | None, limit: int
) -> Iterator[QuerySet]:
    if wanted.kinds and not wanted.kinds & {kind.name for kind in kinds()}:
        return
    rows = visible(user).filter(_narrowed(wanted), _before(after))
    yield rows.filter(_own(party, ids)).order_by("-at", "-id")
    involved = Involvement.objects.filter(party=party.pk, touchpoint__at=F("at")).filter(
        _before(after, "touchpoint_id")
    )
    if wanted != _ALL:
        involved = involved.filter(_narrowed(wanted, "touchpoint__"))
    keys = involved.order_by("-at", "-touchpoint").values_list("touchpoint_id", "at")[: limit + 1]
    part: Mapping[UUID, dt.datetime] = dict(keys)
    if part:
        yield rows.filter(pk__in=list(part), at__range=(min(part.values()), max(part.values())))


def _own(party: Party, ids: Sequence[UUID]) -> Q:
    if party.kind != PartyKind.ORGANISATION:
        return Q(party=party.pk)
    return Q(organisation=ids[0]) if len(ids) == 1 else Q(organisation__in=ids)


def _narrowed(wanted: Wanted, prefix: str = "") -> Q:
    q = Q()
    if wanted.kinds:
        q &= Q(**{f"{prefix}kind__in": wanted.kinds})
    if wanted.since:
        q &= Q(**{f"{prefix}at__gte": wanted.since})
    if wanted.until:
        q &= Q(**{f"{prefix}at__lt": wanted.until})
    if wanted.person:
        own = {"touchpoint": OuterRef(f"{prefix}pk"), "party": wanted.person}
        q &= Q(**{f"{prefix}party": wanted.person}) | Q(Exists(Involvement.objects.filter(**own)))
    for word in wanted.words.split()[:8]:
        q &= Q(**{f"{prefix}summary__icontains": word}) | Q(**{f"{prefix}body__icontains": word})
    return q


def _before(after: Cursor | None, key: str = "id") -> Q:
    if after is None:
        return Q()
    at, name = after
    last = _id_in(name)
    # The name of an entry from elsewhere sorts behind every id.
    same = Q(at=at, **{f"{key}__lt": last}) if last else Q(at=at)
    # The plain bound lets the database leave out newer quarters.
    return Q(at__lte=at) & (Q(at__lt=at) | same)


def _read(rows: QuerySet, limit: int) -> Iterator[Entry]:
    shown = rows.annotate(start=Left("body", SHOWN_OF_BODY), length=Length("body"))
    for values in shown.values_list(*_COLUMNS)[:limit]:
        yield Entry(*values)


def _pinned(party: Party, user: User) -> list[Entry]:
    rows = visible(user).filter(party=party.pk, pinned_at__isnull=False)
    return list(_read(rows.order_by("-pinned_at"), 10))


def _read_elsewhere(party: Party, user: User, wanted: Wanted, after: Cursor | None, limit: int) -> Iterator[Read]:
    """What other domains read into the history; nothing of it has persons or texts to search in."""
    if wanted.person or wanted.words:
        return
    before = after[0] if after else None
    if wanted.until and (before is None or wanted.until < before):
        before = wanted.until
    for source in sources():
        if wanted.kinds and source.kind not in wanted.kinds:
            continue
        for entry in source.find(party, user, before, limit):
            read = Read(source.kind, entry)
            if (after is None or read.cursor < after) and (wanted.since is None or entry.at >= wanted.since):
                yield read


def subsidiaries_of(organisation_id: UUID, *, most: int = 500) -> list[UUID]:
    """The companies below an organisation, over all levels."""
    found: dict[UUID, None] = {}
    level: Sequence[Any] = [organisation_id]
    while level and len(found) < most:
        with prepared_cursor() as cursor:
            cursor.execute(_BELOW, [array_of_ids(level), most])
            level = [key for (key,) in cursor.fetchall() if key not in found and key != organisation_id]
        found.update(dict.fromkeys(level))
    return list(found)


def people_at(party: Party, *, user: User, most: int = 12) -> list[tuple[UUID, str]]:
    """Whom one may have met there: id and name of the persons of an organisation or household now."""
    if party.kind == PartyKind.PERSON:
        return []
    roles = members_of(party, user=user, most=PEOPLE_ON_PAGE)  # present ones first
    return [(role.person_id, role.person.name) for role in roles if not role.is_over][:most]
