"""By whose law somebody has a holiday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.platform.composed import composed_once
from kundig.timeline.models import HolidayRegion
from kundig.timeline.rules.holidays import holidays_between, is_region, is_working_day, next_working_day


def region_of(user: User) -> str:
    """The region of a user: their own, else that of the house, else what holds in its whole country."""
    found: dict[UUID | None, str] = dict(_regions(user=user.pk)) if user.pk else {}
    return found.get(user.pk) or found.get(None) or _of_country()


@composed_once
def _regions(*, user: UUID) -> QuerySet[Any, Any]:
    return HolidayRegion.objects.filter(Q(user=None) | Q(user_id=user)).values_list("user_id", "region")


def region_of_house() -> str:
    return next(iter(_of_house()), "") or _of_country()


@composed_once
def _of_house() -> QuerySet[HolidayRegion, str]:
    return HolidayRegion.objects.filter(user=None).order_by("pk").values_list("region", flat=True)[:1]


def holidays_for(user: User, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Day → what the holiday is called, in the language at hand."""
    return holidays_between(region_of(user), first, last, get_language() or "en")


def working_day_for(user: User, day: dt.date) -> dt.date:
    """The day itself if `user` works then, else the next day on which they do."""
    return next_working_day(region_of(user), day)


def working_days_of_house() -> Callable[[dt.date], bool]:
    """Whether the house works on a day: no weekend and no holiday of its region."""
    region = region_of_house()
    return lambda day: is_working_day(region, day)


def _of_country() -> str:
    country = company().country
    return country if is_region(country) else ""
