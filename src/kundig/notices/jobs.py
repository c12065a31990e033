"""Mails about what has not been read when their time comes, and forgetting what was read long ago."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.notices.models import Notice
from kundig.notices.queries import notices_of, shown
from kundig.platform import delivery, jobs

MAIL = "notice_mail"
KEPT = timedelta(days=180)


@delivery.each_minute
def start_mails() -> int:
    """One mail for each reader to whom something is due: what comes within a minute comes together."""
    due: dict[UUID, list[str]] = defaultdict(list)
    with transaction.atomic():
        found = Notice.objects.filter(mail_due_at__lte=timezone.now()).select_for_update(skip_locked=True)
        for notice_id, reader_id in found.order_by("-at").values_list("pk", "reader_id"):
            due[reader_id].append(str(notice_id))
        Notice.objects.filter(pk__in=[each for ids in due.values() for each in ids]).update(mail_due_at=None)
        for reader, ids in due.items():
            jobs.start(MAIL, title=_("Mail with notices"), by=None, reader_id=str(reader), notice_ids=ids)
    return len(due)


@jobs.job(MAIL)
def mail_notices(run: jobs.Progress, *, reader_id: str, notice_ids: list[str]) -> dict[str, Any]:
    """Sends them in one mail, in the reader's language and rights; what they have read meanwhile is left out."""
    reader = User.objects.with_access(UUID(reader_id))
    if reader is None:
        return {"notices": 0}
    with translation.override(reader.language), timezone.override(ZoneInfo(company().timezone)):
        told = shown(list(notices_of(reader).filter(pk__in=notice_ids, read_at=None)), to=reader)
        if told:
            context = {"user": reader, "company": company(), "notices": told, "house": own_address()}
            subject = " ".join(render_to_string("notices/mail/subject.txt", context).split())
            send_mail(subject[:200], render_to_string("notices/mail/text.txt", context), None, [reader.email])
    return {"notices": len(told)}


def own_address() -> str:
    """Where Kundig is reached, without a slash at the end; "" where nobody has said so (`KUNDIG_ORIGINS`)."""
    return next(iter(settings.CSRF_TRUSTED_ORIGINS), "").rstrip("/")


@jobs.job("notice_upkeep", cron="47 3 * * *", title="Forget old notices")
def forget_old_notices(run: jobs.Progress) -> dict[str, Any]:
    """What was read half a year ago is forgotten."""
    deleted, _by_model = Notice.objects.filter(read_at__lt=timezone.now() - KEPT).delete()
    return {"notices": deleted}
