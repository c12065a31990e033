"""Which state follows which: none is skipped, for whomever it is in a hurry."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.orders.enums import OrderState, ReturnState

PLACED, CONFIRMED, PARTLY, DELIVERED, COMPLETED, CANCELLED = OrderState
ORDER: Mapping[str, tuple[str, ...]] = {
    PLACED: (CONFIRMED, CANCELLED),
    CONFIRMED: (PLACED, PARTLY, DELIVERED, CANCELLED),
    PARTLY: (DELIVERED,),
    DELIVERED: (COMPLETED,),
    COMPLETED: (DELIVERED,),
    CANCELLED: (PLACED,),
}
"""State → those that may follow. Back go only a confirmation, a completion and a cancellation, taken back."""
BY_DELIVERIES = frozenset({PARTLY, DELIVERED})
"""What no hand sets but the deliveries."""
RETURN: Mapping[str, tuple[str, ...]] = {
    ReturnState.ANNOUNCED: (ReturnState.RECEIVED, ReturnState.WITHDRAWN),
    ReturnState.RECEIVED: (ReturnState.INSPECTED,),
    ReturnState.INSPECTED: (ReturnState.DECIDED,),
    ReturnState.DECIDED: (ReturnState.SETTLED,),
    ReturnState.SETTLED: (),
    ReturnState.WITHDRAWN: (),
}


def check_order(before: str, after: str) -> None:
    """Raises ValidationError at `state` where an order cannot go from one to the other."""
    if after in ORDER[before]:
        return
    known = OrderState(before).label
    if before == CANCELLED:
        text = _("This order was cancelled. Take that back first.")
    elif before == PLACED:
        text = _("This order is not confirmed yet: confirm it first.")
    elif after == CANCELLED:
        text = _("Something of this order has been delivered: it cannot be cancelled any more. What comes back is a "
                 "return.")  # fmt: skip
    elif after == COMPLETED:
        text = _("Not everything of this order has been delivered yet.")
    else:
        text = _("An order that is “%(before)s” cannot become “%(after)s”.") % {
            "before": known, "after": OrderState(after).label,
        }  # fmt: skip
    raise ValidationError({"state": text})


def check_return(before: str, after: str) -> None:
    """Raises ValidationError where a return cannot go from one to the other."""
    if after in RETURN[before]:
        return
    raise ValidationError(
        _("A return that is “%(before)s” cannot become “%(after)s”; first it is to be: %(next)s.")
        % {
            "before": ReturnState(before).label, "after": ReturnState(after).label,
            "next": ", ".join(str(ReturnState(each).label) for each in RETURN[before]) or "–",
        }
    )  # fmt: skip
