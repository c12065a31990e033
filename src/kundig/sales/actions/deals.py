"""Making, changing and moving deals.

`create_deal`, `change_deal` and `delete_deal` are called through `records.actions`, which check the right and tell
listeners; the others go through them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Party
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.chances import apply_chances
from kundig.sales.actions.filing import file_move, file_new
from kundig.sales.actions.moves import log_move, refuse_at_gate
from kundig.sales.actions.pipelines import ensure_pipelines
from kundig.sales.actions.steps import keep_steps
from kundig.sales.enums import DealStatus, ProbabilityFrom
from kundig.sales.events import DealAdded, DealLost, DealMoved, DealWon
from kundig.sales.models import ClosingReason, Competitor, Deal, Pipeline, Stage
from kundig.sales.queries import first_stage, stage_with

ENDING = ("closing_reason", "closing_note", "lost_to")
"""What is only known of a deal that has ended."""


def add_deal(*, title: str, party: Party | UUID, by: User, via: Via = Via.HAND, **further: Any) -> Deal:
    """Note a deal; other domains make theirs by this. `further` are other columns of a deal.

    Raises:
        PermissionDenied, ValidationError: like `records.actions.create_record`.
    """
    deal = create_record(_description(), {"title": title, "party": party, **further}, by=by, via=via)
    assert isinstance(deal, Deal)
    return deal


def move_deal(deal: Deal, stage: Stage | UUID, *, by: User, via: Via = Via.HAND, **further: Any) -> Deal:
    """Take a deal into another stage; `further` are columns that are set in the same step, so that it passes the gates.

    Raises:
        PermissionDenied: if `by` may not change it.
        ValidationError: with a dict of columns: what the gates on the way ask for and the deal does not have.
    """
    changed = change_record(_description(), deal, {"stage": stage, **further}, by=by, via=via)
    assert isinstance(changed, Deal)
    return changed


def win_deal(
    deal: Deal, *, by: User, reason: ClosingReason | UUID | None = None, note: str = "", via: Via = Via.HAND
) -> Deal:
    """The customer has said yes. Raises like `move_deal`."""
    return _end(deal, DealStatus.WON, {"closing_reason": reason, "closing_note": note}, by=by, via=via)


def lose_deal(
    deal: Deal, *, by: User, reason: ClosingReason | UUID | None = None, note: str = "",
    lost_to: Competitor | UUID | None = None, via: Via = Via.HAND,
) -> Deal:  # fmt: skip
    """The customer has said no. Raises like `move_deal`, also without a reason."""
    ending = {"closing_reason": reason, "closing_note": note, "lost_to": lost_to}
    return _end(deal, DealStatus.LOST, ending, by=by, via=via)


def create_deal(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Deal:
    """A new deal; without a stage it begins at the first one of its pipeline, without a pipeline in the first.

    Raises:
        ValidationError: with a dict of columns, if the values do not go together or a gate is not passed.
    """
    deal = Deal(stage_since=timezone.now())
    changed = _assign(deal, values)
    if "owner" not in values:
        deal.owner_id = by.pk
    if "team" not in values:
        deal.team_id = _team_of(deal.owner_id, by)
    _settle_place(deal, values, was=None, start=None)
    if not deal.probability_from or "probability_from" not in changed:
        deal.probability_from = deal.pipeline.probability_from
    if via != Via.IMPORT:  # what has long been going on elsewhere comes as it stands
        refuse_at_gate(deal, None, deal.stage)
    _complete(deal, changed, moved=True)
    with transaction.atomic():
        deal.save(force_insert=True)
        log_move(deal, by=by)
        _keep(deal)
        _learn(deal)
        file_new(deal, by=by)
        outbox.publish(DealAdded(deal.pk, deal.party_id, by.pk))
        _tell_of_end(deal, by=by)
    return deal


def change_deal(deal: Deal, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Deal:
    """Set columns of a deal; another stage moves it. Raises like `create_deal`."""
    with transaction.atomic():
        # The customer first, as whoever writes down a contact does, which the customer's deals follow: in the other
        # order the first look at a quote and the deal that follows its sending would wait for each other.
        concerned = [key for key in (deal.party_id, deal.person_id) if key]
        list(Party.objects.select_for_update(no_key=True).filter(pk__in=concerned).order_by("pk").values_list("pk"))
        # Two who move one deal at the same time come one after the other, each through the gates as they then are.
        Deal.objects.select_for_update(no_key=True).filter(pk=deal.pk).values_list("pk", flat=True).first()
        start, was = deal.stage, deal.pipeline_id
        changed = _assign(deal, values)
        if not changed:
            return deal
        if "amount" in changed and deal.lines.exists():
            raise ValidationError({"amount": _("The amount is the sum of the products: change these.")})
        if "currency" in changed and deal.lines.exists():
            raise ValidationError({"currency": _("The prices of the products are in another currency.")})
        _settle_place(deal, values, was=was, start=start)
        moved = deal.stage_id != start.pk
        if moved:
            deal.stage_since = timezone.now()
            refuse_at_gate(deal, start, deal.stage)
        _complete(deal, changed, moved=moved)
        deal.save(update_fields=_written())
        if moved:
            log_move(deal, by=by)
        if moved or {"party", "person"} & set(changed):
            _keep(deal)
        _learn(deal)
        if moved:
            file_move(deal, start, by=by)
            outbox.publish(DealMoved(deal.pk, deal.party_id, start.pk, deal.stage_id, deal.status, by.pk))
            _tell_of_end(deal, by=by)
    return deal


def deals_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """What follows from the stage follows from the one that was put back, also where that column alone was; what is
    planned for them may be different by now."""
    rows = Deal.objects.select_for_update(of=("self",), no_key=True).select_related("stage")
    for deal in rows.filter(pk__in=list(records)).order_by("pk"):
        stood = deal.moves.filter(left_at=None).values_list("stage", flat=True).first()
        is_elsewhere = stood is not None and stood != deal.stage_id
        if is_elsewhere or (deal.status, deal.pipeline_id) != (deal.stage.status, deal.stage.pipeline_id):
            deal.pipeline_id, deal.status = deal.stage.pipeline_id, deal.stage.status
            deal.stage_since = timezone.now() if is_elsewhere else deal.stage_since
            _settle_end(deal, [], moved=True)
            _settle_probability(deal, [], moved=True)
            deal.save(update_fields=_written())
            if is_elsewhere:
                log_move(deal, by=by)
            _learn(deal)
    keep_steps(list(records))


def delete_deal(deal: Deal, *, by: User, via: Via = Via.HAND) -> None:
    deal.delete()


# -- inside ----------------------------------------------------------------------------------------------------------


def _description() -> Any:
    return registry.get("deals")


def _keep(deal: Deal) -> None:
    keep_steps([deal.pk])
    deal.refresh_from_db(fields=Deal.kept_by_database)


def _learn(deal: Deal) -> None:
    if deal.is_open and deal.probability_from == ProbabilityFrom.LEARNED and apply_chances(deal.pipeline_id, [deal.pk]):
        deal.refresh_from_db(fields=("probability",))


def _written() -> list[str]:
    """What a change writes: not what others keep on the row, which may be different by now."""
    return [
        column.name
        for column in Deal._meta.concrete_fields
        if not column.primary_key and not column.generated and column.name not in Deal.kept_by_database
    ]


def _end(deal: Deal, status: str, ending: Mapping[str, Any], *, by: User, via: Via) -> Deal:
    stage = stage_with(deal.pipeline_id, status)
    if stage is None:
        raise ValidationError(
            _("The pipeline “%(pipeline)s” has no stage that counts as “%(status)s”. Add one in its settings.")
            % {"pipeline": deal.pipeline, "status": DealStatus(status).label}
        )
    with transaction.atomic(), change_set(by=by, via=via):
        return move_deal(deal, stage, by=by, via=via, **{name: value for name, value in ending.items() if value})


def _assign(deal: Deal, values: Mapping[str, Any]) -> list[str]:
    """Set columns, given by name with a value, an id or a record; the names of those that are different now."""
    changed = []
    for name, value in values.items():
        column: Any = deal._meta.get_field(name)
        value = value.pk if isinstance(value, models.Model) else value
        if isinstance(value, str) and isinstance(column, models.CharField | models.TextField):
            value = value.replace("\x00", "").strip()
        if getattr(deal, column.attname) != value:
            setattr(deal, column.attname, value)
            changed.append(name)
    return changed


def _settle_place(deal: Deal, named: Collection[str], *, was: UUID | None, start: Stage | None) -> None:
    """Pipeline and stage belong together: whichever was not named follows the other. `was` is the pipeline before."""
    is_elsewhere = deal.pipeline_id is not None and deal.pipeline_id != was
    if deal.stage_id is not None and ("stage" in named or not is_elsewhere):
        stage = Stage.objects.filter(pk=deal.stage_id).first()
        if stage is None:
            raise ValidationError({"stage": _("There is no such stage any more.")})
        if is_elsewhere and stage.pipeline_id != deal.pipeline_id:
            raise ValidationError({"stage": _("“%(stage)s” is no stage of that pipeline.") % {"stage": stage}})
        deal.stage, deal.pipeline_id = stage, stage.pipeline_id
        return
    if deal.pipeline_id is None:
        deal.pipeline = ensure_pipelines()
    elif not Pipeline.objects.filter(pk=deal.pipeline_id).exists():
        raise ValidationError({"pipeline": _("There is no such pipeline any more.")})
    alike = stage_with(deal.pipeline_id, start.status) if start is not None else None
    found = alike or first_stage(deal.pipeline_id)
    if found is None:
        raise ValidationError({"pipeline": _("This pipeline has no stages yet.")})
    deal.stage = found


def _complete(deal: Deal, changed: list[str], *, moved: bool) -> None:
    """Bring columns in step with those that were set, and check them all together."""
    if not deal.title:
        raise ValidationError({"title": _("Say what is to be sold.")})
    if deal.party_id is None:
        raise ValidationError({"party": _("Say to whom it is to be sold.")})
    deal.currency = (deal.currency or company().currency).upper()
    deal.status = deal.stage.status
    _settle_end(deal, changed, moved=moved)
    _settle_probability(deal, changed, moved=moved)
    unchecked = {"stage", "pipeline", "probability"}  # settled above
    names = {column.name for column in deal._meta.concrete_fields if column.name not in changed}
    deal.clean_fields(exclude=names | unchecked)
    if not 0 <= deal.probability <= 100:
        raise ValidationError({"probability": _("Between 0 and 100 percent, please.")})


def _settle_end(deal: Deal, changed: list[str], *, moved: bool) -> None:
    if not deal.stage.is_closed:
        if "closed_at" in changed and deal.closed_at is not None:
            raise ValidationError({"closed_at": _("An open deal has not been closed: move it to its end first.")})
        deal.closed_at = deal.closing_reason_id = deal.lost_to_id = None
        deal.closing_note = ""
        return
    if deal.closed_at is None:
        deal.closed_at = timezone.now()
    elif deal.closed_at > timezone.now():
        raise ValidationError({"closed_at": _("A deal cannot have been closed in the future.")})
    reason = ClosingReason.objects.filter(pk=deal.closing_reason_id).first() if deal.closing_reason_id else None
    if reason is not None and reason.outcome != deal.status:
        if "closing_reason" in changed:
            raise ValidationError({
                "closing_reason": _("“%(reason)s” is no reason for deals that are %(status)s.")
                % {"reason": reason, "status": DealStatus(deal.status).label}
            })  # fmt: skip
        deal.closing_reason_id = None
    if deal.status == DealStatus.WON:
        deal.lost_to_id = None


def _settle_probability(deal: Deal, changed: list[str], *, moved: bool) -> None:
    deal.probability_from = deal.probability_from or ProbabilityFrom.STAGE
    if deal.stage.is_closed:
        deal.probability = Decimal(100 if deal.status == DealStatus.WON else 0)
        return
    if "probability" in changed and "probability_from" not in changed and deal.probability is not None:
        deal.probability_from = ProbabilityFrom.HAND
    if deal.probability is None:  # emptied: the stage knows
        deal.probability_from = ProbabilityFrom.STAGE
        deal.probability = deal.stage.probability
    is_asked = moved or "probability_from" in changed
    if deal.probability_from == ProbabilityFrom.STAGE or (is_asked and deal.probability_from != ProbabilityFrom.HAND):
        deal.probability = deal.stage.probability


def _team_of(user_id: UUID | None, by: User) -> UUID | None:
    if user_id is None or user_id == by.pk:
        return next(iter(by.access.team_ids), None)
    found = User.objects.with_access(user_id)
    return next(iter(found.access.team_ids), None) if found else None


def _tell_of_end(deal: Deal, *, by: User) -> None:
    if deal.status == DealStatus.WON:
        outbox.publish(DealWon(deal.pk, deal.party_id, by.pk))
    elif deal.status == DealStatus.LOST:
        outbox.publish(DealLost(deal.pk, deal.party_id, by.pk))
