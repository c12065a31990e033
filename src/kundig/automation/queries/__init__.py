"""Questions about rules, their runs, and what happened to records."""

from kundig.automation.queries.active import active_rules, forget_rules
from kundig.automation.queries.fitness import misfit, missing_fields
from kundig.automation.queries.histories import Change, changes_in, history
from kundig.automation.queries.overviews import Overview, overviews
from kundig.automation.queries.wording import Sentence, sentence

__all__ = [
    "Change",
    "Overview",
    "Sentence",
    "active_rules",
    "changes_in",
    "forget_rules",
    "history",
    "misfit",
    "missing_fields",
    "overviews",
    "sentence",
]
