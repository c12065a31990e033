"""How leads are described."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.platform.formats import Formats
from kundig.platform.navigation import Section
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.description import Description, Page
from kundig.records.kinds.texts import Computed, Text
from kundig.sales import rules
from kundig.sales.actions import leads as actions
from kundig.sales.models.leads import Lead


def _why(formats: Formats, *values: Any) -> str:
    return rules.scores.in_words(values[0] or [])


class LeadDescription(Description):
    model = Lead
    name = "leads"
    icon = "target"
    nav_section = Section.SELL
    title, subtitle = "party", "interest"
    columns = "party interest score state owner respond_by received_at"
    search = "party.name interest source campaign"
    filters = "state owner score respond_by party"
    sort = "-received_at"
    form = "party person interest product source campaign owner team received_at respond_by"
    page = Page(
        header="state score owner respond_by",
        sections={
            _("Lead"): "party person interest product why deal",
            _("Origin"): "source campaign received_at",
            _("Answer"): "owner_reason team respond_by responded_at closing_reason",
        },
    )
    hidden = "score_reasons reminded_at"
    computed: ClassVar = {"why": Computed(_why, reads="score_reasons", title=_("why this score"))}
    personal_fields = "interest"
    purpose = "customer_care"
    create, change = actions.add_lead, actions.change_lead
    actions = [
        RecordAction("answer", _("Note as answered"), one_by_one(actions.answer_lead), icon="check"),
        RecordAction(
            "convert", _("Make a deal of it"), one_by_one(actions.convert_lead), icon="arrow-right",
            inputs=(Input("title", _("Title of the deal"), Text()),),
        ),
        RecordAction(
            "drop", _("Drop"), one_by_one(actions.drop_lead), icon="x",
            inputs=(Input("reason", _("Reason"), Text(), required=True),),
        ),
        RecordAction("reopen", _("Reopen"), one_by_one(actions.reopen_lead), icon="undo"),
    ]  # fmt: skip
