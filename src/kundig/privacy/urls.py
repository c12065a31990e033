"""Addresses of the register of consents."""

from django.urls import path
from django.views.generic import RedirectView

from kundig.privacy import views

app_name = "privacy"

urlpatterns = [
    path("settings/consents/", RedirectView.as_view(url="/consent-purposes/"), name="consents"),
    path("parties/<uuid:party_id>/consents/new/", views.NewView.as_view(), name="new_consent"),
    path("parties/<uuid:party_id>/consents/<uuid:consent_id>/withdraw/", views.WithdrawView.as_view(), name="withdraw"),
    path("parties/<uuid:party_id>/consents/<uuid:consent_id>/mistake/", views.MistakeView.as_view(), name="mistake"),
]
