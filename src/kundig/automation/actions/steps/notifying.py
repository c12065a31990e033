"""Telling people of the house: here in Kundig, and by mail if wished."""

from __future__ import annotations

import zlib
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import Membership, Team, User
from kundig.automation.protocol import Occasion, Parameter, RuleAction, Values
from kundig.notices.actions import tell
from kundig.notices.enums import Way
from kundig.notices.protocol import NoticeKind
from kundig.records.description import Description

LONGEST = 500


def _recipients(description: Description) -> list[tuple[str, Any]]:
    owner = [("owner", _("whoever looks after it"))] if description.owner else []
    leads = [(f"leads:{team.pk}", _("who leads “%(team)s”") % {"team": team.name}) for team in Team.objects.all()]
    teams = [(f"team:{team.pk}", _("everybody in “%(team)s”") % {"team": team.name}) for team in Team.objects.all()]
    people = [(f"user:{user.pk}", user.name) for user in User.objects.active().order_by("name")]
    return [*owner, *leads, *teams, *people]


def _ways(description: Description) -> list[tuple[str, Any]]:
    return [("here", _("in Kundig")), ("mail", _("in Kundig and by mail"))]


def _check(values: Values, description: Description) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    to, text, by = (str(values.get(name, "")).strip() for name in ("to", "text", "by"))
    if to not in dict(_recipients(description)):
        errors["to"] = _("Choose whom.")
    if not text or len(text) > LONGEST or "\x00" in text:
        errors["text"] = _("Write what to tell, at most %(most)d characters.") % {"most": LONGEST}
    if errors:
        raise ValidationError(errors)
    return {"to": to, "text": text, "by": by if by in dict(_ways(description)) else "here"}


def _people(to: str, record: models.Model, description: Description) -> list[User]:
    kind, _colon, key = to.partition(":")
    if kind == "owner":
        person = getattr(record, description.owner or "", None)
        return [person] if isinstance(person, User) and person.is_active else []
    if kind == "user":
        return list(User.objects.active().filter(pk=key))
    members = Membership.objects.filter(team_id=UUID(key), user__is_active=True).select_related("user")
    return [member.user for member in (members.filter(is_lead=True) if kind == "leads" else members)]


def _notify(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    people = _people(str(values["to"]), record, description)
    # Whoever may not see the record learns nothing of it.
    people = [person for person in people if description.visible_to(person).filter(pk=record.pk).exists()]
    text = str(values["text"])
    told, own = [], []
    for person in people:
        if person.pk == occasion.cause:
            own.append(person.name)
            continue
        is_told = tell(
            person,
            kind=KIND.key,
            matter=f"{occasion.rule_id}:{zlib.crc32(text.encode()):x}",
            by=occasion.cause,
            object=description.name,
            records=[record.pk],
            data={"text": text, "rule": occasion.rule},
            key=f"{occasion.key}:{values['to']}",
            way=Way.AT_ONCE if values.get("by") == "mail" else None,
        )
        if is_told:
            told.append(person.name)
    said = [_("Told: %(people)s.") % {"people": ", ".join(told)}] if told else []
    if own:
        said.append(_("Not told, because it was their own change: %(people)s.") % {"people": ", ".join(own)})
    if not people:
        said.append(_("There was nobody to tell."))
    elif not said:
        said.append(_("Whom it concerns does not want to hear of it, or knows already."))
    return " ".join(said)


KIND = NoticeKind(
    key="rule",
    label=gettext_lazy("Told by a rule"),
    help=gettext_lazy("What rules tell you, as an administrator has set them up."),
    icon="bolt",
    words=lambda data, count: str(data.get("text", "")),
    headline=lambda data, count: _("Rule “%(name)s”") % {"name": data.get("rule", "")},
    is_filled=True,
)

NOTIFY = RuleAction(
    key="notify",
    label=gettext_lazy("Tell somebody"),
    icon="bell",
    parameters=(
        Parameter("to", gettext_lazy("Whom"), _recipients),
        Parameter("text", gettext_lazy("Text"), help=gettext_lazy("{city} stands for the field “city”."), long=True),
        Parameter("by", gettext_lazy("How"), _ways, required=False),
    ),
    check=_check,
    run=_notify,
    words=lambda values, description: (
        _("tell %(people)s: “%(text)s”")
        % {"people": dict(_recipients(description)).get(str(values["to"]), "–"), "text": values["text"]}
    ),
)
