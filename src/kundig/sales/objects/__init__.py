"""Descriptions of sales."""

from kundig.records.description import Description
from kundig.sales.objects.deals import DealDescription
from kundig.sales.objects.leads import LeadDescription
from kundig.sales.objects.parts import (
    BuyingCentreDescription,
    DealCompetitorDescription,
    DealLineDescription,
    DealMemberDescription,
)
from kundig.sales.objects.pipelines import (
    ClosingReasonDescription,
    CompetitorDescription,
    PipelineDescription,
    StageDescription,
)
from kundig.sales.objects.plans import (
    AccountPlanDescription,
    PlanGoalDescription,
    PlanMemberDescription,
    PlanProjectDescription,
)
from kundig.sales.objects.quotes import (
    QuoteDescription,
    QuoteLineDescription,
    QuoteTemplateDescription,
    TextBlockDescription,
)

DESCRIPTIONS: tuple[type[Description], ...] = (
    PipelineDescription,
    StageDescription,
    ClosingReasonDescription,
    CompetitorDescription,
    LeadDescription,
    DealDescription,
    QuoteTemplateDescription,
    TextBlockDescription,
    QuoteDescription,
    QuoteLineDescription,
    AccountPlanDescription,
    PlanGoalDescription,
    PlanMemberDescription,
    PlanProjectDescription,
    DealLineDescription,
    DealMemberDescription,
    BuyingCentreDescription,
    DealCompetitorDescription,
)
