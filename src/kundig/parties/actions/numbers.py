"""Customer numbers: the next free ones of a sequence; numbers given by hand or by a file may lie in its way."""

from collections.abc import Collection

from kundig.parties.models import Party
from kundig.platform.prepared import prepared_cursor

SEQUENCE = "parties_number"
_FREE = f"""
WITH drawn AS MATERIALIZED (SELECT nextval(%s)::text AS number FROM generate_series(1, %s))
SELECT number FROM drawn WHERE NOT EXISTS (
    SELECT FROM {Party._meta.db_table} AS party WHERE party.number = drawn.number)
ORDER BY length(number), number
"""  # noqa: S608 - the name of our table


def reserve_numbers(count: int, *, but: Collection[str] = frozenset()) -> list[str]:
    """So many free customer numbers, in ascending order; nobody else gets them. `but` those are about to be taken."""
    numbers: list[str] = []
    while len(numbers) < count:
        numbers += [number for number in _free_of_next(count - len(numbers)) if number not in but]
    return numbers


def _free_of_next(count: int) -> list[str]:
    with prepared_cursor() as cursor:
        cursor.execute(_FREE, [SEQUENCE, count])
        return [number for (number,) in cursor.fetchall()]
