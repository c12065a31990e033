"""How the page of an object is laid out, for all roles or for one: arranged by an administrator, on the page itself.

Without a layout of its own a page follows its description. A layout is plain data that is read against the description
each time: what the description no longer has is passed over, what it has got since finds its place by itself.
"""

from kundig.records.layouts.content import PLACES, Layout, PanelPlace, Section, arranged, standard
from kundig.records.layouts.queries import holding, layout_for

__all__ = ["PLACES", "Layout", "PanelPlace", "Section", "arranged", "holding", "layout_for", "standard"]
