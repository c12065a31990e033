"""Mails of web forms, and forgetting what nobody has confirmed."""

from __future__ import annotations

from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kundig.accounts.queries import company
from kundig.platform import jobs
from kundig.sales.actions.forms import MAIL, confirmation_token, forget_unconfirmed
from kundig.sales.models.forms import Submission
from kundig.sales.queries.forms import text_of


@jobs.job(MAIL)
def ask_for_confirmation(run: jobs.Progress, *, submission: str, base: str) -> dict[str, Any]:
    """Ask the owner of a mail address whether they have sent the form."""
    sent = Submission.objects.select_related("form").filter(pk=submission, confirmed_at=None).first()
    if sent is None or not sent.mail:
        return {"sent": 0}
    path = reverse("sales:confirm_form", args=[confirmation_token(sent)])
    with translation.override(sent.language):
        context = {
            "company": company(), "title": text_of(sent.form, "title", sent.language),
            "link": f"{base.rstrip('/')}{path}",
        }  # fmt: skip
        subject = " ".join(render_to_string("sales/forms/mail/subject.txt", context).split())
        send_mail(subject[:200], render_to_string("sales/forms/mail/text.txt", context), None, [sent.mail])
    return {"sent": 1}


@jobs.job("lead_form_upkeep", cron="37 3 * * *", title="Forget unconfirmed inquiries")
def forget_what_was_not_confirmed(run: jobs.Progress) -> dict[str, Any]:
    """Every night: what nobody has confirmed within a week is deleted."""
    return {"forgotten": forget_unconfirmed()}
