"""On the page of a customer: that it was handed over, and whether the successor has taken it up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.timeline.queries.handovers import running_of

KEY = "handovers"


def handing_over(request: HttpRequest, description: Description, record: Any) -> str:
    """The handovers of a customer that are not over; nothing where there is none, or all are confirmed for good."""
    formats = current_formats()
    found = [
        each for each in running_of(record)
        if each.received_at is None or each.ends_on is not None or (request.user.pk == each.taker_id and each.sentence)
    ]  # fmt: skip
    if not found:
        return ""
    lines = [(each, formats.date(each.begins_on), formats.date(each.ends_on) if each.ends_on else "") for each in found]
    context = {"lines": lines, "reader": request.user.pk}
    return render_to_string("timeline/handovers/_panel.html", context, request=request)


PANEL = Panel(KEY, gettext_lazy("Handover"), Party, handing_over, side="business", order=5, live=KEY)
