"""Amounts of positions: their currency is that of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kundig.records.kinds.numbers import Money

if TYPE_CHECKING:
    from kundig.records.fields import Field


class AmountIn(Money):
    """An amount whose currency stands in the record that `document` leads to."""

    def __init__(self, document: str) -> None:
        self.document = document

    def sources(self, field: Field) -> tuple[str, ...]:
        return (field.path, f"{self.document}__currency")
