"""What the clock does."""

import datetime as dt

from django.utils import timezone

from kundig.parties import actions, jobs
from kundig.parties.models import Party
from kundig.platform.jobs import Progress
from kundig.platform.models import JobRun
from tests.parties.factories import steinbrueck


def test_what_ended_leaves_the_summary_even_if_the_house_was_off_for_some_days(svenja):
    firm = steinbrueck(by=svenja)
    for days, kind in ((1, "phone"), (9, "mail")):
        point = firm.contact_points.filter(kind=kind)
        point.update(valid_to=timezone.localdate() - dt.timedelta(days=days))
    run = Progress(JobRun(kind="party_summaries", title=""))
    assert jobs.follow_the_calendar(run) == {"looked_at": 1, "changed": 1}
    firm = Party.objects.get(pk=firm.pk)
    assert (firm.phone, firm.mail) == ("", "")
    assert jobs.follow_the_calendar(run) == {"looked_at": 1, "changed": 0}
    assert actions.refresh_summaries([firm.pk]) == 0
