"""Who is signed in where, from which devices, and what happened to the locks of an account."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.accounts.devices import LONGEST_AGENT, device_in_words, place_in_words
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models.people import Row, User
from kundig.platform.ids import uuid7


class OpenSession(AbstractBaseSession):
    """Django's session, which here also says whose it is, from where, and when it was last used."""

    ref = models.UUIDField(default=uuid7, db_index=True, editable=False)
    """What pages call it by; the key itself lets one in."""
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions", editable=False)
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(default=timezone.now, editable=False)
    device = models.CharField(max_length=LONGEST_AGENT, blank=True, editable=False)
    address = models.GenericIPAddressField(null=True, blank=True, editable=False)
    name_there = models.CharField(max_length=64, blank=True, editable=False)
    """Hash of the provider that let them in and of their name there, so that it can end the session, too."""
    session_there = models.CharField(max_length=64, blank=True, editable=False)
    """Hash of what the provider calls its own session."""

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("-seen_at",)
        indexes = [models.Index(fields=["name_there"], condition=~Q(name_there=""), name="session_by_name_there")]

    @property
    def device_in_words(self) -> str:
        return device_in_words(self.device)

    @property
    def place_in_words(self) -> str:
        return place_in_words(self.address)


class KnownDevice(Row):
    """A browser from which somebody has signed in before, known by a cookie of which only the hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    seen_on = models.DateField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "digest"), name="device_known_once")]


class SecurityEntry(Row):
    """Something that happened to the locks of an account; `by` is empty where it was the person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="security_entries", editable=False)
    event = models.CharField(max_length=30, choices=SecurityEvent.choices, editable=False)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    detail = models.CharField(max_length=200, blank=True, editable=False)
    device = models.CharField(max_length=LONGEST_AGENT, blank=True, editable=False)
    address = models.GenericIPAddressField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("security entry")
        verbose_name_plural = _("security entries")
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["user", "-created_at"], name="security_entry_by_user")]

    @property
    def device_in_words(self) -> str:
        return device_in_words(self.device)

    @property
    def place_in_words(self) -> str:
        return place_in_words(self.address)
