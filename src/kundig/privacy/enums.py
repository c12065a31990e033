"""On what ground personal data may be kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalBasis(models.TextChoices):
    """The grounds of Art. 6 (1) GDPR that a company can have."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    LEGAL_OBLIGATION = "legal_obligation", _("Legal obligation")
    LEGITIMATE_INTEREST = "legitimate_interest", _("Legitimate interest")

    @property
    def article(self) -> str:
        """Where the law says so."""
        return str(_("Art. 6 (1) %(letter)s GDPR") % {"letter": _LETTERS[self.value]})


_LETTERS = {"consent": "a", "contract": "b", "legal_obligation": "c", "legitimate_interest": "f"}
