"""Addresses of the import, below the object's own."""

from django.urls import path

from kundig.records.imports import views
from kundig.records.roundtrips.views import CompareView, TakeView

urlpatterns = [
    path("", views.StartView.as_view(), name="import"),
    path("<uuid:run_id>/", views.RunView.as_view(), name="import-run"),
    path("<uuid:run_id>/compare/", CompareView.as_view(), name="import-compare"),
    path("<uuid:run_id>/compare/take/", TakeView.as_view(), name="import-take"),
    path("<uuid:run_id>/preview/", views.PreviewView.as_view(), name="import-preview"),
    path("<uuid:run_id>/decide/", views.DecideView.as_view(), name="import-decide"),
    path("<uuid:run_id>/rows/<int:number>/", views.RowView.as_view(), name="import-row"),
    path("<uuid:run_id>/progress/", views.ProgressView.as_view(), name="import-progress"),
    path("<uuid:run_id>/returned/", views.ReturnedView.as_view(), name="import-returned"),
    path("<uuid:run_id>/waiting/", views.WaitingView.as_view(), name="import-waiting"),
    path("<uuid:run_id>/discard/", views.DiscardView.as_view(), name="import-discard"),
]
