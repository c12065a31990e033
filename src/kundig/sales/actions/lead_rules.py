"""What administrators set for leads: points, owners, and how fast leads are answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import Team, User
from kundig.records import conditions
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.enums.leads import Turn
from kundig.sales.models.leads import Lead, ResponseTarget, RouteRule, ScoreRule
from kundig.sales.queries.leads import described_leads, reasons_for
from kundig.sales.rules.scores import score_of

MOST_RULES = 60
MOST_SCORED = 20_000
"""Open leads that are scored anew at once; older ones follow when they change."""

Line = Mapping[str, str]


def set_score_rules(lines: Sequence[Line], *, by: User) -> int:
    """Make just these the rules (reason, condition, points), in this order; lines without anything are left out.

    Open leads are scored anew; answers how many have another score.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict: "<line>.<field>" → what is wrong.
    """
    _require_administrator(by)
    errors: dict[str, str] = {}
    wanted = []
    for number, line in enumerate(lines):
        if not any(value.strip() for value in line.values()):
            continue
        rule = ScoreRule(position=number, name=_text(line, "name"), condition=_text(line, "condition"))
        problems = _problems_of(rule.name, rule.condition, is_needed=True)
        try:
            rule.points = int(_text(line, "points").replace("\N{MINUS SIGN}", "-"))
            if not -100 <= rule.points <= 100 or rule.points == 0:
                raise ValueError
        except ValueError:
            problems["points"] = _("Give a whole number from −100 to 100, but not 0.")
        errors |= {f"{number}.{name}": text for name, text in problems.items()}
        wanted.append(rule)
    _refuse(errors, wanted)
    with transaction.atomic(), change_set(by=by):
        ScoreRule.objects.all().delete()
        ScoreRule.objects.bulk_create(wanted)
        return score_open_leads()


def set_route_rules(lines: Sequence[Line], *, by: User) -> None:
    """Make just these the rules for owners; who had the last turn is kept where a rule keeps its name. Raises like
    `set_score_rules`."""
    _require_administrator(by)
    errors: dict[str, str] = {}
    wanted = []
    before = dict(RouteRule.objects.values_list("name", "last_id"))
    teams = {str(team.pk): team for team in Team.objects.all()}
    people = {str(user.pk): user for user in User.objects.active()}
    for number, line in enumerate(lines):
        if not any(line.get(name, "").strip() for name in ("name", "condition", "who")):
            continue
        rule = RouteRule(position=number, name=_text(line, "name"), condition=_text(line, "condition"))
        rule.turn, rule.last_id = _text(line, "turn"), before.get(rule.name)
        problems = _problems_of(rule.name, rule.condition, is_needed=False)
        who = _text(line, "who")
        if rule.turn not in Turn.values:
            problems["turn"] = _("Choose how the person is found.")
        elif rule.turn == Turn.PERSON:
            rule.person = people.get(who)
            problems |= {} if rule.person else {"who": _("Choose the person who gets these leads.")}
        else:
            rule.team = teams.get(who)
            problems |= {} if rule.team else {"who": _("Choose the team whose people get these leads.")}
        errors |= {f"{number}.{name}": text for name, text in problems.items()}
        wanted.append(rule)
    _refuse(errors, wanted)
    with transaction.atomic():
        RouteRule.objects.all().delete()
        RouteRule.objects.bulk_create(wanted)


def set_response_target(*, hours: str, opens_at: str, closes_at: str, by: User) -> None:
    """How many working hours the first answer may take, and when the house works. It holds for leads from now on.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict of fields.
    """
    _require_administrator(by)
    errors: dict[str, Any] = {}
    times: dict[str, dt.time] = {}
    for name, text in (("opens_at", opens_at), ("closes_at", closes_at)):
        try:
            times[name] = dt.time.fromisoformat(text.strip())
        except ValueError:
            errors[name] = _("“%(text)s” is no time of day. Write it like 08:30.") % {"text": text[:20]}
    try:
        minutes = round(float(hours.strip().replace(",", ".")) * 60)
        if not 1 <= minutes <= 60_000:
            raise ValueError
    except (ValueError, OverflowError):
        errors["hours"] = _("Give a number of hours between 0.1 and 1000.")
    if not errors and times["opens_at"] >= times["closes_at"]:
        errors["closes_at"] = _("The house closes after it opens.")
    if errors:
        raise ValidationError(errors)
    ResponseTarget(pk=ResponseTarget.THE_ONE, minutes=minutes, **times).save()


def score_open_leads(*, only: Sequence[Any] | None = None) -> int:
    """Score open leads by the rules of now; how many have another score or other reasons."""
    rules = list(ScoreRule.objects.all())
    rows = Lead.objects.open().select_related("party", "person")
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    changed = []
    for lead in rows.order_by("-received_at")[:MOST_SCORED]:
        reasons = [list(each) for each in reasons_for(lead, rules=rules)]
        if reasons != lead.score_reasons:
            lead.score_reasons, lead.score = reasons, score_of((int(str(points)), str(why)) for points, why in reasons)
            changed.append(lead)
    Lead.objects.bulk_update(changed, ("score", "score_reasons"), batch_size=500)
    if changed:
        announce(described_leads(), [lead.pk for lead in changed], by=None, via=Via.UPKEEP, refresh=False)
    return len(changed)


# -- inside ----------------------------------------------------------------------------------------------------------


def _text(line: Line, name: str) -> str:
    return line.get(name, "").replace("\x00", "").strip()


def _problems_of(name: str, condition: str, *, is_needed: bool) -> dict[str, str]:
    problems = {}
    if not name:
        problems["name"] = _("Say it in a few words, as people shall read it.")
    elif len(name) > 120:
        problems["name"] = _("This is %(length)d characters long; at most %(limit)d fit.") % {
            "length": len(name), "limit": 120,
        }  # fmt: skip
    if is_needed and not condition:
        problems["condition"] = _("Say of which leads it holds, for example: party.country = DE")
    try:
        if condition:
            conditions.read(condition[:2000], described_leads(), None)
    except conditions.ConditionError as error:
        problems["condition"] = " ".join(error.messages)
    return problems


def _refuse(errors: dict[str, str], rules: Sequence[Any]) -> None:
    if len(rules) > MOST_RULES:
        errors[f"{MOST_RULES}.name"] = _("At most %(most)d fit.") % {"most": MOST_RULES}
    if errors:
        raise ValidationError(errors)


def _require_administrator(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
