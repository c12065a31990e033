"""The register of purposes."""

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.privacy.enums import LegalBasis
from kundig.records.models import Record

NO_NUL = ProhibitNullCharactersValidator()  # PostgreSQL cannot store it and would fail


class Purpose(Record):
    """What an administrator stated about a purpose; without a row it holds as it comes (`rules.BUILTIN`).

    The database itself refuses an active purpose that says too little.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=LegalBasis.choices, blank=True)
    wording = models.CharField(_("purpose"), max_length=600, blank=True, validators=[NO_NUL])
    retention = models.CharField(_("kept"), max_length=300, blank=True, validators=[NO_NUL])
    weighing = models.CharField(_("weighing of interests"), max_length=4000, blank=True, validators=[NO_NUL])
    is_active = models.BooleanField(_("active"), default=False)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stated_at = models.DateTimeField(_("stated"), null=True)

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=False) | ~(Q(wording="") | Q(retention="") | Q(legal_basis="")),
                name="purpose_active_only_when_stated",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | ~Q(legal_basis=LegalBasis.LEGITIMATE_INTEREST) | ~Q(weighing=""),
                name="purpose_interest_is_weighed",
            ),
        ]
