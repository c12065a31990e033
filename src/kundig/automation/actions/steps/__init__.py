"""What every rule can do; domains add more (`kundig.automation.protocol.register_action`)."""

from kundig.automation.actions.steps.assigning import ASSIGN
from kundig.automation.actions.steps.calling import CALL
from kundig.automation.actions.steps.notifying import NOTIFY
from kundig.automation.actions.steps.setting import ADD_TAG, REMOVE_TAG, SET_FIELD

STEPS = (SET_FIELD, ASSIGN, ADD_TAG, REMOVE_TAG, NOTIFY, CALL)

__all__ = ["STEPS"]
