"""The call brief of a party: a dialogue over any page, a page of its own, or a sheet of paper."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described, visible_party
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part
from kundig.platform.logs import first_line
from kundig.timeline.protocol.brief import BriefAsk, BriefLine, BriefSection, brief_sections
from kundig.timeline.queries.promises import around

logger = logging.getLogger("kundig.timeline.brief")
DIALOG = "dialogs"


@dataclass(frozen=True)
class SectionShown:
    """A section with what stands in it; `more` is how many lines do not."""

    section: BriefSection
    lines: list[BriefLine]
    html: str
    more: int = 0
    has_failed: bool = False


class BriefView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        user: User = request.user  # type: ignore[assignment]
        party = asked_party(user, party_id)
        is_print = request.GET.get("print") == "1"
        context = {**brief_of(party, user=user), "is_print": is_print}
        if part(request) == DIALOG:
            return render(request, "timeline/brief/_dialog.html", context)
        return render(request, "timeline/brief/page.html", context)


def asked_party(user: User, party_id: UUID) -> Party:
    """The party.

    Raises:
        Http404: also where it is there but not for this user.
    """
    party = visible_party(user, party_id)
    if party is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    return party


def brief_of(party: Party, *, user: User) -> dict[str, Any]:
    """What the template of the brief needs."""
    description = described(party)
    ask = BriefAsk(party, description, user, timezone.localdate(), around(party, user=user))
    shown = [each for section in brief_sections() if (each := _shown(section, ask)) is not None]
    return {
        "party": party,
        "description": description,
        "url": description.url(party.pk),
        "sections": shown,
        "on": current_formats().date(ask.on),
    }


def _shown(section: BriefSection, ask: BriefAsk) -> SectionShown | None:
    """The section, None if nothing stands in it. One that fails costs the brief nothing but itself."""
    try:
        if section.render is not None:
            html = section.render(ask)
            return SectionShown(section, [], mark_safe(html)) if html else None  # noqa: S308 - rendered by a template
        lines = list(section.find(ask)) if section.find is not None else []
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        logger.error("section %s of the brief failed: %s\n%s", section.key, first_line(error), where)
        return SectionShown(section, [], "", has_failed=True)
    if not lines:
        return None
    return SectionShown(section, lines[: section.most], "", more=max(0, len(lines) - section.most))
