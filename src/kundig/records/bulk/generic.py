"""The actions that every kind of object has: change fields, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.actions import let_go, searched_columns
from kundig.records.bulk.acting import Fate, Outcome, Run, Values
from kundig.records.bulk.steps import Step, read_steps
from kundig.records.bulk.writing import columns_of, write
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.needed import still_needed

CHANGE, DELETE = "change", "delete"


class Doing(Protocol):
    """What a run needs of an action; `RecordAction` has it, too."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def icon(self) -> str: ...
    @property
    def right(self) -> Action: ...
    @property
    def run(self) -> Run: ...
    def title(self, values: Values) -> str: ...
    def is_found_anew(self, values: Values) -> bool: ...


class Change:
    """Sets fields. `values` are `{"steps": [{"field", "how", "raw"}], "is_json"}`."""

    key, label, icon, right = CHANGE, gettext_lazy("Change"), "pencil", Action.CHANGE

    def __init__(self, description: Description, by: User, *, via: Via = Via.BULK) -> None:
        self.description = description
        self.by = by
        self.via = via

    def steps(self, values: Values) -> list[Step]:
        """Raises ValidationError with a dict field → message."""
        return read_steps(
            self.description, values.get("steps", ()), user=self.by, formats=current_formats(),
            is_json=bool(values.get("is_json")),
        )  # fmt: skip

    def title(self, values: Values) -> str:
        return ", ".join(step.in_words(current_formats()) for step in self.steps(values))

    def run(self, records: Sequence[models.Model], values: Values, *, by: User) -> Iterable[Fate]:
        steps, wanted, refused = self.steps(values), [], []
        for record in records:
            try:
                wanted.append((record, {step.field.name: step.value_for(record) for step in steps}))
            except ValidationError as error:
                refused.append(Fate(record.pk, Outcome.REFUSED, " ".join(error.messages)))
        return refused + write(self.description, wanted, by=by, via=self.via)

    def is_found_anew(self, values: Values) -> bool:
        columns = {
            c for step in self.steps(values) for c in columns_of(self.description, {step.field.name: step.value})
        }
        return self.description.change is not None or bool(columns & set(searched_columns(self.description)))


class Delete:
    key, label, icon, right = DELETE, gettext_lazy("Delete"), "trash", Action.DELETE

    def __init__(self, description: Description, by: User, *, via: Via = Via.BULK) -> None:
        self.description = description
        self.via = via

    def title(self, values: Values) -> str:
        return _("Delete")

    def run(self, records: Sequence[models.Model], values: Values, *, by: User) -> Iterable[Fate]:
        ids = [record.pk for record in records]
        try:
            if self.description.delete is not None:
                for record in records:
                    type(self.description).delete(record, by=by, via=self.via)  # type: ignore[misc]
            else:
                self.description.model._base_manager.filter(pk__in=ids).delete()
        except ProtectedError as error:
            raise ValidationError(still_needed(error, by=by)) from error
        let_go(self.description, ids, by=by, via=self.via)
        return [Fate(record_id, Outcome.CHANGED) for record_id in ids]

    def is_found_anew(self, values: Values) -> bool:
        return True


GENERIC = (Change, Delete)


def doing(description: Description, key: str, *, by: User, via: Via = Via.BULK) -> Doing | None:
    """The action called `key` of a kind of object; None if it has none."""
    for generic in GENERIC:
        if generic.key == key:
            return generic(description, by, via=via)
    return next((action for action in description.actions if action.key == key), None)
