"""Of the call brief: the open deals of the customer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.sales.models import Deal
from kundig.sales.panels.words import next_words, resting_words
from kundig.sales.queries.deals import deals_of
from kundig.timeline.protocol import BriefAsk, BriefLine, BriefSection

MOST = 8


def lines(ask: BriefAsk) -> list[BriefLine]:
    """Each with stage and amount, what comes next, and whether it rests too long; as far as the reader may know it."""
    described = registry.for_model(Deal)
    assert described is not None, "it is described"
    known, formats, found = described.fields_for(ask.user), current_formats(), []
    for deal in deals_of(ask.ids, ask.user).open().select_related("stage")[:MOST]:
        resting = resting_words(deal, known, on=ask.on)
        amount = formats.money(deal.amount, deal.currency) if deal.amount is not None and "amount" in known else ""
        day = formats.date(deal.expected_on) if deal.expected_on and "expected_on" in known else ""
        note = [deal.stage.name if "stage" in known else "", _("until %(day)s") % {"day": day} if day else ""]
        note += [resting or next_words(deal, known, formats, on=ask.on)]
        found.append(
            BriefLine(
                f"{deal.title}, {amount}" if amount else deal.title, note=", ".join(filter(None, note)),
                tone="warn" if resting else "", href=f"/deals/{deal.pk}/", icon="columns",
            )
        )  # fmt: skip
    return found


BRIEF = BriefSection("deals", gettext_lazy("Open deals"), 45, lines)
