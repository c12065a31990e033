"""Forms in the order of a page that somebody has arranged."""

from __future__ import annotations

from collections.abc import Sequence

from kundig.records.description import Description
from kundig.records.forms import Control
from kundig.records.layouts.content import Layout


def in_order(
    controls: Sequence[Control], layout: Layout, description: Description, *, is_new: bool
) -> tuple[list[Control], list[Control]]:
    """The controls that are shown, and those behind "Show all fields": what was taken off the page.

    A new record keeps the order of the description's form. What must be filled in, what names the record and what is
    wrong is always shown.
    """
    if not layout.is_own:
        return list(controls), []
    naming = {*description.title.split(), *description.subtitle.split(), *description.begun_as("x")}
    hidden = [
        control
        for control in controls
        if control.field.name in layout.hidden_fields
        and not (control.field.required or control.error or control.field.name in naming)
    ]
    shown = [control for control in controls if control not in hidden]
    if not is_new:
        place = {name: number for number, name in enumerate(layout.placed_fields)}
        # What is not on the page, such as the name, stays at the top.
        shown.sort(key=lambda control: place.get(control.field.name, -1))
    return shown, hidden
