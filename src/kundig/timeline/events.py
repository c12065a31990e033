"""What happens in the history of a customer; ids only.

`organisation_id` is the organisation that a contact rolls up to, `people` are the further parties who took part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class _OfHistory:
    party_id: UUID
    organisation_id: UUID | None
    people: tuple[UUID, ...]

    @property
    def live_names(self) -> tuple[str, ...]:
        """The histories that browsers should fetch again."""
        parties = dict.fromkeys((self.party_id, self.organisation_id, *self.people))
        return tuple(f"timeline:{party}" for party in parties if party is not None)


@dataclass(frozen=True)
class TouchpointRecorded(_OfHistory):
    """Somebody had to do with a customer, on whatever channel."""

    touchpoint_id: UUID
    at: datetime
    party_id: UUID
    organisation_id: UUID | None = None
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class TouchpointChanged(_OfHistory):
    """What is known of it is different now: its words, its time, who took part, a comment."""

    touchpoint_id: UUID
    at: datetime
    party_id: UUID
    organisation_id: UUID | None = None
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class TouchpointRemoved(_OfHistory):
    """It was deleted."""

    touchpoint_id: UUID
    at: datetime
    party_id: UUID
    organisation_id: UUID | None = None
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PromiseMade:
    """One side owes the other something by word."""

    promise_id: UUID
    party_id: UUID


@dataclass(frozen=True)
class PromiseSettled:
    """A promise was kept, or not."""

    promise_id: UUID
    party_id: UUID
    is_kept: bool


@dataclass(frozen=True)
class HandoverReceived:
    """The successor has taken a customer over."""

    handover_id: UUID
    party_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class TaskAssigned:
    """A task was given to somebody; `by_id` is None where a rule did it."""

    task_id: UUID
    assignee_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class TaskDone:
    """`next_id` is the task that follows it in its series, None where none does."""

    task_id: UUID
    by_id: UUID | None
    next_id: UUID | None = None


@dataclass(frozen=True)
class TaskReopened:
    task_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class AppointmentMoved:
    """It begins or ends at another time."""

    appointment_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class AppointmentHeld:
    """It took place. `next_id` is the one that follows it in its series, None where none does."""

    appointment_id: UUID
    by_id: UUID | None
    next_id: UUID | None = None
