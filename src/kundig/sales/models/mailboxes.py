"""Mailboxes that are asked for mails of people who may buy, and what became of each mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.sales.models.leads import Lead


class Mailbox(models.Model):
    """A mailbox that is read by IMAP over TLS. Nothing in it is changed: mails stay, read or unread as they were."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    name = models.CharField(_("name"), max_length=120)
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    user_name = models.CharField(_("user name"), max_length=200)
    sealed = models.TextField(default="")
    """The password, sealed with the secret of the installation."""
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    is_active = models.BooleanField(_("is asked every five minutes"), default=True)
    takes_old = models.BooleanField(_("also take in the mails that lie there already"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    validity = models.CharField(max_length=40, default="")
    """By which the server says that its numbers of mails still mean the same (UIDVALIDITY)."""
    last_uid = models.PositiveBigIntegerField(default=0)
    """The server's number of the last mail that was looked at."""
    asked_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")
    """Why it could not be read the last time."""

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class ReceivedMail(models.Model):
    """A mail that was looked at: of one that became a lead only its mark, of another all, until somebody decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="mails")
    received_at = models.DateTimeField(auto_now_add=True)
    mark = models.CharField(max_length=200)
    """Its Message-ID, or a sum of its bytes where it has none."""
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="+")
    sender = models.CharField(max_length=300, default="")
    subject = models.CharField(max_length=300, default="")
    problem = models.TextField(default="")
    """Why no lead was made of it; empty where one was, or nobody wants one."""
    content = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        constraints = [models.UniqueConstraint(fields=("mailbox", "mark"), name="received_mail_once")]
        indexes = [
            models.Index(fields=("mailbox", "-received_at"), name="received_mail_kept", condition=~models.Q(problem=""))
        ]
