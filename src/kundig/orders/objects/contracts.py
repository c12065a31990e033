"""How contracts and their positions are described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.orders import actions
from kundig.orders.enums import Cancelled, CancelReason
from kundig.orders.models import Contract, ContractLine
from kundig.orders.objects.amounts import AmountIn
from kundig.platform.navigation import Section
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.choices import Choice
from kundig.records.kinds.texts import Text
from kundig.records.kinds.times import Date


class ContractDescription(Description):
    model = Contract
    name = "contracts"
    icon = "euro-doc"
    nav_section = Section.CARE
    title, subtitle = "title", "party"
    columns = "number title party kind state yearly ends_on notice_by owner"
    search = "number title party.name"
    filters = "state owner party ends_on notice_by starts_on yearly"
    sort = "notice_by"
    form = (
        "title kind party person starts_on term_months renewal_months notice_months billing_months currency order note "
        "owner"
    )
    page = Page(
        header="state yearly ends_on notice_by owner",
        sections={
            _("Contract"): "number kind party person order note",
            _("Term"): "starts_on term_months renewal_months notice_months renewals billing_months",
            pgettext_lazy("contract", "Notice"): "cancelled_on cancelled_by cancel_reason cancel_note",
        },
    )
    calendar = Calendar("notice_by")
    personal_fields = "note cancel_note"
    purpose = "customer_care"
    create, change = actions.create_contract, actions.rewrite_contract
    brought_back: ClassVar[Callable[..., None] | None] = actions.contracts_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction(
            "cancel", _("Notice was given"), one_by_one(actions.cancel_contract), icon="ban",
            inputs=(
                Input("reason", _("Reason"), Choice(CancelReason.choices), required=True),
                Input("who", _("By whom"), Choice(Cancelled.choices), required=True),
                Input("on", _("On which day"), Date()),
                Input("note", _("In their words"), Text()),
            ),
        ),
        RecordAction("uncancel", _("Take the notice back"), one_by_one(actions.uncancel_contract), icon="undo"),
    )  # fmt: skip


class ContractLineDescription(Description):
    model = ContractLine
    name = "contract-lines"
    icon = "table"
    nav = False
    owner = team = None
    parent = "contract"
    title, subtitle = "title", "number"
    columns = "contract position title quantity unit_price discount net valid_from valid_until"
    filters = "contract product"
    form = (
        "contract product title quantity unit unit_price discount tax_category tax_percent valid_from valid_until text"
    )
    unsaid = "unit unit_price discount tax_category tax_percent"
    kinds: ClassVar = {
        "net": AmountIn("contract"),
        "unit_price": AmountIn("contract"),
        "unit_cost": AmountIn("contract"),
    }
    create, change, delete = (
        actions.create_contract_line, actions.rewrite_contract_line, actions.remove_contract_line,
    )  # fmt: skip
