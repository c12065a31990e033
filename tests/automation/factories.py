"""Rules as an administrator would build them, and the worker that does them."""

from kundig.automation.actions import activate_rule, back_test, perform_waiting, save_rule
from kundig.automation.models import Rule
from kundig.platform import outbox

TO_CUSTOMER = {"action": "set_field", "values": {"field": "lifecycle", "value": "customer"}}


def a_rule(*, by, active=True, **values):
    """A rule for organisations; new ones become customers unless something else is said."""
    known = {
        "name": "Neue werden Kunden", "object": "organisations", "trigger": "created", "details": {}, "condition": "",
        "steps": [TO_CUSTOMER],
    }  # fmt: skip
    rule = save_rule(Rule(), values={**known, **values}, version=None, by=by)
    if active:
        back_test(rule)
        activate_rule(rule, by=by)
    return rule


def work():
    """What the worker does: deliver events and do runs, until nothing is left."""
    while outbox.deliver() or perform_waiting():
        pass
