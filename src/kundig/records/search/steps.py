"""The SQL of a search: recently used entries, codes, words by way of the list of all words, mistyped words.

Every step is capped so that none can cost more than a few milliseconds, however common the words are; `docs/search.md`
says why the steps are these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kundig.records.search.reach import Reach, Sql
from kundig.records.search.typed import Piece, Typed

NEWEST = 2000
OPENED = 100
CANDIDATES = 300
CODES_EACH = 300

COLUMNS = "id, object, record_id, title, subtitle, extra, words, codes, used_at"
TERMS = "records_search_terms(words, owner_id, team_id)"
RECENTLY_OPENED = f"""
SELECT {", ".join(f"e.{column}" for column in COLUMNS.split(", "))}, TRUE AS is_own, 0 AS score
FROM records_recentuse AS r JOIN records_searchentry AS e USING (object, record_id)
WHERE r.user_id = %s AND {{within}} ORDER BY r.used_at DESC"""  # noqa: S608


@dataclass(frozen=True)
class Found:
    """An entry as a step found it; `score` grows with how well the title fits."""

    id: int
    object: str
    record_id: UUID
    title: str
    subtitle: str
    extra: str
    words: str
    codes: str
    used_at: datetime
    is_own: bool
    """Whether the user opened it lately."""
    score: int


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def recently_used(typed: Typed, *, reach: Reach, limit: int) -> list[Found]:
    """Among the newest entries within reach; common words, which no index helps with, end here."""
    within, within_params = reach.condition()
    opened = f"SELECT {COLUMNS}, is_own FROM ({RECENTLY_OPENED.format(within=within)} LIMIT {OPENED}) AS opened"  # noqa: S608
    sources: list[Sql] = [(opened, [reach.user_id, *within_params])]
    if reach.everywhere:
        objects, params = ("TRUE", []) if reach.is_total else ("object = ANY(%s)", [reach.everywhere])
        sources.append((_newest(objects), params))
    for name in reach.looked_up:  # the newest first: to look up every entry until enough are found would take long
        within, params = reach.is_within(name)
        newest = f"SELECT {COLUMNS}, is_own FROM ({_newest('object = %s')}) AS few WHERE {within}"  # noqa: S608
        sources.append((newest, [name, *params]))
    mine = reach.own if reach.team_ids else reach.own + reach.in_team
    if mine:
        sources.append((_newest("object = ANY(%s) AND owner_id = %s"), [mine, reach.user_id]))
    for team in reach.team_ids if reach.in_team else ():
        sources.append((_newest("object = ANY(%s) AND team_id = %s"), [reach.in_team, team]))
    condition, condition_params = matching(typed.pieces)
    score, score_params = scoring([[word] for word in typed.words])
    union = " UNION ALL ".join(f"({sql})" for sql, _ in sources)
    params = [*score_params, *(param for _, given in sources for param in given), *condition_params]
    return found(
        f"SELECT {COLUMNS}, is_own, {score} AS score FROM ({union}) AS newest WHERE {condition} "  # noqa: S608
        f"ORDER BY is_own DESC, score DESC, used_at DESC LIMIT {2 * limit}",
        params,
    )


def _newest(condition: str) -> str:
    return (
        f"SELECT {COLUMNS}, FALSE AS is_own FROM records_searchentry WHERE {condition} "  # noqa: S608
        f"ORDER BY used_at DESC LIMIT {NEWEST}"
    )


def by_code(typed: Typed, *, reach: Reach, limit: int) -> list[Found]:
    """Entries one of whose codes begins as typed; the other pieces must fit too."""
    piece = typed.coded
    if piece is None:
        return []
    # Whoever may read a part only needs more of them, to find those among them.
    most = max(CODES_EACH if reach.is_total else NEWEST, limit)
    ranges = " UNION ALL ".join(
        f"(SELECT entry_id, {10 - rank} + CASE WHEN code = %s THEN 20 ELSE 0 END AS score "  # noqa: S608
        f"FROM records_searchcode WHERE code >= %s AND code < %s LIMIT {most})"
        for rank in range(len(piece.codes))
    )
    params: list[Any] = [bound for code in piece.codes for bound in (code, code, after(code))]
    within, within_params = reach.condition()
    others, others_params = matching([other for other in typed.pieces if other is not piece])
    return found(
        f"SELECT {COLUMNS}, FALSE AS is_own, score FROM (SELECT entry_id, max(score) AS score FROM ({ranges}) AS r "  # noqa: S608
        f"GROUP BY entry_id) AS hit JOIN records_searchentry ON id = entry_id WHERE {within} AND {others} "
        f"ORDER BY score DESC, used_at DESC LIMIT {limit}",
        [*params, *within_params, *others_params],
    )


def after(prefix: str) -> str:
    """The end of the range of texts that begin with `prefix`, in byte order."""
    return prefix + "\U0010ffff"


def with_terms(
    terms: Sequence[list[str]],
    *,
    patterns: Sequence[list[str]],
    wanted: Sequence[Sequence[str]],
    reach: Reach,
    limit: int,
) -> list[Found]:
    """Entries that have one term of each group and fit one of each group of patterns, the best of a few hundred.

    `wanted` are the words of each group that score. The rows come through a CTE because a LIMIT beside the conditions
    would tempt the planner to read the table from its start.
    """
    groups = [*terms, holders] if (holders := reach.holders()) else terms
    within, within_params = reach.condition()
    having = " AND ".join([f"{TERMS} && %s::text[]"] * len(groups) + ["words LIKE ANY(%s)"] * len(patterns))
    score, score_params = scoring(wanted)
    return found(
        f"WITH hit AS MATERIALIZED (SELECT {COLUMNS} FROM records_searchentry WHERE {having} AND {within}) "  # noqa: S608
        f"SELECT *, FALSE AS is_own, {score} AS score FROM (SELECT * FROM hit LIMIT {max(CANDIDATES, limit)}) AS few "
        f"ORDER BY score DESC, used_at DESC LIMIT {limit}",
        [*groups, *patterns, *within_params, *score_params],
    )


def sampled(
    patterns: Sequence[list[str]], *, percent: float, wanted: Sequence[Sequence[str]], reach: Reach, limit: int
) -> list[Found]:
    """Some of the entries that fit one of each group of patterns, from so many percent of the table's pages: for what
    is so common that the index would take longer to list it."""
    within, within_params = reach.condition()
    score, score_params = scoring(wanted)
    having = " AND ".join(["words LIKE ANY(%s)"] * len(patterns))
    return found(
        f"SELECT {COLUMNS}, FALSE AS is_own, {score} AS score FROM (SELECT * FROM records_searchentry "  # noqa: S608
        f"TABLESAMPLE SYSTEM (%s) REPEATABLE (1) WHERE {having} AND {within} LIMIT {CANDIDATES}) "
        f"AS few ORDER BY score DESC, used_at DESC LIMIT {limit}",
        [*score_params, percent, *patterns, *within_params],
    )


def matching(pieces: Sequence[Piece]) -> Sql:
    """SQL that holds for entries with a word, or a code, that begins with each piece."""
    conditions, params = [], []
    for piece in pieces:
        patterns = [piece.phrase] if piece.together else piece.words
        words = [f"% {escape_like(word)}%" for word in patterns]
        codes = [f"% {escape_like(code)}%" for code in piece.codes]
        either = []
        if words:
            either.append(" AND ".join(["words LIKE %s"] * len(words)))
        either += ["codes LIKE %s"] * len(codes)
        conditions.append(f"({' OR '.join(either)})")
        params += words + codes
    return " AND ".join(conditions) or "TRUE", params


def anywhere(pieces: Sequence[Piece]) -> Sql:
    """SQL that holds for entries in which each piece stands somewhere, or a code that begins with it."""
    conditions, params = [], []
    for piece in pieces:
        words = [f"%{escape_like(word)}%" for word in ([piece.phrase] if piece.together else piece.words)]
        codes = [f"% {escape_like(code)}%" for code in piece.codes]
        either = ["(" + " AND ".join(["words LIKE %s"] * len(words)) + ")"] if words else []
        conditions.append(f"({' OR '.join([*either, *['codes LIKE %s'] * len(codes)])})")
        params += words + codes
    return " AND ".join(conditions) or "TRUE", params


def standing_anywhere(typed: Typed, *, object_name: str, after_id: int, limit: int) -> list[Found]:
    """Entries of one kind in which each piece stands somewhere, in the order of their ids."""
    condition, params = anywhere(typed.pieces)
    return found(
        f"SELECT {COLUMNS}, FALSE AS is_own, 0 AS score FROM records_searchentry "  # noqa: S608
        f"WHERE object = %s AND id > %s AND {condition} ORDER BY id LIMIT {limit}",
        [object_name, after_id, *params],
    )


def scoring(groups: Sequence[Sequence[str]]) -> Sql:
    """SQL of how well the words fit: 6 for each whole word of the title, 3 for the beginning of one, else 1 or 0;
    and 2 if the title begins with one."""
    parts, params = [], []
    for group in groups:
        words = [escape_like(word) for word in group]
        parts.append(
            "CASE WHEN words LIKE ANY(%s) THEN 6 WHEN words LIKE ANY(%s) THEN 3 "
            "WHEN words LIKE ANY(%s) THEN 1 ELSE 0 END"
        )
        params += [[f"% {w} %|%" for w in words], [f"% {w}%|%" for w in words], [f"% {w} %" for w in words]]
    if groups:
        parts.append("CASE WHEN words LIKE ANY(%s) THEN 2 ELSE 0 END")
        params.append([f" {escape_like(word)}%|%" for group in groups for word in group])
    return " + ".join(parts) or "0", params


def found(sql: str, params: Sequence[Any]) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Found(*row) for row in cursor.fetchall()]
