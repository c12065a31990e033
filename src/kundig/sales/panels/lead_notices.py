"""How leads tell people of themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kundig.notices.enums import Way
from kundig.notices.protocol import NoticeKind, plain, told_by
from kundig.sales.actions.leads import GIVEN, LATE, UNCLAIMED

KINDS = (
    NoticeKind(
        GIVEN, _("New leads"),
        _("Somebody has asked, and by the rules, or by a colleague, the lead is yours."), "target",
        told_by(_("%(name)s has given you a lead."), _("A new lead is yours.")),
    ),
    NoticeKind(
        UNCLAIMED, _("Leads that nobody has"),
        _("For administrators: somebody has asked, and no rule says who gets the lead."), "target",
        plain(_("Nobody has this lead yet: no rule fits it.")),
    ),
    NoticeKind(
        LATE, _("Leads without an answer"),
        _("A lead of yours has not been answered within the time that the house has set."), "warning",
        plain(_("This lead still waits for a first answer; the time for it is over.")), way=Way.HERE,
    ),
)  # fmt: skip
