"""What somebody is told, as they may see it now."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.notices.models import Notice, NoticeWishes
from kundig.notices.protocol import NoticeKind, kind_of
from kundig.platform.formats import current_formats
from kundig.platform.prepared import prepared_cursor
from kundig.records import merging, registry
from kundig.records.description import Description
from kundig.records.rows import RowPlan

MOST_COUNTED = 99
PLACE = re.compile(r"\{(\w+)\}")
Values = Mapping[str, str]
"""Of one record: name of a field → what stands there, in words; its title under ""."""
Visible = Mapping[tuple[str, UUID], Values]
Became = Mapping[tuple[str, UUID], UUID]
"""Object and record → the one that it was merged into."""


@dataclass(frozen=True)
class ShownRecord:
    """One record of a notice: what it is called, and what is told of it."""

    title: str
    url: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it. `url` is "" where there is nothing (any more) that they may open."""

    id: UUID
    at: dt.datetime
    is_unread: bool
    icon: str
    kind: str
    headline: str
    text: str
    url: str = ""
    records: tuple[ShownRecord, ...] = ()


def notices_of(reader: User) -> QuerySet[Notice]:
    """All notices of somebody, newest first."""
    return Notice.objects.filter(reader=reader).order_by("-at", "-id")


def unread_pages(reader: User) -> list[str]:
    """The pages that unread notices are about, "" of those about none: as many as there are notices, up to 99."""
    with prepared_cursor() as cursor:
        cursor.execute(_UNREAD, [reader.pk])
        return [url for (url,) in cursor.fetchall()]


# Written out: the frame of every page asks it, and composing it anew cost more than running it.
_UNREAD = f"SELECT url FROM {Notice._meta.db_table} WHERE read_at IS NULL AND reader_id = %s LIMIT {MOST_COUNTED}"  # noqa: S608


def wishes_of(reader: User) -> NoticeWishes:
    """What somebody wishes; of those who have not said anything, what is usual (not saved)."""
    return NoticeWishes.objects.filter(reader=reader).first() or NoticeWishes(reader=reader)


def shown(notices: Sequence[Notice], *, to: User) -> list[Shown]:
    """The notices in words. Of records that `to` may not see (any more) nothing is told, not even what they are called;
    of one that has become another, that one is told of.

    Costs one query for each kind of object, and one for names; more only where a record is not to be seen.
    """
    records, became = _records(notices, to)
    names = _names(notices)
    return [_shown(notice, _data(notice, names), records, became) for notice in notices]


def filled(text: str, values: Values) -> str:
    """The text with the names of fields in braces replaced by what stands there, as far as the reader may see it."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def values_for(description: Description, ids: Sequence[UUID], text: str, *, to: User) -> dict[UUID, dict[str, str]]:
    """What `filled` needs of some records: those that `to` may see, with the fields that `text` names."""
    known = description.fields_for(to)
    fields = {name: known[name] for name in {*PLACE.findall(text), description.title} if name in known}
    plan, formats = RowPlan(fields.values(), to), current_formats()
    found = {}
    for row in plan.read(description.visible_to(to).filter(pk__in=ids)):
        texts = {name: field.text(formats, *plan.values(row, field)) for name, field in fields.items()}
        found[row[0]] = texts | {"": texts.get(description.title, "") or capfirst(str(description.label))}
    return found


def _records(notices: Sequence[Notice], to: User) -> tuple[Visible, Became]:
    """What `to` may know of the records, and which of them have become others."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    texts: dict[str, list[str]] = defaultdict(list)
    for notice in notices:
        ids[notice.object].update(notice.records)
        texts[notice.object].append(str(notice.data.get("text", "")))
    found: dict[tuple[str, UUID], Values] = {}
    became: dict[tuple[str, UUID], UUID] = {}
    for name, wanted in ids.items():
        description = registry.get(name) if wanted else None
        if description is None:
            continue
        values = values_for(description, list(wanted), " ".join(texts[name]), to=to)
        if missing := wanted - values.keys():
            survivors = merging.survivors_of(name, missing)
            became |= {(name, pk): survivor for pk, survivor in survivors.items()}
            if survivors:
                values |= values_for(description, list(set(survivors.values())), " ".join(texts[name]), to=to)
        found |= {(name, pk): each for pk, each in values.items()}
    return found, became


def _names(notices: Sequence[Notice]) -> dict[str, str]:
    ids = {str(notice.data["by"]) for notice in notices if notice.data.get("by")}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}


def _data(notice: Notice, names: Mapping[str, str]) -> dict[str, Any]:
    return {**notice.data, "by_name": names.get(str(notice.data.get("by", "")), "")}


def _shown(notice: Notice, data: Mapping[str, Any], visible: Visible, became: Became) -> Shown:
    kind = kind_of(notice.kind)
    frame = (notice.pk, notice.at, notice.read_at is None, kind.icon if kind else "bell")
    if kind is None:
        return Shown(*frame, "", _("Notice"), _("Nobody knows any more what this was about."))
    told = (*frame, str(kind.label))
    if not notice.records:
        headline = kind.headline(data, notice.count) or str(kind.label)
        return Shown(*told, headline, kind.words(data, notice.count), notice.url)
    there = list(dict.fromkeys(became.get((notice.object, pk), pk) for pk in notice.records))
    seen = [(pk, visible[notice.object, pk]) for pk in there if (notice.object, pk) in visible]
    if not seen:
        return Shown(*told, str(kind.label), ngettext(
            "You may not see the record any more, or it is gone.",
            "You may not see these records any more, or they are gone.", notice.count))  # fmt: skip
    records = tuple(_record(kind, data, notice.object, pk, values) for pk, values in seen)
    # What has gone out of sight is not counted either: that would tell how many there are.
    count = notice.count if len(seen) == len(notice.records) else len(seen)
    if count == 1:
        return Shown(*told, records[0].title, records[0].text, records[0].url, records)
    headline = ngettext("%(title)s and %(n)d other", "%(title)s and %(n)d others", count - 1)
    headline %= {"title": records[0].title, "n": count - 1}
    text = kind.headline(data, count) or kind.words(data, count)
    return Shown(*told, headline, text, f"/notices/{notice.pk}/", records)


def _record(kind: NoticeKind, data: Mapping[str, Any], name: str, pk: UUID, values: Values) -> ShownRecord:
    words = kind.words(data, 1)
    return ShownRecord(values[""], f"/{name}/{pk}/{kind.page}", filled(words, values) if kind.is_filled else words)
