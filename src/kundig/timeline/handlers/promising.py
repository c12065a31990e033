"""The words of contacts are looked through for promises."""

from __future__ import annotations

from uuid import UUID

from kundig.platform import outbox
from kundig.timeline.actions.promises import forget_proposals, propose_promises
from kundig.timeline.events import TouchpointChanged, TouchpointRecorded, TouchpointRemoved
from kundig.timeline.models import Touchpoint

READ = frozenset({"note", "call", "visit", "meeting"})
"""The kinds whose words somebody of ours has written down. What others write is not read for this."""


@outbox.handler(TouchpointRecorded)
def look_for_promises(event: TouchpointRecorded) -> None:
    _look(event.touchpoint_id)


@outbox.handler(TouchpointChanged)
def look_for_promises_again(event: TouchpointChanged) -> None:
    _look(event.touchpoint_id)


@outbox.handler(TouchpointRemoved)
def forget_what_was_proposed(event: TouchpointRemoved) -> None:
    forget_proposals(UUID(str(event.touchpoint_id)))


def _look(touchpoint_id: UUID) -> None:
    touchpoint = Touchpoint.objects.filter(pk=touchpoint_id, kind__in=READ).first()
    if touchpoint is not None:
        propose_promises(touchpoint)
