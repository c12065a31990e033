"""Live updates, the sending side: names of what changed, never its content.

A name is `organisations:<uuid>`; `organisations:*` stands for "many of them". They travel as NOTIFY inside the
transaction, so nobody hears of a change that is not committed. The receiving side is `kundig.platform.hub`.
"""

from collections.abc import Iterable

from kundig.platform.prepared import prepared_cursor

CHANNEL = "kundig_live"
PEOPLE = "people"
"""`people:<id>`: who they are to others, or whether they may sign in, is not what it was; their streams begin anew."""
MOST_NAMES = 1000
MOST_BYTES = 7500  # PostgreSQL takes less than 8000


def announce(*names: str) -> None:
    """Tell the browsers after commit that the things so named changed."""
    parts = payloads(names)
    if parts:
        with prepared_cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, part) FROM unnest(%s::text[]) AS part", [CHANNEL, parts])


def payloads(names: Iterable[str]) -> list[str]:
    """Names joined by blanks, in as many messages as they need; very many of a kind become one `kind:*`."""
    each = list(dict.fromkeys(names))
    if len(each) > MOST_NAMES:
        each = list(dict.fromkeys(f"{name.partition(':')[0]}:*" for name in each))
    messages: list[str] = []
    for name in each:
        if messages and len(messages[-1]) + len(name) < MOST_BYTES:
            messages[-1] += f" {name}"
        else:
            messages.append(name)
    return messages
