"""What sales shows on other domains' pages."""

from kundig.records.panels import Panel
from kundig.sales.panels import chances, deals, leads, margins, parts, plans, positions, quotes

PANELS: tuple[Panel, ...] = (
    *leads.PANELS, *plans.PANELS, deals.PANEL, *parts.PANELS, chances.PANEL, *quotes.PANELS,
    *positions.PANELS, *margins.PANELS)  # fmt: skip
