"""Keeping the entries in step with the records: a few at a time when they change, all of them after bulk work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from kundig.platform.behind import write
from kundig.platform.lookups import array_of
from kundig.records.search import dictionary
from kundig.records.search.composing import MOST_WORDS, AtHand, Composer, Entry
from kundig.records.search.models import SearchEntry
from kundig.records.search.spelling import words_of

if TYPE_CHECKING:
    from kundig.records.description import Description

PORTION = 5000
COMPOSED_AT_ONCE = 500
"""Written while the next ones are put together, where writing goes on behind (`platform.behind`)."""
WAITING_KB = 2048
"""What may wait during an import; a search reads through it in some three milliseconds."""


def refresh(
    description: Description,
    ids: Iterable[UUID | str],
    *,
    known: set[str] | None = None,
    new: bool = False,
    at_hand: AtHand | None = None,
) -> None:
    """Bring the entries of these records in step, in the transaction that changed them; those of deleted ones go.

    Who calls it again and again hands in the same set as `known`: words once made known are not asked for again. `new`
    records have no entry yet, which need not be looked for; what is `at_hand` of them need not be read.
    """
    if not description.search or description.parent:
        return
    composer = Composer(description)
    remaining = iter(ids)
    while portion := [UUID(str(record_id)) for record_id in islice(remaining, PORTION)]:
        gone, words = set(portion), set[str]()
        each = composer.entries_at_hand(portion, at_hand) if at_hand else composer.entries_of(portion)
        while entries := list(islice(each, COMPOSED_AT_ONCE)):
            _write(description.name, entries, new=new)
            words |= _words(entries)
            gone.difference_update(entry.record_id for entry in entries)
        words -= known or set()
        dictionary.add_words(words)
        if known is not None:
            known |= words
        if gone:
            remove(description, gone)


def sources_of(description: Description) -> tuple[str, ...]:
    """The paths of what entries of a description are made of."""
    return Composer(description).sources


def remove(description: Description, ids: Iterable[UUID | str]) -> None:
    """Forget these records: nothing of them is found any more, their words go with the next count."""
    _forget(description.name, map(str, ids))


def _forget(object_name: str, ids: Iterable[str]) -> None:
    given = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [object_name, given, object_name, given])


def forget_all(object_name: str) -> None:
    """Forget every record of an object, in portions."""
    of_object = SearchEntry.objects.filter(object=object_name)
    while portion := list(of_object.values_list("record_id", flat=True)[:PORTION]):
        _forget(object_name, map(str, portion))


def rebuild(description: Description, *, watch: Callable[[int], None] | None = None) -> int:
    """Make all entries of a description anew, each portion in a transaction of its own, and drop those of no record.

    For changed descriptions and purposes. Answers how many records there are; `watch` is told after each portion.
    """
    composer, done = Composer(description), 0
    rows = description.everything().order_by("pk")
    known: set[str] = set()
    while entries := list(composer.entries(rows[:PORTION])):
        new = _words(entries) - known
        with transaction.atomic():
            _write(description.name, entries)
            dictionary.add_words(new)
        known |= new
        done += len(entries)
        rows = rows.filter(pk__gt=entries[-1].record_id)
        if watch:
            watch(done)
    _forget_missing(description)
    return done


def expect_many() -> None:
    """Let the entries of this transaction wait together before the index of words takes them in: sorted in by hundreds
    they cost half. Who says so says `settle` in the end, or the next person who saves something waits for them.
    """
    write(f"SET LOCAL gin_pending_list_limit = {WAITING_KB}")


def settle() -> None:
    """Sort in what waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_terms')")


def add_names(description: Description, names: Mapping[UUID, Sequence[str]]) -> None:
    """Let records be found by further names that are known as words already: of people, say, who came to a company.

    Like `refresh` in the end, at a quarter of its cost: nothing else of an entry has changed. A record without an entry
    is left alone; whoever makes it one reads the names as well.
    """
    if not description.search or not names:
        return
    given = []
    for key, each in names.items():
        words = list(dict.fromkeys(word for name in each for word in words_of(name)))[:MOST_WORDS]
        given.append((str(key), "\n".join(each), " ".join(words)))
    write(_ADD_NAMES, [*map(array_of, zip(*given, strict=True)), description.name])


def _forget_missing(description: Description) -> None:
    record = description.everything().filter(pk=OuterRef("record_id"))
    stale = SearchEntry.objects.filter(~Exists(record), object=description.name).values_list("record_id", flat=True)
    remove(description, stale)


def _words(entries: Iterable[Entry]) -> set[str]:
    return {word for entry in entries for word in entry.words.split() if word != "|"}


def _write(object_name: str, entries: Sequence[Entry], *, new: bool = False) -> None:
    """Insert or replace entries and the codes that differ; an entry that says the same is left alone."""
    if not entries:
        return
    columns = [_array(column) for column in zip(*entries, strict=True)]
    if new:
        write(_INSERT, [object_name, *columns])
    else:
        write(_WRITE, [object_name, columns[0], object_name, *columns])


def _array(values: Sequence[Any]) -> str:
    """Values of a column as PostgreSQL writes an array of them; the driver would take ten times as long."""
    if isinstance(values[0], str):
        return array_of(values)
    return "{" + ",".join("NULL" if value is None else f'"{value}"' for value in values) + "}"


_INSERT = """
WITH put AS (
    INSERT INTO records_searchentry
        (object, record_id, title, subtitle, extra, words, codes, owner_id, team_id, used_at)
    SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::uuid[], %s::uuid[], %s::timestamptz[])
    RETURNING id, codes)
INSERT INTO records_searchcode (code, entry_id)
SELECT code, put.id FROM put CROSS JOIN unnest(string_to_array(btrim(put.codes), ' ')) AS code
WHERE code <> '' ORDER BY code
"""

_ADD_NAMES = f"""
UPDATE records_searchentry AS entry SET
    extra = ltrim(entry.extra || E'\\n' || given.extra, E'\\n'),
    words = entry.words || (
        SELECT coalesce(string_agg(word || ' ', ''), '') FROM unnest(string_to_array(given.words, ' ')) AS word
        WHERE position(' ' || word || ' ' IN entry.words) = 0
            AND length(entry.words) - length(replace(entry.words, ' ', '')) < {MOST_WORDS})
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given (record_id, extra, words)
WHERE entry.object = %s AND entry.record_id = given.record_id
"""  # noqa: S608 - a number of ours

_WRITE = """
WITH old AS MATERIALIZED (
    SELECT id, codes FROM records_searchentry WHERE object = %s AND record_id = ANY(%s::uuid[])),
put AS (
    INSERT INTO records_searchentry AS entry
        (object, record_id, title, subtitle, extra, words, codes, owner_id, team_id, used_at)
    SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::uuid[], %s::uuid[], %s::timestamptz[])
    ON CONFLICT (object, record_id) DO UPDATE SET
        title = excluded.title, subtitle = excluded.subtitle, extra = excluded.extra, words = excluded.words,
        codes = excluded.codes, owner_id = excluded.owner_id, team_id = excluded.team_id,
        used_at = greatest(entry.used_at, excluded.used_at)
    WHERE (entry.title, entry.subtitle, entry.extra, entry.words, entry.codes, entry.owner_id, entry.team_id)
        IS DISTINCT FROM (excluded.title, excluded.subtitle, excluded.extra, excluded.words, excluded.codes,
                          excluded.owner_id, excluded.team_id)
        OR entry.used_at < excluded.used_at - interval '1 day'
    RETURNING id, codes),
gone AS (
    DELETE FROM records_searchcode AS known USING (
        SELECT old.id, unnest(string_to_array(btrim(old.codes), ' ')) AS code, put.codes
        FROM old JOIN put USING (id)) AS before
    WHERE known.code = before.code COLLATE "C" AND known.entry_id = before.id
        AND position(' ' || before.code || ' ' IN before.codes) = 0)
INSERT INTO records_searchcode (code, entry_id)
SELECT code, put.id FROM put CROSS JOIN unnest(string_to_array(btrim(put.codes), ' ')) AS code
WHERE code <> '' ORDER BY code
ON CONFLICT DO NOTHING
"""

_REMOVE = """
WITH recent AS (DELETE FROM records_recentuse WHERE object = %s AND record_id = ANY(%s::uuid[])),
gone AS (
    DELETE FROM records_searchentry WHERE object = %s AND record_id = ANY(%s::uuid[]) RETURNING id, codes)
DELETE FROM records_searchcode AS known USING (
    SELECT id, unnest(string_to_array(btrim(codes), ' ')) AS code FROM gone) AS before
WHERE known.code = before.code COLLATE "C" AND known.entry_id = before.id
"""
