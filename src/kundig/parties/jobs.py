"""What the clock starts."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.parties.actions import find_duplicates, reckon_quality, refresh_summaries
from kundig.parties.models import Party
from kundig.parties.queries import parties_turning
from kundig.platform import jobs
from kundig.platform.datafolder import DataFolder
from kundig.records import registry, search
from kundig.records.events import Via
from kundig.records.ledger import change_set

LOOKS_BACK = timedelta(days=14)


@jobs.job("party_summaries", cron="10 23 * * *", title="Summaries of customers")
def follow_the_calendar(run: jobs.Progress) -> dict[str, Any]:
    """A phone number that ends today is not the customer's number tomorrow.

    Runs shortly after midnight in Central Europe, and looks back over some days in which the house may have been off.
    """
    with transaction.atomic(), change_set(by=None, via=Via.UPKEEP, title=_("What the calendar changed")):
        today = timezone.localdate()
        ids = parties_turning(since=today - LOOKS_BACK, until=today)
        changed = refresh_summaries(ids)
        for description in registry.covering(Party):
            search.refresh(description, description.everything().filter(pk__in=ids).values_list("pk", flat=True))
    return {"looked_at": len(ids), "changed": changed}


@jobs.job("duplicates", cron="40 1 * * *", title="Search for duplicates")
def search_for_duplicates(run: jobs.Progress) -> dict[str, Any]:
    """Every night, and whenever somebody asks for it: which customers are likely there twice."""
    return find_duplicates(watch=run.progress, folder=DataFolder.locate().temporary)


@jobs.job("data_quality", title="Data quality of all customers")
def reckon_all(run: jobs.Progress) -> dict[str, Any]:
    """After an administrator has decided that something else counts."""
    return {"reckoned": reckon_quality(watch=run.progress)}
