"""Choices of sales."""

from kundig.sales.enums.deals import (
    Attitude,
    CentreRole,
    DealStatus,
    ForecastCategory,
    Outcome,
    ProbabilityFrom,
)
from kundig.sales.enums.quotes import DeclineReason, QuoteLanguage, QuoteState, Signature, Snippet

__all__ = [
    "Attitude",
    "CentreRole",
    "DealStatus",
    "DeclineReason",
    "ForecastCategory",
    "Outcome",
    "ProbabilityFrom",
    "QuoteLanguage",
    "QuoteState",
    "Signature",
    "Snippet",
]
