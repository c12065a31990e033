"""Terms of contracts: when one ends, until when notice can be given, what it comes to in a year. Days are inclusive:
a contract of twelve months from 1 March ends with the last day of February."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal

from kundig.catalog.queries import to_cents
from kundig.orders.enums import ContractState

DAY = dt.timedelta(days=1)
MONTHS_OF_YEAR = Decimal(12)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of a shorter month.

    Raises:
        OverflowError: for a day beyond the calendar.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError(f"{months} months from {day} are beyond the calendar")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_term(starts_on: dt.date, months: int) -> dt.date:
    """The last day of a term that begins on `starts_on`."""
    return add_months(starts_on, months) - DAY


def renewed(starts_on: dt.date, term_months: int, renewal_months: int, times: int) -> dt.date:
    """The last day after `times` renewals: counted from the start, so that a short February shortens no later term."""
    return end_of_term(starts_on, term_months + renewal_months * times)


def notice_day(ends_on: dt.date, notice_months: int) -> dt.date:
    """The last day on which notice for `ends_on` reaches the other side in time."""
    return add_months(ends_on + DAY, -notice_months) - DAY


def earliest_end(notice_on: dt.date, notice_months: int) -> dt.date:
    """When a contract without a term ends if notice is given on that day: with the month in which the period ends."""
    day = add_months(notice_on, notice_months)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def state_on(on: dt.date, *, starts_on: dt.date, ends_on: dt.date | None, cancelled_on: dt.date | None) -> str:
    """Where a contract stands on a day."""
    if ends_on is not None and on > ends_on:
        return ContractState.ENDED
    if cancelled_on is not None:
        return ContractState.CANCELLED
    return ContractState.PLANNED if on < starts_on else ContractState.RUNNING


def yearly(amount: Decimal, billing_months: int) -> Decimal:
    """What an amount for so many months comes to in a year."""
    return to_cents(amount * MONTHS_OF_YEAR / Decimal(billing_months))
