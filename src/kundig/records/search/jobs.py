"""What search does by itself: count its words at night, make entries anew when what they may hold has changed."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kundig.platform import jobs
from kundig.records import registry
from kundig.records.search.dictionary import count_words
from kundig.records.search.entries import forget_all, rebuild
from kundig.records.search.models import RecentUse

KEPT = timedelta(days=365)


@jobs.job("search_words", cron="40 1 * * *", title="Words of the search")
def bring_words_in_step(run: jobs.Progress) -> dict[str, Any]:
    """Every night: forget the words of erased records, and what people opened a year ago."""
    forgotten, _ = RecentUse.objects.filter(used_at__lt=timezone.now() - KEPT).delete()
    return {"words": count_words(), "forgotten": forgotten}


@jobs.job("search_entries")
def make_entries(run: jobs.Progress, *, objects: list[str]) -> dict[str, Any]:
    """Make the entries of the named objects anew: after a purpose was switched, or a description changed. Those of an
    object that is there no more are forgotten."""
    total = 0
    for name in objects:
        description = registry.get(name)
        if description is None:
            forget_all(name)
            continue
        before = total
        total += rebuild(description, watch=lambda done, before=before: run.progress(before + done))  # type: ignore[misc]
    count_words()
    return {"entries": total}
