"""The active rules, kept per process for a few seconds: every change asks for them."""

import time

from kundig.automation.enums import State
from kundig.automation.models import Rule
from kundig.automation.rules import BY_CHANGE

KEPT_SECONDS = 3.0
_kept: tuple[float, dict[str, list[Rule]]] | None = None


def active_rules(object_name: str) -> list[Rule]:
    """Active rules that look at changes of an object."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEPT_SECONDS:
        found: dict[str, list[Rule]] = {}
        for rule in Rule.objects.filter(state=State.ACTIVE, trigger__in=BY_CHANGE).order_by("created_at", "id"):
            found.setdefault(rule.object, []).append(rule)
        _kept = (now, found)
    return _kept[1].get(object_name, [])


def forget_rules() -> None:
    """Read the rules anew at the next question: after a change, and between tests."""
    global _kept
    _kept = None
