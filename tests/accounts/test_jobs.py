from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.utils import timezone

from kundig.accounts.actions import deactivate_user
from kundig.accounts.jobs import forget_old_sign_ins, mail_password_link
from kundig.accounts.models import Company, OpenSession
from kundig.accounts.queries import forget_company
from kundig.platform import jobs
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db


def test_forget_old_sign_ins_keeps_what_is_still_needed():
    now = timezone.now()
    for key, age in (("alt", 1), ("neu", -1)):
        OpenSession.objects.create(session_key=key, session_data="", expire_date=now - timedelta(hours=age))
    for name, age in (("alt", 25), ("neu", 1)):
        attempt = AccessAttempt.objects.create(username=name, ip_address="203.0.113.9", failures_since_start=5)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(hours=age))
    assert forget_old_sign_ins(None) == {"sessions": 1, "failures": 1}
    assert [session.session_key for session in OpenSession.objects.all()] == ["neu"]
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["neu"]


@pytest.mark.parametrize(("language", "subject"), [("de", "Ihr Zugang zu Kundig"), ("en", "Your access to Kundig")])
def test_mail_speaks_the_language_of_who_reads_it(language, subject):
    user = a_user("Svenja <Kroll> & Söhne", email="svenja@wendeler.example")
    user.language = language
    user.save()
    mail_password_link(None, user_id=str(user.pk), base="https://crm.wendeler.example/", occasion="invited")
    message = mail.outbox[0]
    assert message.subject == subject
    assert "Svenja <Kroll> & Söhne" in message.body
    assert "https://crm.wendeler.example/password/" in message.body


def test_mail_is_not_sent_to_who_has_gone_meanwhile():
    user = a_user()
    deactivate_user(user, by=an_administrator())
    mail_password_link(None, user_id=str(user.pk), base="https://crm.wendeler.example/", occasion="forgotten")
    assert mail.outbox == []


def test_jobs_reckon_by_the_clock_of_the_house():
    forget_company()
    Company.objects.create(name="Wendeler", timezone="Pacific/Auckland")
    jobs.prepare()
    assert timezone.get_current_timezone_name() == "Pacific/Auckland"
