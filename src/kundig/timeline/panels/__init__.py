"""What the page of a party shows of its history."""

from kundig.timeline.panels import handovers, participants, promises
from kundig.timeline.panels.rhythm import CONTACT
from kundig.timeline.panels.steps import STEPS, steps
from kundig.timeline.panels.stream import STREAM

PANELS = (
    STREAM,
    CONTACT,
    promises.PANEL,
    handovers.PANEL,
    STEPS,
    *participants.PANELS,
)

__all__ = [
    "CONTACT",
    "PANELS",
    "STEPS",
    "STREAM",
    "steps",
]
