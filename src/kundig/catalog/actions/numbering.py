"""Giving numbers, without a gap and none twice."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.catalog.models import NumberSeries
from kundig.catalog.protocol import series, series_of
from kundig.catalog.queries import next_free, pattern_of
from kundig.catalog.rules import check_pattern, is_yearly, may_meet, written_number

MOST = 99_999_999

# The row stays locked until the transaction of the document ends: who comes next waits, and if it fails, nobody has
# had the number.
_TAKE = """
INSERT INTO catalog_numberseries (key, year, pattern, last) VALUES (%s, %s, '', %s)
ON CONFLICT (key, year) DO UPDATE SET last = catalog_numberseries.last + excluded.last RETURNING last
"""


def next_number(series: str, *, on: dt.date) -> str:
    """The next number of a series for a document of that day, in the transaction that stores the document.

    Raises:
        KeyError: for a series that nobody has registered (`protocol.register_series`).
        RuntimeError: outside of a transaction, where a gap could arise.
    """
    return next_numbers(series, 1, on=on)[0]


def next_numbers(series: str, count: int, *, on: dt.date) -> list[str]:
    """So many numbers that follow one another, for documents of one year; raises like `next_number`."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that stores its document")
    pattern = pattern_of(series)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, on.year if is_yearly(pattern) else 0, count])
        (last,) = cursor.fetchone()
    return [written_number(pattern, number, on) for number in range(last - count + 1, last + 1)]


def set_series(wanted: Mapping[str, tuple[str, int | None]], *, by: User, on: dt.date) -> None:
    """Let the numbers of these series look so from now on, and go on with that number (None: where they are). Numbers
    that were given stay, and none is given a second time. All are set, or none.

    Raises:
        PermissionDenied: if `by` does not administer.
        ValidationError: with a dict, by the key of the series: a pattern that is none, one that could write the same as
            another series of the same records, a number that is taken.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    errors: dict[str, str] = {}
    with transaction.atomic():
        for key, (pattern, following) in wanted.items():
            try:
                _set(key, pattern, following, on=on)
            except ValidationError as error:
                errors[key] = " ".join(error.messages)
        for key in wanted.keys() - errors.keys():
            other = _meets(key, on=on)
            if other is not None:
                errors[key] = _("This could write the same numbers as “%(series)s”. Let them begin differently.") % {
                    "series": other
                }
        if errors:
            raise ValidationError(errors)


def _set(key: str, pattern: str, following: int | None, *, on: dt.date) -> None:
    longest = series_of(key).longest
    check_pattern(pattern, signs=series_of(key).signs)
    if len(written_number(pattern, MOST, on)) > longest:
        raise ValidationError(_("A number would be longer than %(most)d characters.") % {"most": longest})
    year = on.year if is_yearly(pattern) else 0
    row, _made = NumberSeries.objects.select_for_update().get_or_create(key=key, year=year)
    free = next_free(key, pattern, on=on)
    if following is not None and not free <= following <= MOST:
        raise ValidationError(
            _("The next number can be %(free)d at the earliest: those before it are taken. At most %(most)d fits.")
            % {"free": free, "most": MOST}
        )
    NumberSeries.objects.filter(key=key).update(pattern=pattern)
    row.pattern, row.last = pattern, (following or free) - 1
    row.save(update_fields=("pattern", "last"))


def _meets(key: str, *, on: dt.date) -> str | None:
    """The label of another series of the same records that could write the same number; None where there is none."""
    own = series_of(key)
    for other in series():
        is_beside = other.key != key and other.model and other.model == own.model
        if is_beside and may_meet(pattern_of(key), pattern_of(other.key), on=on):
            return str(other.label)
    return None
