"""How a deal is described."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.navigation import Section
from kundig.records.boards import Board
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.sales import actions
from kundig.sales.models import Deal, DealMember, DealMove
from kundig.sales.objects import boards


class DealDescription(Description):
    model = Deal
    name = "deals"
    icon = "columns"
    nav_section = Section.SELL
    title, subtitle = "title", "party"
    columns = "title party stage amount probability expected_on owner next_step_on"
    search = "title party.name"
    filters = "stage owner expected_on amount party pipeline team closed_at"
    sort = "-expected_on"
    form = "title party person amount expected_on pipeline stage probability forecast source campaign owner team needs"
    page = Page(
        header="stage amount probability expected_on owner",
        sections={
            _("Deal"): "party person pipeline probability_from forecast source campaign team needs",
            _("Next step"): "next_step next_step_on quiet_since rotting_on",
            _("How it ended"): "closed_at closing_reason lost_to closing_note",
        },
    )
    board = Board(
        by="stage", sum="amount", weight="probability", sort="expected_on", heading="party", within="pipeline",
        cards="owner", choices=boards.choices, columns=boards.columns, note=boards.note, note_of=boards.NOTED,
        refused=boards.refused, band=boards.band,
    )  # fmt: skip
    calendar = Calendar("expected_on")
    hidden = "step_id"
    recorded_along = (DealMove,)
    personal_fields = "needs closing_note"
    purpose = "customer_care"
    brought_back: ClassVar[Any] = actions.deals_brought_back
    create, change, delete = actions.create_deal, actions.change_deal, actions.delete_deal

    def read_along(self, user_id: object, *, prefix: str = "") -> Q:
        """Whoever works on a deal may look at it."""
        return Q(**{f"{prefix}pk__in": DealMember.objects.filter(user_id=user_id).values("deal_id")})
