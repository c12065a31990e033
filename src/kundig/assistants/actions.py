"""Proposing, taking over and declining what assistants would like to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.assistants.enums import State
from kundig.assistants.models import Proposal
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform.formats import Formats, current_formats
from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger.sets import change_set
from kundig.records.rest.endpoint import REFUSALS, refused_by_layers_below
from kundig.records.rest.items import ItemPlan
from kundig.records.rest.problems import Problem
from kundig.records.rest.resources import NOT_THERE, as_told
from kundig.records.rest.values import values_in
from kundig.records.rows import Row
from kundig.records.statements import record_of

PROPOSED = NoticeKind(
    key="proposal",
    label=gettext_lazy("An assistant proposes a change"),
    help=gettext_lazy("It holds once you have taken it over."),
    icon="pencil",
    words=lambda data, count: (
        _("proposes %(count)d changes. Look at them and decide.") % {"count": count}
        if count > 1
        else _("proposes a change. Look at it and decide.")
    ),
    headline=lambda data, count: str(data.get("assistant", "")),
)


@dataclass(frozen=True)
class Difference:
    """One field of a proposal, in words. `before` is None of a new record."""

    name: str
    label: str
    seen: str | None
    now: str | None
    proposed: str

    @property
    def has_moved(self) -> bool:
        """Whether somebody has changed the field since it was proposed."""
        return self.seen is not None and self.seen != self.now


@dataclass(frozen=True)
class Written:
    """A record that was made or changed, or would be."""

    record_id: UUID
    item: Mapping[str, Any]
    title: str
    differences: tuple[Difference, ...]
    change_set: UUID | None


class _NotMeant(Exception):
    """Takes a trial back."""


def write(
    description: Description, record_id: UUID | None, values: Mapping[str, Any], *, by: User, title: str = "",
    seen: Mapping[str, str] | None = None,
) -> Written:  # fmt: skip
    """Make or change a record with the rights of `by`, as something an assistant did.

    Raises:
        Problem: as the API tells what is refused.
    """
    key = uuid7()
    plan = ItemPlan(description, by)
    try:
        with transaction.atomic(), change_set(by=by, via=Via.ASSISTANT, title=title, key=key):
            before: Row | None = None
            record: models.Model | None = None
            if record_id is not None:
                before = plan.one(record_id, by)
                record = record_of(description, record_id) if before is not None else None
                if before is None or record is None:
                    raise Problem(404, str(NOT_THERE))
            parsed = _parsed(plan, values, before, by=by)
            if record is None:
                record = create_record(description, parsed, by=by, via=Via.ASSISTANT)
            elif parsed:
                record = change_record(description, record, parsed, by=by, via=Via.ASSISTANT)
            after = plan.one(record.pk, by)
            return _written(plan, record.pk, before, after, seen=seen, key=key, names=parsed)
    except REFUSALS as error:
        raise refused_by_layers_below(error) from error


def tried(
    description: Description, record_id: UUID | None, values: Mapping[str, Any], *, by: User,
    seen: Mapping[str, str] | None = None,
) -> Written:  # fmt: skip
    """What `write` would do: it is done and taken back, so that every rule of the trade is heard; raises like it."""
    found: list[Written] = []
    try:
        with transaction.atomic():
            found.append(write(description, record_id, values, by=by, seen=seen))
            raise _NotMeant
    except _NotMeant:
        return found[0]


def _parsed(plan: ItemPlan, values: Mapping[str, Any], before: Row | None, *, by: User) -> dict[str, Any]:
    if before is None:
        return values_in(values, plan.description, by)
    return values_in(
        values, plan.description, by, item=as_told(plan.item(before)), row=plan.rows.as_dict(before)
    )  # fmt: skip


def _written(
    plan: ItemPlan, key_of_record: UUID, before: Row | None, after: Row | None, *, seen: Mapping[str, str] | None,
    key: UUID, names: Mapping[str, Any],
) -> Written:  # fmt: skip
    formats = current_formats()
    texts, olds = _texts(plan, after, formats), _texts(plan, before, formats)
    known = olds if seen is None else {**olds, **seen}
    differences = tuple(
        Difference(
            name, str(plan.fields[name].label), known.get(name) if before is not None else None,
            olds.get(name) if before is not None else None, texts.get(name, ""),
        )
        for name in plan.fields
        if name in names
    )  # fmt: skip
    title = texts.get(plan.description.title) or olds.get(plan.description.title) or ""
    item = plan.item(after) if after is not None else {"id": key_of_record}
    return Written(key_of_record, item, title, differences, key)


def _texts(plan: ItemPlan, row: Row | None, formats: Formats) -> dict[str, str]:
    """Every field of a row as people read it."""
    if row is None:
        return {}
    return {name: field.text(formats, *plan.rows.values(row, field)) for name, field in plan.fields.items()}


def propose(
    description: Description, record_id: UUID | None, values: Mapping[str, Any], *, by: User, assistant: str,
    reason: str = "",
) -> tuple[Proposal, Written]:  # fmt: skip
    """Keep what an assistant would change until `by` decides, and tell them; answers what it would do, too.

    Raises:
        Problem: if it could not be done as it is.
    """
    trial = tried(description, record_id, values, by=by)
    with transaction.atomic():
        proposal = Proposal.objects.create(
            user=by,
            assistant=assistant[:80],
            object=description.name,
            record=record_id,
            title=trial.title[:300],
            values=dict(values),
            seen={each.name: each.now for each in trial.differences if each.now is not None},
            reason=reason[:500],
        )
        tell(by, kind=PROPOSED.key, matter="proposals", data={"assistant": assistant[:80]}, url="/proposals/")
    return proposal, trial


def approve(proposal: Proposal, *, by: User) -> Written:
    """Do what is proposed, as it stands now, with the rights of `by`.

    Raises:
        ValidationError: if it was decided already.
        Problem: if it cannot be done any more.
    """
    with transaction.atomic():
        found = _open(proposal, by=by)
        description = registry.get(found.object)
        if description is None:
            raise ValidationError(_("There are no such records any more."))
        done = write(description, found.record, found.values, by=by, title=found.assistant)
        found.state, found.decided_at, found.change_set = State.APPROVED, timezone.now(), done.change_set
        found.record = done.record_id
        found.save()
    return done


def approve_all(
    proposals: Sequence[Proposal], *, by: User
) -> tuple[list[Proposal], list[tuple[Proposal, ValidationError | Problem]]]:
    """Take over those that can be, one after the other, each a change set of its own; answers these, and the others
    with what is against them."""
    done: list[Proposal] = []
    refused: list[tuple[Proposal, ValidationError | Problem]] = []
    for proposal in proposals:
        try:
            approve(proposal, by=by)
            done.append(proposal)
        except (ValidationError, Problem) as error:
            refused.append((proposal, error))
    return done, refused


def words_of(problem: ValidationError | Problem) -> str:
    """Why something was refused, for people."""
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    lines = [f"{name}: {' '.join(texts)}" for name, texts in (problem.errors or {}).items()]
    return " ".join(lines) or problem.detail


def decline(proposal: Proposal, *, by: User) -> None:
    """Leave everything as it is; raises ValidationError if it was decided already."""
    with transaction.atomic():
        found = _open(proposal, by=by)
        found.state, found.decided_at = State.DECLINED, timezone.now()
        found.save()


def _open(proposal: Proposal, *, by: User) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk, user=by)
    if not found.is_open:
        raise ValidationError(_("This is decided already."))
    return found


def forget_records(object_name: str, ids: list[UUID]) -> int:
    """Delete the proposals about records that were erased for good."""
    deleted, _by_model = Proposal.objects.filter(object=object_name, record__in=ids).delete()
    return deleted
