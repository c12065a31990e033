"""What stands on the page of a plan for a key account, on that of the organisation, and in the day of its owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Organisation
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.enums import Attitude
from kundig.sales.models.plans import AccountPlan
from kundig.sales.queries.leads import description_of
from kundig.sales.queries.plans import due_reviews, measures_of, plan_of, share_of_wallet, why_of_share
from kundig.timeline.protocol import DayItem, DaySource


def _shared(request: HttpRequest, description: Description, record: Any, part: str, editor: str) -> dict[str, Any]:
    user: Any = request.user
    return {
        "plan": record, "part": part, "editor": editor, "base": f"/account-plans/{record.pk}/parts/{part}/",
        "may_change": description.may(user, Action.CHANGE, record),
    }  # fmt: skip


def goals(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """The goals of each year, and how far one has come."""
    formats = current_formats()
    lines = [
        (
            goal,
            formats.money(goal.target, company().currency) if goal.target is not None else "",
            formats.money(goal.reached, company().currency) if goal.reached is not None else "",
        )
        for goal in record.goals.order_by("-year", "created_at")
    ]
    context = {**_shared(request, description, record, "goals", editor), "lines": lines}
    return render_to_string("sales/plans/_goals.html", context, request=request)


def members(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """The map of the buying centre: who stands how to us, the influential first."""
    user: Any = request.user
    known = description_of("plan-members").fields_for(user)
    rows = record.members.filter(person__in=visible_parties(user).values("pk")).select_related("person")
    order = {"high": 0, "medium": 1, "low": 2}
    people = sorted(rows, key=lambda each: (order.get(each.influence, 3), each.person.name))
    columns = [(label, [each for each in people if each.attitude == value]) for value, label in Attitude.choices]
    context = {
        **_shared(request, description, record, "members", editor), "columns": columns if "attitude" in known else [],
        "people": people, "tells": {name: name in known for name in ("role", "influence", "note")},
    }  # fmt: skip
    return render_to_string("sales/plans/_members.html", context, request=request)


def projects(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """What is developed together."""
    context = {
        **_shared(request, description, record, "projects", editor),
        "projects": record.projects.order_by("state", "begins_on", "created_at"),
    }  # fmt: skip
    return render_to_string("sales/plans/_projects.html", context, request=request)


def measures(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """What is to be done, by whom and by when: tasks."""
    user: Any = request.user
    today = timezone.localdate()
    context = {
        **_shared(request, description, record, "measures", editor), "today": today,
        "measures": list(measures_of(record, user)[:60]),
        "people": User.objects.active().order_by("name"),
        "may_note": description_of("tasks").may(user, Action.CREATE),
        "is_due": bool(record.review_on and record.review_on <= today),
    }  # fmt: skip
    return render_to_string("sales/plans/_measures.html", context, request=request)


def plan_on_organisation(request: HttpRequest, description: Description, record: Any) -> str:
    """The plan in a few lines, with the way to it; of a group that of its head."""
    user: Any = request.user
    plans = description_of("account-plans")
    plan = plan_of(record, user)
    may_begin = plan is None and plans.may(user, Action.CREATE) and description.may(user, Action.CHANGE, record)
    if plan is None and not may_begin:
        return ""
    known = plans.fields_for(user)
    formats = current_formats()
    share = share_of_wallet(plan.potential, plan.our_part) if plan is not None and "share" in known else None
    potential = plan.potential if plan is not None and "potential" in known else None
    context = {
        "plan": plan, "record": record, "address": plans.url(plan.pk) if plan is not None else "",
        "share": formats.percent(share) if share is not None else "",
        "why": why_of_share(formats, potential, plan.our_part) if plan is not None and "share" in known else "",
        "potential": formats.money(potential, company().currency) if potential else "",
        "goals": list(plan.goals.filter(year__gte=timezone.localdate().year, done_on=None).order_by("year")[:4])
        if plan is not None else [],
        "open": measures_of(plan, user).filter(done_at=None).count() if plan is not None else 0,
        "is_groups": plan is not None and plan.party_id != record.pk, "may_begin": may_begin,
    }  # fmt: skip
    return render_to_string("sales/plans/_of_party.html", context, request=request)


def reviews_of_day(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Plans whose day of review has come."""
    found = []
    for plan in due_reviews(user, on, owners)[:20]:
        assert plan.review_on is not None
        day = date_format(plan.review_on, "SHORT_DATE_FORMAT")
        words = _("The key account plan is to be looked through, due on %(day)s.") % {"day": day}
        late = (on - plan.review_on).days
        address = description_of("account-plans").url(plan.pk)
        found.append(
            DayItem(plan.party_id, words, urgency=1.0 + min(late, 30) / 30, href=address, since=plan.review_on)
        )
    return found


REVIEWS_OF_DAY = DaySource("account_plans", reviews_of_day)
RENDERERS = {"goals": goals, "members": members, "projects": projects, "measures": measures}
PANELS = (
    Panel("goals", gettext_lazy("Goals"), AccountPlan, goals, side="history", order=10),
    Panel("members", gettext_lazy("Buying centre"), AccountPlan, members, side="history", order=20),
    Panel("projects", gettext_lazy("Development projects"), AccountPlan, projects, side="history", order=30),
    Panel("measures", gettext_lazy("Measures"), AccountPlan, measures, side="business", order=10),
    Panel(
        "account-plan", gettext_lazy("Key account plan"), Organisation, plan_on_organisation, side="business", order=9,
        lazy=True, live="plan", applies=lambda description: description.name == "organisations",
    ),
)  # fmt: skip
