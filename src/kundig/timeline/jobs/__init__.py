"""What the clock starts."""

from kundig.timeline.jobs import quarters, reminders, reminding, rhythm

__all__ = [
    "quarters",
    "reminders",
    "reminding",
    "rhythm",
]
