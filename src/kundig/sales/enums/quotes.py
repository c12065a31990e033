"""Choices of quotes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("With the customer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REPLACED = "replaced", _("Replaced by a later version")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class QuoteLanguage(models.TextChoices):
    """Languages a quote can be written in."""

    GERMAN = "de", _("German")
    ENGLISH = "en", _("English")


class DeclineReason(models.TextChoices):
    PRICE = "price", _("Too expensive")
    TIMING = "timing", _("Not now")
    OTHER_OFFER = "other", _("Another offer suits better")
    CONTENT = "content", _("Not what is needed")
    NO_NEED = "no_need", _("No longer needed")
    ELSE = "else", _("Something else")


class Signature(models.TextChoices):
    """How somebody said yes."""

    TYPED = "typed", _("Name typed")
    DRAWN = "drawn", _("Signature drawn")
    TOLD = "told", _("Told by word or letter")


class Snippet(models.TextChoices):
    """Where a text block belongs."""

    LETTER = "letter", _("Covering letter")
    TERMS = "terms", _("Terms")
    TEXT = "text", _("Any text")
