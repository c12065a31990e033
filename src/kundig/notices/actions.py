"""Telling people, and noting what they have read and what they wish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.notices.enums import Way
from kundig.notices.models import Notice, NoticeWishes
from kundig.notices.protocol import kind_of, kinds
from kundig.notices.queries import unread_pages, wishes_of
from kundig.notices.rules import mailed_at
from kundig.platform import live

MOST_RECORDS = 100


def tell(
    reader: User,
    *,
    kind: str,
    matter: str,
    by: UUID | None = None,
    object: str = "",  # noqa: A002 - what it is called everywhere
    records: Sequence[UUID] = (),
    data: Mapping[str, Any] | None = None,
    url: str = "",
    key: str = "",
    way: Way | None = None,
    instead_of: Sequence[str] = (),
) -> bool:
    """Tell somebody; what they have not read yet of the same matter grows instead of coming twice. What they have not
    read of it in the kinds `instead_of` is said by this one notice from now on.

    Nobody is told of what they did themselves (`by`), nor what they do not want to hear. With a `key` it is told once,
    however often that is tried. `way` is what the teller would wish; the reader's own wish wins. False if nothing was
    told. Whether the reader may see the records is asked when the notice is shown.

    Raises:
        KeyError: if there is no such kind.
    """
    known = kind_of(kind)
    if known is None:
        raise KeyError(f"there is no kind of notices called {kind!r}; domains register theirs in apps.ready()")
    wishes = wishes_of(reader)
    wished = wishes.way(kind) or way or known.way
    if wished == Way.OFF or (by is not None and by == reader.pk) or not reader.is_active:
        return False
    told = Notice.objects.filter(reader=reader, kind=kind, matter=matter[:120])
    if key and told.filter(keys__contains=[key]).exists():
        return False
    with transaction.atomic():
        notice = told.filter(read_at=None).select_for_update().first()
        if notice is None and instead_of:
            notice = _become(reader, kind, matter[:120], instead_of)
        if notice is None:
            notice, is_new = _begun(reader, kind, matter[:120])
        else:
            is_new = False
        here = timezone.now().astimezone(ZoneInfo(company().timezone))
        due = mailed_at(wished, now=here, rest=wishes.rest, summary=wishes.summary_at)
        notice.at, notice.object = here, object
        further = len({*records} - {*notice.records}) if records else 1
        notice.count = (0 if is_new else notice.count) + further
        notice.records = list(dict.fromkeys([*records, *notice.records]))[:MOST_RECORDS]
        notice.keys = [*([key] if key else []), *notice.keys][:MOST_RECORDS]
        notice.data = {**(data or {}), **({"by": str(by)} if by else {})}
        notice.url = url or (f"/{object}/{notice.records[0]}/{known.page}" if len(notice.records) == 1 else "")
        notice.mail_due_at = min(filter(None, (notice.mail_due_at, due)), default=None)
        notice.save()
        live.announce(name_of(reader))
    return True


def _become(reader: User, kind: str, matter: str, instead_of: Sequence[str]) -> Notice | None:
    """The unread notice of the same matter that is of this kind from now on; no second one is left."""
    same = Notice.objects.filter(reader=reader, kind__in=instead_of, matter=matter, read_at=None)
    earlier = list(same.select_for_update().order_by("-at", "-pk"))
    if not earlier:
        return None
    notice, *others = earlier
    same.filter(pk__in=[each.pk for each in others]).delete()
    notice.kind = kind
    return notice


def withdraw(matter: str, *, kinds: Sequence[str], but: Sequence[UUID] = ()) -> int:
    """What nobody needs to do any more counts as read by all but some readers, and no mail goes out for it; should it
    become theirs again, they are told again. Answers how many notices that were."""
    unread = Notice.objects.filter(kind__in=kinds, matter=matter[:120], read_at=None).exclude(reader__in=but)
    found = list(unread.select_related("reader"))
    for notice in found:
        read(notice.reader, notice.pk)
    Notice.objects.filter(pk__in=[each.pk for each in found]).update(keys=[])
    return len(found)


def _begun(reader: User, kind: str, matter: str) -> tuple[Notice, bool]:
    """A new notice, and True; or the one that somebody else has begun at the same moment."""
    try:
        with transaction.atomic():
            return Notice.objects.create(reader=reader, kind=kind, matter=matter, at=timezone.now()), True
    except IntegrityError:
        same = Notice.objects.filter(reader=reader, kind=kind, matter=matter, read_at=None)
        return same.select_for_update().get(), False


def name_of(reader: User) -> str:
    """What the notices of somebody are called in the stream."""
    return f"notices:{reader.pk}"


def read(reader: User, notice_id: UUID | None = None, *, url: str = "") -> int:
    """Note that somebody has read one notice, those about a page, or all of theirs; answers how many."""
    unread = Notice.objects.filter(reader=reader, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    elif url:
        unread = unread.filter(url=url)
    # What has been read needs no mail.
    count = unread.update(read_at=timezone.now(), mail_due_at=None)
    if count:
        live.announce(name_of(reader))
    return count


def count_for(reader: User, *, page: str) -> int:
    """How many notices are unread for somebody who looks at a page, at most 99: those about it are read with that."""
    pages = unread_pages(reader)
    if page and page in pages:
        read(reader, url=page)
    return sum(1 for each in pages if not page or each != page)


def unread(reader: User, notice_id: UUID) -> None:
    """Put a notice back among those to be read; where the same matter has been told anew meanwhile, that one stays."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(reader=reader, pk=notice_id).exclude(read_at=None).first()
        same = Notice.objects.filter(reader=reader, read_at=None)
        if notice is None or same.filter(kind=notice.kind, matter=notice.matter).exists():
            return
        notice.read_at = None
        notice.save(update_fields=("read_at",))
        live.announce(name_of(reader))


def save_wishes(reader: User, values: Mapping[str, Any]) -> NoticeWishes:
    """Keep how somebody wants to hear of things: "ways" (kind → way), "rest_begins", "rest_ends", "summary_at" as HH:MM
    or "", "days_off" as numbers of weekdays.

    Raises:
        ValidationError: with a dict of these names.
    """
    errors: dict[str, str] = {}
    wishes = wishes_of(reader)
    known = {kind.key for kind in kinds()}
    ways = {kind: way for kind, way in values.get("ways", {}).items() if kind in known}
    if wrong := [way for way in ways.values() if way not in Way.values]:
        errors["ways"] = _("“%(way)s” is no way to be told.") % {"way": wrong[0][:20]}
    wishes.ways = {**wishes.ways, **ways}
    wishes.rest_begins = _time(values, "rest_begins", errors)
    wishes.rest_ends = _time(values, "rest_ends", errors)
    if (wishes.rest_begins is None) != (wishes.rest_ends is None):
        errors.setdefault("rest_ends", _("Give both times, or none."))
    wishes.summary_at = _time(values, "summary_at", errors) or wishes.summary_at
    days = [str(day) for day in values.get("days_off", ())]
    if any(day not in "0123456" or len(day) != 1 for day in days):
        errors["days_off"] = _("Days are numbers from 0 (Monday) to 6 (Sunday).")
    if len(set(days)) == 7:
        errors["days_off"] = _("Leave at least one day: otherwise no mail would ever come.")
    if errors:
        raise ValidationError(errors)
    wishes.days_off = sorted({int(day) for day in days})
    wishes.save()
    return wishes


def _time(values: Mapping[str, Any], name: str, errors: dict[str, str]) -> dt.time | None:
    text = str(values.get(name) or "").strip()
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        errors[name] = _("“%(text)s” is no time of day. Write it like 07:30.") % {"text": text[:20]}
        return None
