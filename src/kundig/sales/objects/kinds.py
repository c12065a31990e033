"""The kinds of touchpoints that deals leave in the history of a customer."""

from django.utils.translation import gettext_lazy as _

from kundig.sales.actions.filing import LOST, MOVED, NEW, WON
from kundig.timeline.protocol import TouchpointKind

DEAL_KINDS = (
    TouchpointKind(NEW, _("New deal"), "columns", "business"),
    TouchpointKind(MOVED, _("Deal went on"), "arrow-right", "business"),
    TouchpointKind(WON, _("Deal won"), "check-circle", "business"),
    TouchpointKind(LOST, _("Deal lost"), "x", "business"),
)
