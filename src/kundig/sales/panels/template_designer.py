"""What the designer shows of a template: the same three columns, with an example of a customer."""

from __future__ import annotations

from typing import Any

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry
from kundig.sales.models import QuoteTemplate
from kundig.sales.panels.quote_designer import block_context, paper_context
from kundig.sales.queries import document_of
from kundig.sales.queries.examples import example_of
from kundig.sales.rules.blocks import texts_of
from kundig.sales.rules.placeholders import own_placeholders


def template_context(
    template: QuoteTemplate, *, user: User, block: str = "", errors: list[str] | None = None
) -> dict[str, Any]:
    """Blocks, paper and the form of what is selected; without a selection, how the template is called."""
    description = registry.get("quote-templates")
    assert description is not None, "registered in apps.ready()"
    quote, base = example_of(template, by=user), f"/quote-templates/{template.pk}/"
    may_change = description.may(user, Action.CHANGE, template)
    context = {
        **paper_context(quote.blocks, document_of(quote), base=base, counts={}, block=block),
        "quote": quote, "template": template, "current": "", "may_change": may_change, "edits": False,
        "name": template.name, "record": f"quote-templates:{template.pk}", "errors": errors or [],
        "head_deeds": "sales/quotes/_deeds_template.html", "asked": own_placeholders(texts_of(quote.blocks)),
    }  # fmt: skip
    chosen = next((each for each in quote.blocks if each["id"] == block), None)
    if chosen is None:
        return {**context, "props": "template"}
    # Whoever writes a quote fills the placeholders, and puts the items in.
    return {**context, **block_context(quote, chosen), "props": "block", "own": (), "is_lines": False}
