"""Tables of sales."""

from kundig.sales.models.deals import Deal, DealMove
from kundig.sales.models.forecasts import ForecastSnapshot, Quota, WinModel
from kundig.sales.models.forms import LeadForm, Submission
from kundig.sales.models.leads import Lead, ResponseTarget, RouteRule, ScoreRule
from kundig.sales.models.mailboxes import Mailbox, ReceivedMail
from kundig.sales.models.parts import BuyingCentreMember, DealCompetitor, DealLine, DealMember
from kundig.sales.models.pipelines import ClosingReason, Competitor, Pipeline, Stage
from kundig.sales.models.plans import AccountPlan, PlanGoal, PlanMember, PlanProject
from kundig.sales.models.quote_templates import QuoteTemplate, TextBlock
from kundig.sales.models.quotes import ApprovalLimits, Quote, QuoteAcceptance, QuoteLine, QuotePicture

__all__ = [
    "AccountPlan",
    "ApprovalLimits",
    "BuyingCentreMember",
    "ClosingReason",
    "Competitor",
    "Deal",
    "DealCompetitor",
    "DealLine",
    "DealMember",
    "DealMove",
    "ForecastSnapshot",
    "Lead",
    "LeadForm",
    "Mailbox",
    "Pipeline",
    "PlanGoal",
    "PlanMember",
    "PlanProject",
    "Quota",
    "Quote",
    "QuoteAcceptance",
    "QuoteLine",
    "QuotePicture",
    "QuoteTemplate",
    "ReceivedMail",
    "ResponseTarget",
    "RouteRule",
    "ScoreRule",
    "Stage",
    "Submission",
    "TextBlock",
    "WinModel",
]
