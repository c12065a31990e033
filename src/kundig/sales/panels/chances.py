"""How likely a deal is to be won: what holds, what was learned, why, and how far that can be trusted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models import Deal
from kundig.sales.queries.chances import features_of, newest_model
from kundig.sales.rules.learning import Reason, chance_of


def chances(request: HttpRequest, description: Description, record: Any) -> str:
    deal: Deal = record
    user: Any = request.user
    if not deal.is_open or not description.may_read(user, description.fields["probability"]):
        return ""
    formats = current_formats()
    learned = newest_model(deal.pipeline_id)
    context: dict[str, Any] = {
        "deal": deal,
        "percent": formats.percent(deal.probability),
        "whence": deal.get_probability_from_display(),
        "of_stage": formats.percent(deal.stage.probability),
        "learned": learned,
    }
    if learned is not None:
        chance = chance_of(learned, features_of([deal])[deal.pk])
        context |= {
            "chance": chance,
            "reasons": [(words(reason), reason.points) for reason in chance.reasons],
            "bins": [(round(100 * each.said), round(100 * each.came), each.deals) for each in learned.bins],
            "is_better": learned.error < learned.error_of_stages,
            "like_won": round(chance.like.came * chance.like.deals) if chance.like else 0,
        }
    return render_to_string("sales/deals/_chances.html", context, request=request)


def words(reason: Reason) -> str:
    """One reason in words, with the direction it pulls."""
    is_more = reason.points > 0
    if reason.name == "amount":
        return _("dearer than usual") if not is_more else _("no dearer than usual")
    if reason.name == "knows_us":
        return _("has bought before") if is_more else _("has not bought yet")
    if reason.name == "slow":
        return _("longer in this stage than usual") if not is_more else _("moves at the usual pace")
    if reason.name == "source":
        return _("came by “%(source)s”") % {"source": reason.detail}
    return _("how far it has come")


PANEL = Panel("chances", gettext_lazy("Chance"), Deal, chances, side="business", order=5, lazy=True)
