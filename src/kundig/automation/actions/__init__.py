"""Everything that changes rules, and everything that rules change."""

from kundig.automation.actions.clock import run_due
from kundig.automation.actions.performing import forget_records, perform_waiting, retry_run
from kundig.automation.actions.reacting import SETS_NOTHING_OFF, pause_by_itself, react
from kundig.automation.actions.rules import activate_rule, delete_rule, draft_rule, pause_rule, save_rule
from kundig.automation.actions.testing import back_test

__all__ = [
    "SETS_NOTHING_OFF",
    "activate_rule",
    "back_test",
    "delete_rule",
    "draft_rule",
    "forget_records",
    "pause_by_itself",
    "pause_rule",
    "perform_waiting",
    "react",
    "retry_run",
    "run_due",
    "save_rule",
]
