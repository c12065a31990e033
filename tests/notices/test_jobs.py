"""Mails about notices: together, late enough, and not about what has been read."""

import datetime as dt

import pytest
from django.utils import timezone

from kundig.notices.actions import read, save_wishes, tell
from kundig.notices.enums import Way
from kundig.notices.jobs import MAIL, forget_old_notices, mail_notices, start_mails
from kundig.notices.models import Notice
from kundig.platform import jobs
from kundig.platform.models import JobRun
from tests.parties.factories import an_organisation

pytestmark = pytest.mark.django_db
NO_REST = {"rest_begins": "", "rest_ends": "", "days_off": [], "summary_at": "08:00"}


@pytest.fixture(autouse=True)
def _no_rest(svenja):
    save_wishes(svenja, NO_REST)
    svenja.language = "en"
    svenja.save()


def hand_over(reader, firm, *, by):
    tell(
        reader, kind="handed", matter="m", by=by.pk, object="organisations", records=[firm.pk], way=Way.AT_ONCE
    )  # fmt: skip


def send():
    started = start_mails()
    for run in JobRun.objects.filter(kind=MAIL):
        mail_notices(jobs.Progress(run), **run.arguments)
    return started


def test_one_mail_tells_all_that_is_due(svenja, jana, mailoutbox, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://crm.wendeler.example"]
    firm = an_organisation(by=jana)
    hand_over(svenja, firm, by=jana)
    tell(svenja, kind="finished", matter="1", data={"title": "Import of a.csv", "state": "done", "seconds": 125},
         url="/organisations/import/1/", way=Way.AT_ONCE)  # fmt: skip
    assert send() == 1
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("2 notices in Kundig", [svenja.email])
    assert "Molkerei Steinbrück eG\nJana Brandt has handed this over to you." in mail.body
    assert "Import of a.csv\nFinished after 2 minutes." in mail.body
    assert f"https://crm.wendeler.example/organisations/{firm.pk}/" in mail.body
    assert send() == 0


def test_a_single_one_says_in_its_subject_what_it_is(svenja, jana, mailoutbox):
    hand_over(svenja, an_organisation(by=jana, name="Molkerei\r\nBcc: x@y.z"), by=jana)
    send()
    assert "\n" not in mailoutbox[0].subject
    assert mailoutbox[0].subject.endswith("Jana Brandt has handed this over to you.")


def test_what_was_read_meanwhile_is_not_mailed(svenja, jana, mailoutbox):
    hand_over(svenja, an_organisation(by=jana), by=jana)
    start_mails()
    read(svenja)
    send()
    assert mailoutbox == []


def test_what_is_due_later_waits(svenja, jana, mailoutbox):
    hand_over(svenja, an_organisation(by=jana), by=jana)
    Notice.objects.update(mail_due_at=timezone.now() + dt.timedelta(minutes=5))
    assert send() == 0
    assert mailoutbox == []


def test_somebody_who_left_gets_no_mail(svenja, jana, mailoutbox):
    hand_over(svenja, an_organisation(by=jana), by=jana)
    svenja.is_active = False
    svenja.save()
    send()
    assert mailoutbox == []


def test_what_was_read_half_a_year_ago_is_forgotten(svenja, jana):
    for matter, days in (("old", 181), ("young", 179), ("unread", None)):
        tell(svenja, kind="finished", matter=matter, data={"title": matter})
        if days:
            Notice.objects.filter(matter=matter).update(read_at=timezone.now() - dt.timedelta(days=days))
    assert forget_old_notices(None) == {"notices": 1}
    assert set(Notice.objects.values_list("matter", flat=True)) == {"young", "unread"}
