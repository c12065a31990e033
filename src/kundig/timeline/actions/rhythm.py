"""Deciding how often customers are contacted, and when they are left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import CustomerClass
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import jobs
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.keeping import keep_step
from kundig.timeline.enums import Unit
from kundig.timeline.models import ContactRhythm, OwnRhythm, Postponement, Rest
from kundig.timeline.models.rhythm import LONGEST_REASON
from kundig.timeline.protocol import kind_of
from kundig.timeline.rules.rhythm import ANY, LONGEST, Rhythm

JOB = "contact_rhythm"
LATEST_REST = 5 * 366
"""Days. Who shall never be contacted again rests until further notice."""


def set_class_rhythms(customer_class: str, rhythms: Iterable[Rhythm], *, by: User) -> None:
    """Decide how often customers of a class are contacted; what is kept of all customers follows by a job.

    Raises:
        PermissionDenied: if `by` does not administer.
        ValidationError: for a kind or a number that cannot be.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators decide about contact rhythms."))
    wanted = _checked(rhythms)
    if customer_class not in CustomerClass.values:
        raise ValidationError(_("There is no customer class “%(name)s”.") % {"name": customer_class[:20]})
    with transaction.atomic():
        made, gone = _replace(ContactRhythm.objects.filter(customer_class=customer_class), wanted, {
            "customer_class": customer_class
        })  # fmt: skip
        if made or gone:
            jobs.start(JOB, title=_("Next contacts of all customers"), by=by, lock=JOB)


def set_own_rhythms(party: Party, rhythms: Iterable[Rhythm], *, by: User, via: Via = Via.HAND) -> None:
    """Give a customer rhythms of its own; without any those of its class hold again.

    Raises:
        PermissionDenied: if `by` may not change the party.
        ValidationError: for a kind or a number that cannot be.
    """
    _require(party, by=by)
    wanted = _checked(rhythms)
    with transaction.atomic(), change_set(by=by, via=via):
        Party.objects.select_for_update().get(pk=party.pk)
        made, gone = _replace(OwnRhythm.objects.filter(party=party.pk), wanted, {"party_id": party.pk})
        if made or gone:
            keep_step([party.pk])
            _announce(OwnRhythm, [*made, *gone], by=by, via=via)


def rest(party: Party, *, until: dt.date | None, reason: str, by: User, via: Via = Via.HAND) -> Rest:
    """Leave a customer alone until a day from which they may be contacted again, or until further notice (None). A
    rest that holds already ends: there is one at a time.

    Raises:
        PermissionDenied: if `by` may not change the party.
        ValidationError: without a reason, or for a day that is over, or further away than anybody can know.
    """
    _require(party, by=by)
    with transaction.atomic(), change_set(by=by, via=via):
        Party.objects.select_for_update().get(pk=party.pk)
        made = create_rest({"party": party, "until": until, "reason": reason}, by=by, via=via)
        _announce(Rest, [made.pk], by=by, via=via)
    return made


def lift_rest(party: Party, *, by: User, via: Via = Via.HAND) -> bool:
    """Let a customer be contacted again; False if nobody kept them from it.

    Raises:
        PermissionDenied: if `by` may not change the party.
    """
    _require(party, by=by)
    with transaction.atomic(), change_set(by=by, via=via):
        lifted = _lift(party.pk, by=by, via=via)
        if lifted:
            keep_step([party.pk])
    return lifted


def remind_later(party: Party, *, until: dt.datetime, by: User) -> Postponement:
    """Do not remind `by` of a customer before a moment. Nobody else is concerned, and no rhythm changes.

    Raises:
        ValidationError: for a moment that is over, or more than a year away.
    """
    now = timezone.now()
    if not now < until < now + dt.timedelta(days=366):
        raise ValidationError({"until": _("Choose a moment within the next year.")})
    with transaction.atomic():
        take_up(party.pk, by=by)
        return Postponement.objects.create(user=by, party_id=party.pk, until=until)


def take_up(party_id: UUID, *, by: User) -> None:
    """Remind `by` of a customer again."""
    Postponement.objects.filter(user=by, party_id=party_id).delete()


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_rest(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Rest:
    """A rest out of the values of its fields; raises ValidationError like `rest`."""
    party: Any = values.get("party")
    if party is None:
        raise ValidationError({"party": _("Name the customer who is to be left alone.")})
    until, reason = _checked_until(values.get("until")), _checked_reason(values.get("reason"))
    party_id = getattr(party, "pk", party)
    with transaction.atomic():
        _lift(party_id, by=by, via=via)
        made = Rest.objects.create(party_id=party_id, until=until, reason=reason, author=by if by.pk else None)
        keep_step([party_id])
    return made


def change_rest(found: Rest, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Rest:
    """Set day or reason of a rest; raises ValidationError like `rest`."""
    if "party" in values and getattr(values["party"], "pk", values["party"]) != found.party_id:
        raise ValidationError({"party": _("A rest belongs to its customer. Make another one.")})
    if "until" in values:
        found.until = _checked_until(values["until"])
    if "reason" in values:
        found.reason = _checked_reason(values["reason"])
    with transaction.atomic():
        found.save()
        keep_step([found.party_id])
    return found


def delete_rest(found: Rest, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        found.delete()
        keep_step([found.party_id])


def create_rhythm(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> OwnRhythm:
    """A rhythm of one customer's own.

    Raises:
        ValidationError: for a kind or a number that cannot be.
    """
    party: Any = values.get("party")
    if party is None:
        raise ValidationError({"party": _("Name the customer. The rhythms of classes stand in the settings.")})
    party_id = getattr(party, "pk", party)
    made = OwnRhythm(party_id=party_id)
    return change_rhythm(made, {name: value for name, value in values.items() if name != "party"}, by=by, via=via)


def change_rhythm(found: OwnRhythm, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> OwnRhythm:
    """Set kind or number of a rhythm; raises like `create_rhythm`."""
    for name in ("kind", "every", "unit"):
        if name in values:
            setattr(found, name, values[name])
    if found.unit not in Unit.values:
        raise ValidationError({"unit": _("Choose days, weeks, months or years.")})
    _checked([Rhythm(found.kind, found.every or 0, Unit(found.unit))])
    with transaction.atomic():
        found.validate_constraints()
        found.save()
        keep_step([found.party_id])
    return found


def delete_rhythm(found: OwnRhythm, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        found.delete()
        keep_step([found.party_id])


def keep_merged(into: Party, gone: Party, *, by: User) -> None:
    """The contacts, rests and rhythms of both are those of one."""
    keep_step([into.pk])


def kept_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Rests or rhythms are as they were before: so are the next contacts."""
    keep_step({key for each in records.values() for key in each.get("party_id", ())})


# -- inside -----------------------------------------------------------------------------------------------------------


def _checked(rhythms: Iterable[Rhythm]) -> list[Rhythm]:
    wanted = {rhythm.kind: rhythm for rhythm in rhythms}
    for rhythm in wanted.values():
        if rhythm.kind != ANY and kind_of(rhythm.kind) is None:
            raise ValidationError({"kind": _("There is no kind of contact “%(name)s”.") % {"name": rhythm.kind[:20]}})
        if not 1 <= rhythm.every <= LONGEST[rhythm.unit]:
            message = _("Give a number from 1 to %(most)d %(unit)s.")
            raise ValidationError({"every": message % {"most": LONGEST[rhythm.unit], "unit": rhythm.unit.label}})
    return list(wanted.values())


def _replace(rows: QuerySet[Any], wanted: Sequence[Rhythm], where: Mapping[str, Any]) -> tuple[list[UUID], list[UUID]]:
    """Make the rows say what is wanted; answers the ids of those that were made or changed, and of those that went."""
    there = list(rows)
    made = []
    for each in wanted:
        row = next((row for row in there if row.kind == each.kind), None) or rows.model(**where, kind=each.kind)
        there = [other for other in there if other is not row]
        if (row.every, row.unit) != (each.every, each.unit):
            row.every, row.unit = each.every, each.unit
            row.save()
            made.append(row.pk)
    gone = [row.pk for row in there]
    rows.filter(pk__in=gone).delete()
    return made, gone


def _lift(party_id: UUID, *, by: User, via: Via) -> bool:
    holding = list(Rest.objects.holding().filter(party_id=party_id))
    for each in holding:
        each.lifted_at, each.lifted_by = timezone.now(), by if by.pk else None
        each.save(update_fields=("lifted_at", "lifted_by", "changed_at"))
    if holding:
        _announce(Rest, [each.pk for each in holding], by=by, via=via)
    return bool(holding)


def _checked_until(until: Any) -> dt.date | None:
    today = timezone.localdate()
    if until is not None and until <= today:
        raise ValidationError({"until": _("This day is over. Choose one from tomorrow on.")})
    if until is not None and until > today + dt.timedelta(days=LATEST_REST):
        message = _("This is more than five years away. Leave the day empty: then the rest holds until further notice.")
        raise ValidationError({"until": message})
    return until


def _checked_reason(reason: Any) -> str:
    text = " ".join(str(reason or "").split())
    if not text:
        raise ValidationError({"reason": _("Say why, in a few words: whoever comes next reads it.")})
    if len(text) > LONGEST_REASON:
        raise ValidationError({"reason": _("At most %(most)d characters.") % {"most": LONGEST_REASON}})
    if "\x00" in text:
        raise ValidationError({"reason": _("The text contains a character that cannot be stored (NUL).")})
    return text


def _require(party: Party, *, by: User) -> None:
    if not described(party).may(by, Action.CHANGE, party):
        raise PermissionDenied(_("You may look at this customer, but not change it."))


def _announce(model: Any, ids: list[Any], *, by: User, via: Via) -> None:
    description = registry.for_model(model)
    assert description is not None, "it is described"
    announce(description, ids, by=by, via=via)
