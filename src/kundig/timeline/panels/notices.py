"""How promises and handovers tell people of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.notices.protocol import NoticeKind, plain
from kundig.timeline.actions.briefing import BRIEF
from kundig.timeline.actions.handovers import ABSENCE, GIVEN, RECEIVED
from kundig.timeline.actions.reminders import DUE


def _customers(data: Mapping[str, Any]) -> int:
    return int(data.get("customers", 1))


def _due(data: Mapping[str, Any], count: int) -> str:
    return ngettext("This was promised, and is due.", "These were promised, and are due.", count)


def _given(data: Mapping[str, Any], count: int) -> str:
    customers, name = _customers(data), data.get("by_name")
    if name:
        words = ngettext(
            "%(name)s has given one of your customers to somebody else. A sentence for the successor helps.",
            "%(name)s has given %(count)d of your customers to somebody else. A sentence for the successor helps.",
            customers,
        )
        return words % {"name": name, "count": customers}
    return ngettext(
        "One of your customers is looked after by somebody else now. A sentence for the successor helps.",
        "%(count)d of your customers are looked after by somebody else now. A sentence for the successor helps.",
        customers,
    ) % {"count": customers}


def _received(data: Mapping[str, Any], count: int) -> str:
    customers = _customers(data)
    return ngettext(
        "%(name)s has taken a customer over from you.",
        "%(name)s has taken %(count)d customers over from you.",
        customers,
    ) % {"name": data.get("by_name") or _("The successor"), "count": customers}


def _absence(data: Mapping[str, Any], count: int) -> str:
    customers = _customers(data)
    return ngettext(
        "%(name)s is away from today. You look after one customer meanwhile.",
        "%(name)s is away from today. You look after %(count)d customers meanwhile.",
        customers,
    ) % {"name": data.get("by_name") or _("A colleague"), "count": customers}


_handover = plain(gettext_lazy("Handover"))
KINDS = (
    NoticeKind(
        key=BRIEF,
        label=gettext_lazy("Call briefs before appointments"),
        help=gettext_lazy("A quarter of an hour before an appointment with a customer, the brief for it."),
        icon="book",
        words=plain(gettext_lazy("In a quarter of an hour. Here is the call brief.")),
    ),
    NoticeKind(
        key=DUE,
        label=gettext_lazy("Promises that are due"),
        help=gettext_lazy("What you have promised a customer, on its day; what they have promised, on the day after."),
        icon="check-circle",
        words=_due,
    ),
    NoticeKind(
        key=GIVEN,
        label=gettext_lazy("Your customers get somebody else"),
        help=gettext_lazy("Somebody else, or a rule, has given customers of yours to a colleague."),
        icon="swap",
        words=_given,
        headline=_handover,
    ),
    NoticeKind(
        key=RECEIVED,
        label=gettext_lazy("A handover is confirmed"),
        help=gettext_lazy("A colleague has taken over customers that were yours."),
        icon="check-circle",
        words=_received,
        headline=_handover,
    ),
    NoticeKind(
        key=ABSENCE,
        label=gettext_lazy("You stand in for somebody"),
        help=gettext_lazy("The absence of a colleague begins, whose customers you look after meanwhile."),
        icon="swap",
        words=_absence,
        headline=_handover,
    ),
)
