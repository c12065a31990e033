"""Where a deal stands, how sure one is of it, and who has a say in it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DealStatus(TextChoices):
    """What every stage of every pipeline comes down to, so that forecasts of different pipelines compare."""

    NEW = "new", _("new")
    QUALIFIED = "qualified", _("qualified")
    PROPOSED = "proposed", _("quoted")
    NEGOTIATING = "negotiating", _("negotiating")
    WON = "won", _("won")
    LOST = "lost", _("lost")

    @property
    def is_closed(self) -> bool:
        return self in (DealStatus.WON, DealStatus.LOST)


class ProbabilityFrom(TextChoices):
    """Who says how likely a deal is to be won."""

    STAGE = "stage", _("the stage")
    HAND = "hand", _("by hand")
    LEARNED = "learned", _("learned from wins and losses")


class ForecastCategory(TextChoices):
    """How its owner counts on a deal."""

    COMMIT = "commit", _("firmly promised")
    BEST = "best", _("with luck")
    PIPELINE = "pipeline", _("still open")
    LEFT_OUT = "left_out", _("not counted")


class Outcome(TextChoices):
    """How a deal ends."""

    WON = "won", _("won")
    LOST = "lost", _("lost")


class CentreRole(TextChoices):
    """What somebody at the customer does for a decision to buy."""

    DECIDER = "decider", _("decides")
    BUYER = "buyer", _("buys")
    USER = "user", _("uses it")
    INFLUENCER = "influencer", _("advises")
    GATEKEEPER = "gatekeeper", _("keeps the gate")
    INITIATOR = "initiator", _("started it")


class Attitude(TextChoices):
    """How somebody at the customer stands to us."""

    FOR = "for", _("for us")
    NEUTRAL = "neutral", _("neutral")
    AGAINST = "against", _("against us")
    UNKNOWN = "unknown", _("not known")
