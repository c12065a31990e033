"""Choices about one contact: who turned to whom, how the customer took it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """Who turned to whom; empty where nobody did (a note)."""

    IN = "in", _("From the customer")
    OUT = "out", _("To the customer")
    BOTH = "both", _("Between both")


class Mood(models.IntegerChoices):
    """How the customer was, in five steps."""

    ANGRY = 1, _("Angry")
    RESERVED = 2, _("Reserved")
    NEUTRAL = 3, _("Neutral")
    GOOD = 4, _("Good")
    DELIGHTED = 5, _("Delighted")


class Response(models.TextChoices):
    """How the customer took an offer that was spoken of."""

    INTERESTED = "interested", _("Interested")
    UNDECIDED = "undecided", _("Undecided")
    OBJECTION = "objection", _("Objection")
    DECLINED = "declined", _("Declined")


class Objection(models.TextChoices):
    """What an objection was about; empty if there was none."""

    PRICE = "price", _("Price")
    DELIVERY = "delivery", _("Delivery")
    NEED = "need", _("No need")
    COMPETITOR = "competitor", _("Competitor")
    TIMING = "timing", _("Timing")
    TRUST = "trust", _("Trust")
    OTHER = "other", _("Something else")
