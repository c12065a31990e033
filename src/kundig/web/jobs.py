"""What the house does in the background: making the sample company."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import jobs
from kundig.platform.models import JobRun

KIND = "sample"
SHOWN_FIRST = 500
"""How many customers "look at a sample company" makes at the first run."""


def start_sample(by: User) -> JobRun:
    """Make a small sample company in the background; answers the job's run."""
    return jobs.start(KIND, title=_("Sample company"), by=by, customers=SHOWN_FIRST, seed=1)


def is_sample_being_made() -> bool:
    return JobRun.objects.filter(kind=KIND, finished_at=None).exists()


@jobs.job(KIND)
def run_sample(run: jobs.Progress, *, customers: int, seed: int) -> dict[str, Any]:
    """Goes on where a crash cut it off."""
    from kundig.web.sample import load  # numpy comes along, which only this job needs

    by = User.objects.filter(pk=run.run.created_by).first()
    try:
        done = load(customers, seed, by=by, progress=run.progress)
    except ValidationError as error:
        raise jobs.Rejected(" ".join(error.messages)) from error
    return {"customers": done.customers}
