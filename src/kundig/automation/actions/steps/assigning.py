"""Handing a record to somebody: to one person, or to whoever of a team has the fewest."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import Team, User
from kundig.automation.actions.steps.setting import written
from kundig.automation.protocol import Occasion, Parameter, RuleAction, Values
from kundig.records.description import Description


def _candidates(description: Description) -> list[tuple[str, Any]]:
    people = [(f"user:{user.pk}", user.name) for user in User.objects.active().order_by("name")]
    teams = [
        (f"team:{team.pk}", _("whoever of “%(team)s” has the fewest") % {"team": team.name})
        for team in Team.objects.order_by("name")
    ]
    return [*people, *teams]


def _check(values: Values, description: Description) -> dict[str, Any]:
    chosen = str(values.get("to", ""))
    if chosen not in dict(_candidates(description)):
        raise ValidationError({"to": _("Choose to whom.")})
    return {"to": chosen}


def _assign(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    kind, _colon, key = str(values["to"]).partition(":")
    person = User.objects.active().filter(pk=key).first() if kind == "user" else _least_loaded(key, description)
    if person is None:
        raise ValidationError(_("Nobody of those it goes to works here any more."))
    assert description.owner is not None, "only what somebody looks after is assigned"
    written(record, description.fields[description.owner], person.pk, description, occasion.by)
    return _("Handed to %(person)s.") % {"person": person.name}


def _least_loaded(team_id: str, description: Description) -> User | None:
    """Who of the team looks after the fewest; of several the first by name, so that it can be foreseen."""
    members = list(User.objects.active().filter(teams=team_id).order_by("name", "pk"))
    counted = description.everything().filter(owner__in=members).order_by().values_list("owner").annotate(n=Count("pk"))
    loads = dict(counted)
    return min(members, key=lambda member: loads.get(member.pk, 0), default=None)


def _words(values: Values, description: Description) -> str:
    name = dict(_candidates(description)).get(str(values["to"]), _("somebody who is not here any more"))
    return _("hand it to %(person)s") % {"person": name}


ASSIGN = RuleAction(
    key="assign",
    label=gettext_lazy("Hand it to somebody"),
    icon="user",
    parameters=(Parameter("to", gettext_lazy("To"), _candidates),),
    check=_check,
    run=_assign,
    words=_words,
    applies=lambda description: bool(description.owner),
    changes=lambda values: frozenset({"owner"}),
)
