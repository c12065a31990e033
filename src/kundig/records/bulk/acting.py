"""What can be done with many records at once: the small protocol that generic actions and those of domains share.

A domain offers an action on its kind of object in the description:

    class DealDescription(Description):
        actions = [RecordAction("win", _("Mark as won"), one_by_one(win_deal), icon="check", inputs=(
            Input("reason", _("Reason"), LongText()),))]

It then stands in the bar below a selection, in the REST interface, and in rules. Whoever runs it has checked the right
(the action's own, and that for bulk work) and hands over locked records; `run` says of each what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import Action
from kundig.records.fields import Field
from kundig.records.kinds.base import Kind

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

Values = Mapping[str, Any]


class Outcome(models.TextChoices):
    """What became of a record."""

    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("as it was")
    REFUSED = "refused", _("refused")


@dataclass(frozen=True)
class Fate:
    """What became of one record, and why it was refused."""

    record_id: UUID
    outcome: Outcome
    reason: str = ""


Run = Callable[..., Iterable[Fate]]
"""`run(records, values, *, by)`: does it in the transaction at hand. A ValidationError refuses all of them together;
whoever called it then tries fewer at a time, so that it only has to be told apart which record was meant."""


@dataclass(frozen=True)
class Input:
    """Something an action asks for: read by a kind of field, under a name of its own."""

    name: str
    label: Any
    kind: Kind
    required: bool = False
    help: Any = ""

    def field(self, description: Description) -> Field:
        """The input as a field, so that the editors of fields show it."""
        return Field(
            description=description, name=self.name, path=self.name, kind=self.kind, model_field=None, label=self.label,
            help=self.help, required=self.required, editable=True, personal=False, purpose="",
        )  # fmt: skip


@dataclass(frozen=True)
class RecordAction:
    """An action of a domain. `key` is its name in addresses, `right` what one must be allowed to do with a record."""

    key: str
    label: Any
    run: Run
    icon: str = "check"
    right: Action = Action.CHANGE
    inputs: tuple[Input, ...] = ()

    def title(self, values: Values) -> str:
        """What is done, in a few words for the list of runs."""
        return str(self.label)

    def is_found_anew(self, values: Values) -> bool:
        """Whether the search entries of the records have to be made anew."""
        return True


def one_by_one(act: Callable[..., Any]) -> Run:
    """Makes `run` out of `act(record, **values, by=by)`, which answers False where there was nothing to do."""

    def run(records: Sequence[models.Model], values: Values, *, by: User) -> Iterable[Fate]:
        for record in records:
            is_same = act(record, **values, by=by) is False
            yield Fate(record.pk, Outcome.UNCHANGED if is_same else Outcome.CHANGED)

    return run
