"""Web forms by which strangers become leads, and what they sent until it is one."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.parties.models import Party
from kundig.platform.ids import uuid7
from kundig.sales.models.leads import Lead


class LeadForm(models.Model):
    """A form that strangers fill in, on a page of ours or in a page of the house's own website."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    key = models.SlugField(pgettext_lazy("of a web form", "address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(pgettext_lazy("a web form", "open"), default=True)
    fields: Any = models.JSONField(default=list)
    """[{"name": "persons.mail", "required": true, "de": own label or "", "en": …}], in order."""
    texts = models.JSONField(default=dict)
    """{"de": {"title", "intro", "button", "thanks", "consent"}, "en": {…}}"""
    origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    """Addresses of websites ("https://www.example.com") whose pages may show the form."""
    double_opt_in = models.BooleanField(_("ask for confirmation by mail"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """What somebody sent by a form: until it is a lead with its values, afterwards as the proof of it only.

    Of the sender's network address only the network is kept (docs/decisions/unconfirmed-inquiries-make-no-customer.md).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(LeadForm, models.CASCADE, related_name="submissions")
    nonce = models.CharField(max_length=40, unique=True)
    """Of the page that was filled in: sent twice, it is one submission."""
    language = models.CharField(max_length=2)
    values = models.JSONField(default=dict)
    """Name of the field → what was typed; emptied when the lead is made."""
    mail = models.CharField(max_length=254, blank=True)
    """Whom we asked to confirm it."""
    wording = models.TextField(blank=True)
    """To what the person has agreed, as it stood there."""
    page = models.CharField(max_length=300, blank=True)
    """On which page the form was."""
    sent_at = models.DateTimeField(default=timezone.now)
    sent_from = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_from = models.CharField(max_length=60, blank=True)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="submissions")
    person = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    """Who sent it. It goes with either: a proof alone would keep mail and network of somebody who was erased."""

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        indexes = [
            models.Index(fields=["form", "-sent_at"], name="submission_of_form"),
            models.Index(fields=["sent_at"], condition=models.Q(lead=None), name="submission_waiting"),
            models.Index(fields=["asked_at"], condition=models.Q(asked_at__isnull=False), name="submission_asked"),
        ]
