"""What changes of sales."""

from kundig.sales.actions.accepting import (
    AlreadyDecided,
    Signed,
    accept_quote,
    ask_about,
    decline_quote,
    evidence_of,
    note_view,
)
from kundig.sales.actions.approving import approve_quote, ask_approval, refuse_approval, set_limits
from kundig.sales.actions.bringing_deals import bring_in_deals, rivals
from kundig.sales.actions.deals import (
    add_deal,
    change_deal,
    create_deal,
    deals_brought_back,
    delete_deal,
    lose_deal,
    move_deal,
    win_deal,
)
from kundig.sales.actions.lines import change_line, create_line, delete_line
from kundig.sales.actions.moves import GATE
from kundig.sales.actions.pipelines import ensure_pipelines
from kundig.sales.actions.quote_paper import paper_of
from kundig.sales.actions.quotes import (
    add_quote,
    add_quote_line,
    change_quote,
    change_quote_line,
    create_quote,
    create_quote_line,
    delete_quote,
    delete_quote_line,
)
from kundig.sales.actions.quotes_back import quote_lines_brought_back, quotes_brought_back
from kundig.sales.actions.sending import new_version, reasons_against, send_quote, withdraw_quote
from kundig.sales.actions.steps import (
    keep_all_steps,
    keep_of_appointments,
    keep_of_parties,
    keep_of_tasks,
    keep_steps,
)
from kundig.sales.actions.templates import change_template, create_template

__all__ = [
    "GATE",
    "AlreadyDecided",
    "Signed",
    "accept_quote",
    "add_deal",
    "add_quote",
    "add_quote_line",
    "approve_quote",
    "ask_about",
    "ask_approval",
    "bring_in_deals",
    "change_deal",
    "change_line",
    "change_quote",
    "change_quote_line",
    "change_template",
    "create_deal",
    "create_line",
    "create_quote",
    "create_quote_line",
    "create_template",
    "deals_brought_back",
    "decline_quote",
    "delete_deal",
    "delete_line",
    "delete_quote",
    "delete_quote_line",
    "ensure_pipelines",
    "evidence_of",
    "keep_all_steps",
    "keep_of_appointments",
    "keep_of_parties",
    "keep_of_tasks",
    "keep_steps",
    "lose_deal",
    "move_deal",
    "new_version",
    "note_view",
    "paper_of",
    "quote_lines_brought_back",
    "quotes_brought_back",
    "reasons_against",
    "refuse_approval",
    "rivals",
    "send_quote",
    "set_limits",
    "win_deal",
    "withdraw_quote",
]
