"""Amounts of money and percentages as model fields."""

from typing import Any

from django.db import models


class MoneyField(models.DecimalField):
    """An amount with two decimals. `currency_from` names the sibling column that holds its currency (ISO 4217);
    without one the amount is in the currency of the house."""

    def __init__(self, *args: Any, currency_from: str = "", **kwargs: Any) -> None:
        self.currency_from = currency_from
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.currency_from:
            kwargs["currency_from"] = self.currency_from
        return name, path, args, kwargs


class PercentField(models.DecimalField):
    """Percentage points: 12.5 means 12.5 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)
