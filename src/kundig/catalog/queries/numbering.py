"""Which pattern the numbers of a series follow, and which number is next."""

from __future__ import annotations

import datetime as dt

from django.apps import apps
from django.db.models import BigIntegerField, F, Func, Max, TextField, Value
from django.db.models.functions import Cast

from kundig.catalog.models import NumberSeries
from kundig.catalog.protocol import series_of
from kundig.catalog.rules import expression, is_yearly

COUNTED = "^0*1?[0-9]{1,9}$"
"""Below two thousand millions: more a counter does not hold; a longer number somebody typed is of no series."""


def pattern_of(series: str) -> str:
    """What an administrator has set, or what the domain registered. Raises KeyError for a series that is unknown."""
    registered = series_of(series).pattern
    rows = NumberSeries.objects.filter(key=series).exclude(pattern="").order_by("-year")
    return rows.values_list("pattern", flat=True).first() or registered


def next_free(series: str, pattern: str, *, on: dt.date) -> int:
    """The first number that a series may give if it follows this pattern from that day on: after the last that it has
    given, and after all that stand on records already, whoever gave them."""
    year = on.year if is_yearly(pattern) else 0
    last = NumberSeries.objects.filter(key=series, year=year).values_list("last", flat=True).first() or 0
    return max(last, _highest(series_of(series).model, expression(pattern, year=on.year))) + 1


def _highest(model: str, wanted: str) -> int:
    if not model:
        return 0
    digits = Func(F("number"), Value(wanted), function="SUBSTRING", output_field=TextField())
    rows = apps.get_model(model)._default_manager.filter(number__regex=wanted)
    found = rows.annotate(digits=digits).filter(digits__regex=COUNTED)
    highest: int = found.order_by().aggregate(highest=Max(Cast("digits", BigIntegerField())))["highest"] or 0
    return highest
