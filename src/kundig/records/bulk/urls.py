"""Addresses of bulk work: of one kind of object, and of runs."""

from django.urls import path

from kundig.records.bulk import views

of_object = [
    path("change/step/", views.StepView.as_view(), name="bulk-step"),
    path("<slug:key>/", views.BulkView.as_view(), name="bulk"),
]

of_runs = [
    path("<uuid:run_id>/", views.RunView.as_view(), name="bulk-run"),
    path("<uuid:run_id>/stop/", views.StopView.as_view(), name="bulk-stop"),
    path("<uuid:run_id>/undo/", views.UndoView.as_view(), name="bulk-undo"),
    path("<uuid:run_id>/refused/", views.RefusedView.as_view(), name="bulk-refused"),
]
