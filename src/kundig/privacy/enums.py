"""On what ground personal data may be kept, and what somebody has agreed to."""

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


class Channel(models.TextChoices):
    """By what somebody agrees to be reached."""

    MAIL = "mail", _("Mail")
    PHONE = "phone", _("Telephone")
    SMS = "sms", _("SMS")
    MESSENGER = "messenger", _("Messenger")
    POST = "post", _("Letter post")


class Act(models.TextChoices):
    """What an entry of the register of consents says."""

    GIVEN = "given", _("given")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CORRECTED = "corrected", _("entered by mistake")


class How(models.TextChoices):
    """In what way a consent was given or withdrawn; without one it was not said."""

    PAPER = "paper", _("in writing on paper")
    MAIL = "mail", _("by mail")
    PHONE = "phone", _("by telephone")
    PERSON = "person", _("in person")
    WEB = "web", _("on a web page")
    DOUBLE_OPT_IN = "double_opt_in", _("on a web page, confirmed by mail (double opt-in)")
    MERGE = "merge", _("as two records of one customer were joined, the stricter one stayed")
