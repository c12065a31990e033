"""Quotes of a house that is walked through."""

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_quote, add_quote_line


def offered(party, words, *, by, template_by):
    """A line of a quote to `party`; besides, a template and a text to take over, which are everybody's to read."""
    create_record(registry.get("quote-templates"), {"name": "Compressors"}, by=template_by)
    create_record(registry.get("text-blocks"), {"name": "Thanks", "text": "Thank you."}, by=template_by)
    return add_quote_line(add_quote(party=party, title=words, by=by), title=words, by=by)
