"""How pipelines, their stages, closing reasons and competitors are described."""

from __future__ import annotations

from kundig.records.description import Description, Page
from kundig.sales.models import ClosingReason, Competitor, Pipeline, Stage


class _Structure(Description):
    """Everybody who signs in reads it, administrators shape it."""

    nav = False
    owner = team = None
    common = True


class PipelineDescription(_Structure):
    model = Pipeline
    name = "pipelines"
    icon = "columns"
    title = "name"
    columns = "name position probability_from is_active"
    search = ""


class StageDescription(_Structure):
    model = Stage
    name = "stages"
    icon = "flag"
    title, subtitle = "name", "pipeline"
    columns = "name pipeline position status probability rotting_days"


class ClosingReasonDescription(_Structure):
    model = ClosingReason
    name = "closing-reasons"
    icon = "scale"
    title = "name"
    columns = "name outcome is_active"


class CompetitorDescription(Description):
    model = Competitor
    name = "competitors"
    icon = "target"
    in_navigation = False
    owner = team = None
    common = True
    shared = True
    title = "name"
    columns = "name website"
    search = "name"
    page = Page(header="website", sections={})
