"""What orders add to the history of a customer."""

from django.utils.translation import pgettext_lazy

from kundig.timeline.protocol import TouchpointKind

KINDS = (
    TouchpointKind("order", pgettext_lazy("touchpoint", "Order"), "box", "business"),
    TouchpointKind("delivery", pgettext_lazy("touchpoint", "Delivery"), "truck", "business"),
    TouchpointKind("return", pgettext_lazy("touchpoint", "Return"), "undo", "business"),
    TouchpointKind("protocol", pgettext_lazy("touchpoint", "Protocol"), "form", "business"),
    TouchpointKind("contract", pgettext_lazy("touchpoint", "Contract"), "euro-doc", "business"),
)
