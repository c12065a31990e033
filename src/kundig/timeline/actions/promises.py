"""Giving, keeping and breaking promises, and taking over what a note lets one suppose.

`make_promise`, `keep_promise`, `break_promise` and `reopen_promise` ask the right and tell everybody; `create_promise`
and `rewrite_promise` are called by `records.actions`, which does both itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import live, outbox
from kundig.records import registry
from kundig.records.actions import announce, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.enums import Side
from kundig.timeline.events import PromiseMade, PromiseSettled
from kundig.timeline.models import Promise, PromiseProposal, Touchpoint
from kundig.timeline.queries.promises import names_at
from kundig.timeline.rules.promises import LONGEST, promises_in, shortened

FURTHEST = dt.timedelta(days=3653)
"""Ten years: a day beyond that is a slip."""


def make_promise(
    party: Party,
    *,
    text: str,
    side: str,
    by: User,
    due_on: dt.date | None = None,
    touchpoint: UUID | None = None,
    assignee: User | None = None,
    via: Via = Via.HAND,
) -> Promise:
    """Note what one side owes the other; `by` sees to it if nobody else is named.

    Raises:
        ValidationError: with a dict of field names: no words, or too many, a day that cannot be meant.
        PermissionDenied: if `by` may not change the party.
    """
    values: dict[str, Any] = {"party": party, "text": text, "side": side, "due_on": due_on}
    if assignee is not None:
        values["assignee"] = assignee
    if not described(party).may(by, Action.CHANGE, party):
        raise PermissionDenied(_("You may look at this customer, but not change it."))
    with transaction.atomic(), change_set(by=by, via=via):
        made = create_record(_description(), values, by=by, via=via)
        assert isinstance(made, Promise)
        if touchpoint is not None:
            made.from_touchpoint = touchpoint
            made.save(update_fields=("from_touchpoint",))
    return made


def keep_promise(promise: Promise, *, by: User, via: Via = Via.HAND) -> Promise:
    """Note that it was kept; one that is settled already stays as it is.

    Raises:
        PermissionDenied: if `by` may not change it.
    """
    return _settle(promise, "kept_at", by=by, via=via)


def break_promise(promise: Promise, *, by: User, via: Via = Via.HAND) -> Promise:
    """Note that it was not kept; raises like `keep_promise`."""
    return _settle(promise, "broken_at", by=by, via=via)


def reopen_promise(promise: Promise, *, by: User, via: Via = Via.HAND) -> Promise:
    """It is open after all; raises like `keep_promise`."""
    return _settle(promise, "", by=by, via=via)


def take_over(proposal: PromiseProposal, *, by: User) -> Promise:
    """Make a promise of what a note lets one suppose; taken over twice it is there once. Raises like `make_promise`."""
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        found = PromiseProposal.objects.select_for_update(of=("self",)).select_related("party").get(pk=proposal.pk)
        there = Promise.objects.filter(pk=found.promise).first()
        if there is not None:
            return there
        made = make_promise(
            found.party, text=found.text, side=found.side, due_on=found.due_on, touchpoint=found.touchpoint, by=by
        )
        found.promise, found.dismissed_at = made.pk, None
        found.save(update_fields=("promise", "dismissed_at"))
    return made


def dismiss(proposal: PromiseProposal, *, by: User) -> None:
    """It was none: it is not shown again. Raises PermissionDenied if `by` may not change the party."""
    _set_dismissed(proposal, timezone.now(), by=by)


def bring_back(proposal: PromiseProposal, *, by: User) -> None:
    """Show it again; raises like `dismiss`."""
    _set_dismissed(proposal, None, by=by)


def propose_promises(touchpoint: Touchpoint) -> int:
    """Look for promises in the words of a contact and keep them for its readers; answers how many there are.

    What its words do not say any more is not proposed any more; doing it twice is the same.
    """
    ours, theirs = names_at(touchpoint)
    day = timezone.localtime(touchpoint.at).date()
    text = touchpoint.body or touchpoint.summary
    # What was promised for a day that had passed when it was noted, was over then.
    found = {each.text: each for each in promises_in(text, on=day, ours=ours, theirs=theirs)}
    with transaction.atomic():
        standing = PromiseProposal.objects.filter(touchpoint=touchpoint.pk)
        gone, _each = standing.exclude(text__in=list(found)).filter(promise=None).delete()
        there = set(standing.values_list("text", flat=True))
        PromiseProposal.objects.bulk_create(
            (
                PromiseProposal(
                    touchpoint=touchpoint.pk, party_id=touchpoint.party_id, side=each.side, text=each.text,
                    due_on=each.due_on, noted_at=touchpoint.at,
                )
                for each in found.values() if each.text not in there
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        standing.update(party_id=touchpoint.party_id, noted_at=touchpoint.at)
        if gone or found.keys() - there:
            _tell_panels(touchpoint.party_id, touchpoint.organisation_id)
    return len(found)


def forget_proposals(touchpoint_id: UUID) -> None:
    """The contact is gone: nothing is to be supposed from its words."""
    PromiseProposal.objects.filter(touchpoint=touchpoint_id).delete()


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_promise(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Promise:
    """A promise out of the values of its fields. Raises ValidationError like `make_promise`."""
    promise = Promise(assignee=by if by.pk else None)
    _assign(promise, values)
    if promise.party_id is None:
        raise ValidationError({"party": _("Say whose promise it is: name the customer.")})
    _check(promise)
    with transaction.atomic():
        promise.save(force_insert=True)
        outbox.publish(PromiseMade(promise.pk, promise.party_id))
    _tell_panels(promise.party_id)
    return promise


def rewrite_promise(promise: Promise, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Promise:
    """Set fields. Raises ValidationError like `make_promise`."""
    before = promise.due_on
    _assign(promise, values)
    _check(promise, is_new_day=promise.due_on != before)
    promise.save()
    _tell_panels(promise.party_id)
    return promise


def promises_brought_back(records: Mapping[UUID, Any], *, by: User) -> None:
    """Promises are as they were before: the panels that show them have changed."""
    for party_id in Promise.objects.filter(pk__in=list(records)).values_list("party_id", flat=True).distinct():
        _tell_panels(party_id)


# -- inside -----------------------------------------------------------------------------------------------------------


def _settle(promise: Promise, column: str, *, by: User, via: Via) -> Promise:
    description = _description()
    with transaction.atomic(), change_set(by=by, via=via):
        found = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
        if not description.may(by, Action.CHANGE, found):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        if (column and not found.is_open) or (not column and found.is_open):
            return found
        now = timezone.now()
        found.kept_at = now if column == "kept_at" else None
        found.broken_at = now if column == "broken_at" else None
        found.settled_by = by if column else None
        found.save(update_fields=("kept_at", "broken_at", "settled_by", "changed_at"))
        announce(description, [found.pk], by=by, via=via, refresh=False)
        if column:
            outbox.publish(PromiseSettled(found.pk, found.party_id, found.kept_at is not None))
        _tell_panels(found.party_id)
    return found


def _set_dismissed(proposal: PromiseProposal, at: dt.datetime | None, *, by: User) -> None:
    party = proposal.party
    if not described(party).may(by, Action.CHANGE, party):
        raise PermissionDenied(_("You may look at this customer, but not change it."))
    proposal.dismissed_at = at
    proposal.save(update_fields=("dismissed_at",))
    _tell_panels(party.pk)


def _assign(promise: Promise, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        column: Any = Promise._meta.get_field(name)
        is_id = column.is_relation and not isinstance(value, Model)
        setattr(promise, column.attname if is_id else name, value)


def _check(promise: Promise, *, is_new_day: bool = True) -> None:
    raw = " ".join((promise.text or "").replace("\x00", "").split())
    errors: dict[str, str] = {}
    if not raw:
        errors["text"] = _("Say what was promised.")
    elif len(raw) > LONGEST:
        errors["text"] = _("A promise has at most %(most)d characters, these are %(count)d.") % {
            "most": LONGEST, "count": len(raw),
        }  # fmt: skip
    if promise.side not in Side.values:
        errors["side"] = _("“%(text)s” is none of: %(known)s.") % {
            "text": str(promise.side)[:20], "known": ", ".join(Side.values),
        }  # fmt: skip
    today = timezone.localdate()
    if is_new_day and promise.due_on is not None and abs(promise.due_on - today) > FURTHEST:
        errors["due_on"] = _("This day is more than ten years away. Is the year right?")
    if errors:
        raise ValidationError(errors)
    promise.text = shortened(raw)


def _tell_panels(party_id: UUID, organisation_id: UUID | None = None) -> None:
    """Pages of the party, and of the organisation that a person belongs to, fetch their panels anew."""
    if organisation_id is None:
        organisation_id = Party.objects.filter(pk=party_id).values_list("organisation_id", flat=True).first()
    live.announce(*(f"promises:{key}" for key in dict.fromkeys((party_id, organisation_id)) if key is not None))


def _description() -> Any:
    description = registry.for_model(Promise)
    assert description is not None, "promises are described"
    return description
