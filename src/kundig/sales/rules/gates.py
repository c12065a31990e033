"""What a deal needs to come into a stage. No database: stages and values are handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from kundig.sales.enums import DealStatus


class IsStage(Protocol):
    """What a gate asks of a stage."""

    position: int
    status: str
    required: Sequence[str]
    checklist: Sequence[str]


S = TypeVar("S", bound=IsStage)


@dataclass(frozen=True)
class Missing:
    """What a deal lacks on its way: names of fields, and what has not been ticked, in the order of the stages."""

    fields: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.checks)


def gates_between(stages: Iterable[S], start: S | None, goal: S) -> list[S]:
    """The stages whose gates are passed from `start` (None: from outside) to `goal`.

    Who goes back passes none, and losing a deal is always possible. Who skips stages passes their gates, too.
    """
    if goal.status == DealStatus.LOST:
        return []
    after = -1 if start is None or start.status == DealStatus.LOST else start.position
    if start is not None and start.status == DealStatus.WON:
        return []
    return sorted(
        (s for s in stages if after < s.position <= goal.position and s.status != DealStatus.LOST),
        key=lambda s: s.position,
    )


def missing_for(gates: Iterable[IsStage], *, is_filled: Callable[[str], bool], checked: Collection[str]) -> Missing:
    """What is missing to pass all of these gates."""
    passed = list(gates)
    fields = dict.fromkeys(name for gate in passed for name in gate.required if not is_filled(name))
    checks = dict.fromkeys(item for gate in passed for item in gate.checklist if item not in checked)
    return Missing(tuple(fields), tuple(checks))


def is_something(value: Any) -> bool:
    """Whether a field counts as filled in: nought is an amount, an empty text is nothing."""
    return value not in (None, "", [], ())
