"""The page of a record as it was on a day, with steps from change to change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.records import layouts
from kundig.records.ledger.asof import AsOf
from kundig.records.views.base import ObjectView

_INSTANT = timedelta(microseconds=1)


class AsOfView(ObjectView):
    """GET answers the record as it stood `at` a day (its end) or a moment; at the last change without."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.record(record_id)
        asked = AsOf(self.description, record, user=self.user, formats=self.formats)
        moments = asked.moments()
        now = timezone.now()
        at = min(_moment(request.GET.get("at", "")) or (moments[0] - _INSTANT if moments else now), now)
        layout = layouts.layout_for(self.description, self.user)
        sections = [("", layout.header), *((each.title, each.fields) for each in layout.sections)]
        standing = asked.at(at, sections)
        earlier = next((moment for moment in moments if moment < _shown(at, moments)), None)
        later = next((moment for moment in reversed(moments) if moment > at), None)
        context = {
            "description": self.description,
            "record_id": record_id,
            "standing": standing,
            "title": standing.title or self.title_today(record),
            "moment": self.formats.moment(at),
            "day": timezone.localtime(at).date().isoformat(),
            "today": timezone.localdate().isoformat(),
            "difference": _difference(standing.different),
            "earlier": self.address(earlier),
            "later": self.address(later) if later and later != moments[0] else "",
            "here": self.description.url(record_id),
            "ruler": _ruler(moments, at, now),
            "first_day": self.formats.date(timezone.localtime(moments[-1]).date()) if moments else "",
        }
        return render(request, "records/ledger/asof.html", context)

    def address(self, moment: datetime | None) -> str:
        return f"?{urlencode({'at': moment.astimezone(UTC).isoformat()})}" if moment else ""

    def title_today(self, record: Any) -> str:
        title = self.description.field(self.description.title)
        return str(getattr(record, title.name, "")) if title.model_field is not None else str(record)


def _shown(at: datetime, moments: list[datetime]) -> datetime:
    """The change whose outcome stands at a moment: from there one steps back."""
    return next((moment for moment in moments if moment <= at), at)


def _moment(text: str) -> datetime | None:
    """A day is meant with its evening: what happened on it has happened."""
    if not text:
        return None
    try:
        if len(text) <= len("2026-12-31"):
            following = date.fromisoformat(text) + timedelta(days=1)
            return timezone.make_aware(datetime.combine(following, time())) - _INSTANT
        found = datetime.fromisoformat(text)
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("“%(text)s” is not a day; write it like 2026-12-31.") % {"text": text[:40]}) from error


def _difference(count: int) -> str:
    if not count:
        return _("Everything was as it is today.")
    return ngettext(
        "One entry was different from today.", "%(count)d entries were different from today.", count
    ) % {"count": count}  # fmt: skip


def _ruler(moments: list[datetime], at: datetime, now: datetime) -> dict[str, Any] | None:
    """Places on a line from the first change to today, in percent."""
    if not moments or now <= moments[-1]:
        return None
    first, span = moments[-1], now - moments[-1]
    places = sorted({round(100 * ((moment - first) / span), 1) for moment in moments})
    here = min(max(100 * ((at - first) / span), 0), 100)
    return {"ticks": [f"{place:.1f}%" for place in places], "here": f"{here:.1f}%"}
