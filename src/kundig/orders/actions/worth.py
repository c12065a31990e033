"""What customers have brought, reckoned anew. By day the database does it itself (migration of the same name); as days
pass, orders leave the last twelve months without anybody writing anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import connection, transaction

from kundig.parties.models import Party

PORTION = 5000


def reckon_worth(parties: Sequence[UUID]) -> int:
    """Bring the figures of these customers in step with their orders; answers for how many they were different."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT orders_reckon_worth(%s::uuid[])", [list(parties)])
        return int(cursor.fetchone()[0])


def reckon_all(*, watch: Callable[[int, int | None], None] | None = None) -> int:
    """The same for everybody who has ordered something, in portions of their own transactions."""
    done, changed, last = 0, 0, UUID(int=0)
    customers = Party.objects.filter(orders_count__gt=0)
    total = customers.count()
    while ids := list(customers.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        changed += reckon_worth(ids)
        done, last = done + len(ids), ids[-1]
        if watch:
            watch(done, total)
    return changed
