"""What hangs on quotes and lines that were put back to an earlier state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from kundig.accounts.models import User
from kundig.sales.actions.quotes import reckon, unsettle
from kundig.sales.models import Quote

Pointed = Mapping[str, set[UUID]]


def quotes_brought_back(records: Mapping[UUID, Pointed], *, by: User) -> None:
    """Sums follow the lines again; what was approved was another quote."""
    _settle_again(records)


def quote_lines_brought_back(records: Mapping[UUID, Pointed], *, by: User) -> None:
    """The quotes of these lines, like `quotes_brought_back`."""
    _settle_again({key for pointed in records.values() for key in pointed.get("quote_id", ())})


def _settle_again(keys: Iterable[UUID]) -> None:
    for quote in Quote.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"):
        if quote.is_open:  # what has gone out the database keeps as it is
            unsettle(quote)
            reckon(quote)
