"""Who may know that somebody is at a record: those who may see it, and of its fields those they may read."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry


def who_may_know(name: str, people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Of these people the active ones who may see the record "organisations:<id>", each with the fields they may read.

    Nobody for a name that is no record's. Three statements, however many people; one more each for parts of records.
    """
    kind, _colon, text = name.partition(":")
    description = registry.get(kind)
    try:
        record_id = UUID(text)
    except ValueError:
        return {}
    record = description.everything().filter(pk=record_id).first() if description else None
    if description is None or record is None:
        return {}
    return {
        user.pk: frozenset(description.fields_for(user))
        for user in User.objects.some_with_access(people)
        if description.may(user, Action.READ) and description.may(user, Action.READ, record)
    }
