"""A search from text to hits, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from kundig.accounts.queries import company
from kundig.platform import phones
from kundig.records import registry
from kundig.records.search import steps
from kundig.records.search.checking import MORE, is_checked, still_fitting, told_to
from kundig.records.search.marking import Span, spans
from kundig.records.search.models import SearchEntry
from kundig.records.search.reach import Reach, reach_of
from kundig.records.search.recents import recently_opened
from kundig.records.search.running import Kept, Search
from kundig.records.search.spelling import REVERSED
from kundig.records.search.steps import Found
from kundig.records.search.typed import Typed, read

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

LIMIT = 8
PORTION = 2000


@dataclass(frozen=True)
class Hit:
    """A record that was found, with what matched marked as (start, end) in title and subtitle."""

    object: str
    id: UUID
    title: str
    subtitle: str
    url: str
    icon: str
    title_spans: tuple[Span, ...] = ()
    subtitle_spans: tuple[Span, ...] = ()
    note: str = ""
    """Why it was found, where neither title nor subtitle says so: a phone number, a contact person."""
    note_spans: tuple[Span, ...] = ()
    meant: str = ""
    """The words of the record that were probably meant, as it spells them; "" if it has the words that were typed."""


def find(user: User, text: str, *, limit: int = LIMIT, objects: Iterable[str] | None = None) -> list[Hit]:
    """The best records for what `user` typed, of all objects or those named: only what the user may read."""
    typed = read(text)
    reach = reach_of(user, objects)
    if not typed or not reach:
        return []
    kept = _searched(user, typed, reach, limit=limit)
    return [_hit(each, description, typed) for each in kept if (description := registry.get(each.entry.object))]


def matching_ids(user: User, description: Description, text: str, *, limit: int) -> list[UUID]:
    """Ids of the records of one kind that match, best first; mistyped words only count if nothing else fits."""
    typed = read(text)
    reach = reach_of(user, [description.name])
    if not typed or not reach:
        return []
    kept = _searched(user, typed, reach, limit=limit, guesses_to_fill=False)
    return [each.entry.record_id for each in kept]


def every_match(user: User, description: Description, text: str, *, few: int) -> list[UUID] | QuerySet:
    """Ids of all records of one kind that match, as a list of up to `few` or as a query.

    Few are those that `matching_ids` finds. Of more, a search leaves most aside; then every entry is looked at for the
    typed words, wherever they stand, which takes about a second for a million.
    """
    typed = read(text)
    ids = matching_ids(user, description, text, limit=few)
    if len(ids) < few:
        return ids
    condition, params = steps.anywhere(typed.pieces)
    if is_checked(user, [description.name]):
        return list(_every_fitting(user, description, typed))
    entries = SearchEntry.objects.filter(object=description.name).extra(where=[condition], params=params)  # noqa: S610
    return entries.values("record_id")


def _every_fitting(user: User, description: Description, typed: Typed) -> Iterator[UUID]:
    """The same for whom some fields are hidden: each entry is looked at once more as this user may read it."""
    place = 0
    while entries := steps.standing_anywhere(typed, object_name=description.name, after_id=place, limit=PORTION):
        place = entries[-1].id
        for kept in still_fitting([Kept(entry, 0) for entry in entries], typed, user=user):
            yield kept.entry.record_id


def recent(user: User, *, limit: int = LIMIT) -> list[Hit]:
    """What the user opened last, newest first."""
    reach = reach_of(user)
    entries = recently_opened(reach, limit=limit) if reach else []
    if entries and is_checked(user, {entry.object for entry in entries}):
        told = told_to(user, entries)
        entries = [told[entry.id] for entry in entries if entry.id in told]
    return [_plain(entry, description) for entry in entries if (description := registry.get(entry.object))]


def _searched(user: User, typed: Typed, reach: Reach, *, limit: int, guesses_to_fill: bool = True) -> list[Kept]:
    if not is_checked(user, reach.objects):
        return Search(typed, reach, limit=limit, guesses_to_fill=guesses_to_fill).run()
    kept = Search(typed, reach, limit=MORE * limit, guesses_to_fill=guesses_to_fill).run()
    return still_fitting(kept, typed, user=user)[:limit]


def _plain(entry: Found, description: Description) -> Hit:
    return Hit(
        object=entry.object,
        id=entry.record_id,
        title=entry.title,
        subtitle=entry.subtitle,
        url=description.url(entry.record_id),
        icon=description.icon,
    )


def _hit(kept: Kept, description: Description, typed: Typed) -> Hit:
    entry = kept.entry
    words = [*typed.words, *kept.meant]
    title_spans, subtitle_spans = spans(entry.title, words), spans(entry.subtitle, words)
    note = _code_note(entry, typed) or _person_note(entry, words)
    return Hit(
        object=entry.object,
        id=entry.record_id,
        title=entry.title,
        subtitle=entry.subtitle,
        url=description.url(entry.record_id),
        icon=description.icon,
        title_spans=title_spans,
        subtitle_spans=subtitle_spans,
        note=note,
        note_spans=spans(note, words),
        meant=_as_written(entry, kept.meant) if kept.doubt else "",
    )


def _code_note(entry: Found, typed: Typed) -> str:
    """The code that begins as typed, written as people know it: the phone number, the mail address."""
    codes = entry.codes.split()
    for typed_code in typed.codes:
        for code in codes:
            if code.startswith(typed_code):
                return _written(code, codes)
    return ""


def _written(code: str, codes: list[str]) -> str:
    if code.startswith(REVERSED):
        number = code[1:][::-1]
        code = f"+{number}" if f"+{number}" in codes else number
    if code.startswith("+"):
        return phones.shown(code, home=company().country)
    return code if "@" in code else code.upper()


def _person_note(entry: Found, words: Iterable[str]) -> str:
    """The first of the further names that a word matches which neither title nor subtitle has."""
    if not entry.extra:
        return ""
    missing = [word for word in words if not spans(entry.title, [word]) and not spans(entry.subtitle, [word])]
    return next((line for line in entry.extra.split("\n") if spans(line, missing)), "")


def _as_written(entry: Found, meant: Iterable[str]) -> str:
    """The words as the record spells them; as folded where only its other fields hold them."""
    texts = (entry.title, entry.subtitle, *entry.extra.split("\n"))
    return " ".join(
        next((text[slice(*marked[0])] for text in texts if (marked := spans(text, [word]))), word)
        for word in sorted(meant)
    )
