"""Addresses of sales."""

from django.urls import URLPattern, path

from kundig.sales.views import (
    forecasts,
    inquiries,
    lead_forms,
    lead_rules,
    leads,
    mailboxes,
    pipelines,
    plans,
    public_forms,
    quote_deeds,
    quote_designer,
    quote_public,
    quote_settings,
)
from kundig.sales.views.gates import GateView
from kundig.sales.views.parts import ChecksView, NewDealView, PartView, StepView

app_name = "sales"

urlpatterns: list[URLPattern] = []

_leads = [
    path("settings/leads/", lead_rules.lead_rules, name="lead_rules"),
    path("settings/leads/forms/new/", lead_forms.new_lead_form, name="new_lead_form"),
    path("settings/leads/forms/<uuid:form_id>/", lead_forms.lead_form, name="lead_form"),
    path("settings/leads/mailboxes/new/", mailboxes.new_mailbox, name="new_mailbox"),
    path("settings/leads/mailboxes/<uuid:mailbox_id>/", mailboxes.mailbox, name="mailbox"),
    path("account-plans/<uuid:plan_id>/parts/<slug:part>/", plans.part, name="plan_part"),
    path("inquiries/new/", inquiries.new_inquiry, name="new_inquiry"),
    path("leads/<uuid:lead_id>/conversion/", leads.conversion, name="lead_conversion"),
    path("leads/<uuid:lead_id>/answer/", leads.answer, name="lead_answer"),
    path("leads/<uuid:lead_id>/dropping/", leads.dropping, name="lead_dropping"),
    path("leads/<uuid:lead_id>/reopening/", leads.reopening, name="lead_reopening"),
    path("forms/embed.js", public_forms.embed, name="form_script"),
    path("forms/confirm/<str:token>/", public_forms.confirm_form, name="confirm_form"),
    path("forms/<slug:key>/", public_forms.lead_form, name="public_form"),
]
urlpatterns += _leads

_deals = [
    path("deals/<uuid:deal_id>/gate/<uuid:stage_id>/", GateView.as_view(), name="gate"),
    path("deals/<uuid:deal_id>/parts/<slug:deal_part>/new/", PartView.as_view(), name="new_part"),
    path("deals/<uuid:deal_id>/parts/<slug:deal_part>/<uuid:deal_part_id>/", PartView.as_view(), name="part"),
    path("deals/<uuid:deal_id>/checks/", ChecksView.as_view(), name="checks"),
    path("deals/<uuid:deal_id>/steps/", StepView.as_view(), name="step"),
    path("parties/<uuid:party_id>/deals/", NewDealView.as_view(), name="new_deal"),
    path("forecast/", forecasts.page, name="forecast"),
    path("forecast/band/", forecasts.band, name="forecast_band"),
    path("forecast/goals/", forecasts.quotas, name="quotas"),
    path("settings/pipelines/", pipelines.pipelines, name="pipelines"),
    path("settings/pipelines/new/", pipelines.pipeline, name="new_pipeline"),
    path("settings/pipelines/<uuid:pipeline_id>/", pipelines.pipeline, name="pipeline"),
]
urlpatterns += _deals


def _designed(root: str, name: str) -> list[URLPattern]:
    """What is designed at `root`: a quote, or a template for quotes."""
    view = quote_designer
    return [
        path(f"{root}design/", view.DesignView.as_view(), name=f"{name}design"),
        path(f"{root}design/blocks/", view.BlocksView.as_view(), name=f"{name}design_blocks"),
        path(f"{root}design/blocks/<slug:mark>/", view.BlockView.as_view(), name=f"{name}design_block"),
        path(
            f"{root}design/blocks/<slug:mark>/<slug:deed>/",
            view.BlockDeedView.as_view(),
            name=f"{name}design_block_deed",
        ),
        path(f"{root}design/order/", view.OrderView.as_view(), name=f"{name}design_order"),
        path(f"{root}design/pictures/", view.PicturesView.as_view(), name=f"{name}design_pictures"),
        path(f"{root}preview/", view.PreviewView.as_view(), name=f"{name}preview"),
        path(f"{root}look.css", view.LookView.as_view(), name=f"{name}look"),
        path(f"{root}paper/", view.PaperView.as_view(), name=f"{name}paper"),
        path(f"{root}pictures/<uuid:file_id>/", view.PictureView.as_view(), name=f"{name}picture"),
    ]


_quotes = [
    path("settings/quotes/", quote_settings.quote_settings, name="quote_settings"),
    path("q/<str:key>/", quote_public.OfferView.as_view(), name="offer"),
    path("q/<str:key>/look.css", quote_public.LookView.as_view(), name="offer_look"),
    path("q/<str:key>/paper/", quote_public.PaperView.as_view(), name="offer_paper"),
    path("q/<str:key>/pictures/<uuid:file_id>/", quote_public.PictureView.as_view(), name="offer_picture"),
    path("q/<str:key>/accept/", quote_public.AcceptView.as_view(), name="offer_accept"),
    path("q/<str:key>/decline/", quote_public.DeclineView.as_view(), name="offer_decline"),
    path("q/<str:key>/ask/", quote_public.AskView.as_view(), name="offer_ask"),
    path("parties/<uuid:party_id>/quotes/", quote_deeds.NewQuoteView.as_view(), name="new_quote"),
    path("deals/<uuid:deal_id>/quotes/", quote_deeds.NewQuoteView.as_view(), name="new_quote_of_deal"),
    path("quotes/<uuid:quote_id>/design/lines/", quote_designer.LinesView.as_view(), name="design_lines"),
    path("quotes/<uuid:quote_id>/design/lines/<uuid:line_id>/", quote_designer.LineView.as_view(), name="design_line"),
    path(
        "quotes/<uuid:quote_id>/design/lines/<uuid:line_id>/<slug:deed>/",
        quote_designer.LineDeedView.as_view(),
        name="design_line_deed",
    ),
    path("quotes/<uuid:quote_id>/deeds/<slug:deed>/", quote_deeds.DeedView.as_view(), name="quote_deed"),
    path("quotes/<uuid:quote_id>/sending/", quote_deeds.SendingView.as_view(), name="quote_sending"),
    path("quotes/<uuid:quote_id>/differences/", quote_deeds.DifferencesView.as_view(), name="quote_differences"),
]
urlpatterns += _quotes
urlpatterns += _designed("quotes/<uuid:quote_id>/", "quote_")
urlpatterns += _designed("quote-templates/<uuid:template_id>/", "template_")
