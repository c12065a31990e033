"""How quotes tell people of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.notices.enums import Way
from kundig.notices.protocol import NoticeKind, plain
from kundig.sales.actions.accepting import ACCEPTED, ASKED, DECLINED
from kundig.sales.actions.approving import APPROVAL, DECIDED_ON
from kundig.sales.enums import QuoteState


def _approval(data: Mapping[str, Any], count: int) -> str:
    return _("%(name)s asks you to approve this quote.") % {"name": data.get("by_name") or _("A colleague")}


def _decided_on(data: Mapping[str, Any], count: int) -> str:
    name = data.get("by_name") or _("A colleague")
    if data.get("state") == QuoteState.APPROVED:
        return _("%(name)s has approved this quote. It can go out.") % {"name": name}
    return _("%(name)s wants something changed before this quote goes out.") % {"name": name}


KINDS = (
    NoticeKind(
        APPROVAL, gettext_lazy("Approve quotes"), gettext_lazy("When a quote waits for your approval."), "lock",
        _approval, way=Way.AT_ONCE, page="design/",
    ),
    NoticeKind(
        DECIDED_ON, gettext_lazy("Approval of your quotes"),
        gettext_lazy("When somebody has approved your quote, or not."), "lock", _decided_on,
        page="design/",
    ),
    NoticeKind(
        ACCEPTED, gettext_lazy("Accepted quotes"), gettext_lazy("When a customer accepts your quote."),
        "check-circle", plain(gettext_lazy("The customer has accepted this quote.")),
    ),
    NoticeKind(
        DECLINED, gettext_lazy("Declined quotes"), gettext_lazy("When a customer declines your quote."), "ban",
        plain(gettext_lazy("The customer has declined this quote.")),
    ),
    NoticeKind(
        ASKED, gettext_lazy("Questions on quotes"), gettext_lazy("When a customer asks about your quote."), "question",
        plain(gettext_lazy("The customer has a question on this quote.")),
    ),
)  # fmt: skip
