"""Keys for programs, and the link of the first run. Of each only the hash is kept."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models.people import NO_NUL, Row, User
from kundig.accounts.reach import LONGEST_SCOPE


class ApiToken(Row):
    """A key for programs that act as this user, as far as its scopes reach and until it runs out. Shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80, validators=[NO_NUL])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=LONGEST_SCOPE), verbose_name=_("may"))
    expires_on = models.DateField(_("works until"))
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created_at",)

    def days_left(self, today: date | None = None) -> int:
        """Days on which it still works after today; negative once it has run out."""
        return (self.expires_on - (today or timezone.localdate())).days

    @property
    def is_over(self) -> bool:
        return self.days_left() < 0


class SetupLink(Row):
    """The one-time address under which the first administrator is made."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
