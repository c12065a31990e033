"""Who took part in a contact, and how offers were taken: rows beside the contact's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.timeline.enums import Objection, Response
from kundig.timeline.models import Comment, Involvement, Reaction, Touchpoint

MOST_PEOPLE, MOST_REACTIONS = 100, 50
LONGEST_OFFER = 120


@dataclass(frozen=True)
class ReactionTo:
    """How the customer took an offer; `objection` says of which kind one was."""

    offer: str
    reaction: str
    objection: str = ""


def set_people(touchpoint: Touchpoint, people: Iterable[Party | UUID], *, by: User | None) -> bool:
    """Make just these the further parties who took part; False if they are already.

    Raises:
        ValidationError: if there are too many, or one that `by` may not see.
    """
    wanted = {each.pk if isinstance(each, Party) else each for each in people} - {touchpoint.party_id}
    there = dict(Involvement.objects.filter(touchpoint=touchpoint.pk).values_list("party_id", "pk"))
    new = wanted - there.keys()
    if len(wanted) > MOST_PEOPLE:
        raise ValidationError({"people": _("At most %(most)d can take part.") % {"most": MOST_PEOPLE}})
    allowed = Party.objects.all() if by is None else visible_parties(by)
    if new and allowed.filter(pk__in=new).count() < len(new):
        raise ValidationError({"people": _("One of those who took part is not there, or not visible to you.")})
    Involvement.objects.filter(pk__in=[there[gone] for gone in there.keys() - wanted]).delete()
    Involvement.objects.bulk_create(
        Involvement(touchpoint_id=touchpoint.pk, party_id=party, at=touchpoint.at) for party in sorted(new)
    )
    return there.keys() != wanted


def set_reactions(touchpoint: Touchpoint, reactions: Sequence[ReactionTo]) -> bool:
    """Make just these the reactions, one to each offer (the last one said); False if they are already.

    Raises:
        ValidationError: if one is unknown or names no offer.
    """
    wanted = {reaction.offer: reaction for reaction in map(_checked, reactions)}
    if len(wanted) > MOST_REACTIONS:
        raise ValidationError({"reactions": _("At most %(most)d fit.") % {"most": MOST_REACTIONS}})
    rows = list(Reaction.objects.filter(touchpoint=touchpoint.pk))
    there = {row.offer: ReactionTo(row.offer, row.reaction, row.objection) for row in rows}
    if there == wanted:
        return False
    kept = {offer for offer in there if wanted.get(offer) == there[offer]}
    Reaction.objects.filter(pk__in=[row.pk for row in rows if row.offer not in kept]).delete()
    Reaction.objects.bulk_create(
        Reaction(
            touchpoint_id=touchpoint.pk, party_id=touchpoint.party_id, at=touchpoint.at, offer=each.offer,
            reaction=each.reaction, objection=each.objection,
        )
        for offer, each in wanted.items() if offer not in kept
    )  # fmt: skip
    return True


def _checked(given: ReactionTo) -> ReactionTo:
    offer = " ".join(given.offer.replace("\x00", "").split())
    if not offer:
        raise ValidationError({"reactions": _("Say to which offer this was the reaction.")})
    if len(offer) > LONGEST_OFFER:
        raise ValidationError(
            {"reactions": _("The name of an offer has at most %(most)d characters.") % {"most": LONGEST_OFFER}}
        )
    if given.reaction not in Response.values:
        raise ValidationError(
            {"reactions": _("“%(text)s” is no reaction; there are: %(known)s.")
             % {"text": given.reaction[:40], "known": ", ".join(Response.values)}}
        )  # fmt: skip
    is_objection = given.reaction == Response.OBJECTION
    if given.objection and (not is_objection or given.objection not in Objection.values):
        raise ValidationError(
            {"reactions": _("“%(text)s” is no kind of objection; there are: %(known)s.")
             % {"text": given.objection[:40], "known": ", ".join(Objection.values)}}
        )  # fmt: skip
    return ReactionTo(offer, given.reaction, given.objection)


def people_of(touchpoint: Touchpoint) -> list[UUID]:
    """Ids of the further parties who took part."""
    return list(Involvement.objects.filter(touchpoint=touchpoint.pk).order_by("pk").values_list("party_id", flat=True))


def move_parts(touchpoint: Touchpoint, columns: Mapping[str, Any]) -> None:
    """Bring `at` and `party_id` of what belongs to a contact in step with it."""
    Involvement.objects.filter(touchpoint=touchpoint.pk, party=touchpoint.party_id).delete()
    at = {name: value for name, value in columns.items() if name == "at"}
    if at:
        Involvement.objects.filter(touchpoint=touchpoint.pk).update(**at)
    for model in (Reaction, Comment):
        model.objects.filter(touchpoint=touchpoint.pk).update(**columns)
