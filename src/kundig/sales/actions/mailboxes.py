"""Mailboxes whose mails become leads: what administrators say of them, asking them, and mails that no lead came of."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Mapping
from email import policy
from email.parser import BytesParser
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.platform import sealing
from kundig.records.attachments.mails import mail_in
from kundig.records.events import Via
from kundig.sales.actions.bringing import bring_at_once
from kundig.sales.actions.imap import NotRead, Reading, opened
from kundig.sales.models.mailboxes import Mailbox, ReceivedMail
from kundig.sales.rules.scanning import LARGEST_FILE

PURPOSE = "mailbox"
EVERY = dt.timedelta(minutes=4)
"""Who asks within this time of somebody else leaves it: two workers hear the same clock."""
MOST_AT_ONCE = 50
logger = logging.getLogger(__name__)


def save_mailbox(mailbox: Mailbox, values: Mapping[str, Any], *, by: User) -> Mailbox:
    """Keep a mailbox; an empty password leaves the one that is known.

    Raises:
        PermissionDenied: unless `by` is an administrator.
        ValidationError: with a dict of columns.
    """
    taken = _checked(mailbox, values, by=by)
    is_elsewhere = mailbox._state.adding or (taken.host, taken.user_name, taken.folder) != _place(
        Mailbox.objects.get(pk=mailbox.pk)
    )
    if is_elsewhere:
        taken.validity, taken.last_uid = "", 0
    taken.problem, taken.asked_at = "", None
    taken.save()
    return taken


def delete_mailbox(mailbox: Mailbox, *, by: User) -> None:
    """Ask it no more, and forget its mails here; its leads stay, and its mails stay in it."""
    _administrators_only(by)
    mailbox.delete()


def try_mailbox(mailbox: Mailbox, values: Mapping[str, Any], *, by: User) -> int:
    """How many mails lie in the folder of a mailbox as it is typed; nothing is kept, nothing is taken in.

    Raises:
        PermissionDenied, ValidationError: like `save_mailbox`.
        NotRead: if it cannot be read.
    """
    with _open(_checked(mailbox, values, by=by)) as reading:
        return reading.count


def ask_mailboxes() -> int:
    """Ask every mailbox whose time has come; how many mails were looked at."""
    looked_at = 0
    now = timezone.now()
    due = Q(asked_at=None) | Q(asked_at__lt=now - EVERY)
    for mailbox in Mailbox.objects.filter(due, is_active=True):
        mine = Mailbox.objects.filter(due, pk=mailbox.pk, is_active=True).update(asked_at=now)
        if mine:
            looked_at += ask_mailbox(mailbox)
    return looked_at


def ask_mailbox(mailbox: Mailbox) -> int:
    """Take in what is new in a mailbox; how many mails were looked at. What goes wrong stands at the mailbox."""
    done = 0
    try:
        with _open(mailbox) as reading:
            _settle(mailbox, reading)
            for uid in reading.after(mailbox.last_uid)[:MOST_AT_ONCE]:
                _look_at(mailbox, reading, uid)
                mailbox.last_uid = uid
                mailbox.save(update_fields=("last_uid",))
                done += 1
        mailbox.problem = ""
    except NotRead as error:
        mailbox.problem = str(error)
    mailbox.save(update_fields=("problem",))
    return done


def take_again(mail: ReceivedMail, *, by: User) -> bool:
    """Try once more to make a lead of a mail; whether one was made."""
    _administrators_only(by)
    _take(mail, bytes(mail.content))
    return not mail.problem


def put_aside(mail: ReceivedMail, *, by: User) -> None:
    """No lead is wanted of a mail: what it said is forgotten here, so that only its mark keeps it from coming again."""
    _administrators_only(by)
    mail.problem, mail.content, mail.sender, mail.subject = "", b"", "", ""
    mail.save()


# -- asking ------------------------------------------------------------------------------------------------------------


def _open(mailbox: Mailbox) -> Any:
    try:
        password = sealing.unseal(mailbox.sealed, purpose=PURPOSE)
    except sealing.Unreadable as error:
        raise NotRead(_("The password was kept by another installation. Type it once more.")) from error
    return opened(
        host=mailbox.host, port=mailbox.port, user_name=mailbox.user_name, password=password, folder=mailbox.folder
    )


def _settle(mailbox: Mailbox, reading: Reading) -> None:
    """Where to begin: behind the mails that lie there, unless they are wanted, too; anew where numbers were given anew.
    Mails that are met again are known by their marks."""
    if mailbox.validity == reading.validity and mailbox.validity:
        return
    is_first = not mailbox.validity
    mailbox.last_uid = reading.next_uid - 1 if is_first and not mailbox.takes_old else 0
    mailbox.validity = reading.validity or "-"
    mailbox.save(update_fields=("validity", "last_uid"))


def _look_at(mailbox: Mailbox, reading: Reading, uid: int) -> None:
    if reading.size(uid) > LARGEST_FILE:
        words = _("The mail is larger than 8 MB. It lies in the mailbox as it came.")
        mark = f"{mailbox.validity}:{uid}"
        ReceivedMail.objects.get_or_create(mailbox=mailbox, mark=mark, defaults={"problem": words})
        return
    content = reading.content(uid)
    mail = ReceivedMail(mailbox=mailbox, mark=mark_of(content))
    if content and not ReceivedMail.objects.filter(mailbox=mailbox, mark=mail.mark).exists():
        _take(mail, content)


def mark_of(content: bytes) -> str:
    """By which a mail is known again: its Message-ID, else a sum of its bytes."""
    head = BytesParser(policy=policy.compat32).parsebytes(content[:200_000], headersonly=True)
    named = " ".join(str(head.get("Message-ID", "")).split()).replace("\x00", "")
    return named[:200] if named else f"sha256:{hashlib.sha256(content).hexdigest()}"


def _take(mail: ReceivedMail, content: bytes) -> None:
    """Make a lead of a mail; one that fails, for whatever reason, is kept with it."""
    words = {"source": mail.mailbox.source, "campaign": mail.mailbox.campaign}
    try:
        with transaction.atomic():
            taken = bring_at_once(content, words, by=house(), via=Via.MAIL)
            mail.lead, mail.problem, mail.content, mail.sender, mail.subject = taken.lead, "", b"", "", ""
            mail.save()
    except ValidationError as error:
        _keep(mail, content, " ".join(error.messages))
    except (PermissionDenied, DatabaseError, ValueError, LookupError, TypeError, AttributeError) as error:
        # Strangers write these bytes: whatever they set off must neither lose the mail nor stop those behind it.
        logger.exception("a mail could not be taken in")
        _keep(mail, content, _("It could not be read: %(reason)s") % {"reason": type(error).__name__})


def _keep(mail: ReceivedMail, content: bytes, why: str) -> None:
    shown = mail_in(content)
    mail.problem, mail.content, mail.lead = why, content, None
    mail.sender, mail.subject = (text.replace("\x00", "")[:300] for text in (shown.sender, shown.subject))
    mail.save()


# -- what is typed -----------------------------------------------------------------------------------------------------


def _checked(mailbox: Mailbox, values: Mapping[str, Any], *, by: User) -> Mailbox:
    _administrators_only(by)
    errors: dict[str, str] = {}
    for name in ("name", "host", "user_name", "folder", "source", "campaign"):
        text = " ".join(str(values.get(name, "")).split())
        longest = getattr(Mailbox._meta.get_field(name), "max_length", 0)
        if len(text) > longest or not text.isprintable():
            errors[name] = _("At most %(most)d characters that can be seen.") % {"most": longest}
        setattr(mailbox, name, text)
    mailbox.host = mailbox.host.lower()
    mailbox.folder = mailbox.folder or "INBOX"
    mailbox.is_active, mailbox.takes_old = bool(values.get("is_active")), bool(values.get("takes_old"))
    for name, words in (
        ("name", _("Give the mailbox a name.")), ("host", _("Name the server, for example imap.example.com.")),
        ("user_name", _("Say by which name the mailbox is opened.")),
    ):  # fmt: skip
        if not getattr(mailbox, name):
            errors.setdefault(name, words)
    port = str(values.get("port", "")).strip() or "993"
    if port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65_536:
        mailbox.port = int(port)
    else:
        errors["port"] = _("A port is a number up to 65535; mailboxes have 993.")
    if not mailbox.folder.isascii():
        errors["folder"] = _("Write the folder in plain letters without umlauts.")
    password = str(values.get("password", ""))
    if len(password) > 400 or not password.isprintable():
        errors["password"] = _("This cannot be a password.")
    elif password:
        mailbox.sealed = sealing.seal(password, purpose=PURPOSE)
    elif not mailbox.sealed:
        errors["password"] = _("Type the password of the mailbox.")
    elif not mailbox._state.adding and (mailbox.host, mailbox.port) != _server(mailbox):
        # Else whoever may not know the password could have it sent to a server of their own.
        errors["password"] = _("For another server, type the password once more.")
    if errors:
        raise ValidationError(errors)
    return mailbox


def _server(mailbox: Mailbox) -> tuple[str, int]:
    return Mailbox.objects.values_list("host", "port").get(pk=mailbox.pk)


def _place(mailbox: Mailbox) -> tuple[str, str, str]:
    return mailbox.host, mailbox.user_name, mailbox.folder


def _administrators_only(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
