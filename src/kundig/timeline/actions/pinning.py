"""What stands at the top of a customer's history until somebody takes it down."""

from __future__ import annotations

from django.utils import timezone

from kundig.accounts.models import User
from kundig.timeline.actions.touchpoints import change_touchpoint
from kundig.timeline.models import Touchpoint


def pin(touchpoint: Touchpoint, *, by: User) -> Touchpoint:
    """Keep a contact at the top; raises like `change_touchpoint`."""
    return change_touchpoint(touchpoint, {"pinned_at": timezone.now()}, by=by)


def unpin(touchpoint: Touchpoint, *, by: User) -> Touchpoint:
    """Let it stand where it belongs; raises like `change_touchpoint`."""
    return change_touchpoint(touchpoint, {"pinned_at": None}, by=by)
