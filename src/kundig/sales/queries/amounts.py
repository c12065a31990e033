"""Who may read what documents come to."""

from __future__ import annotations

from kundig.accounts.models import User
from kundig.records import registry


def may_read_prices(user: User, document: str, total: str, lines: str) -> bool:
    """Whether `user` may read the sum of documents of an object, its field `total`, and the prices in their `lines`."""
    of, line = registry.get(document), registry.get(lines)
    return (
        of is not None
        and line is not None
        and total in of.fields_for(user)
        and {"unit_price", "net"} <= line.fields_for(user).keys()
    )


def may_read_quotes(user: User) -> bool:
    """Whether `user` may read the amounts of quotes; the paper and the page for the customer are full of them."""
    return may_read_prices(user, "quotes", "net", "quote-lines")
