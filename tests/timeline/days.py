"""Days that tests of tasks and appointments share."""

from django.utils import timezone

from kundig.timeline.rules.dates import YEARS_AHEAD


def in_thirty_years():
    """The last day that can be meant, as an English sentence writes it."""
    today = timezone.localdate()
    return f"1 {today:%b} {today.year + YEARS_AHEAD}"
