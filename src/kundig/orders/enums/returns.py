"""Choices of returns."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ReturnReason(models.TextChoices):
    """Why the customer sends something back."""

    DEFECT = "defect", pgettext_lazy("return", "defective")
    DAMAGED = "damaged", pgettext_lazy("return", "damaged in transit")
    WRONG = "wrong", pgettext_lazy("return", "wrong article")
    TOO_MUCH = "too_much", pgettext_lazy("return", "too much delivered")
    UNSUITABLE = "unsuitable", pgettext_lazy("return", "does not suit")
    REVOKED = "revoked", pgettext_lazy("return", "purchase revoked")
    OTHER = "other", pgettext_lazy("return", "another reason")


class ReturnState(models.TextChoices):
    """How far a return is; each state needs the one before."""

    ANNOUNCED = "announced", pgettext_lazy("return", "announced")
    RECEIVED = "received", pgettext_lazy("return", "arrived")
    INSPECTED = "inspected", pgettext_lazy("return", "inspected")
    DECIDED = "decided", pgettext_lazy("return", "decided")
    SETTLED = "settled", pgettext_lazy("return", "settled")
    WITHDRAWN = "withdrawn", pgettext_lazy("return", "withdrawn")


class Decision(models.TextChoices):
    """What becomes of a piece that came back."""

    REPAIR = "repair", pgettext_lazy("return", "repair")
    REPLACE = "replace", pgettext_lazy("return", "replace")
    CREDIT = "credit", pgettext_lazy("return", "credit")
    REFUSE = "refuse", pgettext_lazy("return", "send back unchanged")
