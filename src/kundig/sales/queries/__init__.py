"""Reads of sales."""

from kundig.sales.queries.documents import document_of, missing_in
from kundig.sales.queries.pipelines import (
    first_stage,
    missing_on_the_way,
    pipelines_in_use,
    stage_with,
    stages_of,
)
from kundig.sales.queries.quotes import (
    accepted_lines,
    is_overdue,
    latest_of,
    limits,
    lines_of,
    may_approve,
    open_quotes,
    quote_by_link,
    reasons_in_words,
    reasons_to_approve,
    versions_of,
)

__all__ = [
    "accepted_lines",
    "document_of",
    "first_stage",
    "is_overdue",
    "latest_of",
    "limits",
    "lines_of",
    "may_approve",
    "missing_in",
    "missing_on_the_way",
    "open_quotes",
    "pipelines_in_use",
    "quote_by_link",
    "reasons_in_words",
    "reasons_to_approve",
    "stage_with",
    "stages_of",
    "versions_of",
]
