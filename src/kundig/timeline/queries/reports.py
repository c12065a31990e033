"""The templates of reports."""

from __future__ import annotations

from django.db.models import QuerySet

from kundig.platform.composed import composed_once
from kundig.timeline.models import ReportTemplate


def report_templates() -> list[ReportTemplate]:
    """All of them, in the order in which they are offered."""
    return _all()


@composed_once
def _all() -> QuerySet[ReportTemplate]:
    return ReportTemplate.objects.all()
