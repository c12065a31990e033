"""Which pairs are looked at: those that share at least one key. A key that many share is left to the other keys, so
that the work grows with the base and not with its square."""

from __future__ import annotations

import duckdb

MOST_PAIRS = 24_000_000
FEWEST_PER_KEY, MOST_PER_KEY = 12, 120
PERSON = (
    "family_sound || '|' || zip", "first_sound || '|' || zip", "birth",
    "family_sound || '|' || first_sound || '|' || coalesce(city, '')",
    "family_sound || '|' || first_sound", "first || '|' || family", "zip || '|' || left(street, 4)",
    "zip || '|' || num",
    "city || '|' || street", "city || '|' || left(family, 3)", "city || '|' || left(first, 3)", "street || '|' || num",
    "zip || '|' || city", "left(family, 3) || '|' || left(first, 3)", "extra", "left(birth, 4) || '|' || zip",
    "birth || '|' || left(family, 2)",
)  # fmt: skip
ORGANISATION = (
    "words", "sound || '|' || left(zip, 3)", "sound", "left(words, 6) || '|' || zip", "left(name, 5) || '|' || city",
    "zip || '|' || street || '|' || num",
    "city || '|' || street || '|' || coalesce(num, '')", "domain", "vat", "split_part(words, ' ', 1) || '|' || zip",
    "split_part(name, ' ', 1) || '|' || city", "split_part(name, ' ', -1) || '|' || zip",
)  # fmt: skip
_CONTACTS = ("unnest(mails)", "unnest(phones)")
_PAIRS = """
CREATE OR REPLACE TABLE pairs AS
WITH often AS (
    SELECT rule, key FROM keys GROUP BY rule, key HAVING count(*) BETWEEN 2 AND {most}),
kept AS (SELECT keys.* FROM keys JOIN often USING (rule, key))
SELECT '0' AS match_key, a.id AS join_key_l, b.id AS join_key_r
FROM kept AS a JOIN kept AS b ON a.rule = b.rule AND a.key = b.key AND a.id < b.id
GROUP BY ALL
"""


def make(base: duckdb.DuckDBPyConnection, kind: str, rows: int) -> int:
    """The table `pairs`; answers how many there are."""
    rules = (*(PERSON if kind == "person" else ORGANISATION), *_CONTACTS)
    base.execute("CREATE OR REPLACE TABLE keys (rule UTINYINT, id VARCHAR, key UBIGINT)")
    for number, rule in enumerate(rules):
        base.execute(
            f"INSERT INTO keys SELECT {number}, unique_id, hash(key)"  # noqa: S608
            f" FROM (SELECT unique_id, {rule} AS key FROM features)"
            " WHERE key IS NOT NULL AND length(key) > 2"
        )
    most = max(FEWEST_PER_KEY, min(MOST_PER_KEY, 2 * MOST_PAIRS // max(1, rows * len(rules))))
    base.execute(_PAIRS.format(most=most))
    base.execute("DROP TABLE keys")
    return int(base.execute("SELECT count(*) FROM pairs").fetchall()[0][0])
