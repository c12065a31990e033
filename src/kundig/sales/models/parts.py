"""What belongs to a deal: what is sold, who works on it with us, who decides at the customer, who else offers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.catalog.models import Line, line_constraints
from kundig.parties.models import Person
from kundig.records.models import Record
from kundig.sales.enums import Attitude, CentreRole
from kundig.sales.models.deals import Deal
from kundig.sales.models.pipelines import Competitor


class DealLine(Line):
    """A product or service that is to be sold, with quantity and price, in the currency of the deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, verbose_name=_("deal"), related_name="lines")

    class Meta(Line.Meta):
        verbose_name = _("product of a deal")
        verbose_name_plural = _("products of deals")
        constraints = [
            *line_constraints("deal_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="deal_line_quantity_positive"),
        ]


class DealMember(Record):
    """A colleague who works on a deal beside its owner; they may look at it."""

    deal = models.ForeignKey(Deal, models.CASCADE, verbose_name=_("deal"), related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("colleague"), related_name="+")
    role = models.CharField(_("does what"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("colleague at a deal")
        verbose_name_plural = _("colleagues at deals")
        constraints = [models.UniqueConstraint(fields=("deal", "user"), name="deal_member_once")]
        indexes = [models.Index(fields=["user", "deal"], name="deal_member_of_user")]


class BuyingCentreMember(Record):
    """Somebody at the customer who has a say in a deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, verbose_name=_("deal"), related_name="buying_centre")
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="+")
    role = models.CharField(_("role in the decision"), max_length=10, choices=CentreRole.choices, blank=True)
    attitude = models.CharField(_("stands to us"), max_length=7, choices=Attitude.choices, default=Attitude.UNKNOWN)
    note = models.CharField(_("what matters to them"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("member of the buying centre")
        verbose_name_plural = _("members of buying centres")
        constraints = [
            models.UniqueConstraint(fields=("deal", "person"), name="buying_centre_once"),
            models.CheckConstraint(condition=Q(role__in=["", *CentreRole.values]), name="buying_centre_role_known"),
            models.CheckConstraint(condition=Q(attitude__in=Attitude.values), name="buying_centre_attitude_known"),
        ]


class DealCompetitor(Record):
    """A competitor who offers for a deal, too."""

    deal = models.ForeignKey(Deal, models.CASCADE, verbose_name=_("deal"), related_name="competitors")
    competitor = models.ForeignKey(Competitor, models.CASCADE, verbose_name=_("competitor"), related_name="deals")
    note = models.CharField(_("what they offer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("competitor at a deal")
        verbose_name_plural = _("competitors at deals")
        constraints = [models.UniqueConstraint(fields=("deal", "competitor"), name="deal_competitor_once")]
