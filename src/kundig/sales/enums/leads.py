"""Choices about leads and about the questions that lead to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadState(models.TextChoices):
    """Where a lead stands; the first two are open."""

    NEW = "new", _("New")
    WORKING = "working", _("In contact")
    CONVERTED = "converted", _("Became a deal")
    DROPPED = "dropped", _("Dropped")


OPEN = (LeadState.NEW, LeadState.WORKING)


class Turn(models.TextChoices):
    """How a rule finds the person who gets a lead."""

    PERSON = "person", _("always this person")
    TURNS = "turns", _("the people of a team, one after the other")
    LOAD = "load", _("whoever of a team has the fewest open leads")
