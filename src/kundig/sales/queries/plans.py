"""What stands in a plan for a key account, and which plan counts for a company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Organisation
from kundig.platform.formats import Formats
from kundig.sales.models.plans import AccountPlan
from kundig.sales.queries.leads import description_of
from kundig.timeline.models import Task

MOST_LEVELS = 6


def plan_of(organisation: Organisation, user: User) -> AccountPlan | None:
    """The plan of an organisation, else that of the nearest company above it, as far as `user` may see it."""
    plans = description_of("account-plans").visible_to(user)
    at: Organisation | None = organisation
    for _level in range(MOST_LEVELS):
        if at is None:
            return None
        found: AccountPlan | None = plans.filter(party_id=at.pk).select_related("party", "owner").first()
        if found is not None:
            return found
        at = at.parent
    return None


def measures_of(plan: AccountPlan, user: User) -> QuerySet[Task]:
    """The tasks of a plan that `user` may see, open ones first."""
    rows = description_of("tasks").visible_to(user).filter(source="account-plans", source_id=plan.pk)
    return rows.select_related("assignee").order_by("done_at", "due_on", "id")


def due_reviews(user: User, on: dt.date, owners: Sequence[UUID]) -> QuerySet[AccountPlan]:
    """Plans of these people that are to be looked through by that day."""
    rows = description_of("account-plans").visible_to(user).filter(owner__in=owners, review_on__lte=on)
    return rows.select_related("party").order_by("review_on")


def share_of_wallet(potential: Decimal | None, our_part: Decimal | None) -> Decimal | None:
    """What part of the potential is ours, in percent with one decimal; None where nobody knows."""
    if not potential or our_part is None:
        return None
    return (max(our_part, Decimal(0)) * 100 / potential).quantize(Decimal("0.1"))


def why_of_share(formats: Formats, potential: Decimal | None, our_part: Decimal | None) -> str:
    """What the share of wallet is reckoned with, or what it lacks, in words."""
    currency = company().currency
    if not potential:
        return _("Nobody has noted the potential yet.")
    whole = formats.money(potential, currency)
    if our_part is None:
        return _("They have not ordered anything; the potential is %(whole)s a year.") % {"whole": whole}
    return _("%(part)s of revenue in the last twelve months, with all companies below, of %(whole)s a year.") % {
        "part": formats.money(our_part, currency), "whole": whole,
    }  # fmt: skip
