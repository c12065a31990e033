"""How protocols are described."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kundig.orders import actions
from kundig.orders.models import Protocol
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page


class ProtocolDescription(Description):
    model = Protocol
    name = "protocols"
    icon = "form"
    in_navigation = False
    title, subtitle = "number", "party"
    columns = "number kind party order done_on result signed_name owner"
    search = "number party.name"
    filters = "owner party order done_on"
    sort = "-done_on"
    form = "kind party order asset done_on text defects owner"
    page = Page(
        header="kind done_on result owner",
        sections={
            _("What was done"): "party order asset appointment text defects",
            _("Signature"): "signed_name signed_at fingerprint",
        },
    )
    hidden = "signature signed_for"
    read_only = "result appointment"
    calendar = Calendar("done_on")
    personal_fields = "signed_name text defects"
    purpose = "customer_care"
    follows = "signed_name signed_at signature_id fingerprint signed_for"
    create, change, delete = actions.create_protocol, actions.rewrite_protocol, actions.remove_protocol
