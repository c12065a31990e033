"""Customer numbers: the next free ones of a sequence; numbers given by hand or by a file may lie in its way."""

from collections.abc import Sequence

from kundig.parties.models import Party
from kundig.platform.prepared import prepared_cursor

SEQUENCE = "parties_number"


def reserve_numbers(count: int) -> list[str]:
    """So many free customer numbers, in ascending order; nobody else gets them."""
    numbers: list[str] = []
    while len(numbers) < count:
        numbers += _free(_next(count - len(numbers)))
    return numbers


def _next(count: int) -> list[str]:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT nextval(%s)::text FROM generate_series(1, %s)", [SEQUENCE, count])
        return [number for (number,) in cursor.fetchall()]


def _free(numbers: Sequence[str]) -> list[str]:
    taken = set(Party.objects.filter(number__among=numbers).values_list("number", flat=True))
    return [number for number in numbers if number not in taken]
