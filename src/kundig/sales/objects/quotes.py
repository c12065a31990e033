"""How quotes, their lines, templates and text blocks are described."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.platform.navigation import Section
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.numbers import Money
from kundig.sales import actions
from kundig.sales.models import Quote, QuoteLine, QuoteTemplate, TextBlock
from kundig.timeline.protocol import TouchpointKind


class QuoteDescription(Description):
    model = Quote
    name = "quotes"
    icon = "euro-doc"
    nav_section = Section.SELL
    title, subtitle = "title", "number"
    columns = "number version title party state net valid_until sent_at views owner"
    search = "number title party.name"
    filters = "state owner valid_until party net sent_at decided_at deal"
    sort = "-number"
    form = "party person title deal language currency valid_until template owner team"
    page = Page(
        header="state net valid_until owner",
        sections={
            _("Quote"): "number version party person deal language currency template team previous",
            _("Amounts"): "net tax gross discount_percent margin margin_percent",
            _("Way"): "approval_asked_at approved_at approved_by approval_note sent_at sent_to",
            _("Customer"): "views first_seen_at last_seen_at decided_at decline_reason decline_note",
        },
    )
    hidden = "blocks fills frozen accent link_key approval_asked_by"
    calendar = Calendar("valid_until")
    personal_fields = "sent_to decline_note"
    purpose = "customer_care"
    create, change, delete = actions.create_quote, actions.change_quote, actions.delete_quote
    # Nobody gets around approval, or out of what was sent, by taking a change back.
    follows = (
        "state approval_asked_at approval_asked_by_id approved_at approved_by_id approval_note sent_at sent_to "
        "decided_at decline_reason decline_note frozen net tax gross discount_percent margin margin_percent"
    )
    brought_back: ClassVar[Any] = actions.quotes_brought_back


class QuoteLineDescription(Description):
    model = QuoteLine
    name = "quote-lines"
    icon = "table"
    nav = False
    title, subtitle = "title", "quote"
    columns = "title quote quantity unit unit_price discount net optional group chosen"
    search = "title number"
    filters = "quote"
    form = (
        "quote product title text quantity unit unit_price discount tax_category tax_percent unit_cost optional group "
        "chosen position"
    )
    unsaid = "unit unit_price discount tax_category tax_percent unit_cost"
    page = Page(
        header="quote net",
        sections={
            _("Line"): "product number title text position",
            _("Amounts"): "quantity unit unit_price discount tax_category tax_percent unit_cost",
            _("Options"): "optional group chosen",
        },
    )
    hidden = "picture"
    kinds: ClassVar = {name: Money("quote__currency") for name in ("unit_price", "unit_cost", "net")}
    owner = team = None
    parent = "quote"
    create, change, delete = actions.create_quote_line, actions.change_quote_line, actions.delete_quote_line
    brought_back: ClassVar[Any] = actions.quote_lines_brought_back


class QuoteTemplateDescription(Description):
    model = QuoteTemplate
    name = "quote-templates"
    common = True
    icon = "form"
    in_navigation = False
    columns = "name language is_default"
    search = "name"
    hidden = "blocks"
    page = Page(header="language is_default", sections={_("Template"): "name language is_default accent"})
    owner = team = None
    create, change = actions.create_template, actions.change_template


class TextBlockDescription(Description):
    model = TextBlock
    name = "text-blocks"
    common = True
    icon = "note"
    in_navigation = False
    columns = "name kind language"
    search = "name text"
    page = Page(header="kind language", sections={_("Text block"): "name kind language text"})
    owner = team = None


KINDS = (
    TouchpointKind("quote_sent", _("Quote sent"), "euro-doc", "business", is_message=True),
    TouchpointKind("quote_viewed", _("Quote opened"), "eye", "business"),
    TouchpointKind("quote_question", _("Question on a quote"), "question", "business", is_message=True),
    TouchpointKind("quote_accepted", _("Quote accepted"), "check-circle", "business", is_message=True),
    TouchpointKind("quote_declined", _("Quote declined"), "ban", "business", is_message=True),
)
