"""What is missing and old, and the customers in whom one value is all that is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import Countable
from kundig.parties.models import Party, QualityRule
from kundig.parties.queries.duplicates import descriptions
from kundig.parties.rules.quality import Quality, Rule, countable, default_rule, quality_of
from kundig.platform.composed import composed_once
from kundig.records.description import Description
from kundig.records.patience import TooSlow, at_most

MOST_COUNTED = 1000
COUNT_MS = 300


@dataclass(frozen=True)
class Gap:
    """A value that is all that some customers of a kind lack; `count` is None where counting takes too long."""

    description: Description
    field: str
    count: int | None

    @property
    def has_more(self) -> bool:
        return self.count is None or self.count > MOST_COUNTED


def quality_rule(kind: str) -> Rule:
    """What counts for parties of this kind."""
    for row in _quality_rules(kind=kind):
        return Rule(tuple(row.fields), tuple(row.months))
    return default_rule(kind)


@composed_once
def _quality_rules(*, kind: str) -> QuerySet[QualityRule]:
    return QualityRule.objects.filter(pk=kind)


def quality_of_party(party: Party, *, today: dt.date | None = None) -> Quality:
    """The same that stands on its row, value by value."""
    values = {column.name: getattr(party, column.attname) for column in party._meta.concrete_fields}
    created_on = party.created_at.astimezone(dt.UTC).date()
    return quality_of(
        values, party.origins, quality_rule(party.kind), created_on=created_on, today=today or timezone.localdate()
    )


def may_count(description: Description) -> list[Countable]:
    """What can count in parties of a kind: not what has no purpose."""
    kind = description.where["kind"]
    return [each for each in countable(kind) if description.is_on(description.fields[each.value])]


def mendable(user: User) -> list[tuple[Description, str]]:
    """The kinds and values that `user` could fill in, the most wanted first."""
    found = []
    for description in descriptions():
        if not description.may(user, Action.CHANGE):
            continue
        for name in quality_rule(description.where["kind"]).fields:
            field = description.fields.get(name)
            if field is not None and description.may_write(user, field):
                found.append((description, name))
    return found


def to_mend(description: Description, field: str, *, user: User) -> QuerySet[Any]:
    """The customers that `user` may change and in whom this is the one value that is missing, by name."""
    rows = description.visible_to(user, Action.CHANGE)
    return rows.filter(missing=field, missing_count=1).order_by("name_key", "pk")


def gaps(user: User) -> list[Gap]:
    """What can be mended, with how many customers each; those that nobody needs are left out."""
    found = [Gap(description, field, _count(description, field, user)) for description, field in mendable(user)]
    return [gap for gap in found if gap.count != 0]


def _count(description: Description, field: str, user: User) -> int | None:
    try:
        with at_most(COUNT_MS):
            return to_mend(description, field, user=user).order_by()[: MOST_COUNTED + 1].count()
    except TooSlow:
        return None
