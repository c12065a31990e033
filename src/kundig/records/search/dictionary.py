"""The list of all words that stand in entries: how typed beginnings, middles and mistyped words become whole words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

from kundig.platform.behind import write
from kundig.platform.folding import MAIL_MARK
from kundig.platform.lookups import array_of
from kundig.records.search.spelling import is_name
from kundig.records.search.steps import after, escape_like

MOST = 32
MOST_GUESSES = 8
_SCANNED, _SCANNED_NUMBERS = 2000, 200
_SHARED = 500
_SHORT = 2
_SHORT_GUESS = 4


class Word(NamedTuple):
    """A word of the list with the number of entries that hold it."""

    word: str
    frequency: int


def beginning_with(words: Sequence[str]) -> dict[str, list[Word]]:
    """For each typed word the known words that begin with it: itself first, then the most frequent ones, at the end
    those that begin so behind the @ of a mail address."""
    behind_at = {MAIL_MARK + word: word for word in words if len(word) > _SHORT and word[0] != MAIL_MARK}
    found: dict[str, list[Word]] = {word: [] for word in (*words, *behind_at)}
    # One or two letters begin too many words to sort; the frequent ones have an index of their own.
    short = [word for word in words if len(word) <= _SHORT]
    _collect(found, _FREQUENT_BEGINNING, short)
    _collect(found, _BEGINNING, [word for word, known in found.items() if not known])
    for marked, word in behind_at.items():
        found[word] += found.pop(marked)
    return found


# Words with digits, out of mail addresses for the most part, must not crowd out the names they begin with.
_BEGINNING = f"""
SELECT typed, known.word, known.n FROM unnest(%s::text[], %s::text[]) AS given(typed, bound) CROSS JOIN LATERAL (
    SELECT word, max(frequency) AS n FROM (
        (SELECT word, frequency FROM records_searchword
        WHERE is_name AND word >= typed COLLATE "C" AND word < bound COLLATE "C" LIMIT {_SCANNED})
        UNION ALL
        (SELECT word, frequency FROM records_searchword
        WHERE NOT is_name AND word >= typed COLLATE "C" AND word < bound COLLATE "C" LIMIT {_SCANNED_NUMBERS})
    ) AS part GROUP BY word ORDER BY word <> typed COLLATE "C", n DESC LIMIT {MOST}) AS known
"""  # noqa: S608
_FREQUENT_BEGINNING = f"""
SELECT typed, known.word, known.n FROM unnest(%s::text[], %s::text[]) AS given(typed, bound) CROSS JOIN LATERAL (
    SELECT word, max(frequency) AS n FROM (
        SELECT word, frequency FROM records_searchword
        WHERE word >= typed COLLATE "C" AND word < bound COLLATE "C" AND frequency >= 100 LIMIT {_SCANNED}) AS part
    GROUP BY word ORDER BY word <> typed COLLATE "C", n DESC LIMIT {MOST}) AS known
"""  # noqa: S608


def _collect(found: dict[str, list[Word]], sql: str, words: Sequence[str]) -> None:
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(words), [after(word) for word in words]])
        for typed, word, frequency in cursor.fetchall():
            found[typed].append(Word(word, frequency))


def containing(word: str) -> list[Word]:
    """The most frequent known words in which `word` (three letters or more) stands anywhere."""
    if len(word) < 3:
        return []
    return _words(
        "SELECT word, max(frequency) AS n FROM (SELECT word, frequency FROM records_searchword "  # noqa: S608
        f"WHERE is_name AND word LIKE %s LIMIT {_SCANNED}) AS part GROUP BY word ORDER BY n DESC LIMIT {MOST}",
        [f"%{escape_like(word)}%"],
    )


def similar_to(word: str) -> list[Word]:
    """Known words that somebody may have meant by `word`, the nearest and most frequent first; it may be a beginning.

    One letter may be missing, wrong, too many or swapped; in words of six letters or more, two.
    """
    if len(word) < 4 or not is_name(word):
        return []
    length = len(word)
    starts = [word[:2], word[1] + word[0], word[0] + word[2]]
    near = _words(_NEAR, [starts, length - 2, length + 2, word])
    if length > _SHORT_GUESS:
        near += _words(_BEGUN, [word[:3], after(word[:3]), length, word, length + 1, word])
        near += _words(_SHARING, [word, length, word, length + 1, word])
    allowed = 1 if length < 6 else 2
    ranked = sorted((*_distance(word, known.word), -known.frequency, known.word) for known in set(near))
    return [Word(meant, -frequency) for errors, _, frequency, meant in ranked if errors <= allowed][:MOST_GUESSES]


# Typing errors spare the first two letters as a rule, or mix them up: a small range of an index, compared letter by
# letter. Unfinished words are compared with the beginnings of those that share three letters; what both miss is found
# by its trigrams.
_NEAR = """
SELECT word, frequency FROM records_searchword
WHERE is_name AND left(word, 2) = ANY(%s) AND length(word) BETWEEN %s AND %s
    AND levenshtein_less_equal(word, %s, 2) <= 2
ORDER BY frequency DESC LIMIT 100
"""
_LIKE_BEGINNING = """
WHERE levenshtein_less_equal(left(word, %s), %s, 2) <= 2 OR levenshtein_less_equal(left(word, %s), %s, 2) <= 2
ORDER BY frequency DESC LIMIT 100
"""
_BEGUN = f"""
SELECT word, frequency FROM (
    SELECT word, frequency FROM records_searchword WHERE is_name AND word >= %s AND word < %s LIMIT {_SCANNED}) AS part
{_LIKE_BEGINNING}"""  # noqa: S608
_SHARING = f"""
SELECT word, frequency FROM (
    SELECT word, frequency FROM records_searchword WHERE is_name AND %s <%% word LIMIT {_SHARED}) AS part
{_LIKE_BEGINNING}"""  # noqa: S608


def _distance(typed: str, word: str) -> tuple[int, bool]:
    """Errors between the typed word and a known one, and whether it is only the beginning of that."""
    whole = OSA.distance(typed, word)
    if len(word) <= len(typed):
        return whole, False
    beginning = min(OSA.distance(typed, word[:length]) for length in range(len(typed) - 1, len(typed) + 2))
    return min((whole, False), (beginning, True))


def _words(sql: str, params: Sequence[Any]) -> list[Word]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Word(*row) for row in cursor.fetchall()]


def add_words(words: Iterable[str]) -> None:
    """Make words known that are not yet. Sorted and without waiting: the nightly count merges what came in twice."""
    given = sorted(set(words))
    if not given:
        return
    write(
        "INSERT INTO records_searchword (word, frequency, is_name) SELECT word, 1, is_name "
        "FROM unnest(%s::text[], %s::bool[]) AS given(word, is_name) "
        'WHERE NOT EXISTS (SELECT FROM records_searchword AS known WHERE known.word = given.word COLLATE "C")',
        [array_of(given), "{" + ",".join("t" if is_name(word) else "f" for word in given) + "}"],
    )


_COUNT = """
WITH counted AS MATERIALIZED (
    SELECT word COLLATE "C" AS word, count(*)::int AS n
    FROM (SELECT unnest(string_to_array(btrim(replace(words, ' |', '')), ' ')) AS word FROM records_searchentry) AS w
    WHERE word <> '' GROUP BY 1),
kept AS MATERIALIZED (SELECT word, min(id) AS id FROM records_searchword GROUP BY word),
gone AS (
    DELETE FROM records_searchword AS known
    WHERE NOT EXISTS (SELECT FROM kept JOIN counted USING (word) WHERE kept.id = known.id)),
changed AS (
    UPDATE records_searchword AS known SET frequency = n FROM kept JOIN counted USING (word)
    WHERE kept.id = known.id AND abs(known.frequency - n) > known.frequency / 10)
INSERT INTO records_searchword (word, frequency, is_name)
SELECT word, n, word !~ '[0-9]' AND length(word) >= 3 AND word NOT LIKE 'æ%' FROM counted
WHERE NOT EXISTS (SELECT FROM kept WHERE kept.word = counted.word)
"""


def count_words() -> int:
    """Bring the list in step with the entries: words of erased records go, frequencies become true again.

    One statement, hence one view of the data: words that others add meanwhile are left alone. Answers their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        cursor.execute("ANALYZE records_searchword")
        cursor.execute("SELECT count(*) FROM records_searchword")
        return int(cursor.fetchone()[0])
