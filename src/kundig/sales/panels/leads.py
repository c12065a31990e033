"""Leads on the page of their party, and in the day of their owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models.leads import Lead
from kundig.sales.queries.leads import described_leads, description_of, waiting_leads
from kundig.timeline.protocol import DayItem, DaySource, TouchpointKind

MOST = 30
KINDS = (TouchpointKind("web_form", gettext_lazy("Web form"), "form", "messages", is_message=True),)


def leads_of_day(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Leads that wait for a first answer: what is late comes first, whatever its score."""
    now = timezone.now()
    known = described_leads().fields_for(user)
    return [
        DayItem(
            lead.party_id,
            _reason(lead, now=now, tells_interest="interest" in known),
            urgency=3.0 if lead.respond_by and lead.respond_by <= now else 1.5 + lead.score / 100,
            person=lead.person_id,
            href=described_leads().url(lead.pk),
            since=timezone.localdate(lead.received_at),
        )
        for lead in waiting_leads(owners, user)[:MOST]
    ]


def _reason(lead: Lead, *, now: dt.datetime, tells_interest: bool) -> str:
    words = _("New lead")
    if lead.interest and tells_interest:
        words = _("New lead: %(interest)s") % {"interest": lead.interest.rstrip(". ")}
    if lead.respond_by is None:
        return _("%(lead)s. Nobody has answered yet.") % {"lead": words}
    local = timezone.localtime(lead.respond_by)
    time = date_format(local, "TIME_FORMAT")
    if lead.respond_by <= now:
        day = date_format(local, "SHORT_DATE_FORMAT")
        return _("%(lead)s. The first answer was due on %(day)s, %(time)s.") % {"lead": words, "day": day, "time": time}
    if local.date() == timezone.localdate(now):
        return _("%(lead)s. The first answer is due today by %(time)s.") % {"lead": words, "time": time}
    day = date_format(local, "SHORT_DATE_FORMAT")
    return _("%(lead)s. The first answer is due on %(day)s.") % {"lead": words, "day": day}


LEADS_OF_DAY = DaySource("leads", leads_of_day)


def lead_panel(
    request: HttpRequest, description: Description, record: Any, *, errors: dict[Any, str] | None = None
) -> str:
    """What is next with a lead, and why it is worth what it is; what has become of it."""
    user: Any = request.user
    lead: Lead = record
    known = description.fields_for(user)
    deals = description_of("deals")
    deal = deals.visible_to(user).filter(pk=lead.deal_id).first() if lead.deal_id else None
    proofs = lead.submissions.filter(confirmed_at__isnull=False).select_related("form").order_by("-confirmed_at")[:3]
    context = {
        "lead": lead,
        "errors": errors or {},
        "reasons": [(points, why) for points, why in lead.score_reasons] if "score" in known else [],
        "tells_score": "score" in known,
        "owner_reason": lead.owner_reason if "owner_reason" in known else "",
        "answer": _reason_of_answer(lead),
        "is_late": _is_late(lead),
        "may_change": description.may(user, Action.CHANGE, lead),
        "may_convert": deals.may(user, Action.CREATE),
        "deal": deal,
        "deal_address": deals.url(deal.pk) if deal is not None else "",
        "proofs": proofs,
        "asked": lead.submissions.exclude(wording="").order_by("-sent_at")[:3],
        "base": f"/leads/{lead.pk}",
    }  # fmt: skip
    return render_to_string("sales/leads/_panel.html", context, request=request)


def _is_late(lead: Lead) -> bool:
    return bool(lead.is_open and not lead.responded_at and lead.respond_by and lead.respond_by <= timezone.now())


def leads_of_party(request: HttpRequest, description: Description, record: Any) -> str:
    """The leads of a party, open ones first; nothing where there never was any."""
    user: Any = request.user
    of_it = Lead.objects.filter(Q(party=record.pk) | Q(person_id=record.pk)).values("pk")
    rows = described_leads().visible_to(user).filter(pk__in=of_it).select_related("owner").order_by("-received_at")[:10]
    context = {"leads": [(each, described_leads().url(each.pk)) for each in rows]}
    return render_to_string("sales/leads/_of_party.html", context, request=request) if context["leads"] else ""


def _reason_of_answer(lead: Lead) -> str:
    if lead.responded_at is not None:
        at = date_format(timezone.localtime(lead.responded_at), "SHORT_DATETIME_FORMAT")
        return _("First answered on %(at)s.") % {"at": at}
    if not lead.is_open or lead.respond_by is None:
        return ""
    at = date_format(timezone.localtime(lead.respond_by), "SHORT_DATETIME_FORMAT")
    return _("The first answer is due by %(at)s.") % {"at": at}


LEAD = Panel("lead", gettext_lazy("What is next"), Lead, lead_panel, side="business", order=1)
LEADS_OF_PARTY = Panel(
    "leads", gettext_lazy("Leads"), Party, leads_of_party, side="business", order=8, lazy=True, live="leads-of"
)
PANELS = (LEAD, LEADS_OF_PARTY)
