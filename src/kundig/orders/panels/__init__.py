"""What orders shows on its own pages and on those of other domains."""

from kundig.orders.panels import banking, documents, invoices, parties
from kundig.records.panels import Panel

PANELS: tuple[Panel, ...] = (*documents.PANELS, *parties.PANELS, *invoices.PANELS, *banking.PANELS)
