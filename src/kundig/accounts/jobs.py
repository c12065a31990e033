"""Mails about signing in, and what is forgotten at night."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

from axes.models import AccessAttempt
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundig.accounts.actions import forget_answers, make_password_link, renew_facts
from kundig.accounts.actions.security import MAIL
from kundig.accounts.adapters import saml
from kundig.accounts.adapters.asking import Failed
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import ApiToken, IdentityProvider, KnownDevice, OpenSession, SecurityEntry, User
from kundig.accounts.queries import company
from kundig.platform import jobs

KIND = "password_link"
UNSEEN, ENTRIES_KEPT = timedelta(days=730), timedelta(days=730)
FIRST_REMINDER, LAST_REMINDER = timedelta(days=14), timedelta(days=1)


def send_password_link(user: User | None, *, base: str, occasion: str, by: User | None) -> None:
    """Queue the mail; `occasion` is "forgotten" or "invited", `base` our own address.

    Costs the same when there is no such user, so that nobody learns from the clock who has an account here.
    """
    title = _("Mail with a link to set a password")
    jobs.start(KIND, title=title, by=by, user_id=str(user.pk) if user else "", base=base, occasion=occasion)


@jobs.job(KIND)
def mail_password_link(run: jobs.Progress, *, user_id: str, base: str, occasion: str) -> None:
    """Send the link, if somebody is meant. It is made here, so that no queue ever holds it."""
    user = User.objects.active().filter(pk=user_id).first() if user_id else None
    if user is None:
        return
    with translation.override(user.language):
        _mail(user, occasion, link=urljoin(base, make_password_link(user, by=None)))


def _mail(user: User, occasion: str, **context: Any) -> None:
    """Send `accounts/mail/<occasion>.txt`, in the language at hand."""
    known = {"user": user, "company": company(), **context}
    subject = render_to_string(f"accounts/mail/{occasion}_subject.txt", known).strip()
    body = render_to_string(f"accounts/mail/{occasion}.txt", known)
    send_mail(subject, body, None, [user.email])


@jobs.job(MAIL)
def mail_security_entry(run: jobs.Progress, *, entry_id: str) -> None:
    """Tell somebody what happened to the locks of their account."""
    entry = SecurityEntry.objects.select_related("user", "by").filter(pk=entry_id, user__is_active=True).first()
    if entry is None:
        return
    with translation.override(entry.user.language), timezone.override(company().timezone):
        _mail(entry.user, "security", entry=entry)


@jobs.job("token_reminders", cron="7 6 * * *", title="Reminders of tokens that run out")
def remind_of_tokens(run: jobs.Progress) -> dict[str, Any]:
    """Two weeks before a token runs out, and once more the day before, its user gets a mail."""
    today = timezone.localdate()
    soon = ApiToken.objects.filter(
        revoked_at=None, user__is_active=True, expires_on__gte=today, expires_on__lte=today + FIRST_REMINDER
    ).select_related("user")
    sent = 0
    for token in soon:
        if _is_due(token, today=today):
            # Noted first: a mail too few is better than one every time the job is tried again.
            ApiToken.objects.filter(pk=token.pk).update(reminded_on=today)
            with translation.override(token.user.language):
                _mail(token.user, "token_ends", token=token)
            sent += 1
    return {"sent": sent}


def _is_due(token: ApiToken, *, today: date) -> bool:
    if token.reminded_on is None:
        return True
    last_from = token.expires_on - LAST_REMINDER
    return token.reminded_on < last_from <= today


@jobs.job("sign_in_upkeep", cron="27 3 * * *", title="Forget old sign-ins")
def forget_old_sign_ins(run: jobs.Progress) -> dict[str, Any]:
    """Sessions that have run out, devices unseen for long, and who failed to sign in from where: needed for minutes,
    not for ever."""
    now = timezone.now()
    sessions, _sessions = OpenSession.objects.filter(expire_date__lt=now).delete()
    failures, _failures = AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=1)).delete()
    KnownDevice.objects.filter(seen_on__lt=now - UNSEEN).delete()
    SecurityEntry.objects.filter(created_at__lt=now - ENTRIES_KEPT).delete()
    forget_answers()
    with connection.cursor() as cursor:  # Django's cache itself clears up only when it is full
        cursor.execute("DELETE FROM accounts_attempt WHERE expires < now()")
    return {"sessions": sessions, "failures": failures}


@jobs.job("provider_keys", cron="41 4 * * *", title="Read the keys of identity providers")
def renew_provider_keys(run: jobs.Progress) -> dict[str, Any]:
    """Providers change their keys and say so in their metadata before. One that does not answer keeps the old ones."""
    renewed, problems = 0, []
    for provider in IdentityProvider.objects.filter(kind=ProviderKind.SAML, is_active=True).exclude(issuer=""):
        try:
            facts, metadata = saml.read_metadata(address=provider.issuer, text="")
        except Failed as problem:
            problems.append(f"{provider.name}: {problem}")
            continue
        if renew_facts(provider, facts=facts, metadata=metadata):
            renewed += 1
        else:
            problems.append(
                _("%(provider)s now calls itself %(name)s. Check it in the settings.")
                % {"provider": provider.name, "name": facts["entity_id"][:200]}
            )
    return {"renewed": renewed, "problems": problems}
