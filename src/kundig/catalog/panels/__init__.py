"""What catalog shows on other domains' pages."""

from kundig.records.panels import Panel

PANELS: tuple[Panel, ...] = ()
