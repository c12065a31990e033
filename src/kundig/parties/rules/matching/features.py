"""What two parties are compared by, made from plain tables inside DuckDB: folded, without legal forms and endings.

The tables are CSV files without a head, in the order of `PARTIES` and `POINTS`. Names, streets and towns come folded
already (`platform.folding`, `rules.companies`), so that this search and the check while typing mean the same by them.
"""

from __future__ import annotations

import duckdb

PARTIES = (
    "id", "kind", "name", "first", "family", "street", "num", "extra", "zip", "city", "region", "country", "birth",
    "salutation", "vat",
)  # fmt: skip
POINTS = ("id", "kind", "value")
SHARED_BY_MANY = 12
"""So many parties with one number or address are a switchboard: it says nothing about any two of them."""

_READ = """
CREATE TABLE parties AS SELECT * FROM read_csv('{parties}', header = false, delim = '\\t', quote = '', escape = '',
    auto_detect = false, nullstr = '\\N', columns = {{{columns}}}, parallel = true);
CREATE TABLE points AS SELECT * FROM read_csv('{points}', header = false, delim = '\\t', quote = '', escape = '',
    auto_detect = false, nullstr = '\\N', columns = {{'id': 'VARCHAR', 'kind': 'VARCHAR', 'value': 'VARCHAR'}});
CREATE TABLE contacts AS SELECT DISTINCT id, CASE WHEN kind = 'mail' THEN 'mail' ELSE 'phone' END AS kind, value
    FROM points WHERE kind IN ('mail', 'phone', 'mobile', 'fax') QUALIFY count(*) OVER (PARTITION BY value) <= {many};
CREATE TABLE domains AS SELECT id, min(domain) AS domain FROM (
    SELECT id, CASE WHEN kind = 'web' THEN split_part(value, '/', 1) ELSE split_part(value, '@', 2) END AS domain
    FROM points WHERE kind IN ('web', 'mail')) WHERE domain <> '' AND domain NOT IN ({free}) GROUP BY id;
"""
_FREE_MAIL = (
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
    "yahoo.de", "yahoo.com", "hotmail.com", "hotmail.de", "outlook.com", "outlook.de", "live.de", "icloud.com",
    "me.com", "aol.com", "posteo.de", "mailbox.org", "arcor.de", "bluewin.ch", "a1.net", "aon.at", "proton.me",
)  # fmt: skip
_OF_KIND = """
CREATE OR REPLACE TABLE features AS
SELECT p.id AS unique_id, nullif(p.name, '') AS name, nullif(p.first, '') AS first, nullif(p.family, '') AS family,
    nullif(p.street, '') AS street, nullif(p.num, '') AS num, nullif(p.extra, '') AS extra, nullif(p.zip, '') AS zip,
    nullif(p.city, '') AS city, nullif(p.region, '') AS region, nullif(p.country, '') AS country, p.birth,
    nullif(p.salutation, '') AS salutation, nullif(p.vat, '') AS vat,
    array_to_string(list_sort(string_split(p.name, ' ')), ' ') AS words,
    c.mails, c.phones, d.domain, s.sound, f.sound AS family_sound, g.sound AS first_sound
FROM parties AS p
LEFT JOIN (SELECT id, list(value) FILTER (kind = 'mail') AS mails, list(value) FILTER (kind = 'phone') AS phones
    FROM contacts GROUP BY id) AS c USING (id)
LEFT JOIN domains AS d USING (id)
LEFT JOIN sounds AS s ON s.word = p.name
LEFT JOIN sounds AS f ON f.word = p.family
LEFT JOIN sounds AS g ON g.word = p.first
WHERE p.kind = '{kind}'
"""


def read(base: duckdb.DuckDBPyConnection, *, parties: str, points: str) -> None:
    """Read the two files."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in PARTIES)
    free = ", ".join(f"'{domain}'" for domain in _FREE_MAIL)
    for statement in _READ.format(
        parties=parties, points=points, columns=columns, free=free, many=SHARED_BY_MANY
    ).split(";\n"):
        if statement.strip():
            base.execute(statement)


def distinct_words(base: duckdb.DuckDBPyConnection) -> list[str]:
    """Every name and part of a name, once: what has to be put into sounds."""
    found = base.execute(
        "SELECT DISTINCT word FROM (SELECT unnest([name, first, family]) AS word FROM parties) WHERE word <> ''"
    ).fetchall()
    return [word for (word,) in found]


def make(base: duckdb.DuckDBPyConnection, kind: str) -> int:
    """The table `features` of one kind of party; answers how many rows it has."""
    base.execute(_OF_KIND.format(kind=kind))
    return int(base.execute("SELECT count(*) FROM features").fetchall()[0][0])
