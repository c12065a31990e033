"""What is wrong with a condition, and where in its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Problem:
    """A sentence for the author, and the place in the text it speaks of (`end` is behind its last character)."""

    message: str
    start: int
    end: int


class ConditionError(ValidationError):
    """A condition or a formula that cannot be understood. `problems` are in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.start)
        super().__init__([problem.message for problem in self.problems])


def refuse(message: str, start: int, end: int) -> ConditionError:
    return ConditionError([Problem(message, start, end)])
