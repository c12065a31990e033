"""The tree of a condition as it was written: names and values, whatever they may mean.

Nodes are plain data and equal if they say the same; `start` and `end` are their place in the text they were read from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

Value = str | Decimal | bool | dt.date | dt.datetime | dt.time


@dataclass(frozen=True)
class Node:
    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)

    def parts(self) -> Iterator[Node]:
        """The nodes directly below this one."""
        yield from ()

    def size(self) -> int:
        """How many nodes there are from here down."""
        waiting, count = [self], 0
        while waiting:
            node = waiting.pop()
            count += 1
            waiting.extend(node.parts())
        return count


@dataclass(frozen=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True)
class Name(Node):
    """A field (`city`), a field of a related record (`owner.name`), or a word that is a choice (`customer`)."""

    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class Me(Node):
    """Who asks; with `attribute` "team" that person's teams."""

    attribute: str = ""


@dataclass(frozen=True)
class Present(Node):
    """`today` or `now`."""

    word: str


@dataclass(frozen=True)
class Duration(Node):
    """90 days, 12 months."""

    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node

    def parts(self) -> Iterator[Node]:
        yield from (self.left, self.right)


@dataclass(frozen=True)
class Negative(Node):
    part: Node

    def parts(self) -> Iterator[Node]:
        yield self.part


@dataclass(frozen=True)
class Compare(Node):
    """`operator` is one of = != < <= > >= or "contains", "starts with", "ends with"."""

    left: Node
    operator: str
    right: Node

    def parts(self) -> Iterator[Node]:
        yield from (self.left, self.right)


@dataclass(frozen=True)
class OneOf(Node):
    left: Node
    values: tuple[Node, ...]

    def parts(self) -> Iterator[Node]:
        yield self.left
        yield from self.values


@dataclass(frozen=True)
class Empty(Node):
    left: Node

    def parts(self) -> Iterator[Node]:
        yield self.left


@dataclass(frozen=True)
class Logic(Node):
    """All ("and") or any ("or") of at least two parts."""

    operator: str
    clauses: tuple[Node, ...]

    def parts(self) -> Iterator[Node]:
        yield from self.clauses


@dataclass(frozen=True)
class Not(Node):
    part: Node

    def parts(self) -> Iterator[Node]:
        yield self.part


@dataclass(frozen=True)
class Quantity(Node):
    """A question about what belongs to a record: `quantifier` is any, all, none or count."""

    collection: Name
    quantifier: str
    condition: Node | None = None

    def parts(self) -> Iterator[Node]:
        if self.condition is not None:
            yield self.condition


@dataclass(frozen=True)
class Call(Node):
    """A function of values (`round(revenue / 12, 2)`), of a collection (`sum(orders.total, …)`), or a question that
    another domain answers (`consent(mail, newsletter)`)."""

    name: str
    arguments: tuple[Node, ...]

    def parts(self) -> Iterator[Node]:
        yield from self.arguments
